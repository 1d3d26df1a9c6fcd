//! What search engines and load balancers ask for.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::frame;
use crate::{
    app::App,
    config::BaseUrl,
    http::{CachePolicy, Error},
    routes::Routes,
    templates::Link,
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .public("/robots.txt", get(robots))
        .public(urls::for_language_models(), get(guide))
        .public("/healthz", get(health))
}

/// `GET /robots.txt`
async fn robots(State(app): State<App>) -> Response {
    let private = [
        urls::cart(),
        urls::checkout(),
        urls::account(),
        urls::admin(),
        urls::suggest(),
        "/orders/",
    ];
    let mut text = String::from("User-agent: *\n");
    for path in private {
        text.push_str("Disallow: ");
        text.push_str(path);
        text.push('\n');
    }
    text.push_str("Sitemap: ");
    text.push_str(&app.config.base_url.join(urls::sitemap()));
    text.push('\n');
    let mut response = text.into_response();
    CachePolicy::ShortShared.apply(response.headers_mut());
    response
}

/// `GET /llms.txt`: what the shop is and where things are, as Markdown for those who read pages by machine.
async fn guide(State(app): State<App>) -> Result<Response, Error> {
    let (frame, settings) = (app.frame().await?, app.settings.get());
    let base = &app.config.base_url;
    let mut text = vec![format!("# {}\n\n", plain(&frame.name))];
    if let Some(tagline) = frame::filled(&settings.store.tagline) {
        text.push(format!("> {}\n\n", plain(&tagline)));
    }
    text.push(format!("An online shop. {}", frame.price_note));
    if settings.store.return_days > 0 {
        let days = settings.store.return_days;
        text.push(format!(" Goods may be sent back within {days} days."));
    }
    text.push("\n\n## Goods\n\n".into());
    for section in &frame.tree {
        text.push(item(base, "", &section.link));
        text.extend(section.children.iter().map(|link| item(base, "  ", link)));
    }
    text.extend(frame.collections.iter().map(|link| item(base, "", link)));
    text.push(format!(
        "- [Every page]({})\n\nSearch: {}?q=WORDS\n\nThe page of a product has its price, stock and reviews as JSON-LD.\n",
        base.join(urls::sitemap()),
        base.join(urls::search())
    ));
    for column in &frame.footer {
        text.push(format!("\n## {}\n\n", plain(&column.title)));
        text.extend(column.links.iter().map(|link| item(base, "", link)));
    }
    let mut response = text.concat().into_response();
    CachePolicy::ShortShared.apply(response.headers_mut());
    Ok(response)
}

fn item(base: &BaseUrl, indent: &str, link: &Link) -> String {
    format!("{indent}- [{}]({})\n", plain(&link.text), base.join(&link.url))
}

/// A name without what Markdown would take for a link or another line.
fn plain(name: &str) -> String {
    name.replace(['[', ']', '\n', '\r'], " ")
}

/// `GET /healthz`: whether this instance can answer, which it cannot without its database.
async fn health(State(app): State<App>) -> Result<Response, Error> {
    drop(app.db.read().await?);
    let mut response = "ok\n".into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    Ok(response)
}
