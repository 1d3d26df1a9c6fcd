//! "Where does this figure come from?" – answered from what a quote keeps, for staff and on invoices.

use serde::Serialize;
use wares_kernel::format::money;
use wares_kernel::{Money, VariantId};

use super::discount::{Benefit, Discount};
use super::quote::{Quote, QuotedShipping, TaxGroup};
use super::rules::Prices;
use super::shipping::Reason;
use super::without_tax::{REVERSE_CHARGE, Relief};

/// A figure of a quote and how it came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// The amount.
    pub amount: Money,
    /// What it is made of; the last one repeats the amount.
    pub steps: Vec<Step>,
    /// The rule behind it, as a sentence, or empty.
    pub note: String,
}

/// One part of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it is.
    pub label: String,
    /// The amount.
    pub amount: Money,
}

fn step(label: impl Into<String>, amount: Money) -> Step {
    Step {
        label: label.into(),
        amount,
    }
}

impl Quote {
    /// Every figure in the order it is shown: lines, what was taken off them, delivery, each tax, total.
    pub fn explain(&self, title: impl Fn(VariantId) -> String) -> Vec<Figure> {
        let mut figures = vec![self.explain_lines(&title)];
        let of_goods = self.discounts.iter().filter(|discount| !discount.goods.is_zero());
        figures.extend(of_goods.map(|discount| self.explain_discount(discount, &title)));
        figures.extend(self.shipping.as_ref().map(explain_shipping));
        match &self.relief {
            Some(relief) => {
                if relief.prices == Prices::IncludeTax {
                    figures.iter_mut().skip(1).for_each(reckoned_with_tax);
                }
                figures.push(self.explain_relief(relief));
            }
            None => figures.extend(self.taxes.iter().map(|group| explain_tax(group, self.prices))),
        }
        figures.push(self.explain_total());
        figures
    }

    /// What a promotion took off each line, and by which rule.
    fn explain_discount(&self, discount: &Discount, title: impl Fn(VariantId) -> String) -> Figure {
        let shares = self.lines.iter().zip(&discount.shares);
        let mut steps: Vec<Step> = shares
            .filter(|(_, share)| !share.is_zero())
            .map(|(line, share)| step(title(line.variant_id), share.negated()))
            .collect();
        steps.push(step(discount.name.as_str(), discount.goods.negated()));
        Figure {
            label: discount.name.clone(),
            amount: discount.goods.negated(),
            steps,
            note: rule(discount),
        }
    }

    fn explain_lines(&self, title: impl Fn(VariantId) -> String) -> Figure {
        let mut steps: Vec<Step> = self
            .lines
            .iter()
            .map(|line| {
                let label = format!("{}, {} × {}", title(line.variant_id), line.quantity, money(line.unit));
                step(label, line.total.plus(line.discount).unwrap_or(line.total))
            })
            .collect();
        steps.push(step("Lines", self.subtotal));
        Figure {
            label: "Lines".to_owned(),
            amount: self.subtotal,
            steps,
            note: match (&self.relief, self.prices) {
                (Some(relief), _) if relief.prices == Prices::IncludeTax => {
                    "The tax was taken out of the price of each piece, at the rate a consumer would pay.".to_owned()
                }
                (Some(_), _) => "Prices are without tax.".to_owned(),
                (None, Prices::IncludeTax) => "Prices include tax.".to_owned(),
                (None, Prices::ExcludeTax) => "Tax is added to prices.".to_owned(),
            },
        }
    }

    /// Why there is no tax, and what a consumer would pay.
    fn explain_relief(&self, relief: &Relief) -> Figure {
        let mut steps: Vec<Step> = relief
            .taxes
            .iter()
            .filter(|group| !group.tax.is_zero())
            .flat_map(|group| {
                let name = &group.name;
                [
                    step(format!("{name} a consumer would pay"), group.tax),
                    step(format!("{name} left to the buyer"), group.tax.negated()),
                ]
            })
            .collect();
        steps.push(step(REVERSE_CHARGE, self.tax));
        let id = self.business.as_ref().map(|business| {
            let checked = if business.is_checked {
                "checked"
            } else {
                "its form is right, not checked"
            };
            format!("VAT id {} ({checked}): the buyer owes the tax.", business.vat_id)
        });
        Figure {
            label: REVERSE_CHARGE.to_owned(),
            amount: self.tax,
            steps,
            note: id.unwrap_or_default(),
        }
    }

