//! The HTTP API: one pipeline for every request, so that keys, faults and errors behave the same everywhere.
//!
//! Key → faults → the endpoint, under the lock → its answer kept under the idempotency key in the same line of the
//! journal as its effect. To add an endpoint: a function that takes the [`Book`] and the [`Call`] and returns
//! [`Done`], and an arm in [`perform`].

mod call;
mod lists;
mod payments;
mod sessions;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use subtle::ConstantTimeEq;

pub(crate) use call::Call;

use crate::Sandbox;
use crate::book::{Book, Change, KeyState};
use crate::error::ApiError;
use crate::faults;
use crate::model::KeptAnswer;
use crate::outbox::Webhooks;
use crate::trade::Moment;

/// Longest idempotency key, as at Stripe.
const KEY_MAX: usize = 255;

/// What an endpoint answers, and what becomes true by it.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) body: Value,
    pub(crate) change: Change,
}

impl Done {
    fn reading(body: Value) -> Self {
        Self {
            body,
            change: Change::default(),
        }
    }
}

/// `/v1/…`
pub(crate) async fn handle(
    State(sandbox): State<Sandbox>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match answer(&sandbox, &method, &uri, &headers, &body).await {
        Ok(answer) => answer.into_response(),
        Err(error) => Answer::from(&error).into_response(),
    }
}

/// An answer as it goes out and as it is kept.
struct Answer {
    status: u16,
    body: String,
    is_replayed: bool,
}

impl From<&ApiError> for Answer {
    fn from(error: &ApiError) -> Self {
        Self {
            status: error.status,
            body: error.body().to_string(),
            is_replayed: false,
        }
    }
}

impl From<&KeptAnswer> for Answer {
    fn from(kept: &KeptAnswer) -> Self {
        Self {
            status: kept.status,
            body: kept.body.clone(),
            is_replayed: true,
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, [(header::CONTENT_TYPE, "application/json")], self.body).into_response();
        if self.is_replayed {
            response
                .headers_mut()
                .insert("idempotent-replayed", HeaderValue::from_static("true"));
        }
        response
    }
}

async fn answer(
    sandbox: &Sandbox,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Answer, ApiError> {
    authorise(headers, &sandbox.config().secret_key)?;
    let call = Call::parse(method, uri, body)?;
    let claim = match idempotency_key(method, headers)? {
        None => None,
        Some(key) => match claim(sandbox, key, &call)? {
            Claimed::Kept(kept) => return Ok(kept),
            Claimed::New(claim) => Some(claim),
        },
    };
    sandbox.wait_latency().await;
    let answer = carry_out(sandbox, &call, claim.as_ref())?;
    drop(claim);
    if *method == Method::POST && sandbox.with_book(|book| faults::take(&mut book.faults.time_out_next)) {
        sandbox.hang().await;
    }
    Ok(answer)
}

/// Whether the request carries our key, compared in constant time.
pub(crate) fn authorise(headers: &HeaderMap, secret_key: &str) -> Result<(), ApiError> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(given) = given.and_then(|value| value.strip_prefix("Bearer ")) else {
        return Err(ApiError::unauthorised(
            "You did not provide an API key in the Authorization header.",
        ));
    };
    if bool::from(given.as_bytes().ct_eq(secret_key.as_bytes())) {
        Ok(())
    } else {
        Err(ApiError::unauthorised("Invalid API Key provided."))
    }
}

fn idempotency_key<'a>(method: &Method, headers: &'a HeaderMap) -> Result<Option<&'a str>, ApiError> {
    let Some(value) = headers.get("idempotency-key").filter(|_| *method == Method::POST) else {
        return Ok(None);
    };
    match value.to_str() {
        Ok(key) if !key.is_empty() && key.len() <= KEY_MAX => Ok(Some(key)),
        _ => Err(ApiError::invalid(
            "Idempotency-Key",
            format!("An idempotency key has 1 to {KEY_MAX} characters."),
        )),
    }
}

/// A key reserved for one request; given back when the request ends, also when its client went away.
struct Claim<'a> {
    sandbox: &'a Sandbox,
    key: &'a str,
    asked: u64,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.sandbox.with_book(|book| book.unclaim(self.key));
    }
}

enum Claimed<'a> {
    New(Claim<'a>),
    Kept(Answer),
}

fn claim<'a>(sandbox: &'a Sandbox, key: &'a str, call: &Call) -> Result<Claimed<'a>, ApiError> {
    let (asked, now) = (call.fingerprint(), sandbox.now_seconds());
    sandbox.with_book(|book| match book.claim(key, asked, now) {
        KeyState::Claimed => Ok(Claimed::New(Claim { sandbox, key, asked })),
        KeyState::Kept(kept) => Ok(Claimed::Kept(kept.into())),
        KeyState::Running => Err(ApiError::key_in_use()),
        KeyState::Mismatch => Err(ApiError::key_mismatch()),
    })
}

/// Carries the call out and keeps its answer, both in one step.
fn carry_out(sandbox: &Sandbox, call: &Call, claim: Option<&Claim<'_>>) -> Result<Answer, ApiError> {
    sandbox.step(|book, moment| {
        let result = ordered_fault(book).map_or_else(|| perform(book, call, moment), Err);
        let (answer, mut change) = match result {
            Ok(done) => (
                Answer {
                    status: 200,
                    body: done.body.to_string(),
                    is_replayed: false,
                },
                done.change,
            ),
            Err(error) if error.is_kept => (Answer::from(&error), Change::default()),
            Err(error) => return Err(error),
        };
        change.kept = claim.map(|claim| KeptAnswer {
            key: claim.key.to_owned(),
            created: moment.now,
            asked: claim.asked,
            status: answer.status,
            body: answer.body.clone(),
        });
        if call.changes_something() {
            book.commit(change, Webhooks::AsUsual)
                .map_err(|error| ApiError::not_written(&error))?;
        }
        Ok(answer)
    })
}

fn ordered_fault(book: &mut Book) -> Option<ApiError> {
    if faults::take(&mut book.faults.rate_limit_next) {
        return Some(ApiError::rate_limited());
    }
    faults::take(&mut book.faults.fail_next).then(|| ApiError::broken(book.faults.fail_is_kept))
}

fn perform(book: &Book, call: &Call, moment: &Moment<'_>) -> Result<Done, ApiError> {
    match call.route().as_slice() {
        ["POST", "checkout", "sessions"] => sessions::create(call, moment),
        ["GET", "checkout", "sessions"] => sessions::list(book, call, moment),
        ["GET", "checkout", "sessions", id] => sessions::get(book, call, id, moment),
        ["POST", "checkout", "sessions", id, "expire"] => sessions::expire(book, call, id, moment),
        ["GET", "payment_intents"] => payments::list(book, call),
        ["GET", "payment_intents", id] => payments::get(book, call, id),
        ["POST", "payment_intents", id, "capture"] => payments::capture(book, call, id, moment),
        ["POST", "payment_intents", id, "cancel"] => payments::cancel(book, call, id, moment),
        ["POST", "refunds"] => payments::refund(book, call, moment),
        ["GET", "refunds"] => lists::refunds(book, call),
        ["GET", "refunds", id] => lists::refund(book, call, id),
        ["GET", "disputes"] => lists::disputes(book, call),
        ["GET", "disputes", id] => lists::dispute(book, call, id),
        ["GET", "events"] => lists::events(book, call),
        ["GET", "events", id] => lists::event(book, call, id),
        _ => Err(call.unknown_url()),
    }
}
