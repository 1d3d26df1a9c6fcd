//! What search engines and load balancers ask for.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{
    app::App,
    http::{CachePolicy, Error},
    routes::Routes,
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .public("/robots.txt", get(robots))
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
