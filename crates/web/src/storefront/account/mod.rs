//! The pages of somebody who is signed in.

mod addresses;
mod lately;
mod orders;
mod overview;
mod pages;
mod profile;
mod reviews;
mod reviews_page;
mod security;

pub(super) use addresses::keep_address;

use crate::{routes::Routes, templates::Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.add::<pages::OverviewPage>();
    registry.add::<pages::OrdersPage>();
    registry.add::<reviews_page::ReviewsPage>();
    registry.add::<pages::AddressesPage>();
    registry.add::<pages::AddressPage>();
    registry.add::<pages::ProfilePage>();
    registry.add::<pages::SecurityPage>();
}

pub(super) fn routes() -> Routes {
    addresses::routes()
        .merge(orders::routes())
        .merge(overview::routes())
        .merge(profile::routes())
        .merge(reviews::routes())
        .merge(security::routes())
}
