//! What has just been done, said on the next page: a short-lived cookie carries the words across the redirect.

use axum::response::{IntoResponse, Redirect, Response};
use percent_encoding::percent_decode_str;

use super::parts::Notice;
use crate::{
    App,
    http::{Cookies, NewCookie, once::NOTICE},
};

/// Long enough for the redirect, short enough not to be read much later.
const SECONDS: u64 = 20;

/// To another page, which says what has been done. No other page says it.
pub(crate) fn done(app: &App, to: &str, text: impl AsRef<str>) -> Response {
    let mut response = Redirect::to(to).into_response();
    let path = to.split(['?', '#']).next().unwrap_or(to);
    let value = format!("{path} {}", text.as_ref());
    NewCookie::secret(&app.config, NOTICE, &value, Some(SECONDS)).set(response.headers_mut());
    response
}

/// What was done before the page at `path`, if anything.
pub(super) fn said(app: &App, cookies: &Cookies, path: &str) -> Option<Notice> {
    let value = percent_decode_str(cookies.secret(&app.config, NOTICE)?)
        .decode_utf8()
        .ok()?;
    let (there, text) = value.split_once(' ')?;
    (there == path).then(|| Notice::done(text))
}
