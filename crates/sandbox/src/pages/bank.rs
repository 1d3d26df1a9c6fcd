//! `/pay/{session}/bank`: the buyer's bank asks for a confirmation (3-D Secure).

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;

use super::pay::{Entry, How, carry_out, enter};
use super::{failure, is_own_form, message, page};
use crate::Sandbox;
use crate::book::{Book, Change};
use crate::model::{IntentStatus, SessionStatus};
use crate::render;
use crate::trade::{self, Moment};

/// The bank's page.
pub(crate) async fn show(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let session = match enter(&sandbox, &id) {
        Entry::Open(session) => session,
        Entry::Closed(answer) => return answer,
    };
    let is_asking = sandbox.with_book(|book| {
        book.intent_of(&session)
            .is_some_and(|intent| intent.status == IntentStatus::RequiresAction)
    });
    if !is_asking {
        return Redirect::to(&format!("/pay/{id}")).into_response();
    }
    let context = context! {
        id => session.id,
        shop => sandbox.config().shop_name,
        amount => render::money(session.amount, &session.currency),
        how => how(query.unwrap_or_default().as_bytes()).value(),
    };
    page(&sandbox, StatusCode::OK, "bank.html", context, &[&session.success_url])
}

/// The buyer approves or refuses.
pub(crate) async fn submit(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_own_form(&headers) {
        return message(
            &sandbox,
            StatusCode::FORBIDDEN,
            "Not from here",
            "This form was sent by another site.",
        );
    }
    let answer = form_urlencoded::parse(&body)
        .find(|(name, _)| name == "answer")
        .map(|(_, value)| value);
    let is_approved = match answer.as_deref() {
        Some("approve") => true,
        Some("fail") => false,
        _ => {
            return message(
                &sandbox,
                StatusCode::BAD_REQUEST,
                "No answer",
                "Choose approve or fail.",
            );
        }
    };
    match carry_out(&sandbox, &id, how(&body), |book, moment| {
        confirm(book, &id, is_approved, moment)
    }) {
        Ok(tried) => tried.answer(&sandbox).await,
        Err(error) => failure(&sandbox, &error),
    }
}

fn confirm(book: &Book, id: &str, is_approved: bool, moment: &Moment<'_>) -> Option<Change> {
    let session = book
        .sessions
        .get(id)
        .filter(|session| session.status == SessionStatus::Open)?;
    let intent = book
        .intent_of(session)
        .filter(|intent| intent.status == IntentStatus::RequiresAction)?;
    Some(trade::confirm(session, intent, is_approved, moment))
}

fn how(form: &[u8]) -> How {
    let value = form_urlencoded::parse(form).find(|(name, _)| name == "how");
    value.and_then(|(_, value)| How::read(&value)).unwrap_or(How::Plainly)
}
