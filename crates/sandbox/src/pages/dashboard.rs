//! `/`: what happened lately, and buttons for what a gateway's own staff or a bank would do.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::{Value, context};
use serde::Serialize;

use super::{failure, is_own_form, message, page};
use crate::Sandbox;
use crate::book::{Book, Change};
use crate::error::ApiError;
use crate::faults::Faults;
use crate::model::{Delivery, Dispute, DisputeStatus, Event, Intent, IntentStatus, Session};
use crate::outbox::Webhooks;
use crate::render;
use crate::trade::{self, Moment};

/// Rows shown of each kind.
const ROWS: usize = 30;

/// The dashboard.
pub(crate) async fn show(State(sandbox): State<Sandbox>) -> Response {
    let view = sandbox.step(|book, _| Ok(view(book, &sandbox.config().shop_name)));
    match view {
        Ok(view) => page(&sandbox, StatusCode::OK, "dashboard.html", view, &[]),
        Err(error) => failure(&sandbox, &error),
    }
}

/// A button of the dashboard.
pub(crate) async fn act(State(sandbox): State<Sandbox>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_own_form(&headers) {
        return message(
            &sandbox,
            StatusCode::FORBIDDEN,
            "Not from here",
            "This form was sent by another site.",
        );
    }
    let field = |name: &str| {
        let value = form_urlencoded::parse(&body).find(|(field, _)| field == name);
        value.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let (action, id) = (field("action"), field("id"));
    let done = sandbox.step(|book, moment| match action.as_str() {
        "resend" => resend(book, &id),
        "faults" => read_faults(&field).map(|faults| book.faults = faults),
        action => {
            let change = change(book, action, &id, moment)?;
            book.commit(change, Webhooks::AsUsual)
                .map_err(|error| ApiError::not_written(&error))
        }
    });
    match done {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => failure(&sandbox, &error),
    }
}

fn change(book: &Book, action: &str, id: &str, moment: &Moment<'_>) -> Result<Change, ApiError> {
    let purchase = || {
        book.purchase_of(id)
            .ok_or_else(|| ApiError::no_such("payment_intent", id))
    };
    let decide = |is_won| {
        let dispute = book.disputes.get(id).ok_or_else(|| ApiError::no_such("dispute", id))?;
        let intent = book
            .intents
            .get(&dispute.intent)
            .ok_or_else(|| ApiError::no_such("payment_intent", id))?;
        trade::decide(dispute, intent, is_won, moment)
    };
    match action {
        "arrive" => purchase().and_then(|(session, intent)| trade::arrive(session, intent, true, moment)),
        "fail" => purchase().and_then(|(session, intent)| trade::arrive(session, intent, false, moment)),
        "dispute" => purchase().and_then(|(_, intent)| trade::dispute(intent, moment)),
        "capture" => purchase().and_then(|(_, intent)| trade::capture(intent, intent.capturable, true, moment)),
        "lapse" => purchase().and_then(|(_, intent)| trade::cancel(intent, moment)),
        "win" => decide(true),
        "lose" => decide(false),
        "expire" => {
            let session = book
                .sessions
                .get(id)
                .ok_or_else(|| ApiError::no_such("checkout.session", id))?;
            trade::expire(session, moment)
        }
        _ => Err(ApiError::invalid("action", "The dashboard has no such button.")),
    }
}

/// Queues an event again, whatever became of it.
fn resend(book: &mut Book, id: &str) -> Result<(), ApiError> {
    if book.events.get(id).is_none() {
        return Err(ApiError::no_such("event", id));
    }
    let waiting = vec![(id.to_owned(), Delivery::Waiting)];
    book.commit_deliveries(waiting)
        .map_err(|error| ApiError::not_written(&error))?;
    book.outbox.send(vec![id.to_owned()]);
    Ok(())
}

fn read_faults(field: &impl Fn(&str) -> String) -> Result<Faults, ApiError> {
    let number = |name: &str| match field(name).trim() {
        "" => Ok(0),
        text => text
            .parse::<u32>()
            .map_err(|_| ApiError::invalid(name, "Faults are counted in whole numbers.")),
    };
    let flag = |name: &str| !field(name).is_empty();
    Ok(Faults {
        latency_ms: u64::from(number("latency_ms")?),
        fail_next: number("fail_next")?,
        fail_is_kept: flag("fail_is_kept"),
        rate_limit_next: number("rate_limit_next")?,
        time_out_next: number("time_out_next")?,
        drop_webhooks_next: number("drop_webhooks_next")?,
        duplicate_webhooks: flag("duplicate_webhooks"),
        reverse_webhooks: flag("reverse_webhooks"),
    })
}

fn view(book: &Book, shop: &str) -> Value {
    context! {
        shop,
        sessions => book.sessions.newest_first().take(ROWS).map(session_row).collect::<Vec<_>>(),
        payments => book.intents.newest_first().take(ROWS).map(payment_row).collect::<Vec<_>>(),
        disputes => book.disputes.newest_first().take(ROWS).map(dispute_row).collect::<Vec<_>>(),
        events => book.events.newest_first().take(ROWS).map(event_row).collect::<Vec<_>>(),
        faults => Value::from_serialize(&book.faults),
    }
}

fn session_row(session: &Session) -> Value {
    context! {
        id => session.id,
        made => instant(session.created),
        what => session.lines.join(", "),
        amount => render::money(session.amount, &session.currency),
        status => word(session.status),
    }
}

fn payment_row(intent: &Intent) -> Value {
    let show = |amount| render::money(amount, &intent.currency);
    context! {
        id => intent.id,
        amount => show(intent.amount),
        received => show(intent.received),
        refunded => show(intent.refunded),
        status => word(intent.status),
        is_on_its_way => intent.status == IntentStatus::Processing,
        is_authorised => intent.status == IntentStatus::RequiresCapture,
        can_be_disputed => intent.received > intent.refunded && intent.dispute.is_none(),
    }
}

fn dispute_row(dispute: &Dispute) -> Value {
    context! {
        id => dispute.id,
        payment => dispute.intent,
        amount => render::money(dispute.amount, &dispute.currency),
        status => word(dispute.status),
        is_open => dispute.status == DisputeStatus::NeedsResponse,
    }
}

fn event_row(event: &Event) -> Value {
    context! {
        id => event.id,
        made => instant(event.created),
        kind => event.kind,
        delivery => word(event.delivery),
    }
}

/// A state as people read it: `requires capture`.
fn word(state: impl Serialize) -> String {
    let name = serde_json::to_value(state).unwrap_or_default();
    name.as_str().unwrap_or_default().replace('_', " ")
}

fn instant(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .unwrap_or_default()
        .strftime("%Y-%m-%d %H:%M:%S UTC")
        .to_string()
}
