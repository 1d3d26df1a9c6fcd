//! Answers that several handlers give.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};

use crate::{
    App,
    http::{Accepts, Error},
    templates::Page,
};

/// After a form: look there.
pub(crate) fn see(url: &str) -> Response {
    Redirect::to(url).into_response()
}

/// The form again, with what is wrong: nothing was done.
pub(crate) async fn ask_again<P: Page>(app: &App, accepts: Accepts, page: &P) -> Result<Response, Error> {
    with_status(app, accepts, StatusCode::UNPROCESSABLE_ENTITY, page).await
}

/// A page with another status than 200.
pub(crate) async fn with_status<P: Page>(
    app: &App,
    accepts: Accepts,
    status: StatusCode,
    page: &P,
) -> Result<Response, Error> {
    let mut response = app.page(accepts, page).await?;
    *response.status_mut() = status;
    Ok(response)
}

/// About a link from a mail that does not work any more.
pub(crate) async fn worn_out<P: Page>(app: &App, accepts: Accepts, page: &P) -> Result<Response, Error> {
    with_status(app, accepts, StatusCode::NOT_FOUND, page)
        .await
        .map(secretly)
}

/// Keeps the address of a page that a token opens to itself.
pub(crate) fn secretly(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}
