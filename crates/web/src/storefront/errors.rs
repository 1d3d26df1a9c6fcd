//! Pages that say why something was not done.

use std::time::Duration;

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Serialize;

use super::Head;
use crate::{
    app::App,
    http::{Accepts, Error, RequestId, policy_of_one_style},
    templates::{Frame, Page, Registry, RenderError},
};

pub(crate) fn pages(pages: &mut Registry) {
    pages.add::<ErrorPage>();
    pages.add::<BrokenPage>();
}

/// Something was refused; the shop itself is well.
#[derive(Debug, Clone, Serialize)]
struct ErrorPage {
    head: Head,
    title: String,
    text: String,
    offers_search: bool,
}

impl Page for ErrorPage {
    const TEMPLATE: &'static str = "storefront/error.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let too_many = Error::TooMany {
            retry_after: Duration::from_secs(90),
        };
        let refused = Error::conflict("sold_out", "The last piece was sold a moment ago.");
        vec![
            ("404", Self::of("Fieldhouse", &Error::NotFound)),
            ("410", Self::of("Fieldhouse", &Error::Gone)),
            ("429", Self::of("Fieldhouse", &too_many)),
            ("409", Self::of("Fieldhouse", &refused)),
        ]
    }
}

impl ErrorPage {
    fn of(shop: &str, error: &Error) -> Self {
        let (title, text) = words(error);
        Self {
            head: Head::private(shop, title),
            title: title.into(),
            text,
            offers_search: matches!(error, Error::NotFound | Error::Gone),
        }
    }
}

fn words(error: &Error) -> (&'static str, String) {
    match error {
        Error::NotFound => (
            "Page not found",
            "The address may be old or mistyped. Search for the thing, or start from a category.".into(),
        ),
        Error::Gone => (
            "No longer for sale",
            "We don’t sell this any more. Something like it may be here.".into(),
        ),
        Error::Forbidden | Error::SignInRequired { .. } | Error::Moved(_) | Error::SeeOther(_) => {
            ("Not allowed", "Your account may not do this.".into())
        }
        Error::Refused { status, message, .. } if *status == StatusCode::PAYLOAD_TOO_LARGE => {
            ("Too large", message.clone())
        }
        Error::Refused { message, .. } => ("This did not work", message.clone()),
        Error::Invalid(errors) => (
            "There is a problem",
            errors.0.iter().map(|error| format!("{}. ", error.message)).collect(),
        ),
        Error::TooMany { retry_after } => ("Too many tries", format!("Try again in {}.", in_words(*retry_after))),
        Error::Unavailable { retry_after } => (
            "The shop is very busy",
            format!("Nothing is lost. Try again in {}.", in_words(*retry_after)),
        ),
        Error::Away(_) => (
            "The shop is closed for a moment",
            "Your cart is saved. If you were paying, check your e-mail before trying again: when it says the order is \
             confirmed, you have paid once and only once."
                .into(),
        ),
        Error::Internal(_) => (
            "Sorry, there is a problem with the service",
            "Your cart is saved. If you were paying, check your e-mail before trying again: when it says the order is \
             confirmed, you have paid once and only once."
                .into(),
        ),
    }
}

/// "20 seconds", "2 minutes": rounded up, so that whoever waits that long gets in.
fn in_words(wait: Duration) -> String {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let (count, unit) = match seconds {
        0..=59 => (seconds.max(1), "second"),
        60..=3599 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3600), "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// Something broke. The page needs nothing of the shop to be well.
#[derive(Debug, Clone, Serialize)]
struct BrokenPage {
    title: &'static str,
    text: String,
    style: crate::templates::SafeHtml,
    reference: Option<String>,
    /// Whether there is a link to try again. It is pressed, not followed by itself: a page that is loaded anew while somebody has it read
    /// aloud begins from the top each time (WCAG 2.2.1).
    may_repeat: bool,
}

const STYLE: &str = include_str!("../../templates/storefront/500.css");

impl Page for BrokenPage {
    const TEMPLATE: &'static str = "storefront/500.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let broken = Error::Internal(anyhow::anyhow!("a sample"));
        let busy = Error::Unavailable {
            retry_after: Duration::from_secs(20),
        };
        vec![
            ("500", Self::of(&broken, Some("7Q2F-0419".into()), false)),
            ("503", Self::of(&busy, None, true)),
        ]
    }
}

impl BrokenPage {
    fn of(error: &Error, reference: Option<String>, may_repeat: bool) -> Self {
        let (title, text) = words(error);
        Self {
            title,
            text,
            style: crate::templates::SafeHtml::sanitised(STYLE.into()),
            reference,
            may_repeat: may_repeat && error.retry_after().is_some(),
        }
    }
}

/// The page for a refusal. Its status is set by the front door.
///
/// With `may_repeat` asking again does nothing that was not asked for.
pub(crate) async fn page(app: &App, error: &Error, id: RequestId, accepts: Accepts, may_repeat: bool) -> Response {
    let is_broken = matches!(error, Error::Internal(_) | Error::Unavailable { .. } | Error::Away(_));
    if !is_broken
        && let Ok(frame) = app.frame().await
        && let Ok(response) = app.page(accepts, &ErrorPage::of(&frame.name, error)).await
    {
        return response;
    }
    let reference = matches!(error, Error::Internal(_)).then(|| id.to_string());
    let frame = app.frame_in_memory();
    let page = BrokenPage::of(error, reference, may_repeat);
    match broken(app, &frame, &page) {
        Ok(response) => response,
        Err(cause) => {
            tracing::error!("The page for failures failed: {cause}");
            (StatusCode::INTERNAL_SERVER_ERROR, words(error).0).into_response()
        }
    }
}

fn broken(app: &App, frame: &Frame, page: &BrokenPage) -> Result<Response, RenderError> {
    let html = app.templates.page(frame, page)?;
    let mut response = Html(html).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy_of_one_style(STYLE));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_words_and_never_too_short() {
        assert_eq!(in_words(Duration::from_millis(1)), "1 second");
        assert_eq!(in_words(Duration::from_millis(59_001)), "1 minute");
        assert_eq!(in_words(Duration::from_secs(61)), "2 minutes");
        assert_eq!(in_words(Duration::from_secs(3600)), "1 hour");
    }
}
