//! Buying one thing past the cart, and whose checkout is meant when somebody does.
//!
//! What is bought at once is known by a cookie of its own. While the browser has it, the pages of checkout are about that; going to checkout
//! from the cart takes it away again. A form of checkout names its cart, so that two windows do not mix the two up.

use axum::{extract::State, http::HeaderMap, response::Response};
use wares_commerce::cart::{self, AddError, BuyAtOnce, CartOwner};
use wares_kernel::{CartId, Token};

use super::add::{again, not_added, quantity, variant, wrong_quantity};
use crate::{
    App,
    http::{Accepts, Entered, Error, NewCookie},
    storefront::{reply::see, visitor::Visitor},
    urls,
};

/// The cookie of what is bought at once; forgotten with the browser's session.
const AT_ONCE: &str = "at_once";

/// `POST /checkout/now`: the product is named as for the cart.
pub(super) async fn buy(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    entered: Entered,
) -> Result<Response, Error> {
    let Some(variant_id) = variant(&app, &entered).await? else {
        return not_added(&app, accepts, &entered, "Choose one of each option", None).await;
    };
    let Some(quantity) = quantity(&entered) else {
        let form = again(&entered, urls::buy_now(), "Buy now");
        return not_added(&app, accepts, &entered, &wrong_quantity(), Some(form)).await;
    };
    let token = secret(&app, &visitor).unwrap_or_else(|| app.random.token());
    let purchase = BuyAtOnce {
        token: token.hash(),
        variant_id,
        quantity,
    };
    match app.db.write(purchase).await {
        Ok(added) => {
            let only = added.only.map(|only| only.to_string());
            let only = only.as_deref().map(|only| ("only", only));
            let mut response = see(&urls::with_query(urls::checkout_details(), only));
            NewCookie::secret(&app.config, AT_ONCE, &token.reveal(), None).set(response.headers_mut());
            Ok(response)
        }
        Err(AddError::Db(failure)) => Err(failure.into()),
        Err(refusal) => not_added(&app, accepts, &entered, &refusal.to_string(), None).await,
    }
}

fn secret(app: &App, visitor: &Visitor) -> Option<Token> {
    visitor.cookies.secret(&app.config, AT_ONCE)?.parse().ok()
}

fn at_once(app: &App, visitor: &Visitor) -> Option<CartOwner> {
    let token = secret(app, visitor)?;
    Some(CartOwner::AtOnce(token.hash(), visitor.customer_id()))
}

/// Whose checkout is shown: of what is bought at once, if there is such a thing, or else of the cart.
pub(in crate::storefront) async fn checkout_owner(app: &App, visitor: &Visitor) -> Result<Option<CartOwner>, Error> {
    if let Some(owner) = at_once(app, visitor)
        && cart::current(&mut *app.db.read().await?, &owner).await?.is_some()
    {
        return Ok(Some(owner));
    }
    Ok(super::owner(app, visitor))
}

/// Whose the cart is that a form names, of the two that a visitor may have. Somebody else's is refused where it is used.
pub(in crate::storefront) async fn owner_of(
    app: &App,
    visitor: &Visitor,
    cart_id: CartId,
) -> Result<Option<CartOwner>, Error> {
    if let Some(at_once) = at_once(app, visitor) {
        let named = cart::owner_of(&mut *app.db.read().await?, cart_id).await?;
        if named.and_then(|owner| owner.token_hash()) == at_once.token_hash() {
            return Ok(Some(at_once));
        }
    }
    Ok(super::owner(app, visitor))
}

/// From here on checkout is about the cart again.
pub(in crate::storefront) fn drop_it(app: &App, headers: &mut HeaderMap) {
    NewCookie::forget_secret(&app.config, AT_ONCE).set(headers);
}
