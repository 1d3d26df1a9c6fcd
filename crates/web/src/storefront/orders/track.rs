//! Looking an order up by number and e-mail address, and calling it off.

use axum::{extract::State, response::Response, routing::get};
use wares_commerce::once;
use wares_commerce::{
    orders::{AskLink, OrderNumber, OrderState},
    payment::{CancelOrder, CancelOrderError, PaymentAttempt},
};
use wares_kernel::{EmailAddress, Money};

use super::{
    pages::{CancelPage, FindPage},
    show::by_token,
    view::Words,
};
use crate::{
    App,
    http::{Accepts, Check, Entered, Error, Flow, FormView, Path},
    routes::Routes,
    storefront::{
        Head,
        identity::email,
        parts,
        reply::{ask_again, secretly, see},
        said::SaidPage,
        visitor::Visitor,
    },
    templates::format::money,
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .public(urls::track(), get(ask).post(find))
        .link("/orders/{token}/cancel", get(ask_to_cancel).post(cancel))
}

/// `GET /track`
async fn ask(State(app): State<App>, accepts: Accepts) -> Result<Response, Error> {
    app.page(accepts, &page(&app, FormView::default())).await
}

/// `POST /track`: says the same whether there is such an order or not, and mails the link where there is.
async fn find(State(app): State<App>, accepts: Accepts, visitor: Visitor, entered: Entered) -> Result<Response, Error> {
    let mut check = Check::new(&entered);
    let number = number(&mut check);
    let email = email(&mut check);
    let errors = check.errors().clone();
    let (Some(number), Some(email), true) = (number, email, errors.is_empty()) else {
        let form = FormView::again(&entered, errors, &[]);
        return ask_again(&app, accepts, &page(&app, form)).await;
    };
    let now = app.now_ms();
    app.limits.count(Flow::OrderLookup, visitor.address.network(), now)?;
    let said = sent(&app, &number, &email);
    // One mailbox or number cannot be flooded from many places; the answer does not tell that it was left out.
    let by_number = app.limits.count(Flow::OrderLookupNumber, number.as_str(), now);
    let by_address = app.limits.count(Flow::LinkMailAddress, email.key(), now);
    if by_number.and(by_address).is_ok() {
        once::done_before_is_done(app.db.write(entered.once(AskLink { number, email })).await)?;
    }
    app.page(accepts, &said).await
}

fn sent(app: &App, number: &OrderNumber, email: &EmailAddress) -> SaidPage {
    SaidPage::new(
        &app.shop_name(),
        "Check your e-mail",
        format!("If order {number} was placed with {email}, the link to it is in your mailbox in a minute."),
    )
    .line("Nothing there? Check the number and the address: the confirmation shows both.")
    .link("Look again", urls::track())
    .link("Contact us", urls::contact())
}

fn number(check: &mut Check<'_>) -> Option<OrderNumber> {
    let typed = check.text("number", 20, "Enter your order number");
    check.parsed("number", &typed, |typed| {
        typed
            .parse::<OrderNumber>()
            .map_err(|_| "Check the order number: it looks like 1001-4F7K")
    })
}

fn page(app: &App, form: FormView) -> FindPage {
    FindPage {
        head: parts::head(&app.shop_name(), "Track an order", &form),
        form,
    }
}

/// `GET /orders/{token}/cancel`
async fn ask_to_cancel(State(app): State<App>, accepts: Accepts, Path(token): Path<String>) -> Result<Response, Error> {
    let found = by_token(&app, &token).await?;
    let order = &found.order;
    if !Words::of(&app, &found).can_be_cancelled() {
        return Ok(see(&urls::order(&token)));
    }
    let kept = |attempt: &PaymentAttempt| attempt.totals.left();
    let back = Money::new(found.attempts.iter().map(kept).sum(), order.currency);
    let effect = if back.minor() > 0 {
        format!(
            "You get {} back the way you paid it, usually within a week.",
            money(back)
        )
    } else {
        "Nothing was charged, and the goods go back on the shelf.".to_owned()
    };
    let page = CancelPage {
        head: Head::private(&app.shop_name(), format!("Cancel order {}", order.number)),
        number: order.number.to_string(),
        effect,
        cancel_url: urls::cancel_order(&token),
        back_url: urls::order(&token),
    };
    app.page(accepts, &page).await.map(secretly)
}

/// `POST /orders/{token}/cancel`
async fn cancel(
    State(app): State<App>,
    visitor: Visitor,
    Path(token): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    let found = by_token(&app, &token).await?;
    let done = urls::with_query(&urls::order(&token), [("done", "cancelled")]);
    if found.order.state == OrderState::Cancelled {
        return Ok(see(&done));
    }
    let cancellation = CancelOrder {
        order_id: found.order.id,
        actor: visitor.actor(&found.order.shipping_address.name),
        reason: "The buyer cancelled it".into(),
        confirmed: None,
    };
    match app.db.write(entered.once(cancellation)).await {
        Ok(()) => Ok(see(&done)),
        Err(CancelOrderError::Db(failure)) => Err(failure.into()),
        Err(refusal) => Err(Error::conflict("not_cancelled", refusal.to_string())),
    }
}
