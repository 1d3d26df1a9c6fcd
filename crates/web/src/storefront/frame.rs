//! What surrounds every page, made from the settings and the tree of categories.

use wares_commerce::settings::{Payments, Settings, Store};
use wares_kernel::Currency;

use super::accent;
use crate::{
    Config,
    templates::{Frame, Link, Section, Surroundings},
};

/// How many categories and collections the header names.
const TOP_SHOWN: usize = 5;
/// How many of them are collections at most.
const COLLECTIONS_SHOWN: usize = 2;

/// The frame of a shop with these settings, this tree, and these collections in its header.
pub(crate) fn frame(config: &Config, settings: &Settings, tree: Vec<Section>, collections: Vec<Link>) -> Frame {
    let store = &settings.store;
    Surroundings {
        name: store.name.clone(),
        language: "en".into(),
        base_url: config.base_url.as_str().into(),
        announcement: filled(&store.announcement),
        top: top(&tree, &collections),
        collections,
        footer: Frame::footer_of(&store.name, &tree),
        tree,
        ways_to_pay: ways_to_pay(&settings.payments).map(|ways| format!("{ways}.")),
        price_note: format!("Prices in {}, {}.", currency_name(store.currency), tax_note(store)),
        contact_note: format!("{}. {}", store.name, reply_note(store.reply_hours)),
        phone: filled(&store.phone),
        hours: filled(&store.opening_hours),
        email: store.email.as_ref().map(ToString::to_string),
        accent: accent::stylesheet(store.accent),
    }
    .into()
}

/// Collections come last and take the place of categories, which the menu has as well.
fn top(tree: &[Section], collections: &[Link]) -> Vec<Link> {
    let n = collections.len().min(COLLECTIONS_SHOWN);
    let categories = tree.iter().map(|section| &section.link).take(TOP_SHOWN - n);
    categories.chain(&collections[..n]).cloned().collect()
}

/// A text that may be empty, as something that may be absent.
pub(super) fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// "incl. VAT", as prices are shown.
pub(crate) fn tax_note(store: &Store) -> &'static str {
    if store.prices_include_tax {
        "incl. VAT"
    } else {
        "excl. tax"
    }
}

/// "Pay by card, bank transfer or cash on delivery": what is switched on.
pub(super) fn ways_to_pay(payments: &Payments) -> Option<String> {
    let ways: Vec<&str> = [
        (payments.card.as_ref().is_some_and(|card| card.is_enabled), "card"),
        (payments.bank_transfer.is_enabled, "bank transfer"),
        (payments.cash_on_delivery.is_enabled, "cash on delivery"),
    ]
    .into_iter()
    .filter_map(|(is_on, name)| is_on.then_some(name))
    .collect();
    let (last, others) = ways.split_last()?;
    Some(match others {
        [] => format!("Pay by {last}"),
        others => format!("Pay by {} or {last}", others.join(", ")),
    })
}

/// "We reply within one day."
fn reply_note(hours: u32) -> String {
    match hours {
        0 | 1 => "We reply within the hour.".into(),
        24 => "We reply within one day.".into(),
        days if days % 24 == 0 => format!("We reply within {} days.", days / 24),
        hours => format!("We reply within {hours} hours."),
    }
}

fn currency_name(currency: Currency) -> String {
    match currency.code() {
        "EUR" => "euro".into(),
        "USD" => "US dollars".into(),
        "GBP" => "pounds sterling".into(),
        "CHF" => "Swiss francs".into(),
        "JPY" => "yen".into(),
        code => code.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wares_commerce::settings::{BankTransfer, CashOnDelivery};

    #[test]
    fn only_what_is_switched_on_is_a_way_to_pay() {
        let mut payments = Payments::default();
        assert_eq!(ways_to_pay(&payments), None);
        payments.bank_transfer = BankTransfer {
            is_enabled: true,
            ..BankTransfer::default()
        };
        payments.cash_on_delivery = CashOnDelivery { is_enabled: true };
        assert_eq!(
            ways_to_pay(&payments).as_deref(),
            Some("Pay by bank transfer or cash on delivery")
        );
    }

    #[test]
    fn hours_are_said_as_people_say_them() {
        assert_eq!(reply_note(24), "We reply within one day.");
        assert_eq!(reply_note(48), "We reply within 2 days.");
        assert_eq!(reply_note(6), "We reply within 6 hours.");
    }
}
