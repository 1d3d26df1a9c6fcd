//! The cart: what somebody would like to have.
//!
//! A visitor's cart is known by a secret in a cookie, a customer's by who is signed in. A second, readable cookie says how many
//! pieces are in it, because public pages are the same for everybody and only their script can show the number.

mod add;
mod added_page;
mod at_once;
mod change;
mod code;
mod page;
mod show;

use axum::{
    http::HeaderMap,
    routing::{get, post},
};
use wares_commerce::cart::{self, CartOwner, Merge};
use wares_kernel::{CustomerId, Token};

pub(super) use add::only;
pub(super) use at_once::{checkout_owner, drop_it, owner_of};
pub(crate) use code::{CodeView, codes, enter, remove, sample_codes};

use super::visitor::Visitor;
use crate::{
    App,
    http::{Error, NewCookie},
    routes::Routes,
    templates::Registry,
    urls,
};

/// The cookie with the secret of a visitor's cart.
const CART: &str = "cart";
/// The readable cookie with the number of pieces.
const COUNT: &str = "cart_n";

pub(super) fn register(registry: &mut Registry) {
    registry.add::<page::CartPage>();
    registry.add::<added_page::AddedPage>();
    registry.add::<added_page::NotAddedPage>();
}

pub(super) fn routes() -> Routes {
    Routes::default()
        .own_cart(urls::cart(), get(show::show))
        .own_cart(urls::cart_lines(), post(add::add))
        .own_cart(urls::buy_now(), post(at_once::buy))
        .own_cart("/cart/lines/{line}", post(change::change))
        .own_cart(urls::cart_undo(), post(change::undo))
        .own_cart(urls::cart_code(), post(code::change))
}

/// Whose cart a visitor has, if they can have one already.
pub(super) fn owner(app: &App, visitor: &Visitor) -> Option<CartOwner> {
    match visitor.customer_id() {
        Some(id) => Some(CartOwner::Customer(id)),
        None => secret(app, visitor).map(|token| CartOwner::Visitor(token.hash())),
    }
}

fn secret(app: &App, visitor: &Visitor) -> Option<Token> {
    visitor.cookies.secret(&app.config, CART)?.parse().ok()
}

/// A visitor's cart from here on: the one they have, or a new one whose secret the response has to carry.
struct Ours {
    owner: CartOwner,
    new: Option<Token>,
}

impl Ours {
    fn of(app: &App, visitor: &Visitor) -> Self {
        if let Some(owner) = owner(app, visitor) {
            return Self { owner, new: None };
        }
        let token = app.random.token();
        Self {
            owner: CartOwner::Visitor(token.hash()),
            new: Some(token),
        }
    }

    /// Writes the secret, if it is new, and the number of pieces in the cart now.
    fn tell(&self, app: &App, n_pieces: i64, headers: &mut HeaderMap) {
        if let Some(token) = &self.new {
            NewCookie::secret(&app.config, CART, &token.reveal(), Some(age_s(app))).set(headers);
        }
        tell(app, n_pieces, headers);
    }

    /// How many pieces are in the cart.
    async fn count(&self, app: &App) -> Result<i64, Error> {
        Ok(cart::count(&mut *app.db.read().await?, &self.owner).await?)
    }
}

fn age_s(app: &App) -> u64 {
    u64::from(app.settings.get().checkout.cart_days) * 86_400
}

/// Writes how many pieces are in a cart.
pub(super) async fn tell_count(app: &App, owner: &CartOwner, headers: &mut HeaderMap) -> Result<(), Error> {
    tell(app, cart::count(&mut *app.db.read().await?, owner).await?, headers);
    Ok(())
}

fn tell(app: &App, n_pieces: i64, headers: &mut HeaderMap) {
    NewCookie::readable(&app.config, COUNT, &n_pieces.to_string(), Some(age_s(app))).set(headers);
}

/// Forgets number and secret.
pub(super) fn forget(app: &App, headers: &mut HeaderMap) {
    NewCookie::forget_readable(&app.config, COUNT).set(headers);
    NewCookie::forget_secret(&app.config, CART).set(headers);
    drop_it(app, headers);
}

/// Makes the visitor's cart that of the customer who signs in: writes the number of pieces, and takes away the secret that
/// opens nothing any more. Answers whether there were two carts, so that there is something to tell.
pub(super) async fn take_along(
    app: &App,
    visitor: &Visitor,
    customer_id: CustomerId,
    headers: &mut HeaderMap,
) -> Result<bool, Error> {
    let owner = CartOwner::Customer(customer_id);
    let mut is_notable = false;
    if let Some(token) = secret(app, visitor) {
        let merge = Merge {
            visitor: token.hash(),
            customer_id,
        };
        app.db.write(merge).await?;
        let currency = app.settings.get().store.currency;
        let view = cart::view(&mut *app.db.read().await?, &owner, currency).await?;
        is_notable = view.is_some_and(|view| !view.notices.is_empty());
        NewCookie::forget_secret(&app.config, CART).set(headers);
    }
    tell_count(app, &owner, headers).await?;
    Ok(is_notable)
}
