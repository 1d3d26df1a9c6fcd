//! What a cart would cost and when it would arrive, before an address is known.

use wares_commerce::{
    cart::{CartView, Line, LineState},
    pricing::{self, Basket, BasketLine, Market, Promise, Quote, TaxClass, shipping::Parcel},
};
use wares_db::Conn;
use wares_kernel::Country;

use crate::{App, http::Error};

/// The figures of a cart, sent the cheapest way.
pub(crate) struct Estimate {
    /// Lines, delivery, tax, total; nothing where there is no price, with why.
    pub(crate) quote: Result<Quote, String>,
    /// When it would arrive if it were ordered now.
    pub(crate) promise: Option<Promise>,
}

/// Works out the figures of a cart that is sent to `country`.
pub(crate) async fn estimate(app: &App, conn: &mut Conn, cart: &CartView, country: Country) -> Result<Estimate, Error> {
    let now = app.now();
    let market = Market::load(conn, &app.terms(), country, "", now).await?;
    let sold: Vec<&Line> = cart.lines.iter().filter(|line| can_be_bought(line)).collect();
    let offer = parcel(cart, &sold).and_then(|parcel| market.offers(parcel).into_iter().next());
    let basket = Basket {
        currency: market.currency,
        lines: sold.iter().map(|line| basket_line(line)).collect(),
        delivery: offer.clone(),
    };
    Ok(Estimate {
        quote: pricing::quote(&basket, &market.rules).map_err(|refusal| refusal.to_string()),
        promise: offer.as_ref().map(|offer| market.promise(offer, now)),
    })
}

fn can_be_bought(line: &Line) -> bool {
    matches!(line.state, LineState::Available | LineState::Short { .. })
}

fn basket_line(line: &Line) -> BasketLine {
    BasketLine {
        variant_id: line.terms.variant_id,
        quantity: line.quantity,
        unit: line.unit,
        tax_class: line.terms.tax_class.parse().unwrap_or_else(|_| TaxClass::standard()),
    }
}

/// What would be sent, if anything is.
fn parcel(cart: &CartView, sold: &[&Line]) -> Option<Parcel> {
    let sent = sold.iter().filter(|line| line.terms.needs_shipping);
    let weights: Vec<i64> = sent
        .map(|line| line.terms.weight_g.saturating_mul(line.quantity.as_i64()))
        .collect();
    (!weights.is_empty()).then(|| Parcel {
        weight_g: weights.iter().fold(0, |sum, grams| i64::saturating_add(sum, *grams)),
        value: cart.subtotal,
    })
}
