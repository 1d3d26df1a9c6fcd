//! The ways to pay that are offered, in the shop's words.

use wares_commerce::{checkout, payment};

use super::{checkout::PayChoice, orders::way_to_pay};
use crate::App;

/// What can be chosen; `chosen` is marked, or else the first.
pub(crate) fn choices(app: &App, chosen: &str) -> Vec<PayChoice> {
    let offered = offered(app);
    let chosen = offered.iter().find(|name| *name == chosen).or(offered.first()).cloned();
    offered
        .into_iter()
        .map(|name| PayChoice {
            name: way_to_pay(&name).to_owned(),
            note: note(&name).to_owned(),
            chosen: chosen.as_ref() == Some(&name),
            value: name,
        })
        .collect()
}

/// The gateway a form named, if it is offered.
pub(crate) fn chosen(app: &App, value: &str) -> Option<String> {
    offered(app).into_iter().find(|name| name == value)
}

/// The names of the ways that are switched on and can be used here.
fn offered(app: &App) -> Vec<String> {
    checkout::offered(&app.settings.get())
        .into_iter()
        .filter(|name| app.gateway(name).is_some())
        .map(str::to_owned)
        .collect()
}

fn note(gateway: &str) -> &'static str {
    match gateway {
        payment::CARD => "You enter the card on our payment provider’s page.",
        payment::BANK_TRANSFER => "We send the goods when the money has arrived.",
        payment::CASH_ON_DELIVERY => "You pay when the parcel arrives.",
        _ => "",
    }
}
