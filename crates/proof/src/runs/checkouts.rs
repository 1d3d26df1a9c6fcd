//! Whole checkouts, cart to settled, as many as go: what a purchase costs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Args;
use crate::buyer::{Buyer, timed};
use crate::report::Report;
use crate::runs::{SERVED, close, until_at_rest};
use crate::shop::Shop;

/// How many products there are to choose from: a shop where everybody buys the same piece is the flash sale's.
const PRODUCTS: usize = 100;

/// Runs it.
pub(crate) async fn run(args: &Args) -> anyhow::Result<Report> {
    let n_buyers = args.buyers.unwrap_or(32);
    let shop = Arc::new(Shop::open(args, PRODUCTS, 10_000_000).await?);
    let programs = shop.start()?;
    let books = shop.books().await?;
    let mut report = Report::of(args);
    let cpu = || programs.iter().map(crate::program::Program::cpu_ms).sum::<u64>();
    let (before, began) = (cpu(), Instant::now());
    let until = began + Duration::from_secs(args.seconds);
    let tasks = (0..n_buyers).map(|who| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move {
            let (mut times, mut n) = (Vec::new(), 0);
            while Instant::now() < until {
                n += 1;
                let mut buyer = Buyer::new(&shop, who + n * 1_000);
                let (order, took) = timed(buyer.buy(&shop.variants[(who + n) % PRODUCTS], 1)).await;
                order?;
                times.push(took);
            }
            Ok::<_, anyhow::Error>(times)
        })
    });
    let mut times = Vec::new();
    for done in futures_util::future::join_all(tasks).await {
        times.extend(done??);
    }
    let (took, used) = (began.elapsed(), cpu() - before);
    let n = u64::try_from(times.len())?.max(1);
    report.note("checkouts", n);
    report.note("per_second", n * 1000 / u64::try_from(took.as_millis())?.max(1));
    report.note("cpu_us_each", used * 1000 / n);
    report.note_times("whole_purchase", times);
    until_at_rest(&books, Duration::from_secs(900)).await?;
    report.note("served", books.number(SERVED).await?);
    close(&shop, &books, &mut report).await?;
    Ok(report)
}