    fn explain_total(&self) -> Figure {
        let mut steps = vec![step("Lines", self.subtotal)];
        if !self.discount.is_zero() {
            steps.push(step("Discount", self.discount.negated()));
        }
        steps.push(step("Delivery", self.shipping_total));
        if self.prices == Prices::ExcludeTax {
            steps.push(step("Tax", self.tax));
        }
        steps.push(step("Total", self.total));
        Figure {
            label: "Total".to_owned(),
            amount: self.total,
            steps,
            note: String::new(),
        }
    }
}

/// Says of a figure that its rule looked at prices with tax.
fn reckoned_with_tax(figure: &mut Figure) {
    if !figure.note.is_empty() {
        figure
            .note
            .push_str(" Reckoned on prices with tax, which was then taken out.");
    }
}

/// How a discount on goods came to be, as a sentence.
fn rule(discount: &Discount) -> String {
    let (benefit, base) = (discount.benefit, money(discount.base));
    let shared = "shared out to the lines in proportion";
    match benefit {
        Benefit::Percent { off } => format!(
            "{} of {base}, what the goods it is for cost; rounded once and {shared}.",
            off.rate().percent()
        ),
        Benefit::Amount { .. } => format!("Off {base}, what the goods it is for cost, at most all of it; {shared}."),
        Benefit::BuyGet { buy, get, off } if discount.gets_others => format!(
            "For every {buy} pieces bought {get} of what one gets at {} off: the cheapest of that, which cost {base} together; {shared}.",
            off.rate().percent()
        ),
        Benefit::BuyGet { buy, get, off } => format!(
            "For every {buy} pieces {get} more at {} off: the cheapest, which cost {base} together; {shared}.",
            off.rate().percent()
        ),
        Benefit::FreeShipping { .. } => String::new(),
    }
}

fn explain_shipping(shipping: &QuotedShipping) -> Figure {
    let note = match &shipping.reason {
        Reason::Flat => "One price for every parcel.".to_owned(),
        Reason::PickUp => "Fetched at the shop.".to_owned(),
        Reason::Weight { weight_g, from_g } => {
            format!("By weight: the parcel weighs {weight_g} g; this price applies from {from_g} g on.")
        }
        Reason::Price { value, from } => {
            let (value, from) = (money(*value), money(*from));
            format!("By value: the goods are worth {value}; this price applies from {from} on.")
        }
        Reason::FreeFrom {
            threshold,
            value,
            instead_of,
        } => format!(
            "Free from {} on; the goods are worth {}. It would have cost {}.",
            money(*threshold),
            money(*value),
            money(*instead_of)
        ),
        Reason::Promotion { name, instead_of } => {
            format!("Free by {name}. It would have cost {}.", money(*instead_of))
        }
    };
    Figure {
        label: "Delivery".to_owned(),
        amount: shipping.price,
        steps: vec![step(format!("{}, {}", shipping.name, shipping.zone), shipping.price)],
        note,
    }
}

fn explain_tax(group: &TaxGroup, prices: Prices) -> Figure {
    let rate = group.rate.percent();
    let label = if group.name.is_empty() {
        "No tax".to_owned()
    } else {
        group.name.clone()
    };
    let note = match prices {
        Prices::IncludeTax => format!("Contained at {rate}: everything at this rate is added up and rounded once."),
        Prices::ExcludeTax => format!("Added at {rate}: everything at this rate is added up and rounded once."),
    };
    let steps = vec![
        step(format!("Lines at {rate}"), group.goods),
        step("Its share of delivery", group.shipping),
        step("Net", group.net),
        step(label.clone(), group.tax),
    ];
    Figure {
        label,
        amount: group.tax,
        steps,
        note,
    }
}
