//! Pictures: each in one size and format, named by its content.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use wares_commerce::media::{self, Rendition};

use crate::{
    app::App,
    http::{CachePolicy, Error, Path},
    routes::Routes,
};

/// A picture shown by itself runs nothing and loads nothing.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'");

pub(super) fn routes() -> Routes {
    Routes::default().public("/media/{name}", get(show))
}

/// `GET /media/{key}-{width}.{ending}`
async fn show(State(app): State<App>, Path(name): Path<String>) -> Result<Response, Error> {
    let rendition = Rendition::parse(&name).ok_or(Error::NotFound)?;
    let bytes = media::bytes_of(&app.db, &*app.blobs, &rendition)
        .await
        .map_err(|error| Error::Internal(error.into()))?
        .ok_or(Error::NotFound)?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(rendition.format.media_type()),
    );
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    CachePolicy::Forever.apply(headers);
    Ok(response)
}
