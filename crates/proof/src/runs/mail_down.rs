//! The mail server is away while people buy; when it is back, everybody gets their mail, once.

use std::sync::Arc;
use std::time::Duration;

use crate::Args;
use crate::buyer::{Buyer, timed};
use crate::invariants::Checker;
use crate::report::Report;
use crate::runs::{SERVED, TRY_AT_ONCE, all_are_there, close, until_at_rest};
use crate::shop::Shop;

/// Runs it.
pub(crate) async fn run(args: &Args) -> anyhow::Result<Report> {
    let (n_buyers, n_attempts) = (args.buyers.unwrap_or(20), args.attempts.unwrap_or(400));
    let shop = Arc::new(Shop::open(args, 1, 1_000_000).await?);
    shop.postbox.be_away(true);
    let programs = shop.start()?;
    let checker = Checker::start(&shop).await?;
    let books = shop.books().await?;
    let mut report = Report::of(args);
    let tasks = (0..n_buyers).map(|who| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move {
            let mut bought = Vec::new();
            for n in 0..n_attempts / n_buyers {
                let mut buyer = Buyer::new(&shop, who + n * 1_000);
                bought.push(timed(buyer.buy(&shop.variants[0], 1)).await);
            }
            bought
        })
    });
    let (mut orders, mut times) = (Vec::new(), Vec::new());
    for done in futures_util::future::join_all(tasks).await {
        for (order, took) in done? {
            orders.push(order?);
            times.push(took);
        }
    }
    report.note_times("whole_purchase", times);
    report.must(shop.postbox.of("confirmed").is_empty(), "the mail server was away");
    shop.postbox.be_away(false);
    books.change(TRY_AT_ONCE).await?;
    let drained = until_at_rest(&books, Duration::from_secs(600)).await?;
    report.note("mails_sent_after_s", drained.as_secs());
    let (n_checks, found) = checker.stop().await?;
    report.note_checks(n_checks, found);
    all_are_there(&shop, &orders, &mut report).await?;
    close(&shop, &books, &mut report).await?;
    let confirmations = shop.postbox.of("confirmed");
    let served = books.number(SERVED).await?;
    report.note("served", served);
    report.must(
        i64::try_from(confirmations.len()) == Ok(served),
        "I10 everybody is told",
    );
    report.must(
        confirmations.iter().all(|(_, times)| *times == 1),
        "I10 nobody is told twice",
    );
    drop(programs);
    Ok(report)
}
