//! What customers write: reviews, messages to the shop, the newsletter's list.

mod pages;

use crate::templates::Registry;

pub(super) fn register(registry: &mut Registry) {
    registry.add::<pages::ReviewPage>();
    registry.add::<pages::ContactPage>();
    registry.add::<pages::ThreadPage>();
}
