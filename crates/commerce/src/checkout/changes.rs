//! What is not as the buyer was shown it.

use wares_kernel::{Money, VariantId};

use crate::pricing::discount::{Discount, Refusal};
use crate::pricing::{Quote, QuoteLine};

/// One difference between the figures that were shown and those of now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// The price of one piece.
    Price {
        /// The variant.
        variant_id: VariantId,
        /// What it was.
        old: Money,
        /// What it is.
        new: Money,
    },
    /// How many are in the cart, changed in another window; zero is none.
    Quantity {
        /// The variant.
        variant_id: VariantId,
        /// How many there were.
        old: u32,
        /// How many there are.
        new: u32,
    },
    /// What a promotion takes off.
    Discount {
        /// What buyers know it by.
        name: String,
        /// What it took off.
        old: Money,
        /// What it takes off.
        new: Money,
        /// Why it takes nothing off any more, where that is known.
        why: Option<Refusal>,
    },
    /// What delivery costs.
    Delivery {
        /// What it was.
        old: Money,
        /// What it is.
        new: Money,
    },
    /// Whether the buyer owes the tax themselves.
    ReverseCharge {
        /// Whether they do now.
        applies: bool,
    },
    /// The tax.
    Tax {
        /// What it was.
        old: Money,
        /// What it is.
        new: Money,
    },
    /// What is paid. Always the last one.
    Total {
        /// What it was.
        old: Money,
        /// What it is.
        new: Money,
    },
}

/// Every difference between what was shown and what is. The total the buyer saw counts; of the rest, what was last kept.
pub(super) fn changes(shown: Option<&Quote>, shown_total: Money, now: &Quote) -> Vec<Changed> {
    let mut found = shown.map(|shown| parts(shown, now)).unwrap_or_default();
    found.push(Changed::Total {
        old: shown_total,
        new: now.total,
    });
    found
}

fn parts(shown: &Quote, now: &Quote) -> Vec<Changed> {
    let mut found: Vec<Changed> = now
        .lines
        .iter()
        .flat_map(|line| line_changes(find(shown, line.variant_id), line))
        .collect();
    let gone = shown.lines.iter().filter(|line| find(now, line.variant_id).is_none());
    found.extend(gone.map(|line| Changed::Quantity {
        variant_id: line.variant_id,
        old: line.quantity.get(),
        new: 0,
    }));
    found.extend(discount_changes(shown, now));
    let (old, new) = (shown.shipping_total, now.shipping_total);
    if old != new {
        found.push(Changed::Delivery { old, new });
    }
    let applies = now.relief.is_some();
    if shown.relief.is_some() != applies {
        found.push(Changed::ReverseCharge { applies });
    }
    let (old, new) = (shown.tax, now.tax);
    if old != new {
        found.push(Changed::Tax { old, new });
    }
    found
}

fn find(quote: &Quote, variant_id: VariantId) -> Option<&QuoteLine> {
    quote.lines.iter().find(|line| line.variant_id == variant_id)
}

fn line_changes(shown: Option<&QuoteLine>, now: &QuoteLine) -> Vec<Changed> {
    let variant_id = now.variant_id;
    let (old, new) = (shown.map_or(0, |line| line.quantity.get()), now.quantity.get());
    let quantity = (old != new).then_some(Changed::Quantity { variant_id, old, new });
    let old = shown.map_or(now.unit, |line| line.unit);
    let price = (old != now.unit).then_some(Changed::Price {
        variant_id,
        old,
        new: now.unit,
    });
    price.into_iter().chain(quantity).collect()
}

/// Promotions that take off more or less than they did, or are not given any more.
fn discount_changes(shown: &Quote, now: &Quote) -> Vec<Changed> {
    let taken = |quote: &Quote, wanted: &Discount| {
        let same = quote
            .discounts
            .iter()
            .find(|other| other.promotion_id == wanted.promotion_id);
        same.map_or(0, |discount| discount.goods.minor() + discount.delivery.minor())
    };
    let new_ones = now.discounts.iter().filter(|discount| taken(shown, discount) == 0);
    let all = shown.discounts.iter().chain(new_ones);
    let changed = all.filter(|discount| taken(shown, discount) != taken(now, discount));
    changed
        .map(|discount| Changed::Discount {
            name: discount.name.clone(),
            old: Money::new(taken(shown, discount), now.currency),
            new: Money::new(taken(now, discount), now.currency),
            why: why_not(now, discount),
        })
        .collect()
}

fn why_not(now: &Quote, discount: &Discount) -> Option<Refusal> {
    let code = discount.code.as_ref()?;
    let set_aside = now.set_aside.iter().find(|set_aside| set_aside.code == *code)?;
    Some(set_aside.why.clone())
}
