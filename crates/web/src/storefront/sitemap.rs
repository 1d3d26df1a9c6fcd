//! The sitemap: an index, and parts of at most ten thousand addresses.

use std::fmt::Write as _;

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use wares_commerce::catalog::{self, Listed, Show, Status};
use wares_kernel::{After, Instant};

use super::tree;
use crate::{
    app::App,
    http::{CachePolicy, Error, Path},
    routes::Routes,
    urls,
};

/// Products in one part. The protocol allows five times as many; smaller parts are quicker made.
const PART: usize = 10_000;
/// Products read at once.
const BATCH: usize = 1_000;

pub(super) fn routes() -> Routes {
    Routes::default()
        .public("/sitemap.xml", get(index))
        .public("/sitemap/{part}", get(part))
}

/// `GET /sitemap.xml`
async fn index(State(app): State<App>) -> Result<Response, Error> {
    let mut conn = app.db.read().await?;
    let products = catalog::counts(&mut conn).await?.active;
    drop(conn);
    let parts = usize::try_from(products).unwrap_or_default().div_ceil(PART);
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for part in 0..=parts {
        let address = app.config.base_url.join(&urls::sitemap_part(part));
        writeln!(xml, "<sitemap><loc>{address}</loc></sitemap>").expect("writing to a string cannot fail");
    }
    xml.push_str("</sitemapindex>\n");
    Ok(answer(xml))
}

/// `GET /sitemap/{part}.xml`: part 0 has everything but products.
async fn part(State(app): State<App>, Path(name): Path<String>) -> Result<Response, Error> {
    let part: usize = name
        .strip_suffix(".xml")
        .and_then(|n| n.parse().ok())
        .ok_or(Error::NotFound)?;
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    if part == 0 {
        add_places(&app, &mut xml).await?;
    } else {
        let products = products(&app, (part - 1) * PART).await?;
        if products.is_empty() {
            return Err(Error::NotFound);
        }
        for product in &products {
            add(
                &app,
                &mut xml,
                &urls::product(product.slug.as_str()),
                Some(product.updated_at),
            );
        }
    }
    xml.push_str("</urlset>\n");
    Ok(answer(xml))
}

async fn add_places(app: &App, xml: &mut String) -> Result<(), Error> {
    let nodes = tree::shown(&mut *app.db.read().await?).await?;
    add(app, xml, urls::home(), None);
    for node in &nodes {
        add(app, xml, &urls::category(node.category.slug.as_str()), None);
    }
    for slug in app.settings.get().pages.0.keys() {
        add(app, xml, &urls::content(slug.as_str()), None);
    }
    Ok(())
}

/// The products of one part: they are read in their order from the beginning, which costs little, for it is an index.
async fn products(app: &App, skip: usize) -> Result<Vec<Listed>, Error> {
    let mut conn = app.db.read().await?;
    let (mut seen, mut found, mut after) = (0, Vec::new(), After::NEWEST);
    loop {
        let page = catalog::list(&mut conn, Show::Status(Status::Active), after, BATCH).await?;
        let wanted = page.items.into_iter().skip(skip.saturating_sub(seen));
        seen += BATCH;
        found.extend(wanted);
        match page.next {
            Some(next) if found.len() < PART => after = next,
            _ => break,
        }
    }
    found.truncate(PART);
    Ok(found)
}

fn add(app: &App, xml: &mut String, path: &str, changed_at: Option<Instant>) {
    let address = app.config.base_url.join(path);
    let changed = changed_at.map_or_else(String::new, |at| {
        format!("<lastmod>{}</lastmod>", at.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ"))
    });
    // Paths are percent-encoded, so nothing in them means anything in XML but the ampersand.
    let address = address.replace('&', "&amp;");
    writeln!(xml, "<url><loc>{address}</loc>{changed}</url>").expect("writing to a string cannot fail");
}

fn answer(xml: String) -> Response {
    let mut response = xml.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    CachePolicy::ShortShared.apply(headers);
    response
}
