//! The runs, one file each, and what they have in common.

pub(crate) mod checkouts;
pub(crate) mod coupon_race;
pub(crate) mod fault_points;
pub(crate) mod flash_sale;
pub(crate) mod gateway_faults;
pub(crate) mod kill_storm;
pub(crate) mod mail_down;
pub(crate) mod refund_race;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::books::{Ask, Books};
use crate::buyer::{Buyer, fields};
use crate::invariants::at_rest;
use crate::program::Program;
use crate::report::Report;
use crate::shop::Shop;

pub(crate) const SERVED: Ask = Ask::both("SELECT count(*) FROM orders WHERE state IN ('placed', 'completed')");
const WAITING: Ask = Ask::both(
    "SELECT count(*) FROM orders o WHERE o.state = 'awaiting_payment'
     AND NOT EXISTS (SELECT 1 FROM payment_attempts a WHERE a.order_id = o.id AND a.state = 'review')",
);
/// What is bought together is counted at the full hour, which nobody waits for.
const OPEN_JOBS: Ask =
    Ask::both("SELECT count(*) FROM jobs WHERE done_at IS NULL AND dead_at IS NULL AND kind <> 'pair_product'");
const DEAD_JOBS: Ask = Ask::both("SELECT count(*) FROM jobs WHERE dead_at IS NOT NULL");
/// What a dead program had taken is free at once.
pub(crate) const LEASES_END: Ask = Ask::both(
    "UPDATE jobs SET leased_until = 1 WHERE done_at IS NULL AND dead_at IS NULL AND leased_until IS NOT NULL",
);
/// Nobody waits here for the pauses between tries.
pub(crate) const TRY_AT_ONCE: Ask =
    Ask::both("UPDATE jobs SET run_at = 1 WHERE done_at IS NULL AND dead_at IS NULL AND kind <> 'pair_product'");
/// The quarter of an hour that goods are held for is over.
const HOLDS_END: Ask = Ask::each(
    "UPDATE orders SET hold_until = 1 WHERE state = 'awaiting_payment';
     UPDATE payment_attempts SET check_at = 1 WHERE check_at IS NOT NULL",
    "UPDATE orders SET hold_until = 1 WHERE state = 'awaiting_payment';
     UPDATE payment_attempts SET check_at = 1 WHERE check_at IS NOT NULL",
);
const ATTEMPTS: Ask = Ask::each(
    "SELECT a.id, a.captured_minor, a.refunded_minor, o.state, a.state FROM payment_attempts a JOIN orders o ON o.id = a.order_id",
    "SELECT a.id::text, a.captured_minor, a.refunded_minor, o.state, a.state FROM payment_attempts a JOIN orders o ON o.id = a.order_id",
);

