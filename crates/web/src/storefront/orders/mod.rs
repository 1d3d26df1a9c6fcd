//! One order: its confirmation, its way, its invoice.

mod pages;

use crate::templates::Registry;

pub(super) fn register(registry: &mut Registry) {
    registry.add::<pages::PendingPage>();
    registry.add::<pages::ConfirmationPage>();
    registry.add::<pages::OrderPage>();
    registry.add::<pages::FindPage>();
    registry.add::<pages::FoundPage>();
    registry.add::<pages::CancelPage>();
    registry.add::<pages::InvoicePage>();
}
