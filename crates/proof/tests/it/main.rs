//! Each run in small, so that a change that breaks one is noticed the same day. The figures of PROOF.md come from the runs themselves.
#![expect(clippy::panic, reason = "in a test, a panic is how a wrong expectation is reported")]

use std::path::PathBuf;
use std::process::Command;

/// Runs the proof on SQLite with these words; fails with what it said when anything was violated.
fn holds(words: &[&str]) {
    let proof = PathBuf::from(env!("CARGO_BIN_EXE_wares-proof"));
    let wares = proof.with_file_name("wares");
    assert!(
        wares.exists(),
        "{} is not there: build the workspace first",
        wares.display()
    );
    let output = Command::new(&proof).args(words).arg("--program").arg(&wares).output();
    let output = output.unwrap_or_else(|error| panic!("the proof does not run: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[test]
fn a_small_flash_sale_sells_everything_once() {
    holds(&["flash-sale", "--buyers", "130", "--attempts", "260", "--seed", "3"]);
}

#[test]
fn a_few_kills_lose_nothing() {
    holds(&["kill-storm", "--buyers", "4", "--kills", "3", "--seed", "3", "--hurry"]);
}

#[test]
fn each_fault_of_the_gateway_once_is_met() {
    holds(&["gateway-faults", "--buyers", "1", "--seed", "3"]);
}

#[test]
fn refunds_at_once_give_back_no_more_than_was_paid() {
    holds(&["refund-race", "--buyers", "1", "--seed", "3"]);
}

#[test]
fn a_mail_server_that_is_away_keeps_nobody_from_buying() {
    holds(&["mail-down", "--buyers", "4", "--attempts", "8", "--seed", "3"]);
}

#[test]
fn a_code_that_many_use_at_once_is_used_as_often_as_it_may() {
    holds(&["coupon-race", "--buyers", "20", "--seed", "3"]);
}

#[test]
fn a_program_that_crashes_fails_or_hangs_at_a_point_loses_nothing() {
    let points = "CommitDone,OrderPlaced,GatewayAnswered,MailTaken";
    holds(&["fault-points", "--points", points, "--hang", "2", "--seed", "3"]);
}