/// Lets the holds of everybody who did not pay end, and waits until they are gone; answers how long that took.
pub(crate) async fn let_holds_end(books: &Books) -> anyhow::Result<Duration> {
    let began = Instant::now();
    while books.number(WAITING).await? > 0 {
        anyhow::ensure!(
            began.elapsed() < Duration::from_secs(300),
            "orders still wait after five minutes"
        );
        books.change(HOLDS_END).await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Ok(began.elapsed())
}

/// Waits until the workers have nothing to do; answers how long that took.
pub(crate) async fn until_at_rest(books: &Books, patience: Duration) -> anyhow::Result<Duration> {
    let began = Instant::now();
    loop {
        let open = books.number(OPEN_JOBS).await?;
        if open == 0 {
            return Ok(began.elapsed());
        }
        anyhow::ensure!(began.elapsed() < patience, "{open} jobs are still open");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// What is wrong at rest, and stays so: a gateway may tell of something at this very moment.
async fn wrong_at_rest(books: &Books) -> anyhow::Result<Vec<String>> {
    for _ in 0..10 {
        if at_rest(books).await?.is_empty() {
            return Ok(Vec::new());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    at_rest(books).await
}

/// The end of each run: the books at rest, and the gateway's books beside the shop's.
pub(crate) async fn close(shop: &Shop, books: &Books, report: &mut Report) -> anyhow::Result<()> {
    for says in wrong_at_rest(books).await? {
        report.must(false, says);
    }
    report.must(books.number(DEAD_JOBS).await? == 0, "no job was given up");
    let charges = shop.gateway.charges().await?;
    let attempts = books.rows(ATTEMPTS).await?;
    let (mut n_charges, mut total) = (0, 0);
    // Payments that name no attempt were made by somebody else.
    for (attempt, payments) in charges.iter().filter(|(attempt, _)| !attempt.is_empty()) {
        n_charges += payments.len();
        report.must(
            payments.len() == 1,
            format!("I5 attempt {attempt} was charged {} times", payments.len()),
        );
        let known = attempts.iter().find(|row| row[0] == *attempt);
        let Some(row) = known else {
            report.must(false, format!("I7 a charge belongs to no order: {attempt}"));
            continue;
        };
        if row[4] == "review" {
            continue;
        }
        for payment in payments {
            total += payment.captured - payment.refunded;
            let ours = (row[1].as_str(), row[2].as_str());
            let theirs = (payment.captured.to_string(), payment.refunded.to_string());
            report.must(
                ours == (theirs.0.as_str(), theirs.1.as_str()),
                format!("I4 attempt {attempt}: the shop says {ours:?}, the gateway {theirs:?}"),
            );
            let is_served = row[3] == "placed" || row[3] == "completed";
            report.must(
                is_served || payment.captured == payment.refunded,
                format!("somebody was charged who is not served: {attempt}"),
            );
        }
    }
    let n_captured = attempts
        .iter()
        .filter(|row| row[1] != "0" && row[4] != "review")
        .count();
    report.must(n_captured <= n_charges, "I7 the shop believes in money that never came");
    report.note("charges", n_charges);
    report.note("kept_minor", total);
    Ok(())
}

/// How many payments the gateway has taken that the shop does not know of.
pub(crate) async fn n_unknown(shop: &Shop, books: &Books) -> anyhow::Result<usize> {
    let charges = shop.gateway.charges().await?;
    let attempts = books.rows(ATTEMPTS).await?;
    let known: BTreeSet<&str> = attempts
        .iter()
        .filter(|row| row[1] != "0")
        .map(|row| row[0].as_str())
        .collect();
    let taken = charges.keys().filter(|attempt| !attempt.is_empty());
    Ok(taken.filter(|attempt| !known.contains(attempt.as_str())).count())
}

/// Buys until told to stop; answers the orders that were shown as confirmed. A broken connection is what it is.
pub(crate) async fn keep_buying(shop: Arc<Shop>, first: usize, stop: Arc<AtomicBool>) -> Vec<String> {
    let mut orders = Vec::new();
    let mut n = 0;
    while !stop.load(Ordering::Relaxed) {
        n += 1;
        let mut buyer = Buyer::new(&shop, first + n * 1_000);
        match tokio::time::timeout(Duration::from_secs(30), buyer.buy(&shop.variants[0], 1)).await {
            Ok(Ok(order)) => orders.push(order),
            Ok(Err(_)) => tokio::time::sleep(Duration::from_millis(100)).await,
            Err(_) => eprintln!("no answer within half a minute from {}", buyer.at),
        }
    }
    orders
}

/// Somebody of the staff, who sets the shop up by the link its programs printed when they started for the first time.
pub(crate) async fn owner(shop: &Shop, programs: &[Program]) -> anyhow::Result<Buyer> {
    // Each program makes a new key for the first member of staff; the last one counts.
    let mut greeting = programs.iter().rev().flat_map(|program| &program.greeting);
    let line = greeting
        .find(|line| line.contains("/admin/setup"))
        .context("no set-up link was printed")?;
    let key = line.trim().rsplit('=').next().unwrap_or_default();
    let mut owner = Buyer::new(shop, 61_000);
    let form = fields(&[
        ("name", "Ana Berger"),
        ("email", "ana@proof.example"),
        ("password", "a long walk in the hills"),
        ("shop", "Proof"),
        ("country", "DE"),
        ("key", key),
    ]);
    let reply = owner.post("/admin/setup", &form).await?;
    anyhow::ensure!(
        reply.status.is_redirection(),
        "the owner cannot set the shop up: {}",
        reply.body
    );
    Ok(owner)
}

/// Every buyer who was told that the order is there finds it.
pub(crate) async fn all_are_there(shop: &Shop, orders: &[String], report: &mut Report) -> anyhow::Result<()> {
    let mut missing = Vec::new();
    for (n, order) in orders.iter().enumerate() {
        // One address may not ask for everything.
        let mut buyer = Buyer::new(shop, 70_000 + n);
        let reply = buyer.get(order).await?;
        if !reply.status.is_success() {
            missing.push(reply.status);
        }
    }
    let n_missing = missing.len();
    report.must(
        n_missing == 0,
        format!(
            "I6 {n_missing} orders that were promised are not there: {:?}",
            missing.first()
        ),
    );
    report.note("acknowledged", orders.len());
    Ok(())
}
