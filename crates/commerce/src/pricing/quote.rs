//! The price of a basket, as a pure function: no database, no clock, no fractions.
//!
//! Tax is computed as EN 16931 wants it: everything of one class and rate is added up, rounded once, and the result is
//! shared out to lines and delivery by largest remainder. So displayed lines always sum to the displayed total.
//! Delivery follows the goods: its price belongs to the tax groups in proportion to their value.
//! Discounts come off before tax is reckoned: tax is owed on what is paid. Who owes it themselves pays without it: [`super::without_tax`].

use serde::{Deserialize, Serialize};
use wares_kernel::{Currency, Money, MoneyError, Quantity, Rate, ShippingMethodId, VariantId, split};

use super::basket::{Basket, BasketLine};
use super::discount::apply::{Priced, choose};
use super::discount::{Discount, SetAside};
use super::rules::{Prices, Rules};
use super::shipping::Reason;
use super::tax::{Business, TaxClass};
use super::without_tax::{Relief, without_tax};

/// The most an order may come to, in minor units: ten thousand million.
pub const TOTAL_MAX_MINOR: i64 = 10_000_000_000;

/// What a basket costs, with everything needed to say why. Frozen into the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The currency of every amount in it.
    pub currency: Currency,
    /// Whether lines, subtotal and delivery have the tax in them.
    pub prices: Prices,
    /// In the order of the basket.
    pub lines: Vec<QuoteLine>,
    /// The chosen way of sending.
    pub shipping: Option<QuotedShipping>,
    /// What was taken off and why, in the order it was taken off.
    #[serde(default)]
    pub discounts: Vec<Discount>,
    /// Codes that were entered and take nothing off. An order does not keep them.
    #[serde(skip)]
    pub set_aside: Vec<SetAside>,
    /// One entry for each tax class and rate.
    pub taxes: Vec<TaxGroup>,
    /// All lines before discounts.
    pub subtotal: Money,
    /// What is taken off the lines, as a positive amount.
    pub discount: Money,
    /// What delivery costs.
    pub shipping_total: Money,
    /// All tax.
    pub tax: Money,
    /// What is paid.
    pub total: Money,
    /// The buyer's VAT id, and what was decided about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business: Option<Business>,
    /// The tax that was left out, where that was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relief: Option<Relief>,
}

/// The price of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    /// The variant.
    pub variant_id: VariantId,
    /// How many.
    pub quantity: Quantity,
    /// The price of one.
    pub unit: Money,
    /// What is taken off, as a positive amount.
    pub discount: Money,
    /// Unit × quantity − discount: with tax or without, as the prices are.
    pub total: Money,
    /// The tax on it: part of `total` or on top of it.
    pub tax: Money,
    /// Its tax class.
    pub tax_class: TaxClass,
    /// The rate of that class at the destination.
    pub tax_rate: Rate,
}

/// The price of delivery and how it came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedShipping {
    /// The method.
    pub method_id: ShippingMethodId,
    /// Its name, as the buyer saw it.
    pub name: String,
    /// The name of the zone it belongs to.
    pub zone: String,
    /// What it costs: with tax or without, as the prices are.
    pub price: Money,
    /// The tax on it.
    pub tax: Money,
    /// Why it costs that.
    pub reason: Reason,
}

/// Everything taxed at one rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxGroup {
    /// The class.
    pub class: TaxClass,
    /// The rate.
    pub rate: Rate,
    /// The rate's name on invoices, such as `VAT 19 %`; empty where no tax is collected.
    pub name: String,
    /// The lines in it.
    pub goods: Money,
    /// Its share of the delivery price.
    pub shipping: Money,
    /// The amount without tax.
    pub net: Money,
    /// The tax, rounded once.
    pub tax: Money,
}

