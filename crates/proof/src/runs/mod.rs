//! The runs, one file each, and what they have in common.

pub(crate) mod checkouts;
pub(crate) mod flash_sale;
pub(crate) mod gateway_faults;
pub(crate) mod kill_storm;
pub(crate) mod mail_down;
pub(crate) mod refund_race;

use std::time::{Duration, Instant};

use crate::books::{Ask, Books};
use crate::invariants::at_rest;
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

/// The end of each run: the books at rest, and the gateway's books beside the shop's.
pub(crate) async fn close(shop: &Shop, books: &Books, report: &mut Report) -> anyhow::Result<()> {
    for says in at_rest(books).await? {
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

/// Every buyer who was told that the order is there finds it.
pub(crate) async fn all_are_there(shop: &Shop, orders: &[String], report: &mut Report) -> anyhow::Result<()> {
    let mut n_missing = 0;
    for (n, order) in orders.iter().enumerate() {
        // One address may not ask for everything.
        let mut buyer = crate::buyer::Buyer::new(shop, 70_000 + n);
        let reply = buyer.get(order).await?;
        n_missing += usize::from(!reply.status.is_success());
    }
    report.must(
        n_missing == 0,
        format!("I6 {n_missing} orders that were promised are not there"),
    );
    report.note("acknowledged", orders.len());
    Ok(())
}
