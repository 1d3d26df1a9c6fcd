//! The sitemap: an index, one part with the shop's own pages, and parts of at most ten thousand products.
//!
//! Products are in the order of their ids, which is that of their making, and each part is named by its first one: new products change
//! the last part only, and a part is read along an index wherever it begins.

use std::fmt::Write as _;

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use wares_commerce::catalog::{self, Placed};
use wares_kernel::{Instant, ProductId};

use super::{goods, tree};
use crate::{
    app::App,
    http::{CachePolicy, Error, Path},
    routes::Routes,
    urls,
};

/// Products in one part. The protocol allows five times as many; smaller parts are quicker made, and stay below its fifty megabytes with the
/// longest addresses.
const PART: usize = 10_000;
/// The part with the pages that are no products.
const PAGES: &str = "pages";

pub(super) fn routes() -> Routes {
    Routes::default()
        .public("/sitemap.xml", get(index))
        .public("/sitemap/{part}", get(part))
}

/// `GET /sitemap.xml`
async fn index(State(app): State<App>) -> Result<Response, Error> {
    let parts = app.db.read_long(|conn| Box::pin(catalog::parts(conn, PART))).await?;
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let mut add = |name: &str, changed_at| {
        let address = app.config.base_url.join(&urls::sitemap_part(name));
        let changed = last_changed(changed_at);
        writeln!(xml, "<sitemap><loc>{address}</loc>{changed}</sitemap>").expect("writing to a string cannot fail");
    };
    add(PAGES, None);
    for part in parts {
        add(&part.first.to_string(), Some(part.changed_at));
    }
    xml.push_str("</sitemapindex>\n");
    Ok(answer(xml))
}

/// `GET /sitemap/{part}.xml`
async fn part(State(app): State<App>, Path(name): Path<String>) -> Result<Response, Error> {
    let name = name.strip_suffix(".xml").ok_or(Error::NotFound)?;
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\">\n",
    );
    if name == PAGES {
        add_pages(&app, &mut xml).await?;
    } else {
        let first: ProductId = name.parse().map_err(|_| Error::NotFound)?;
        let products = app
            .db
            .read_long(move |conn| Box::pin(catalog::placed(conn, first, PART)))
            .await?;
        if products.is_empty() {
            return Err(Error::NotFound);
        }
        for product in &products {
            add_product(&app, &mut xml, product);
        }
    }
    xml.push_str("</urlset>\n");
    Ok(answer(xml))
}

async fn add_pages(app: &App, xml: &mut String) -> Result<(), Error> {
    let mut conn = app.db.read().await?;
    let nodes = tree::shown(&mut conn).await?;
    let collections = catalog::collections(&mut conn).await?;
    drop(conn);
    add(app, xml, urls::home(), "");
    add(app, xml, urls::categories(), "");
    for node in &nodes {
        add(app, xml, &urls::category(node.category.slug.as_str()), "");
    }
    for row in collections.iter().filter(|row| row.is_visible) {
        add(app, xml, &urls::collection(row.slug.as_str()), "");
    }
    for slug in app.settings.get().pages.0.keys() {
        add(app, xml, &urls::content(slug.as_str()), "");
    }
    Ok(())
}

fn add_product(app: &App, xml: &mut String, product: &Placed) {
    let picture = product
        .photo
        .as_ref()
        .and_then(|photo| goods::picture(photo, &product.title));
    let image = picture.map_or_else(String::new, |picture| {
        let address = escaped(&app.config.base_url.join(&picture.src));
        format!("<image:image><image:loc>{address}</image:loc></image:image>")
    });
    let more = last_changed(Some(product.updated_at)) + &image;
    add(app, xml, &urls::product(product.slug.as_str()), &more);
}

fn add(app: &App, xml: &mut String, path: &str, more: &str) {
    let address = escaped(&app.config.base_url.join(path));
    writeln!(xml, "<url><loc>{address}</loc>{more}</url>").expect("writing to a string cannot fail");
}

fn last_changed(at: Option<Instant>) -> String {
    at.map_or_else(String::new, |at| {
        format!("<lastmod>{}</lastmod>", at.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ"))
    })
}

/// Paths are percent-encoded, so nothing in them means anything in XML but the ampersand.
fn escaped(address: &str) -> String {
    address.replace('&', "&amp;")
}

fn answer(xml: String) -> Response {
    let mut response = xml.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    CachePolicy::ShortShared.apply(headers);
    response
}
