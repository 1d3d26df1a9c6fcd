//! The cart: what somebody would like to have.

mod added_page;
mod page;

use crate::templates::Registry;

pub(super) fn register(registry: &mut Registry) {
    registry.add::<page::CartPage>();
    registry.add::<added_page::AddedPage>();
    registry.add::<added_page::NotAddedPage>();
}