/// Why a basket has no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// A price below zero, which the catalogue does not allow.
    #[error("a price in the cart is not valid")]
    NegativePrice,
    /// More than an order may come to.
    #[error("this order is too large to be taken online; please write to us")]
    TooLarge,
    /// Amounts of two currencies met.
    #[error("the cart holds prices in different currencies")]
    MixedCurrencies,
}

impl From<MoneyError> for QuoteError {
    fn from(error: MoneyError) -> Self {
        match error {
            MoneyError::MixedCurrencies => Self::MixedCurrencies,
            MoneyError::TooLarge | MoneyError::NotAnAmount | MoneyError::TooPrecise => Self::TooLarge,
        }
    }
}

/// Prices a basket.
pub fn quote(basket: &Basket, rules: &Rules) -> Result<Quote, QuoteError> {
    let currency = basket.currency;
    let mut lines = basket
        .lines
        .iter()
        .map(|line| price_line(line, currency, rules))
        .collect::<Result<Vec<_>, _>>()?;
    let mut shipping = basket.delivery.as_ref().map(|offer| QuotedShipping {
        method_id: offer.method_id,
        name: offer.name.clone(),
        zone: offer.zone.clone(),
        price: offer.price,
        tax: currency.zero(),
        reason: offer.reason.clone(),
    });
    refuse_negative(shipping.as_ref().map_or(currency.zero(), |shipping| shipping.price))?;
    let chosen = choose(
        &priced(basket, &lines),
        shipping.as_ref().map(|shipping| shipping.price),
        &basket.claims,
    )?;
    for discount in &chosen.discounts {
        take_off(discount, &mut lines, shipping.as_mut())?;
    }
    let shipping_total = shipping.as_ref().map_or(currency.zero(), |shipping| shipping.price);
    let mut taxes = group(&lines, shipping_total, rules)?;
    for tax in &mut taxes {
        apply(tax, rules.prices, &mut lines, shipping.as_mut())?;
    }
    let quote = total(currency, rules.prices, lines, shipping, taxes)?;
    let quote = Quote {
        discounts: chosen.discounts,
        set_aside: chosen.set_aside,
        business: rules.business.clone(),
        ..quote
    };
    match &rules.business {
        Some(business) if business.is_reverse_charge() => without_tax(quote),
        _ => Ok(quote),
    }
}

/// The lines as promotions look at them.
fn priced(basket: &Basket, lines: &[QuoteLine]) -> Vec<Priced> {
    let of = |(wanted, line): (&BasketLine, &QuoteLine)| Priced {
        product_id: wanted.product_id,
        quantity: line.quantity,
        unit: line.unit,
        total: line.total,
    };
    basket.lines.iter().zip(lines).map(of).collect()
}

/// Lowers lines and delivery by what a promotion takes off.
fn take_off(
    discount: &Discount,
    lines: &mut [QuoteLine],
    shipping: Option<&mut QuotedShipping>,
) -> Result<(), QuoteError> {
    for (line, share) in lines.iter_mut().zip(&discount.shares) {
        line.discount = line.discount.plus(*share)?;
        line.total = line.total.minus(*share)?;
    }
    if let Some(shipping) = shipping.filter(|_| !discount.delivery.is_zero()) {
        shipping.reason = Reason::Promotion {
            name: discount.name.clone(),
            instead_of: shipping.price,
        };
        shipping.price = shipping.price.minus(discount.delivery)?;
    }
    Ok(())
}

fn price_line(line: &BasketLine, currency: Currency, rules: &Rules) -> Result<QuoteLine, QuoteError> {
    refuse_negative(line.unit)?;
    Ok(QuoteLine {
        variant_id: line.variant_id,
        quantity: line.quantity,
        unit: line.unit,
        discount: currency.zero(),
        total: line.unit.times(line.quantity.as_i64())?,
        tax: currency.zero(),
        tax_class: line.tax_class.clone(),
        tax_rate: rules.tax.rate(&line.tax_class),
    })
}

fn refuse_negative(amount: Money) -> Result<(), QuoteError> {
    if amount.is_negative() {
        Err(QuoteError::NegativePrice)
    } else {
        Ok(())
    }
}

