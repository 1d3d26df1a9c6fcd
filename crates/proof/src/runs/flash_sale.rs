//! Far more people than pieces: all of them are sold, none of them twice, and nobody pays for nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Args;
use crate::buyer::{BAD_CARD, Buyer, GOOD_CARD, Placed, timed};
use crate::dice::Dice;
use crate::invariants::Checker;
use crate::report::Report;
use crate::runs::{SERVED, all_are_there, close, let_holds_end, until_at_rest};
use crate::shop::Shop;

/// Pieces of each product.
const PIECES: i64 = 100;

/// What one buyer has seen.
#[derive(Debug, Default)]
struct Seen {
    orders: Vec<String>,
    n_sold_out: usize,
    n_declined: usize,
    n_abandoned: usize,
    n_errors: usize,
    failures: Vec<String>,
    won: Vec<Duration>,
    lost: Vec<Duration>,
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.orders.extend(other.orders);
        self.n_sold_out += other.n_sold_out;
        self.n_declined += other.n_declined;
        self.n_abandoned += other.n_abandoned;
        self.n_errors += other.n_errors;
        self.failures.extend(other.failures);
        self.won.extend(other.won);
        self.lost.extend(other.lost);
    }
}

/// Runs it with one product, or with several in random order in each cart.
pub(crate) async fn run(args: &Args, n_products: usize) -> anyhow::Result<Report> {
    let (n_buyers, n_attempts) = (args.buyers.unwrap_or(2_000), args.attempts.unwrap_or(10_000));
    let shop = Arc::new(Shop::open(args, n_products, PIECES).await?);
    let programs = shop.start()?;
    let checker = Checker::start(&shop).await?;
    let books = shop.books().await?;
    let mut report = Report::of(args);

    let began = Instant::now();
    let tasks = (0..n_buyers).map(|who| {
        let (shop, dice) = (Arc::clone(&shop), Dice::new(args.seed, who));
        let tries = n_attempts / n_buyers;
        tokio::spawn(async move { one_buyer(&shop, who, tries, dice).await })
    });
    let mut seen = Seen::default();
    for done in futures_util::future::join_all(tasks).await {
        seen.add(done?);
    }
    report.note("storm_s", began.elapsed().as_secs());
    report.note("sold_in_storm", books.number(SERVED).await?);
    let ended = let_holds_end(&books).await?;
    report.note("holds_end_ms", u64::try_from(ended.as_millis())?);
    second_wave(&shop, n_buyers, &mut seen).await;
    let rest = until_at_rest(&books, Duration::from_secs(600)).await?;
    report.note("rest_s", rest.as_secs());
    let (n_checks, found) = checker.stop().await?;
    report.note_checks(n_checks, found);
    all_are_there(&shop, &seen.orders, &mut report).await?;
    close(&shop, &books, &mut report).await?;
    tell(&mut report, &books, seen, n_products).await?;
    report.note(
        "cpu_ms",
        programs.iter().map(crate::program::Program::cpu_ms).sum::<u64>(),
    );
    Ok(report)
}

const PIECES_SOLD: crate::books::Ask = crate::books::Ask::both(
    "SELECT coalesce(sum(l.quantity), 0) FROM order_lines l JOIN orders o ON o.id = l.order_id
     WHERE o.state IN ('placed', 'completed')",
);

async fn tell(report: &mut Report, books: &crate::books::Books, seen: Seen, n_products: usize) -> anyhow::Result<()> {
    let sold = books.number(PIECES_SOLD).await?;
    let there = PIECES * i64::try_from(n_products)?;
    report.note("pieces", there);
    report.note("sold", sold);
    report.must(sold == there, format!("{sold} pieces were sold of {there}"));
    report.note("told_sold_out", seen.n_sold_out);
    report.note("declined", seen.n_declined);
    report.note("abandoned", seen.n_abandoned);
    report.note("broken_connections", seen.n_errors);
    report.note("answers_5xx", seen.failures.len());
    report.must(
        seen.failures.is_empty(),
        format!("answers of 5xx: {:?}", seen.failures.first()),
    );
    report.note_times("winners_press_pay", seen.won);
    report.note_times("losers_are_told", seen.lost);
    Ok(())
}

