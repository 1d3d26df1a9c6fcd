//! The admin panel: one folder a noun, one file a verb.

use axum::Router;

use crate::{app::App, templates::Registry};

/// The admin panel's pages, for the test that renders every sample.
pub(crate) fn pages(_pages: &mut Registry) {}

/// The admin panel's routes.
pub(crate) fn routes() -> Router<App> {
    Router::new()
}
