//! A checkout as its pages and the placing of an order see it.

use wares_db::{Conn, DbError};
use wares_kernel::{CartId, Instant, MoneyError};

use super::checkout::{Checkout, Step};
use super::store;
use crate::cart::{self, CartOwner, CartView, Line, LineState};
use crate::pricing::shipping::Parcel;
use crate::pricing::{self, Basket, BasketLine, Market, Offer, Promise, Quote, QuoteError, TaxClass, Terms};
use crate::settings::Settings;

/// A checkout.
#[derive(Debug, Clone)]
pub struct CheckoutView {
    /// The cart.
    pub cart: CartView,
    /// What the buyer has told.
    pub checkout: Checkout,
    /// The ways to send it to the address, cheapest first; to the shop's own country while there is none.
    pub choices: Vec<Choice>,
    /// The way that was chosen, if it is still one of them.
    pub chosen: Option<Choice>,
    /// What it costs: sent as chosen, or else the cheapest way.
    pub quote: Result<Quote, QuoteError>,
    /// The first step that is not done.
    pub step: Step,
}

/// A way of sending with its price and its dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What it costs and why.
    pub offer: Offer,
    /// When it arrives if it is ordered now.
    pub promise: Promise,
}

impl CheckoutView {
    /// Whether anything in the cart has to be sent.
    pub fn needs_shipping(&self) -> bool {
        needs_shipping(&self.cart)
    }

    /// Lines that cannot be bought as they stand.
    pub fn blocked(&self) -> impl Iterator<Item = &Line> {
        self.cart.lines.iter().filter(|line| line.state != LineState::Available)
    }
}

/// The checkout of the owner's open cart; nothing when there is no cart or nothing in it.
pub async fn view(
    conn: &mut Conn,
    owner: &CartOwner,
    settings: &Settings,
    now: Instant,
) -> Result<Option<CheckoutView>, DbError> {
    match cart::current(conn, owner).await? {
        Some(cart_id) => {
            let view = view_of(conn, cart_id, settings, now).await?;
            Ok(Some(view).filter(|view| !view.cart.lines.is_empty()))
        }
        None => Ok(None),
    }
}

/// The checkout of a cart.
pub(super) async fn view_of(
    conn: &mut Conn,
    cart_id: CartId,
    settings: &Settings,
    now: Instant,
) -> Result<CheckoutView, DbError> {
    let cart = cart::view_of(conn, cart_id, settings.store.currency).await?;
    let checkout = store::find(conn, cart_id).await?;
    let address = checkout.shipping_address.as_ref();
    let country = address.map_or(settings.store.country, |address| address.country);
    let region = address.map_or("", |address| address.region.as_str());
    let market = Market::load(conn, &Terms::of(settings), country, region, now).await?;
    Ok(assemble(cart, checkout, &market, now))
}

/// Works everything out from what was loaded.
fn assemble(cart: CartView, checkout: Checkout, market: &Market, now: Instant) -> CheckoutView {
    let choices = choices(&cart, market, now).unwrap_or_default();
    let is_chosen = |choice: &&Choice| Some(choice.offer.method_id) == checkout.shipping_method_id;
    let chosen = choices.iter().find(is_chosen).cloned();
    let priced_by = chosen.as_ref().or(choices.first());
    let quote = quote(&cart, priced_by.map(|choice| choice.offer.clone()), market);
    let step = step(&cart, &checkout, chosen.as_ref());
    CheckoutView {
        cart,
        checkout,
        choices,
        chosen,
        quote,
        step,
    }
}

fn step(cart: &CartView, checkout: &Checkout, chosen: Option<&Choice>) -> Step {
    if checkout.email.is_none() || checkout.shipping_address.is_none() {
        Step::Details
    } else if needs_shipping(cart) && chosen.is_none() {
        Step::Delivery
    } else {
        Step::Review
    }
}

fn needs_shipping(cart: &CartView) -> bool {
    cart.lines.iter().any(|line| line.terms.needs_shipping)
}

fn choices(cart: &CartView, market: &Market, now: Instant) -> Result<Vec<Choice>, MoneyError> {
    if !needs_shipping(cart) {
        return Ok(Vec::new());
    }
    let offers = market.offers(parcel(cart)).into_iter();
    Ok(offers
        .map(|offer| Choice {
            promise: market.promise(&offer, now),
            offer,
        })
        .collect())
}

fn parcel(cart: &CartView) -> Parcel {
    let sent = cart.lines.iter().filter(|line| line.terms.needs_shipping);
    let weight = |line: &Line| line.terms.weight_g.saturating_mul(line.quantity.as_i64());
    Parcel {
        weight_g: sent.map(weight).fold(0, i64::saturating_add),
        value: cart.subtotal,
    }
}

fn quote(cart: &CartView, delivery: Option<Offer>, market: &Market) -> Result<Quote, QuoteError> {
    let line = |line: &Line| BasketLine {
        variant_id: line.terms.variant_id,
        quantity: line.quantity,
        unit: line.unit,
        tax_class: TaxClass::of_product(&line.terms.tax_class),
    };
    let basket = Basket {
        currency: market.currency,
        lines: cart.lines.iter().map(line).collect(),
        delivery,
    };
    pricing::quote(&basket, &market.rules)
}
