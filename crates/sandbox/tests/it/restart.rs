//! A restart forgets nothing that was acknowledged, and a sandbox never stands beside a live key.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use wares_sandbox::{Sandbox, StartError};

use crate::support::{Bench, START, config, session_fields};

const GOOD: &str = "4242 4242 4242 4242";

#[tokio::test]
async fn everything_acknowledged_is_there_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("sandbox.jsonl");
    let bench = Bench::start_with(Some(journal.clone())).await;
    let first = bench.post_once("k", "/v1/checkout/sessions", &session_fields()).await;
    let session = bench.session().await;
    bench.pay(&session, GOOD).await;
    let payment = bench.whole(&session).await["payment_intent"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    bench
        .post("/v1/refunds", &[("payment_intent", &payment), ("amount", "200")])
        .await;
    bench.sandbox.deliver_due().await;
    let (session_before, events_before) = (
        bench.whole(&session).await,
        bench.get("/v1/events?limit=100").await.json(),
    );

    // The bytes as they are now are what a killed process leaves.
    let copy = folder.path().join("copy.jsonl");
    std::fs::copy(&journal, &copy).unwrap();
    let again = Bench::start_with(Some(copy)).await;
    let after = again.whole(&session).await;
    assert_eq!(after, session_before);
    assert_eq!(again.get("/v1/events?limit=100").await.json(), events_before);
    let replayed = again.post_once("k", "/v1/checkout/sessions", &session_fields()).await;
    assert_eq!((replayed.text, replayed.is_replayed), (first.text, true));
    assert_eq!(
        again
            .post("/v1/refunds", &[("payment_intent", &payment), ("amount", "1051")])
            .await
            .status,
        400
    );
    assert_eq!(again.sandbox.deliver_due().await, 0);
}

#[tokio::test]
async fn a_webhook_that_was_not_delivered_is_sent_after_the_restart() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("sandbox.jsonl");
    let bench = Bench::start_with(Some(journal.clone())).await;
    bench.paid(&[]).await;
    let copy = folder.path().join("copy.jsonl");
    std::fs::copy(&journal, &copy).unwrap();
    let again = Bench::start_with(Some(copy)).await;
    assert_eq!(again.sandbox.deliver_due().await, 2);
    assert_eq!(
        again.shop.kinds(),
        ["payment_intent.succeeded", "checkout.session.completed"]
    );
}

#[tokio::test]
async fn a_torn_last_line_is_cut_off_and_the_journal_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("sandbox.jsonl");
    let bench = Bench::start_with(Some(journal.clone())).await;
    let session = bench.session().await;

    let torn = folder.path().join("torn.jsonl");
    std::fs::copy(&journal, &torn).unwrap();
    let whole = std::fs::read(&torn).unwrap();
    let half = &whole[..whole.len() / 2];
    std::fs::OpenOptions::new()
        .append(true)
        .open(&torn)
        .unwrap()
        .write_all(half)
        .unwrap();
    let again = Bench::start_with(Some(torn.clone())).await;
    assert_eq!(again.whole(&session).await["status"], "open");
    let second = again.session().await;

    let third_folder = folder.path().join("third.jsonl");
    std::fs::copy(&torn, &third_folder).unwrap();
    let third = Bench::start_with(Some(third_folder)).await;
    assert_eq!(third.whole(&second).await["status"], "open");
}

#[tokio::test]
async fn a_journal_damaged_in_the_middle_is_not_guessed_at() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("sandbox.jsonl");
    std::fs::write(&journal, "{\"sessions\":[{\"id\"\n{}\n").unwrap();
    let clock = Arc::new(AtomicI64::new(START * 1000));
    let started = Sandbox::new(config("http://127.0.0.1:1", None, Some(journal), &clock));
    assert!(matches!(started, Err(StartError::Journal(_))));
}

#[tokio::test]
async fn two_sandboxes_never_share_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("sandbox.jsonl");
    let _running = Bench::start_with(Some(journal.clone())).await;
    let clock = Arc::new(AtomicI64::new(START * 1000));
    let second = Sandbox::new(config("http://127.0.0.1:1", None, Some(journal), &clock));
    assert!(matches!(second, Err(StartError::Journal(_))));
}

#[tokio::test]
async fn no_card_number_is_ever_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("sandbox.jsonl");
    let bench = Bench::start_with(Some(journal.clone())).await;
    let session = bench.session().await;
    for number in ["4111111111111111", "4000000000000002", "4242424242424242"] {
        bench.pay(&session, number).await;
    }
    let written = std::fs::read_to_string(&journal).unwrap();
    assert!(written.contains(&session));
    for digits in ["4111111111111111", "4000000000000002", "4242424242424242", "\"123\""] {
        assert!(!written.contains(digits), "{digits}");
    }
}

#[test]
fn it_does_not_start_with_a_live_key() {
    let clock = Arc::new(AtomicI64::new(0));
    let start = |key: &str| {
        let config = config("http://127.0.0.1:1", None, None, &clock);
        Sandbox::new(wares_sandbox::Config {
            secret_key: key.to_owned(),
            ..config
        })
    };
    assert!(matches!(start("sk_live_1"), Err(StartError::LiveKey)));
    assert!(matches!(start("rk_live_1"), Err(StartError::LiveKey)));
    assert!(matches!(start("secret"), Err(StartError::NotATestKey)));
    assert!(start("sk_test_1").is_ok());
}
