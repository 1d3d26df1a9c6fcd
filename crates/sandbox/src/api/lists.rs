//! Lists, newest first, and the objects that are only read.

use serde_json::Value;

use super::{Call, Done};
use crate::book::{Book, Table};
use crate::error::ApiError;
use crate::model::Row;
use crate::render;

const LIMIT_DEFAULT: i64 = 10;
const LIMIT_MAX: i64 = 100;

/// Which part of a list is asked for.
struct Window<'a> {
    limit: usize,
    from: i64,
    after: Option<&'a str>,
}

fn window(call: &Call) -> Result<Window<'_>, ApiError> {
    let limit = call.number("limit")?.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(ApiError::invalid(
            "limit",
            format!("A limit is between 1 and {LIMIT_MAX}."),
        ));
    }
    let limit = usize::try_from(limit).unwrap_or_default();
    let from = call.number("created[gte]")?.unwrap_or(i64::MIN);
    Ok(Window {
        limit,
        from,
        after: call.text("starting_after"),
    })
}

/// Refuses fields a list does not know.
pub(super) fn check(call: &Call) -> Result<(), ApiError> {
    window(call)?;
    call.finish()
}

/// One page of a table: what `show` shows, newest first.
pub(super) fn page<T: Row>(
    table: &Table<T>,
    call: &Call,
    what: &str,
    show: impl Fn(&T) -> Option<Value>,
) -> Result<Done, ApiError> {
    let window = window(call)?;
    call.finish()?;
    let mut data = match window.after {
        None => take(table.newest_first(), &window, show),
        Some(id) => take(
            table.before(id).ok_or_else(|| ApiError::no_such(what, id))?,
            &window,
            show,
        ),
    };
    let has_more = data.len() > window.limit;
    data.truncate(window.limit);
    Ok(Done::reading(render::list(call.path(), data, has_more)))
}

/// Up to one more than the limit, which tells whether there is more. Instants never run backwards, so the walk ends
/// at the first object that is too old.
fn take<'a, T: Row + 'a>(
    rows: impl Iterator<Item = &'a T>,
    window: &Window<'_>,
    show: impl Fn(&T) -> Option<Value>,
) -> Vec<Value> {
    rows.take_while(|row| row.created() >= window.from)
        .filter_map(show)
        .take(window.limit + 1)
        .collect()
}

pub(super) fn refunds(book: &Book, call: &Call) -> Result<Done, ApiError> {
    let wanted = call.text("payment_intent");
    page(&book.refunds, call, "refund", |refund| {
        wanted
            .is_none_or(|id| id == refund.intent)
            .then(|| render::refund(refund))
    })
}

pub(super) fn refund(book: &Book, call: &Call, id: &str) -> Result<Done, ApiError> {
    one(&book.refunds, call, "refund", id, render::refund)
}

pub(super) fn disputes(book: &Book, call: &Call) -> Result<Done, ApiError> {
    let wanted = call.text("payment_intent");
    page(&book.disputes, call, "dispute", |dispute| {
        wanted
            .is_none_or(|id| id == dispute.intent)
            .then(|| render::dispute(dispute))
    })
}

pub(super) fn dispute(book: &Book, call: &Call, id: &str) -> Result<Done, ApiError> {
    one(&book.disputes, call, "dispute", id, render::dispute)
}

pub(super) fn events(book: &Book, call: &Call) -> Result<Done, ApiError> {
    let wanted = call.text("type");
    page(&book.events, call, "event", |event| {
        wanted
            .is_none_or(|kind| kind == event.kind)
            .then(|| render::event(event))
    })
}

pub(super) fn event(book: &Book, call: &Call, id: &str) -> Result<Done, ApiError> {
    one(&book.events, call, "event", id, render::event)
}

fn one<T: Row>(
    table: &Table<T>,
    call: &Call,
    what: &str,
    id: &str,
    show: impl Fn(&T) -> Value,
) -> Result<Done, ApiError> {
    let row = table.get(id).ok_or_else(|| ApiError::no_such(what, id))?;
    call.finish()?;
    Ok(Done::reading(show(row)))
}
