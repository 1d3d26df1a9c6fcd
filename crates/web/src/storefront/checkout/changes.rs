//! What changed while somebody was in checkout, in sentences.

use std::collections::HashMap;

use wares_commerce::checkout::{Changed, Short};

use wares_kernel::VariantId;

use crate::templates::format::money;

/// What there is too little of.
pub(super) fn short(short: &Short) -> String {
    let Short {
        title, wanted, left, ..
    } = short;
    match left {
        0 => format!("{title} is sold out: take it out of the cart to go on"),
        left => format!("{title}: only {left} left, and you want {wanted}. Change the cart to go on"),
    }
}

/// A figure that is another now.
pub(super) fn changed(changed: &Changed, titles: &HashMap<VariantId, String>) -> String {
    let title = |id: &VariantId| titles.get(id).map_or("", String::as_str);
    match changed {
        Changed::Price { variant_id, old, new } => {
            format!("{}: now {} (was {})", title(variant_id), money(*new), money(*old))
        }
        Changed::Quantity { variant_id, old, new } => format!("{}: {new} instead of {old}", title(variant_id)),
        Changed::Discount {
            name, why: Some(why), ..
        } => format!("{name}: {why}"),
        Changed::Discount { name, new, .. } if new.is_zero() => format!("{name} does not apply any more"),
        Changed::Discount { name, old, new, .. } => {
            format!("{name} takes off {} now (was {})", money(*new), money(*old))
        }
        Changed::Delivery { old, new } => format!("Delivery: now {} (was {})", money(*new), money(*old)),
        Changed::ReverseCharge { applies: true } => "Your VAT id counts now: prices are without VAT".to_owned(),
        Changed::ReverseCharge { applies: false } => {
            "Your VAT id does not count any more: prices are with VAT".to_owned()
        }
        Changed::Tax { old, new } => format!("Tax: now {} (was {})", money(*new), money(*old)),
        Changed::Total { old, new } => format!("The total is now {} (was {})", money(*new), money(*old)),
    }
}
