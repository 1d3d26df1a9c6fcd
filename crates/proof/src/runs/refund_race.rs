//! Fifty people of the staff press Refund at once, for three times what was paid.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;

use crate::Args;
use crate::books::Ask;
use crate::buyer::{Buyer, Reply, fields, form_of};
use crate::dice::Dice;
use crate::invariants::Checker;
use crate::report::Report;
use crate::runs::{close, owner, until_at_rest};
use crate::shop::Shop;

const NUMBERS: Ask = Ask::both("SELECT number, total_minor FROM orders ORDER BY number");
const BACK: Ask = Ask::both("SELECT coalesce(sum(amount_minor), 0) FROM refunds WHERE state = 'succeeded'");
const N_REFUNDS: usize = 50;

/// Runs it: one race for each of some orders.
pub(crate) async fn run(args: &Args) -> anyhow::Result<Report> {
    let n_orders = args.buyers.unwrap_or(10);
    let shop = Shop::open(args, 1, 10_000).await?;
    let programs = shop.start()?;
    let checker = Checker::start(&shop).await?;
    let books = shop.books().await?;
    let mut report = Report::of(args);
    let owner = owner(&shop, &programs).await?;
    let mut dice = Dice::new(args.seed, 0);
    for who in 0..n_orders {
        Buyer::new(&shop, who).buy(&shop.variants[0], 5).await?;
    }
    let (mut answers, mut paid) = (BTreeMap::new(), 0);
    for row in books.rows(NUMBERS).await? {
        let total: i64 = row[1].parse()?;
        paid += total;
        for (reply, times) in race(&owner, &shop, &row[0], total, &mut dice).await? {
            *answers.entry(reply).or_insert(0) += times;
        }
    }
    until_at_rest(&books, Duration::from_secs(300)).await?;
    let (n_checks, found) = checker.stop().await?;
    report.note_checks(n_checks, found);
    let back = books.number(BACK).await?;
    report.note("orders", n_orders);
    report.note("asked_for_minor", 3 * paid);
    report.note("paid_minor", paid);
    report.note("given_back_minor", back);
    report.must(back <= paid, format!("{back} went back of {paid}"));
    // What is left of an order is less than the smallest part anybody has asked for.
    report.must(
        back * 100 >= paid * 90,
        format!("only {back} of {paid} went back although more was asked for"),
    );
    report.must(
        answers.keys().all(|status: &String| status == "303" || status == "422"),
        format!("answers: {answers:?}"),
    );
    report.note("answers", serde_json::to_value(&answers)?);
    close(&shop, &books, &mut report).await?;
    Ok(report)
}

/// Amounts that come to three times what was paid, asked for at once; how often each answer came.
async fn race(
    owner: &Buyer,
    shop: &Shop,
    number: &str,
    total: i64,
    dice: &mut Dice,
) -> anyhow::Result<BTreeMap<String, usize>> {
    let path = format!("/admin/orders/{number}/refund");
    let each = total * 3 / i64::try_from(N_REFUNDS)?;
    let mut asks = Vec::new();
    for n in 0..N_REFUNDS {
        let mut staff = owner.at(shop, n);
        let page = staff.get(&path).await?;
        let mut form = form_of(&page.body, &path).context("no form")?;
        form.retain(|(name, _)| name != "amount" && name != "reason" && name != "look");
        let minor = each - i64::try_from(dice.below(20))? + 10;
        let amount = format!("{}.{:02}", minor / 100, minor % 100);
        form.extend(fields(&[("amount", &amount), ("reason", "Goodwill")]));
        asks.push((staff, form));
    }
    let sent = asks.into_iter().map(|(mut staff, form)| {
        let path = path.clone();
        async move { staff.post(&path, &form).await }
    });
    let mut answers = BTreeMap::new();
    for reply in futures_util::future::join_all(sent).await {
        let Reply { status, .. } = reply?;
        *answers.entry(status.as_u16().to_string()).or_insert(0) += 1;
    }
    Ok(answers)
}
