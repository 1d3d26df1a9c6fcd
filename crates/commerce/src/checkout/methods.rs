//! Ways to pay, as checkout offers them.

use std::time::Duration;

use crate::payment::{BANK_TRANSFER, CARD, CASH_ON_DELIVERY};
use crate::settings::Settings;

/// The way to pay for an order that costs nothing.
pub const FREE: &str = "free";

/// When the money of an order comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayLater {
    /// Before it counts; stock is held for so long.
    Within(Duration),
    /// When the parcel arrives; the order counts at once.
    OnDelivery,
}

/// The ways to pay that the shop offers, in the order they are shown.
pub fn offered(settings: &Settings) -> Vec<&'static str> {
    let payments = &settings.payments;
    let card = payments.card.as_ref().is_some_and(|card| card.is_enabled);
    [
        (card, CARD),
        (payments.bank_transfer.is_enabled, BANK_TRANSFER),
        (payments.cash_on_delivery.is_enabled, CASH_ON_DELIVERY),
    ]
    .into_iter()
    .filter_map(|(is_offered, name)| is_offered.then_some(name))
    .collect()
}

/// When the money comes by this way to pay.
pub fn when_paid(method: &str, settings: &Settings) -> PayLater {
    match method {
        CASH_ON_DELIVERY => PayLater::OnDelivery,
        BANK_TRANSFER => PayLater::Within(settings.checkout.transfer_hold()),
        _ => PayLater::Within(settings.checkout.hold()),
    }
}