async fn one_buyer(shop: &Shop, who: usize, tries: usize, mut dice: Dice) -> Seen {
    let mut seen = Seen::default();
    // Not all in the same millisecond: within two seconds.
    tokio::time::sleep(Duration::from_millis(u64::try_from(dice.below(2000)).unwrap_or(0))).await;
    for n in 0..tries {
        // Whoever comes back after a refusal comes with a new cart.
        let mut buyer = Buyer::new(shop, who + n * 2_000);
        if let Err(error) = one_try(shop, &mut buyer, &mut dice, &mut seen).await {
            seen.n_errors += 1;
            if seen.n_errors == 1 {
                eprintln!("buyer {who}: {error:#}");
            }
        }
        seen.failures.append(&mut buyer.failures);
    }
    seen
}

async fn one_try(shop: &Shop, buyer: &mut Buyer, dice: &mut Dice, seen: &mut Seen) -> anyhow::Result<()> {
    let mut wanted: Vec<&String> = shop.variants.iter().collect();
    dice.shuffle(&mut wanted);
    let began = Instant::now();
    for variant in wanted {
        if !buyer.put_in(variant, 1).await? && shop.variants.len() == 1 {
            seen.n_sold_out += 1;
            seen.lost.push(began.elapsed());
            return Ok(());
        }
    }
    let Some(review) = buyer.go_to_review().await? else {
        seen.n_sold_out += 1;
        return Ok(());
    };
    let (placed, took) = timed(buyer.place(&review)).await;
    let Placed::Page(page) = placed? else {
        seen.n_sold_out += 1;
        seen.lost.push(took);
        return Ok(());
    };
    seen.won.push(took);
    if dice.happens(5) {
        seen.n_abandoned += 1;
        return Ok(());
    }
    if dice.happens(5) {
        seen.n_declined += 1;
        buyer.pay(&page, BAD_CARD, "pay").await?;
        return Ok(());
    }
    if let Some(back) = buyer.pay(&page, GOOD_CARD, "pay").await? {
        seen.orders.push(buyer.come_back(&back).await?);
    }
    Ok(())
}

/// What came back from those who did not pay is sold to people who do, until there is nothing left.
async fn second_wave(shop: &Shop, n_before: usize, seen: &mut Seen) {
    for who in 0..500 {
        let mut buyer = Buyer::new(shop, n_before * 6 + who);
        let mut dice = Dice::new(0, who);
        let mut one = Seen::default();
        if buy_what_is_left(shop, &mut buyer, &mut dice, &mut one).await.is_err() {
            one.n_errors += 1;
        }
        let is_over = one.n_sold_out > 0;
        one.failures.append(&mut buyer.failures);
        seen.add(one);
        if is_over {
            return;
        }
    }
}

async fn buy_what_is_left(shop: &Shop, buyer: &mut Buyer, dice: &mut Dice, seen: &mut Seen) -> anyhow::Result<()> {
    let mut wanted: Vec<&String> = shop.variants.iter().collect();
    dice.shuffle(&mut wanted);
    let mut n_in = 0;
    for variant in wanted {
        n_in += usize::from(buyer.put_in(variant, 1).await?);
    }
    if n_in == 0 {
        seen.n_sold_out += 1;
        return Ok(());
    }
    let Some(review) = buyer.go_to_review().await? else {
        seen.n_sold_out += 1;
        return Ok(());
    };
    let Placed::Page(page) = buyer.place(&review).await? else {
        seen.n_sold_out += 1;
        return Ok(());
    };
    if let Some(back) = buyer.pay(&page, GOOD_CARD, "pay").await? {
        seen.orders.push(buyer.come_back(&back).await?);
    }
    Ok(())
}
