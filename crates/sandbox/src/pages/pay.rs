//! `/pay/{session}`: the hosted page. A refused card leaves the buyer here, to try again.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::{Value, context};

use super::{failure, is_own_form, message, nothing_here, page, return_to_shop};
use crate::Sandbox;
use crate::book::{Book, Change};
use crate::cards::{CARDS, Card};
use crate::error::ApiError;
use crate::faults::Faults;
use crate::model::{IntentStatus, Session, SessionStatus};
use crate::outbox::Webhooks;
use crate::render;
use crate::trade::{self, Means, Moment};
use crate::webhook;

/// What a buyer's click makes happen besides paying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Plainly,
    Later,
    WithoutComingBack,
    LosingTheWebhook,
    WebhookFirst,
    TwiceAndReordered,
    TimingOut,
}

/// Each way with the value of its button and, where it is one of the extra buttons, its words.
const WAYS: [(How, &str, &str); 7] = [
    (How::Plainly, "pay", ""),
    (How::Later, "later", "Pay later: it arrives 20 seconds after you left"),
    (How::WithoutComingBack, "stay", "Pay and do not come back to the shop"),
    (How::LosingTheWebhook, "lose-webhook", "Pay and lose the webhook"),
    (How::WebhookFirst, "webhook-first", "Pay, webhook before you are back"),
    (How::TwiceAndReordered, "twice", "Pay, webhooks twice and in reverse"),
    (
        How::TimingOut,
        "time-out",
        "Pay, and the shop's next change here times out after it is done",
    ),
];

impl How {
    pub(crate) fn read(value: &str) -> Option<Self> {
        WAYS.iter().find(|(_, name, _)| *name == value).map(|(how, ..)| *how)
    }

    pub(crate) fn value(self) -> &'static str {
        WAYS.iter()
            .find(|(how, ..)| *how == self)
            .map_or("pay", |(_, name, _)| name)
    }

    fn webhooks(self) -> Webhooks {
        match self {
            Self::Plainly | Self::Later | Self::WithoutComingBack | Self::TimingOut => Webhooks::AsUsual,
            Self::LosingTheWebhook => Webhooks::Lost,
            Self::WebhookFirst => Webhooks::BeforeReturn,
            Self::TwiceAndReordered => Webhooks::TwiceAndReordered,
        }
    }
}

/// The hosted page.
pub(crate) async fn show(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    match enter(&sandbox, &id) {
        Entry::Open(session) => form(&sandbox, StatusCode::OK, &session, &Problems::default()),
        Entry::Closed(answer) => answer,
    }
}

/// The buyer's click.
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
    let session = match enter(&sandbox, &id) {
        Entry::Open(session) => session,
        Entry::Closed(answer) => return answer,
    };
    let form_data = Form::read(&body);
    let means = match (form_data.how, form_data.card(sandbox.now_seconds())) {
        (How::Later, _) => Means::Later,
        (_, Ok(card)) => Means::Card(card),
        (_, Err(problems)) => return form(&sandbox, StatusCode::UNPROCESSABLE_ENTITY, &session, &problems),
    };
    match carry_out(&sandbox, &id, form_data.how, |book, moment| {
        try_to_pay(book, &id, means, moment)
    }) {
        Ok(tried) => tried.answer(&sandbox).await,
        Err(error) => failure(&sandbox, &error),
    }
}

fn try_to_pay(book: &Book, id: &str, means: Means, moment: &Moment<'_>) -> Option<Change> {
    let session = book
        .sessions
        .get(id)
        .filter(|session| session.status == SessionStatus::Open)?;
    Some(trade::pay(session, book.intent_of(session), means, moment))
}

/// A try to pay, carried out, and where the buyer goes now.
pub(crate) struct Tried {
    session: Session,
    intent: Option<IntentStatus>,
    decline: Option<&'static str>,
    how: How,
    /// To be sent before the buyer is sent back.
    events: Vec<String>,
}

