//! Paying an order that waits: coming back from the gateway, looking again, trying another way.
//!
//! These pages work without a cookie, because buyers come back in another browser: the address carries the order's own token.

use std::time::Duration;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;
use wares_commerce::{
    orders::OrderState,
    payment::{self, BeginError, PaymentAttempt, Settled, gateway::NextStep},
};
use wares_kernel::{Instant, OrderId};

use super::{
    found::Found,
    pages::{PayPage, PendingPage},
    show::{by_token, order_by_token},
    view::Words,
};
use crate::{
    App,
    http::{Accepts, Entered, Error, Flow, FormErrors, FormView, Path, Query},
    routes::Routes,
    storefront::{
        Head, figures,
        parts::{self, Notice},
        reply::{ask_again, secretly, see},
        visitor::Visitor,
        ways_to_pay,
    },
    templates::format::money,
    urls,
};

/// How long the page looks by itself.
const LOOKS_FOR: Duration = Duration::from_secs(60);

pub(super) fn routes() -> Routes {
    Routes::default()
        .link("/orders/{token}/return", get(come_back))
        .link("/orders/{token}/pay", get(show).post(pay))
}

#[derive(Debug, Deserialize)]
struct Back {
    given_up: Option<u8>,
    since: Option<i64>,
}

/// `GET /orders/{token}/return`: fetches the payment from the gateway and says what came of it.
async fn come_back(
    State(app): State<App>,
    accepts: Accepts,
    Path(token): Path<String>,
    Query(back): Query<Back>,
) -> Result<Response, Error> {
    let order = order_by_token(&app, &token).await?;
    if order.state != OrderState::AwaitingPayment {
        return Ok(see(&urls::order(&token)));
    }
    if settle(&app, order.id).await? == Some(Settled::Paid) {
        return Ok(see(&urls::order(&token)));
    }
    let found = by_token(&app, &token).await?;
    if found.order.state != OrderState::AwaitingPayment {
        return Ok(see(&urls::order(&token)));
    }
    let is_declined = found.attempt().is_none_or(|attempt| !attempt.decline.is_empty());
    if back.given_up.is_some() || is_declined {
        let why = if back.given_up.is_some() {
            "given_up"
        } else {
            "declined"
        };
        return Ok(see(&urls::with_query(&urls::pay_order(&token), [("why", why)])));
    }
    let Some(since) = back.since else {
        let now = app.now().micros().to_string();
        return Ok(see(&urls::with_query(
            &urls::return_to_order(&token),
            [("since", now.as_str())],
        )));
    };
    let looking = app.now().since(Instant::from_micros(since)) < LOOKS_FOR;
    app.page(accepts, &pending(&app, &found, &token, looking))
        .await
        .map(secretly)
}

/// Settles the attempt that is open. A gateway that cannot be reached now is asked again by the reconciler.
async fn settle(app: &App, order_id: OrderId) -> Result<Option<Settled>, Error> {
    let attempts = payment::attempts(&mut *app.db.read().await?, order_id).await?;
    let mut settled = None;
    for attempt in attempts.iter().filter(|attempt| attempt.state.is_live()) {
        match payment::settle(&app.till(), attempt).await {
            Ok(state) => settled = Some(state),
            Err(error) => tracing::warn!(attempt.id = %attempt.id, "The payment could not be looked at: {error}"),
        }
    }
    Ok(settled)
}

fn pending(app: &App, found: &Found, token: &str, looking: bool) -> PendingPage {
    let order = &found.order;
    let words = Words::of(app, found);
    PendingPage {
        head: Head::private(&app.shop_name(), "Confirming your payment"),
        looking,
        email: order.email.masked(),
        number: order.number.to_string(),
        total: money(order.total),
        held: figures::items(u64::try_from(order.n_pieces).unwrap_or_default()),
        held_until: order.hold_until.map(|until| words.clock(until)),
        again_url: urls::return_to_order(token),
    }
}

#[derive(Debug, Deserialize)]
struct Asked {
    why: Option<String>,
}

/// `GET /orders/{token}/pay`: the third step of checkout for an order that is there already.
async fn show(
    State(app): State<App>,
    accepts: Accepts,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let found = by_token(&app, &token).await?;
    let words = Words::of(&app, &found);
    if !words.can_be_paid(app.now()) {
        return Ok(see(&urls::order(&token)));
    }
    let said = match asked.why.as_deref() {
        Some("declined") => Some(declined(&found.attempts)),
        Some("not_begun") => Some(
            Notice::warn("The payment page could not be opened just now")
                .with("Try again: nothing was charged, and you will not be charged twice."),
        ),
        Some("given_up") => {
            Some(Notice::warn("You have not paid yet").with("Nothing was charged. Everything is kept for you."))
        }
        _ => None,
    };
    let form = FormView::prefilled([("pay", found.order.payment_method.clone())]);
    let page = pay_page(&app, &words, &token, said, form);
    app.page(accepts, &page).await.map(secretly)
}

fn declined(attempts: &[PaymentAttempt]) -> Notice {
    let latest = attempts.iter().max_by_key(|attempt| attempt.created_at);
    let reason = latest
        .map(|attempt| attempt.decline.clone())
        .filter(|reason| !reason.is_empty());
    Notice::warn(reason.unwrap_or_else(|| "The payment did not go through".into()))
        .with("Nothing was charged. Everything is kept for you.")
}

/// `POST /orders/{token}/pay`
async fn pay(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Path(token): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    app.limits
        .count(Flow::PlaceOrder, visitor.address.network(), app.now_ms())?;
    let found = by_token(&app, &token).await?;
    let words = Words::of(&app, &found);
    if !words.can_be_paid(app.now()) {
        return Ok(see(&urls::return_to_order(&token)));
    }
    let refusal = match ways_to_pay::chosen(&app, entered.get("pay")) {
        Some(gateway) => match payment::again(&app.till(), found.order.id, &gateway).await {
            Ok((_, next)) => return Ok(go_on(&next, &token)),
            Err(BeginError::Db(failure)) => return Err(failure.into()),
            Err(BeginError::NothingToPay) => return Ok(see(&urls::return_to_order(&token))),
            Err(refusal @ (BeginError::NotOffered | BeginError::Gateway(_))) => refusal.to_string(),
        },
        None => "Choose how to pay".to_owned(),
    };
    let form = FormView::again(&entered, FormErrors::one("pay", refusal), &[]);
    ask_again(&app, accepts, &pay_page(&app, &words, &token, None, form))
        .await
        .map(secretly)
}

/// Where a buyer goes after pressing Pay.
pub(crate) fn go_on(next: &NextStep, token: &str) -> Response {
    match next {
        NextStep::Redirect(url) => secretly(Redirect::to(url).into_response()),
        NextStep::Instructions(_) | NextStep::Done => see(&urls::order(token)),
    }
}

fn pay_page(app: &App, words: &Words<'_>, token: &str, said: Option<Notice>, form: FormView) -> PayPage {
    let order = &words.found.order;
    let chosen = form.values.get("pay").cloned().unwrap_or_default();
    PayPage {
        head: parts::head(&app.shop_name(), "Pay your order", &form),
        said,
        number: order.number.to_string(),
        until: order
            .hold_until
            .map(|until| words.moment(until).text)
            .unwrap_or_default(),
        lines: words.items(),
        sums_view: words.sums(),
        methods: ways_to_pay::choices(app, &chosen),
        action: urls::pay_order(token),
        order_url: urls::order(token),
        button: format!("Pay {}", money(order.total)),
        form,
    }
}
