//! What customers write: messages to the shop, reviews, the newsletter's list.

mod contact;
mod news;
mod pages;
mod review;

use axum::Router;

use crate::{App, templates::Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.add::<pages::ReviewPage>();
    registry.add::<pages::ContactPage>();
    registry.add::<pages::NewsPage>();
    registry.add::<pages::ThreadPage>();
}

pub(super) fn routes() -> Router<App> {
    contact::routes().merge(news::routes()).merge(review::routes())
}