/// One group for each class and rate in order of appearance, with its lines and its share of the delivery price.
fn group(lines: &[QuoteLine], shipping: Money, rules: &Rules) -> Result<Vec<TaxGroup>, QuoteError> {
    let zero = shipping.currency().zero();
    let mut groups: Vec<TaxGroup> = Vec::new();
    for line in lines {
        let at = groups.iter().position(|group| group.holds(line));
        let at = at.unwrap_or_else(|| {
            groups.push(TaxGroup {
                class: line.tax_class.clone(),
                rate: line.tax_rate,
                name: rules.tax.name(&line.tax_class).to_owned(),
                goods: zero,
                shipping: zero,
                net: zero,
                tax: zero,
            });
            groups.len() - 1
        });
        groups[at].goods = groups[at].goods.plus(line.total)?;
    }
    let weights: Vec<u64> = groups.iter().map(|group| weight(group.goods)).collect();
    for (group, share) in groups.iter_mut().zip(split::split(shipping, &weights)) {
        group.shipping = share;
    }
    Ok(groups)
}

/// Computes a group's tax once and shares it out to its lines and to delivery.
fn apply(
    group: &mut TaxGroup,
    prices: Prices,
    lines: &mut [QuoteLine],
    shipping: Option<&mut QuotedShipping>,
) -> Result<(), QuoteError> {
    let base = group.goods.plus(group.shipping)?;
    (group.net, group.tax) = match prices {
        Prices::IncludeTax => {
            let tax = group.rate.within(base)?;
            (base.minus(tax)?, tax)
        }
        Prices::ExcludeTax => (base, group.rate.of(base)?),
    };
    let mut members: Vec<&mut QuoteLine> = lines.iter_mut().filter(|line| group.holds(line)).collect();
    let mut weights: Vec<u64> = members.iter().map(|line| weight(line.total)).collect();
    weights.push(weight(group.shipping));
    let mut shares = split::split(group.tax, &weights);
    if let (Some(share), Some(shipping)) = (shares.pop(), shipping) {
        shipping.tax = shipping.tax.plus(share)?;
    }
    for (line, share) in members.iter_mut().zip(shares) {
        line.tax = share;
    }
    Ok(())
}

/// Adds everything up.
pub(super) fn total(
    currency: Currency,
    prices: Prices,
    lines: Vec<QuoteLine>,
    shipping: Option<QuotedShipping>,
    taxes: Vec<TaxGroup>,
) -> Result<Quote, QuoteError> {
    let after_discounts = Money::sum(currency, lines.iter().map(|line| line.total))?;
    let discount = Money::sum(currency, lines.iter().map(|line| line.discount))?;
    let shipping_total = shipping.as_ref().map_or(currency.zero(), |shipping| shipping.price);
    let tax = Money::sum(currency, taxes.iter().map(|group| group.tax))?;
    let before_tax = after_discounts.plus(shipping_total)?;
    let total = match prices {
        Prices::IncludeTax => before_tax,
        Prices::ExcludeTax => before_tax.plus(tax)?,
    };
    if total.minor() > TOTAL_MAX_MINOR {
        return Err(QuoteError::TooLarge);
    }
    Ok(Quote {
        currency,
        prices,
        subtotal: after_discounts.plus(discount)?,
        lines,
        shipping,
        discounts: Vec::new(),
        set_aside: Vec::new(),
        taxes,
        discount,
        shipping_total,
        tax,
        total,
        business: None,
        relief: None,
    })
}

impl TaxGroup {
    fn holds(&self, line: &QuoteLine) -> bool {
        self.class == line.tax_class && self.rate == line.tax_rate
    }
}

/// An amount as a weight for sharing out; amounts here are never negative.
pub(super) fn weight(amount: Money) -> u64 {
    u64::try_from(amount.minor()).unwrap_or(0)
}
