//! The price of a basket without tax, for a buyer who owes the tax themselves.
//!
//! Where prices have the tax in them, a company pays what is left of them without it: every price is first reckoned as for anybody else at
//! the destination, with its discounts and its price list of delivery, and then loses the tax of its rate. That happens to the price of one
//! piece, which is rounded half away from zero, and lines are multiples of it: a line of an invoice is its price times its quantity. So
//! the total may differ by parts of a cent for each piece from a consumer's total less its tax. What a discount leaves of a line is
//! rounded once.

use serde::{Deserialize, Serialize};
use wares_kernel::{Money, MoneyError, Rate, split};

use super::discount::Discount;
use super::quote::{Quote, QuoteError, QuoteLine, TaxGroup, total, weight};
use super::rules::Prices;

/// What the row without tax is called, also on invoices.
pub const REVERSE_CHARGE: &str = "Reverse charge";

/// The tax that a consumer would pay for the same. Kept in a quote without tax, to say how its figures came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relief {
    /// Whether the shop's prices have the tax in them, which was taken out; otherwise it was not added.
    pub prices: Prices,
    /// A consumer's taxes.
    pub taxes: Vec<TaxGroup>,
    /// All of them.
    pub tax: Money,
}

/// The same purchase without tax.
pub(super) fn without_tax(quote: Quote) -> Result<Quote, QuoteError> {
    let relief = Relief {
        prices: quote.prices,
        taxes: quote.taxes.clone(),
        tax: quote.tax,
    };
    let Quote {
        currency,
        mut lines,
        mut shipping,
        mut discounts,
        set_aside,
        business,
        ..
    } = quote;
    if relief.prices == Prices::IncludeTax {
        take_out(&mut lines, &mut discounts)?;
        for discount in &mut discounts {
            discount.delivery = net_of_delivery(discount.delivery, &relief.taxes)?;
        }
        if let Some(shipping) = &mut shipping {
            shipping.price = net_of_delivery(shipping.price, &relief.taxes)?;
        }
    }
    for line in &mut lines {
        (line.tax, line.tax_rate) = (currency.zero(), Rate::ZERO);
    }
    if let Some(shipping) = &mut shipping {
        shipping.tax = currency.zero();
    }
    let delivery = shipping.as_ref().map_or(currency.zero(), |shipping| shipping.price);
    let taxes = groups(&relief.taxes, &lines, delivery)?;
    Ok(Quote {
        discounts,
        set_aside,
        business,
        relief: Some(relief),
        ..total(currency, Prices::ExcludeTax, lines, shipping, taxes)?
    })
}

/// An amount without the tax that is in it.
fn net(amount: Money, rate: Rate) -> Result<Money, MoneyError> {
    amount.minus(rate.within(amount)?)
}

/// Takes the tax out of the lines, and out of what promotions took off them.
fn take_out(lines: &mut [QuoteLine], discounts: &mut [Discount]) -> Result<(), MoneyError> {
    for (at, line) in lines.iter_mut().enumerate() {
        line.unit = net(line.unit, line.tax_rate)?;
        let before = line.unit.times(line.quantity.as_i64())?;
        let after = net(line.total, line.tax_rate)?;
        line.total = if line.discount.is_zero() || after.minor() > before.minor() {
            before
        } else {
            after
        };
        line.discount = before.minus(line.total)?;
        let of_line: Vec<u64> = discounts.iter().map(|discount| weight(discount.shares[at])).collect();
        for (discount, share) in discounts.iter_mut().zip(split::split(line.discount, &of_line)) {
            discount.shares[at] = share;
        }
    }
    for discount in discounts {
        discount.goods = Money::sum(discount.goods.currency(), discount.shares.iter().copied())?;
    }
    Ok(())
}

/// An amount of delivery, which is taxed as the goods are, without the tax in each part of it.
fn net_of_delivery(amount: Money, taxes: &[TaxGroup]) -> Result<Money, MoneyError> {
    let weights: Vec<u64> = taxes.iter().map(|group| weight(group.goods)).collect();
    if weights.is_empty() {
        return Ok(amount);
    }
    let parts = taxes.iter().zip(split::split(amount, &weights));
    let nets = parts
        .map(|(group, part)| net(part, group.rate))
        .collect::<Result<Vec<_>, _>>()?;
    Money::sum(amount.currency(), nets)
}

/// The groups of before without tax. Delivery stands in the first one: at one rate there is nothing to share it out to.
fn groups(before: &[TaxGroup], lines: &[QuoteLine], delivery: Money) -> Result<Vec<TaxGroup>, MoneyError> {
    let zero = delivery.currency().zero();
    let group = |(at, group): (usize, &TaxGroup)| {
        let of_class = lines.iter().filter(|line| line.tax_class == group.class);
        let goods = Money::sum(zero.currency(), of_class.map(|line| line.total))?;
        let shipping = if at == 0 { delivery } else { zero };
        Ok(TaxGroup {
            class: group.class.clone(),
            rate: Rate::ZERO,
            name: REVERSE_CHARGE.to_owned(),
            goods,
            shipping,
            net: goods.plus(shipping)?,
            tax: zero,
        })
    };
    before.iter().enumerate().map(group).collect()
}
