//! Checkout: three pages from a cart to an order.

mod pages;

use crate::templates::Registry;

pub(super) fn register(registry: &mut Registry) {
    registry.add::<pages::DetailsPage>();
    registry.add::<pages::DeliveryPage>();
    registry.add::<pages::ReviewPage>();
}
