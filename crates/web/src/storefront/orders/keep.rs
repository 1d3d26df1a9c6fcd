//! "Keep your orders in one place": a guest makes an account of the order they have just placed.

use axum::{extract::State, response::Response, routing::post};
use wares_commerce::accounts::{self, SignUp};

use super::{
    found::Found,
    show::{by_token, confirmation},
    view::Words,
};
use crate::{
    App,
    http::{Accepts, Check, Entered, Error, Flow, FormView, Path},
    routes::Routes,
    storefront::{
        identity::new_password,
        parts::Notice,
        reply::{ask_again, secretly, see},
        visitor::Visitor,
    },
    urls,
};

/// What the address says after the account was asked for.
pub(super) const DONE: &str = "account";

pub(super) fn routes() -> Routes {
    Routes::default().link("/orders/{token}/account", post(keep))
}

/// Whether there is an account to offer: to a guest, of a guest's order.
pub(super) fn is_offered(visitor: &Visitor, found: &Found) -> bool {
    found.order.customer_id.is_none() && visitor.customer.is_none()
}

/// Said afterwards, in the same words whether the address had an account before or not.
pub(super) fn said(found: &Found) -> Notice {
    let email = found.order.email.masked();
    Notice::ok(format!("We have written to {email}"))
        .with("Open the link in it and your orders with this address are in your account.")
}

/// `POST /orders/{token}/account`
///
/// Who has the order's link has not proved that the mailbox is theirs, so this opens the account and nothing more: the orders
/// move into it when the link that is sent to the mailbox is opened.
async fn keep(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Path(token): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    let found = by_token(&app, &token).await?;
    if !is_offered(&visitor, &found) {
        return Ok(see(&urls::order(&token)));
    }
    let order = &found.order;
    let mut check = Check::new(&entered);
    let password = new_password(&app, &mut check, &entered, Some(&order.email));
    let Some(password) = password else {
        let form = FormView::again(&entered, check.errors().clone(), &["password"]);
        let page = confirmation(&app, &visitor, &Words::of(&app, &found), &token, form);
        return ask_again(&app, accepts, &page).await.map(secretly);
    };
    app.limits
        .count(Flow::Register, visitor.address.network(), app.now_ms())?;
    let request = SignUp {
        name: order.shipping_address.name.clone(),
        email: order.email.clone(),
        password,
        wants_marketing: false,
        ip: visitor.ip(),
        deed: entered.deed(),
    };
    accounts::sign_up(&app.db, &app.passwords, request).await?;
    Ok(see(&urls::with_query(&urls::order(&token), [("done", DONE)])))
}
