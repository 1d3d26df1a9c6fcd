//! The one colour a shop chooses, as a stylesheet of its own: the policy allows no style inside a page.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use wares_commerce::settings::Accent;

use crate::{
    http::{CachePolicy, Error, Path},
    routes::Routes,
    urls,
};

/// The stylesheet's address; none for the colour the theme has anyway. The address names the colour, so it can be kept for ever.
pub(super) fn stylesheet(accent: Accent) -> Option<String> {
    if accent == Accent::default() {
        return None;
    }
    let light = accent.to_string();
    Some(urls::accent(light.trim_start_matches('#')))
}

pub(super) fn routes() -> Routes {
    Routes::default().public("/accent/{name}", get(show))
}

/// `GET /accent/{rrggbb}.css`
async fn show(Path(name): Path<String>) -> Result<Response, Error> {
    let accent = name
        .strip_suffix(".css")
        .and_then(|digits| format!("#{digits}").parse::<Accent>().ok())
        .ok_or(Error::NotFound)?;
    let css = format!(
        ":root{{--accent:light-dark({accent},{});--on-accent:light-dark(#FFF,#0D0C0B)}}",
        accent.in_the_dark()
    );
    let mut response = css.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/css; charset=utf-8"),
    );
    CachePolicy::Forever.apply(headers);
    Ok(response)
}
