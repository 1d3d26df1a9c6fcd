//! The figures of a quote as they are read: in the cart, in checkout, on an order.

use wares_commerce::pricing::{Business, Prices, Quote};
use wares_kernel::Money;

use super::parts::{Row, Sums};
use crate::templates::format::money;

/// From subtotal to total. `goods` and `delivery` name the first row and the price of sending: "Subtotal, 4 items",
/// "Delivery to Germany".
pub(crate) fn sums(quote: &Quote, goods: &str, delivery: &str) -> Sums {
    let mut rows = vec![Row::new(goods, money(quote.subtotal))];
    let of_goods = quote.discounts.iter().filter(|discount| !discount.goods.is_zero());
    rows.extend(of_goods.map(|discount| {
        let off = discount.goods.negated();
        Row::new(format!("Discount {}", discount.name), money(off))
    }));
    if quote.shipping.is_some() {
        let by = quote.discounts.iter().find(|discount| !discount.delivery.is_zero());
        let label = by.map_or_else(
            || delivery.to_owned(),
            |discount| format!("{delivery}, free with {}", discount.name),
        );
        rows.push(Row::new(label, price_or_free(quote.shipping_total)));
    }
    let taxed = quote.taxes.iter().filter(|group| !group.tax.is_zero());
    rows.extend(taxed.map(|group| match quote.prices {
        Prices::IncludeTax => Row::new(format!("{}, included", group.name), money(group.tax)),
        Prices::ExcludeTax => Row::new(group.name.as_str(), money(group.tax)),
    }));
    if quote.relief.is_some() {
        rows.push(Row::new("VAT, reverse charge", money(quote.tax)));
    }
    Sums {
        rows,
        total_label: "Total".into(),
        total: money(quote.total),
        note: quote.business.as_ref().map(Business::says).unwrap_or_default(),
    }
}

/// A price of sending.
pub(crate) fn price_or_free(price: Money) -> String {
    if price.is_zero() { "Free".into() } else { money(price) }
}

/// "1 item", "4 items".
pub(crate) fn items(count: u64) -> String {
    format!("{count} {}", if count == 1 { "item" } else { "items" })
}
