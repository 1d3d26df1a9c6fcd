//! A checkout as its pages and the placing of an order see it.

use wares_db::{Conn, DbError};
use wares_kernel::{Instant, Money, ProductId, VatId};

use super::checkout::{Checkout, Step};
use super::store;
use crate::accounts;
use crate::cart::{self, CartOwner, CartView, Line, LineState};
use crate::pricing::discount::{self, Asking, Claim};
use crate::pricing::shipping::Parcel;
use crate::pricing::tax::{Business, Offering};
use crate::pricing::{self, Basket, BasketLine, Market, Offer, Promise, Quote, QuoteError, TaxClass};
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
    /// What it costs by its price list, and why.
    pub offer: Offer,
    /// What the buyer would pay for it: nothing where a promotion gives it, and no tax where they owe it themselves.
    pub price: Money,
    /// When it arrives if it is ordered now.
    pub promise: Promise,
}

impl CheckoutView {
    /// Whether anything in the cart has to be sent.
    pub fn needs_shipping(&self) -> bool {
        needs_shipping(&self.cart)
    }

    /// What the buyer has told, with the figures they see from now on.
    pub(super) fn into_shown(self) -> Checkout {
        Checkout {
            shown: self.quote.ok(),
            ..self.checkout
        }
    }

    /// What one piece of a line costs this buyer, and all of it before discounts: by the catalogue, or without tax.
    pub fn price_of(&self, line: &Line) -> (Money, Money) {
        let quoted = self.quote.as_ref().ok().and_then(|quote| {
            let of_line = quote
                .lines
                .iter()
                .find(|quoted| quoted.variant_id == line.terms.variant_id)?;
            Some((of_line.unit, of_line.total.plus(of_line.discount).ok()?))
        });
        quoted.unwrap_or((line.unit, line.total))
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
    let Some(begun) = Begun::open(conn, owner).await? else {
        return Ok(None);
    };
    let view = begun.view(conn, settings, now).await?;
    Ok(Some(view).filter(|view| !view.cart.lines.is_empty()))
}

/// A checkout that somebody has begun, and what they have told, saved or not: from this everything else is worked out.
pub(super) struct Begun<'a> {
    owner: &'a CartOwner,
    cart: cart::Head,
    /// What the buyer has told; an operation may add to it before it asks for the view.
    pub(super) checkout: Checkout,
}

impl<'a> Begun<'a> {
    /// That of the owner's open cart; nothing when there is none.
    pub(super) async fn open(conn: &mut Conn, owner: &'a CartOwner) -> Result<Option<Self>, DbError> {
        let found = store::open(conn, owner).await?;
        Ok(found.map(|(cart, checkout)| Self { owner, cart, checkout }))
    }

    /// That of a cart of this owner.
    pub(super) async fn of(conn: &mut Conn, owner: &'a CartOwner, cart: cart::Head) -> Result<Self, DbError> {
        let checkout = store::find(conn, cart.id).await?;
        Ok(Self { owner, cart, checkout })
    }

    /// Works everything out.
    pub(super) async fn view(
        self,
        conn: &mut Conn,
        settings: &Settings,
        now: Instant,
    ) -> Result<CheckoutView, DbError> {
        let Self { owner, cart, checkout } = self;
        let mut cart = cart::fill(conn, cart, settings.store.currency).await?;
        // Who buys something at once is known by being signed in, not by the cart.
        cart.customer_id = owner.customer_id();
        let address = checkout.shipping_address.as_ref();
        let country = address.map_or(settings.store.country, |address| address.country);
        let region = address.map_or("", |address| address.region.as_str());
        let mut market = Market::at((country, region), settings, now);
        market.rules.business = business(conn, &cart, &checkout, settings).await?;
        let claims = claims(conn, &cart, &checkout, now).await?;
        Ok(assemble(cart, checkout, (&market, claims), now))
    }
}

