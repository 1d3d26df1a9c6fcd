//! The shop as a web server: pages for shoppers, the admin panel, and what HTTP needs around them.
//!
//! A request comes through [`http::front_door`] (host, origin, limits, time), reaches one handler, and leaves as a page
//! rendered from a context struct ([`templates::Page`]). Handlers extract, call one operation of `commerce` or a few reads,
//! and respond; they hold no SQL, no arithmetic and no string links ([`urls`]).
//!
//! To add a page: a struct implementing [`templates::Page`] beside its handler, a template under `templates/`, a line in
//! the folder's `pages()` and its route in the folder's `routes()`. One test then renders every sample of every page.

pub mod admin;
pub mod app;
pub mod assets;
pub mod config;
pub mod follow;
pub mod http;
pub mod public;
pub mod routes;
pub mod storefront;
pub mod templates;
pub mod urls;

pub use app::App;
pub use config::Config;

/// Every page of the program with its samples, for the test that renders them all.
pub fn pages() -> templates::Registry {
    let mut pages = templates::Registry::default();
    storefront::pages(&mut pages);
    admin::pages(&mut pages);
    pages
}

/// The whole shop as one service: every route behind the front door.
pub fn router(app: App) -> axum::Router {
    let (open, _) = open_routes().into_parts();
    let routes = open.merge(admin::routes()).fallback(async || http::Error::NotFound);
    http::behind_the_front_door(routes, app)
}

fn open_routes() -> routes::Routes {
    assets::routes().merge(storefront::routes())
}

/// Every route outside the admin panel with who may use it, for the test that tries them all as somebody else.
pub fn listed_routes() -> Vec<routes::Route> {
    let (_, listed) = open_routes().into_parts();
    listed
}