/// Carries a buyer's step out. A step that came too late, because the page was over already, changes nothing.
pub(crate) fn carry_out(
    sandbox: &Sandbox,
    session: &str,
    how: How,
    step: impl FnOnce(&Book, &Moment<'_>) -> Option<Change>,
) -> Result<Tried, ApiError> {
    sandbox.step(|book, moment| {
        let change = step(book, moment).unwrap_or_default();
        let events = change.events.iter().map(|event| event.id.clone()).collect();
        book.commit(change, how.webhooks())
            .map_err(|error| ApiError::not_written(&error))?;
        let session = book
            .sessions
            .get(session)
            .ok_or_else(|| ApiError::no_such("checkout.session", session))?;
        let (session, intent) = (session.clone(), book.intent_of(session));
        let decline = intent
            .and_then(|intent| intent.last_decline)
            .map(crate::model::Decline::message);
        Ok(Tried {
            intent: intent.map(|intent| intent.status),
            decline,
            how,
            events,
            session,
        })
    })
}

impl Tried {
    pub(crate) async fn answer(self, sandbox: &Sandbox) -> Response {
        match (self.session.status, self.intent) {
            (SessionStatus::Complete, _) => self.leave(sandbox).await,
            (SessionStatus::Open, Some(IntentStatus::RequiresAction)) => {
                let url = format!("/pay/{}/bank?how={}", self.session.id, self.how.value());
                Redirect::to(&url).into_response()
            }
            (SessionStatus::Open, _) => {
                let problems = Problems {
                    decline: self.decline,
                    ..Problems::default()
                };
                form(sandbox, StatusCode::PAYMENT_REQUIRED, &self.session, &problems)
            }
            (SessionStatus::Expired, _) => over(sandbox, &self.session),
        }
    }

    /// The buyer is through.
    async fn leave(self, sandbox: &Sandbox) -> Response {
        match self.how {
            How::WebhookFirst => webhook::send_now(sandbox, self.events).await,
            How::TimingOut => sandbox.set_faults(Faults {
                time_out_next: 1,
                ..sandbox.faults()
            }),
            How::WithoutComingBack => {
                let text = "You may close this window. The shop only hears of it by webhook.";
                return message(sandbox, StatusCode::OK, "Paid, and not coming back", text);
            }
            How::Plainly | How::Later | How::LosingTheWebhook | How::TwiceAndReordered => {}
        }
        return_to_shop(&self.session)
    }
}

/// What somebody finds at a session's address.
pub(crate) enum Entry {
    /// A page on which one can still pay.
    Open(Box<Session>),
    /// Where they belong instead.
    Closed(Response),
}

pub(crate) fn enter(sandbox: &Sandbox, id: &str) -> Entry {
    let session = match sandbox.step(|book, _| Ok(book.sessions.get(id).cloned())) {
        Ok(Some(session)) => session,
        Ok(None) => return Entry::Closed(nothing_here(sandbox)),
        Err(error) => return Entry::Closed(failure(sandbox, &error)),
    };
    match session.status {
        SessionStatus::Open => Entry::Open(Box::new(session)),
        SessionStatus::Complete => Entry::Closed(return_to_shop(&session)),
        SessionStatus::Expired => Entry::Closed(over(sandbox, &session)),
    }
}

fn over(sandbox: &Sandbox, session: &Session) -> Response {
    let context = context! { shop => sandbox.config().shop_name, back => session.cancel_url };
    page(sandbox, StatusCode::GONE, "over.html", context, &[])
}

/// What is wrong with what was entered, one sentence for each field.
#[derive(Debug, Default)]
struct Problems {
    decline: Option<&'static str>,
    number: Option<&'static str>,
    expiry: Option<&'static str>,
    code: Option<&'static str>,
}

impl Problems {
    fn is_empty(&self) -> bool {
        self.number.is_none() && self.expiry.is_none() && self.code.is_none()
    }
}

/// The page as it is shown. What was typed is never shown again: it could be a real card.
fn form(sandbox: &Sandbox, status: StatusCode, session: &Session, problems: &Problems) -> Response {
    let extra = WAYS.iter().filter(|(_, _, words)| !words.is_empty());
    let context = context! {
        id => session.id,
        shop => sandbox.config().shop_name,
        amount => render::money(session.amount, &session.currency),
        lines => session.lines,
        note => session.note,
        back => session.cancel_url,
        decline => problems.decline,
        number_problem => problems.number,
        expiry_problem => problems.expiry,
        code_problem => problems.code,
        has_problem => problems.decline.is_some() || !problems.is_empty(),
        expiry => format!("12 / {:02}", (year_and_month(sandbox.now_seconds()).0 + 4) % 100),
        cards => CARDS.iter().map(|(number, _, result)| context! { number, result }).collect::<Vec<_>>(),
        ways => extra.map(|(_, value, words)| context! { value, words }).collect::<Vec<Value>>(),
    };
    let targets = [
        session.success_url.as_str(),
        session.cancel_url.as_deref().unwrap_or_default(),
    ];
    page(sandbox, status, "pay.html", context, &targets)
}

/// What the buyer sent. It lives as long as the request and is printed nowhere.
struct Form {
    how: How,
    number: String,
    expiry: String,
    code: String,
}

impl Form {
    fn read(body: &[u8]) -> Self {
        let field = |name: &str| {
            let value = form_urlencoded::parse(body).find(|(field, _)| field == name);
            value.map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        let how = How::read(&field("how")).unwrap_or(How::Plainly);
        Self {
            how,
            number: field("number"),
            expiry: field("exp"),
            code: field("cvc"),
        }
    }

    fn card(&self, now: i64) -> Result<Card, Problems> {
        let card = Card::of_number(&self.number);
        let no_card = "Only the test numbers below are accepted. Never enter a real card here.";
        let problems = Problems {
            decline: None,
            number: card.is_none().then_some(no_card),
            expiry: (!is_in_future(&self.expiry, now))
                .then_some("Enter a month and a year in the future, like 12 / 30."),
            code: (!is_security_code(&self.code)).then_some("Enter any three or four digits."),
        };
        card.filter(|_| problems.is_empty()).ok_or(problems)
    }
}

/// Whether `12 / 30` or `12/2030` is this month or later.
fn is_in_future(expiry: &str, now: i64) -> bool {
    let Some((month, year)) = expiry.split_once('/') else {
        return false;
    };
    let (Ok(month), Ok(year)) = (month.trim().parse::<i16>(), year.trim().parse::<i16>()) else {
        return false;
    };
    let year = if (0..100).contains(&year) { year + 2000 } else { year };
    (1..=12).contains(&month) && (year, month) >= year_and_month(now)
}

fn is_security_code(code: &str) -> bool {
    (3..=4).contains(&code.trim().len()) && code.trim().bytes().all(|b| b.is_ascii_digit())
}

fn year_and_month(now: i64) -> (i16, i16) {
    let date = jiff::tz::Offset::UTC
        .to_datetime(jiff::Timestamp::from_second(now).unwrap_or_default())
        .date();
    (date.year(), i16::from(date.month()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_good_until_the_end_of_its_month() {
        let november_2026 = 1_795_700_000;
        for good in ["11 / 26", "11/2026", "1/27", "12 / 30"] {
            assert!(is_in_future(good, november_2026), "{good}");
        }
        for bad in ["10 / 26", "13 / 30", "0 / 30", "12", "", "12 / -1", "x / y"] {
            assert!(!is_in_future(bad, november_2026), "{bad}");
        }
    }

    #[test]
    fn every_button_is_read_back_as_itself() {
        for (how, value, _) in WAYS {
            assert_eq!(How::read(value), Some(how));
            assert_eq!(how.value(), value);
        }
    }
}
