//! What happened to an order, in words.

use serde_json::Value;
use wares_commerce::orders::TimelineEntry;
use wares_kernel::{Currency, Money, text};

use crate::{
    admin::{
        desk::Desk,
        parts::{Day, Entry, Piece},
    },
    templates::format,
};

/// Everything, or only what staff wrote, under the headings of its days.
pub(super) fn days(desk: &Desk, currency: Currency, history: &[TimelineEntry], only_notes: bool) -> Vec<Day> {
    let shown = history.iter().filter(|entry| !only_notes || entry.kind == "comment");
    desk.timeline(shown.map(|entry| (entry.at, said(desk, currency, entry))))
}

fn said(desk: &Desk, currency: Currency, entry: &TimelineEntry) -> Entry {
    let (mark, tone) = mark(&entry.kind);
    let is_note = entry.kind == "comment";
    let by = match (entry.actor_kind.as_str(), entry.actor_name.as_str()) {
        ("system", _) => None,
        ("staff", name) => Some(name.to_owned()),
        (_, "") => Some("the customer".to_owned()),
        (_, name) => Some(format!("{name}, customer")),
    };
    Entry {
        at: desk.time(entry.at),
        mark,
        tone,
        what: if is_note {
            Vec::new()
        } else {
            vec![Piece::text(words(currency, entry))]
        },
        by,
        comment: is_note.then(|| text(&entry.data, "text")),
        change: None,
    }
}

fn words(currency: Currency, entry: &TimelineEntry) -> String {
    let amount = entry.data.get("amount_minor").and_then(Value::as_i64);
    let amount = amount.map(|minor| format::money(Money::new(minor, currency)));
    let with = |start: &str| {
        amount
            .as_ref()
            .map_or_else(|| start.to_owned(), |amount| format!("{start}: {amount}"))
    };
    let because = |start: &str| {
        let reason = text(&entry.data, "reason");
        if reason.is_empty() {
            start.to_owned()
        } else {
            format!("{start}: {reason}")
        }
    };
    match entry.kind.as_str() {
        "received" => "Received from the shop, stock is held".into(),
        "placed" => "Placed".into(),
        "paid" => "Paid".into(),
        "payment_captured" => with("Money received"),
        "payment_failed" => because("Payment refused"),
        "payment_authorised" => with("Money authorised"),
        "authorisation_lapsed" => "The authorisation ended before its money was taken".into(),
        "capture_requested" => with("Money is being taken"),
        "part_released" => with("Not taken, and let go"),
        "capture_failed" => because("The money could not be taken"),
        "dispute_opened" => with("The buyer's bank disputes the payment"),
        "dispute_won" => with("Dispute won, the money is back"),
        "dispute_lost" => with("Dispute lost, the money is gone"),
        "expired" => "Not paid in time, stock is free again".into(),
        "cancelled" => because("Cancelled"),
        "shipped" => {
            let carrier = text(&entry.data, "carrier");
            let number = text(&entry.data, "tracking_number");
            format!("Parcel sent {carrier} {number}").trim().to_owned()
        }
        "delivered" => "Parcel delivered".into(),
        "refund_requested" => with("Refund asked for"),
        "refund_succeeded" => with("Given back"),
        "refund_failed" => because("Refund failed"),
        other => text::capital(&other.replace('_', " ")),
    }
}

fn text(data: &Value, field: &str) -> String {
    data.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn mark(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "received" => ("dash", ""),
        "placed" => ("full", ""),
        "paid" | "payment_captured" | "delivered" | "dispute_won" => ("done", "ok"),
        "shipped" => ("full", "info"),
        "refund_requested" | "refund_succeeded" | "part_released" => ("back", ""),
        "payment_authorised" | "capture_requested" => ("half", "info"),
        "dispute_opened" => ("tri", "warn"),
        "payment_failed" | "refund_failed" | "capture_failed" | "authorisation_lapsed" | "dispute_lost" => {
            ("cross", "bad")
        }
        "cancelled" | "expired" => ("cross", ""),
        _ => ("ring", ""),
    }
}
