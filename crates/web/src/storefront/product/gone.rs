//! What stands where an archived product stood: that it is gone for good, and what there is instead.

use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use wares_commerce::catalog::{self, Lookup};
use wares_kernel::Slug;

use crate::{
    app::App,
    http::{Accepts, Error},
    storefront::{Card, Head, goods, reply::with_status, samples},
    templates::{Link, Page},
    urls,
};

/// How many other products the page shows.
const SIMILAR: usize = 4;

/// A product that is not sold any more.
#[derive(Debug, Clone, Serialize)]
pub(super) struct GonePage {
    pub(super) head: Head,
    pub(super) name: String,
    /// "More in Mugs", where it had a category.
    pub(super) category: Option<Link>,
    pub(super) similar: Vec<Card>,
}

/// Answers 410 with the page, which search engines forget and nobody keeps.
pub(super) async fn answer(app: &App, accepts: Accepts, slug: &Slug) -> Result<Response, Error> {
    let mut conn = app.db.read().await?;
    let Lookup::Gone(former) = catalog::product_at(&mut conn, slug).await? else {
        // It was put back a moment ago.
        return Err(Error::SeeOther(urls::product(slug.as_str())));
    };
    let similar = catalog::related(&mut conn, former.id, SIMILAR).await?;
    drop(conn);
    let settings = app.settings.get();
    let currency = settings.store.currency;
    let page = GonePage {
        head: Head::private(&settings.store.name, format!("{} is no longer for sale", former.title)),
        category: former
            .category
            .map(|(name, slug)| Link::new(format!("More in {name}"), urls::category(slug.as_str()))),
        similar: similar
            .iter()
            .map(|card| goods::card(card, currency, app.now()))
            .collect(),
        name: former.title,
    };
    with_status(app, accepts, StatusCode::GONE, &page).await
}

impl Page for GonePage {
    const TEMPLATE: &'static str = "storefront/gone.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            head: Head::private("Fieldhouse", "Tarn espresso cup is no longer for sale"),
            name: "Tarn espresso cup".into(),
            category: Some(Link::new("More in Cups and mugs", urls::category("cups-and-mugs"))),
            similar: samples::cards().into_iter().take(SIMILAR).collect(),
        };
        let alone = Self {
            category: None,
            similar: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("alone", alone)]
    }
}
