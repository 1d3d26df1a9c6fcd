//! The pages of somebody who is signed in.

mod pages;

use crate::templates::Registry;

pub(super) fn register(registry: &mut Registry) {
    registry.add::<pages::OverviewPage>();
    registry.add::<pages::OrdersPage>();
    registry.add::<pages::AddressesPage>();
    registry.add::<pages::AddressPage>();
    registry.add::<pages::ProfilePage>();
    registry.add::<pages::SecurityPage>();
}
