//! The program is killed again and again while people buy, by a signal it cannot meet.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::Args;
use crate::dice::Dice;
use crate::invariants::Checker;
use crate::report::Report;
use crate::runs::{LEASES_END, SERVED, all_are_there, close, keep_buying, let_holds_end, until_at_rest};
use crate::shop::Shop;

/// Runs it.
pub(crate) async fn run(args: &Args) -> anyhow::Result<Report> {
    let n_buyers = args.buyers.unwrap_or(20);
    let shop = Arc::new(Shop::open(args, 1, 1_000_000).await?);
    let mut programs = shop.start()?;
    let checker = Checker::start(&shop).await?;
    let books = shop.books().await?;
    let mut report = Report::of(args);
    let stop = Arc::new(AtomicBool::new(false));
    let buyers: Vec<_> = (0..n_buyers)
        .map(|who| tokio::spawn(keep_buying(Arc::clone(&shop), who, Arc::clone(&stop))))
        .collect();

    let mut dice = Dice::new(args.seed, 0);
    let mut ready = Vec::new();
    for _ in 0..args.kills {
        tokio::time::sleep(Duration::from_millis(400 + u64::try_from(dice.below(1600))?)).await;
        let n = dice.below(programs.len());
        drop(programs.remove(n));
        // The address is the dead one's.
        let started = shop.start_one(n)?;
        ready.push(started.ready_after);
        programs.insert(n, started);
    }
    stop.store(true, Ordering::Relaxed);
    let mut orders = Vec::new();
    for buyer in buyers {
        orders.extend(buyer.await?);
    }
    let began = Instant::now();
    let_holds_end(&books).await?;
    if args.hurry {
        books.change(LEASES_END).await?;
    }
    until_at_rest(&books, Duration::from_secs(900)).await?;
    report.note("resolved_s", began.elapsed().as_secs());
    let (n_checks, found) = checker.stop().await?;
    report.note_checks(n_checks, found);
    all_are_there(&shop, &orders, &mut report).await?;
    close(&shop, &books, &mut report).await?;
    let served = books.number(SERVED).await?;
    report.note("kills", args.kills);
    report.note("served", served);
    report.note_times("ready_again", ready);
    mails(&shop, served, &mut report);
    Ok(report)
}

/// Everybody is told, and a repeated mail has the same Message-ID.
fn mails(shop: &Shop, served: i64, report: &mut Report) {
    let confirmations = shop.postbox.of("confirmed");
    let repeated = confirmations.iter().filter(|(_, times)| *times > 1).count();
    report.note("confirmations", confirmations.len());
    report.note("mails_delivered_twice", repeated);
    report.must(
        i64::try_from(confirmations.len()) == Ok(served),
        format!("I10 {} confirmations for {served} orders", confirmations.len()),
    );
}
