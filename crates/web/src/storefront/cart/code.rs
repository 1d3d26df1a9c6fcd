//! Discount codes, in the cart and in checkout.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use wares_commerce::{
    cart::{self, CartOwner},
    checkout::{CheckoutView, EnterCode, EnterCodeError, RemoveCode},
    pricing::discount::Code,
};

use super::show;
use crate::{
    App,
    http::{Accepts, Entered, Error, Flow, FormErrors, FormView},
    storefront::{
        reply::{ask_again, see},
        visitor::Visitor,
    },
    urls,
};

/// A code that was entered.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CodeView {
    /// As it is shown and sent.
    pub code: String,
    /// Why it takes nothing off, as a sentence without a full stop.
    pub why: Option<String>,
}

/// One code that is taken, one that is not.
pub(crate) fn sample_codes() -> Vec<CodeView> {
    let code = |code: &str, why: Option<&str>| CodeView {
        code: code.into(),
        why: why.map(Into::into),
    };
    vec![
        code("AUTUMN10", None),
        code(
            "HEARTH-5",
            Some("This code is for goods worth €200.00 or more: add €8.60"),
        ),
    ]
}

/// The codes of a cart, each with why it takes nothing off.
pub(crate) fn codes(view: &CheckoutView) -> Vec<CodeView> {
    let set_aside = |code: &Code| {
        let quote = view.quote.as_ref().ok()?;
        let found = quote
            .set_aside
            .iter()
            .find(|set_aside| set_aside.code.key() == code.key())?;
        Some(found.why.to_string())
    };
    let is_taken = |code: &Code| {
        let quote = view.quote.as_ref().ok();
        quote.is_some_and(|quote| {
            quote
                .discounts
                .iter()
                .any(|discount| discount.code.as_ref().is_some_and(|other| other.key() == code.key()))
        })
    };
    let why = |code: &Code| {
        let gone = (!is_taken(code)).then(|| "This code is not valid any more".to_owned());
        set_aside(code).or(gone)
    };
    let code = |code: &Code| CodeView {
        code: code.to_string(),
        why: why(code),
    };
    view.cart.codes.iter().map(code).collect()
}

/// Enters what was typed into the owner's cart, or says why not. Only wrong codes count as tries.
pub(crate) async fn enter(
    app: &App,
    visitor: &Visitor,
    owner: CartOwner,
    typed: &str,
) -> Result<Result<(), String>, Error> {
    let cart_id = cart::current(&mut *app.db.read().await?, &owner).await?;
    let (network, now) = (visitor.address.network(), app.now_ms());
    app.limits.check(Flow::Coupon, network, now)?;
    app.limits.check(Flow::CouponCart, cart_id, now)?;
    let code = match typed.parse::<Code>() {
        Ok(code) => code,
        Err(refusal) => return Ok(Err(refusal.to_string())),
    };
    let entering = EnterCode {
        owner,
        code,
        settings: app.settings.get(),
    };
    match app.db.write(entering).await {
        Ok(()) => Ok(Ok(())),
        Err(EnterCodeError::Db(failure)) => Err(failure.into()),
        Err(refusal) => {
            app.limits.count(Flow::Coupon, network, now)?;
            app.limits.count(Flow::CouponCart, cart_id, now)?;
            Ok(Err(refusal.to_string()))
        }
    }
}

/// Takes a code out of the owner's cart. What is no code is not in it.
pub(crate) async fn remove(app: &App, owner: CartOwner, typed: &str) -> Result<(), Error> {
    let Ok(code) = typed.parse::<Code>() else {
        return Ok(());
    };
    let settings = app.settings.get();
    app.db.write(RemoveCode { owner, code, settings }).await?;
    Ok(())
}

/// `POST /cart/code`
pub(super) async fn change(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    entered: Entered,
) -> Result<Response, Error> {
    let done = |done| see(&urls::with_query(urls::cart(), [("done", done)]));
    let Some(owner) = super::owner(&app, &visitor) else {
        return Ok(done("empty"));
    };
    if entered.has("remove") {
        remove(&app, owner, entered.get("remove")).await?;
        return Ok(done("uncoded"));
    }
    match enter(&app, &visitor, owner, entered.get("code")).await? {
        Ok(()) => Ok(done("coded")),
        Err(message) => {
            let mut cart = show::cart_view(&app, &visitor).await?;
            if cart.lines.is_empty() {
                return Ok(done("empty"));
            }
            cart.form = FormView::again(&entered, FormErrors::one("code", message), &[]);
            ask_again(&app, accepts, &show::page(&app, cart)).await
        }
    }
}
