//! Payment intents and refunds: read, capture, cancel, refund.

use super::{Call, Done, lists};
use crate::book::Book;
use crate::error::ApiError;
use crate::model::Intent;
use crate::render;
use crate::trade::{self, Moment, RefundWish};

pub(super) fn get(book: &Book, call: &Call, id: &str) -> Result<Done, ApiError> {
    let intent = find(book, id)?;
    let expand = call.expand()?;
    call.finish()?;
    Ok(Done::reading(render::intent(intent, expand.charge)))
}

pub(super) fn list(book: &Book, call: &Call) -> Result<Done, ApiError> {
    let expand = call.expand()?;
    lists::page(&book.intents, call, "payment_intent", |intent| {
        Some(render::intent(intent, expand.charge))
    })
}

pub(super) fn capture(book: &Book, call: &Call, id: &str, moment: &Moment<'_>) -> Result<Done, ApiError> {
    let intent = find(book, id)?;
    let amount = call.number("amount_to_capture")?;
    let is_final = call.flag("final_capture")?.unwrap_or(true);
    let expand = call.expand()?;
    call.finish()?;
    if amount == Some(0) {
        return Err(ApiError::invalid("amount_to_capture", "Captures are above zero."));
    }
    let change = trade::capture(intent, amount.unwrap_or(intent.capturable), is_final, moment)?;
    Ok(Done {
        body: render::intent(&change.intents[0], expand.charge),
        change,
    })
}

pub(super) fn cancel(book: &Book, call: &Call, id: &str, moment: &Moment<'_>) -> Result<Done, ApiError> {
    let intent = find(book, id)?;
    let expand = call.expand()?;
    call.text("cancellation_reason");
    call.finish()?;
    let change = trade::cancel(intent, moment)?;
    Ok(Done {
        body: render::intent(&change.intents[0], expand.charge),
        change,
    })
}

pub(super) fn refund(book: &Book, call: &Call, moment: &Moment<'_>) -> Result<Done, ApiError> {
    let intent = find(book, call.required("payment_intent")?)?;
    let amount = call.number("amount")?;
    let reason = call.text("reason").map(str::to_owned);
    let metadata = call.map("metadata")?;
    call.finish()?;
    if amount == Some(0) {
        return Err(ApiError::invalid("amount", "Refunds are above zero."));
    }
    let (refund, change) = trade::refund(
        intent,
        RefundWish {
            amount,
            reason,
            metadata,
        },
        moment,
    )?;
    Ok(Done {
        body: render::refund(&refund),
        change,
    })
}

fn find<'a>(book: &'a Book, id: &str) -> Result<&'a Intent, ApiError> {
    book.intents
        .get(id)
        .ok_or_else(|| ApiError::no_such("payment_intent", id))
}
