//! The money of an order: every figure with what it is made of, as the order has kept it, and what was paid since.

use wares_commerce::{
    orders::{Order, OrderLine},
    payment::{Refund, RefundProgress},
};
use wares_kernel::Money;

use super::{
    pages::{Amount, LedgerRow},
    payments::{Moved, named},
};
use crate::{admin::words, templates::format};

/// Lines, discount, delivery, tax, total; then captured, given back, and what is left to pay.
pub(super) fn rows(order: &Order, lines: &[OrderLine], moved: &Moved) -> Vec<LedgerRow> {
    let title = |variant| {
        let line = lines.iter().find(|line| line.variant_id == variant);
        line.map_or_else(String::new, OrderLine::name)
    };
    let figures = order.quote.explain(title);
    let mut rows: Vec<LedgerRow> = figures
        .iter()
        .map(|figure| LedgerRow {
            rows: derivation(&figure.steps),
            note: Some(figure.note.clone()).filter(|note| !note.is_empty()),
            weight: if figure.label == "Total" { "sum" } else { "" },
            ..row(&figure.label, figure.amount)
        })
        .collect();
    let money = |minor| Money::new(minor, order.currency);
    for attempt in moved.attempts.iter().filter(|attempt| attempt.totals.captured > 0) {
        rows.push(LedgerRow {
            aside: Some(words::gateway(&attempt.gateway)),
            ..row("Captured", money(attempt.totals.captured))
        });
    }
    if let Some(release) = &moved.release {
        let pieces = named(release.shares.lines.iter(), release.shares.shipping, lines);
        rows.push(LedgerRow {
            aside: Some(pieces).filter(|pieces| !pieces.is_empty()),
            ..row("Not taken", release.amount.negated())
        });
    }
    for refund in going_back(moved) {
        rows.push(LedgerRow {
            aside: Some(moved.pieces(refund, lines)).filter(|pieces| !pieces.is_empty()),
            ..row("Given back", money(-refund.amount.minor()))
        });
    }
    let lost: i64 = moved.attempts.iter().map(|attempt| attempt.totals.lost).sum();
    if lost > 0 {
        rows.push(row("Lost in a dispute", money(-lost)));
    }
    rows.push(balance(order, moved));
    rows
}

/// Refunds that were sent or will be.
fn going_back(moved: &Moved) -> impl Iterator<Item = &Refund> {
    moved
        .refunds
        .iter()
        .filter(|refund| refund.state != RefundProgress::Failed)
}

fn balance(order: &Order, moved: &Moved) -> LedgerRow {
    let money = |minor| Money::new(minor, order.currency);
    let paid: i64 = moved.attempts.iter().map(|attempt| attempt.totals.captured).sum();
    let back: i64 = going_back(moved).map(|refund| refund.amount.minor()).sum();
    let credits = going_back(moved).filter(|refund| refund.is_credit);
    // Nobody owes anything for an order that is over.
    let (due, released, credited) = if order.cancelled_at.is_some() || order.state.word() == "expired" {
        (0, 0, 0)
    } else {
        let released = moved.release.as_ref().map_or(0, |release| release.amount.minor());
        let credited = credits.map(|refund| refund.amount.minor()).sum();
        (order.total.minor(), released, credited)
    };
    let left = money(due - released - credited - paid + back);
    let steps = [
        ("Owed", due),
        ("Not taken", -released),
        ("Credited", -credited),
        ("Captured", -paid),
        ("Given back", back),
    ];
    LedgerRow {
        weight: "bal",
        rows: steps
            .iter()
            .filter(|(text, minor)| *text != "Not taken" || *minor != 0)
            .map(|(text, minor)| Amount::new(*text, format::money(money(*minor))))
            .chain([Amount::total("Left to pay", format::money(left))])
            .collect(),
        ..row("Balance", left)
    }
}

fn row(name: &str, amount: Money) -> LedgerRow {
    LedgerRow {
        name: name.to_owned(),
        code: None,
        aside: None,
        amount: format::money(amount),
        weight: "",
        rows: Vec::new(),
        note: None,
    }
}

/// The steps; the last one repeats the figure.
fn derivation(steps: &[wares_commerce::pricing::explain::Step]) -> Vec<Amount> {
    let last = steps.len().saturating_sub(1);
    steps
        .iter()
        .enumerate()
        .map(|(n, step)| Amount {
            text: step.label.clone(),
            amount: format::money(step.amount),
            is_total: n == last && n > 0,
        })
        .collect()
}