/// The VAT id that was given with the address, and what it does. Ids are public: that staff have looked one up counts for the customer it
/// was looked up for, and only while they are signed in.
async fn business(
    conn: &mut Conn,
    cart: &CartView,
    checkout: &Checkout,
    settings: &Settings,
) -> Result<Option<Business>, DbError> {
    let Some(address) = &checkout.shipping_address else {
        return Ok(None);
    };
    let Ok(vat_id) = address.vat_id.parse::<VatId>() else {
        return Ok(None);
    };
    let is_checked = match cart.customer_id {
        Some(id) => accounts::is_vat_id_checked(conn, id, vat_id.as_str()).await?,
        None => false,
    };
    let place = (address.country, address.postcode.as_str());
    Ok(Some(Offering::of(settings).decide(vat_id, is_checked, place)))
}

/// The promotions the cart has a claim to. The e-mail address is known once it was entered.
async fn claims(conn: &mut Conn, cart: &CartView, checkout: &Checkout, now: Instant) -> Result<Vec<Claim>, DbError> {
    let products: Vec<ProductId> = cart.lines.iter().map(|line| line.terms.product_id).collect();
    let asking = Asking {
        currency: cart.subtotal.currency(),
        products: &products,
        codes: &cart.codes,
        customer_id: cart.customer_id,
        email: checkout.email.as_ref(),
    };
    discount::claims(conn, &asking, now).await
}

/// Works everything out from what was loaded.
fn assemble(cart: CartView, checkout: Checkout, (market, claims): (&Market, Vec<Claim>), now: Instant) -> CheckoutView {
    let mut basket = basket(&cart, market, claims);
    let choices = choices(&cart, &basket, market, now);
    let is_chosen = |choice: &&Choice| Some(choice.offer.method_id) == checkout.shipping_method_id;
    let chosen = choices.iter().find(is_chosen).cloned();
    let priced_by = chosen.as_ref().or(choices.first());
    basket.delivery = priced_by.map(|choice| choice.offer.clone());
    let quote = pricing::quote(&basket, &market.rules);
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
    sent(cart).next().is_some()
}

/// The lines that come in a parcel.
fn sent(cart: &CartView) -> impl Iterator<Item = &Line> {
    let bought = cart.lines.iter().filter(|line| line.can_be_bought());
    bought.filter(|line| line.terms.needs_shipping)
}

fn choices(cart: &CartView, basket: &Basket, market: &Market, now: Instant) -> Vec<Choice> {
    if !needs_shipping(cart) {
        return Vec::new();
    }
    let offers = market.offers(parcel(cart)).into_iter();
    offers
        .map(|offer| Choice {
            promise: market.promise(&offer, now),
            price: price(basket, &offer, market),
            offer,
        })
        .collect()
}

/// What sending a basket this way costs after discounts, and without tax where the buyer owes it.
fn price(basket: &Basket, offer: &Offer, market: &Market) -> Money {
    let is_without_tax = market.rules.business.as_ref().is_some_and(Business::is_reverse_charge);
    if basket.claims.is_empty() && !is_without_tax {
        return offer.price;
    }
    let sent = Basket {
        delivery: Some(offer.clone()),
        ..basket.clone()
    };
    pricing::quote(&sent, &market.rules).map_or(offer.price, |quote| quote.shipping_total)
}

fn parcel(cart: &CartView) -> Parcel {
    let weight = |line: &Line| line.terms.weight_g.saturating_mul(line.quantity.as_i64());
    Parcel {
        weight_g: sent(cart).map(weight).fold(0, i64::saturating_add),
        value: cart.subtotal,
    }
}

/// What can be bought of a cart. Whatever is sold out or gone stands in the cart and costs nothing.
fn basket(cart: &CartView, market: &Market, claims: Vec<Claim>) -> Basket {
    let line = |line: &Line| BasketLine {
        variant_id: line.terms.variant_id,
        product_id: line.terms.product_id,
        quantity: line.quantity,
        unit: line.unit,
        tax_class: TaxClass::of_product(&line.terms.tax_class),
    };
    let bought = cart.lines.iter().filter(|line| line.can_be_bought());
    Basket {
        currency: market.currency,
        lines: bought.map(line).collect(),
        delivery: None,
        claims,
    }
}
