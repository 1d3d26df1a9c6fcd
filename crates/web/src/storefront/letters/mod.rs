//! What customers write: messages to the shop, reviews, the newsletter's list.

mod contact;
mod news;
mod pages;
mod review;

pub(super) use pages::{ReviewPage, ratings};

use crate::{routes::Routes, templates::Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.add::<pages::ReviewPage>();
    registry.add::<pages::ContactPage>();
    registry.add::<pages::NewsPage>();
    registry.add::<pages::ThreadPage>();
}

pub(super) fn routes() -> Routes {
    contact::routes().merge(news::routes()).merge(review::routes())
}
