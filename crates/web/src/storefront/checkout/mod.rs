//! Checkout: three pages from a cart to an order.
//!
//! What is typed is kept with the cart at once, also what is not right, so that nothing has to be typed twice.

mod changes;
mod delivery;
mod details;
mod frame;
mod pages;
mod place;
mod review;

pub(crate) use pages::PayChoice;

use crate::{routes::Routes, templates::Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.add::<pages::DetailsPage>();
    registry.add::<pages::DeliveryPage>();
    registry.add::<pages::ReviewPage>();
}

pub(super) fn routes() -> Routes {
    details::routes().merge(delivery::routes()).merge(review::routes())
}
