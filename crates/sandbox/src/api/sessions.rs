//! Checkout sessions: open, read, list, expire.

use super::{Call, Done, lists};
use crate::book::{Book, Change};
use crate::error::ApiError;
use crate::model::{Session, SessionStatus};
use crate::render;
use crate::trade::{self, Moment};

/// Largest amount in the currency's smallest unit, as at Stripe.
const AMOUNT_MAX: i64 = 99_999_999;

const LINES_MAX: usize = 100;

const HOUR: i64 = 3600;

pub(super) fn create(call: &Call, moment: &Moment<'_>) -> Result<Done, ApiError> {
    let session = read(call, moment)?;
    call.finish()?;
    let body = render::session(&session, None, render::Expand::default(), moment.public_url);
    Ok(Done {
        body,
        change: Change {
            sessions: vec![session],
            ..Change::default()
        },
    })
}

fn read(call: &Call, moment: &Moment<'_>) -> Result<Session, ApiError> {
    if call.required("mode")? != "payment" {
        return Err(ApiError::invalid("mode", "This sandbox only knows the mode payment."));
    }
    // These choose how a real page looks; they change nothing here.
    for ignored in [
        "locale",
        "submit_type",
        "payment_method_types[0]",
        "payment_intent_data[description]",
    ] {
        call.text(ignored);
    }
    call.expand()?;
    let (lines, amount, currency) = read_lines(call)?;
    Ok(Session {
        id: moment.id("cs_test"),
        created: moment.now,
        expires_at: read_expiry(call, moment.now)?,
        amount,
        currency,
        lines,
        status: SessionStatus::Open,
        client_reference_id: call.text("client_reference_id").map(str::to_owned),
        customer_email: call.text("customer_email").map(str::to_owned),
        note: call.text("custom_text[submit][message]").map(str::to_owned),
        metadata: call.map("metadata")?,
        intent_metadata: call.map("payment_intent_data[metadata]")?,
        captures_by_hand: captures_by_hand(call)?,
        success_url: url(call, "success_url")?.ok_or_else(|| ApiError::missing("success_url"))?,
        cancel_url: url(call, "cancel_url")?,
        intent: None,
    })
}

fn read_expiry(call: &Call, now: i64) -> Result<i64, ApiError> {
    let expires_at = call.number("expires_at")?.unwrap_or(now + 24 * HOUR);
    if (now + HOUR / 2..=now + 24 * HOUR).contains(&expires_at) {
        return Ok(expires_at);
    }
    let message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.";
    Err(ApiError::invalid("expires_at", message))
}

fn captures_by_hand(call: &Call) -> Result<bool, ApiError> {
    let param = "payment_intent_data[capture_method]";
    match call.text(param) {
        None | Some("automatic" | "automatic_async") => Ok(false),
        Some("manual") => Ok(true),
        Some(_) => Err(ApiError::invalid(param, "The capture method is automatic or manual.")),
    }
}

fn url(call: &Call, name: &str) -> Result<Option<String>, ApiError> {
    let Some(url) = call.text(name) else {
        return Ok(None);
    };
    let is_http = url.starts_with("https://") || url.starts_with("http://");
    if !is_http || url.len() > 5000 || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(ApiError {
            code: Some("url_invalid"),
            ..ApiError::invalid(name, "Not a valid URL")
        });
    }
    Ok(Some(url.to_owned()))
}

/// The names of the lines, their sum, and the currency they share.
fn read_lines(call: &Call) -> Result<(Vec<String>, i64, String), ApiError> {
    let (mut names, mut sum, mut currency) = (Vec::new(), 0_i64, None);
    for at in 0..LINES_MAX {
        let field = |rest: &str| format!("line_items[{at}]{rest}");
        let currency_field = field("[price_data][currency]");
        let Some(of_line) = call.text(&currency_field).map(str::to_lowercase) else {
            break;
        };
        if *currency.get_or_insert_with(|| of_line.clone()) != of_line {
            return Err(ApiError::invalid(&currency_field, "All lines share one currency."));
        }
        let unit = required_number(call, &field("[price_data][unit_amount]"))?;
        let quantity = required_number(call, &field("[quantity]"))?;
        sum = unit
            .checked_mul(quantity)
            .and_then(|line| line.checked_add(sum))
            .unwrap_or(i64::MAX);
        names.push(call.required(&field("[price_data][product_data][name]"))?.to_owned());
    }
    let currency = currency.ok_or_else(|| ApiError::missing("line_items"))?;
    check_amount(sum, &currency)?;
    Ok((names, sum, currency))
}

fn required_number(call: &Call, name: &str) -> Result<i64, ApiError> {
    call.number(name)?.ok_or_else(|| ApiError::missing(name))
}

/// Stripe's rules for amounts: in some currencies they end in zeros.
fn check_amount(amount: i64, currency: &str) -> Result<(), ApiError> {
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_lowercase()) {
        return Err(ApiError::invalid("currency", format!("Invalid currency: {currency}.")));
    }
    if !(1..=AMOUNT_MAX).contains(&amount) {
        let code = if amount < 1 {
            "amount_too_small"
        } else {
            "amount_too_large"
        };
        let error = ApiError::invalid("line_items", "The total amount due is out of range.");
        return Err(ApiError {
            code: Some(code),
            ..error
        });
    }
    let step = match currency {
        "bhd" | "jod" | "kwd" | "omr" | "tnd" => 10,
        "isk" | "ugx" => 100,
        _ => 1,
    };
    if amount % step == 0 {
        return Ok(());
    }
    Err(ApiError::invalid(
        "line_items",
        format!("Amounts in {currency} are multiples of {step}."),
    ))
}

pub(super) fn get(book: &Book, call: &Call, id: &str, moment: &Moment<'_>) -> Result<Done, ApiError> {
    let session = find(book, id)?;
    let expand = call.expand()?;
    call.finish()?;
    Ok(Done::reading(render::session(
        session,
        book.intent_of(session),
        expand,
        moment.public_url,
    )))
}

pub(super) fn list(book: &Book, call: &Call, moment: &Moment<'_>) -> Result<Done, ApiError> {
    let expand = call.expand()?;
    let show = |session: &Session| render::session(session, book.intent_of(session), expand, moment.public_url);
    let Some(intent) = call.text("payment_intent") else {
        return lists::page(&book.sessions, call, "checkout.session", |session| Some(show(session)));
    };
    // One look-up instead of a walk: the shop asks this for every webhook about a payment.
    lists::check(call)?;
    let found = book
        .purchase_of(intent)
        .map(|(session, _)| show(session))
        .into_iter()
        .collect();
    Ok(Done::reading(render::list(call.path(), found, false)))
}

pub(super) fn expire(book: &Book, call: &Call, id: &str, moment: &Moment<'_>) -> Result<Done, ApiError> {
    let session = find(book, id)?;
    let expand = call.expand()?;
    call.finish()?;
    let change = trade::expire(session, moment)?;
    let expired = &change.sessions[0];
    let body = render::session(expired, book.intent_of(expired), expand, moment.public_url);
    Ok(Done { body, change })
}

fn find<'a>(book: &'a Book, id: &str) -> Result<&'a Session, ApiError> {
    book.sessions
        .get(id)
        .ok_or_else(|| ApiError::no_such("checkout.session", id))
}
