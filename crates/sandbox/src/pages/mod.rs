//! Pages for people: the hosted payment page, the bank's page, the dashboard. No JavaScript anywhere.

pub(crate) mod bank;
pub(crate) mod dashboard;
pub(crate) mod faults;
pub(crate) mod pay;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use minijinja::{AutoEscape, Environment, Value, context};

use crate::Sandbox;
use crate::error::ApiError;
use crate::model::Session;

const STYLE: &str = include_str!("../templates/pay.css");

const TEMPLATES: [(&str, &str); 6] = [
    ("base.html", include_str!("../templates/base.html")),
    ("pay.html", include_str!("../templates/pay.html")),
    ("bank.html", include_str!("../templates/bank.html")),
    ("over.html", include_str!("../templates/over.html")),
    ("dashboard.html", include_str!("../templates/dashboard.html")),
    ("message.html", include_str!("../templates/message.html")),
];

pub(crate) fn templates() -> Result<Environment<'static>, minijinja::Error> {
    let mut templates = Environment::new();
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    templates.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    templates.set_trim_blocks(true);
    templates.set_lstrip_blocks(true);
    for (name, text) in TEMPLATES {
        templates.add_template(name, text)?;
    }
    Ok(templates)
}

/// The style sheet of all pages.
pub(crate) async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, STYLE).into_response()
}

pub(crate) async fn not_found(State(sandbox): State<Sandbox>) -> Response {
    nothing_here(&sandbox)
}

fn nothing_here(sandbox: &Sandbox) -> Response {
    message(
        sandbox,
        StatusCode::NOT_FOUND,
        "There is nothing here",
        "Check the address, or go back to the shop.",
    )
}

/// A page that only says something.
pub(crate) fn message(sandbox: &Sandbox, status: StatusCode, title: &str, text: &str) -> Response {
    page(sandbox, status, "message.html", context! { title, text }, &[])
}

/// Says that the sandbox could not do it.
pub(crate) fn failure(sandbox: &Sandbox, error: &ApiError) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    message(sandbox, status, "That did not work", &error.message)
}

/// A page whose forms may lead to the given URLs and nowhere else.
fn page(sandbox: &Sandbox, status: StatusCode, name: &str, context: Value, form_targets: &[&str]) -> Response {
    let rendered = sandbox
        .templates()
        .get_template(name)
        .and_then(|template| template.render(context));
    let html = match rendered {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(error = %error, "A page of the sandbox is broken");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = (status, Html(html)).into_response();
    protect(response.headers_mut(), form_targets);
    response
}

/// Browsers apply `form-action` to the redirect that follows a form, so the shop's origin is listed.
fn protect(headers: &mut HeaderMap, form_targets: &[&str]) {
    let mut policy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; \
                      form-action 'self'"
        .to_owned();
    for origin in form_targets.iter().filter_map(|url| origin(url)) {
        policy.push(' ');
        policy.push_str(origin);
    }
    let fixed = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Scheme, host and port of a URL, if it has nothing in them that could end a directive.
fn origin(url: &str) -> Option<&str> {
    let host_at = url.find("://")? + 3;
    let length = url[host_at..].find(['/', '?', '#']).unwrap_or(url.len() - host_at);
    let origin = &url[..host_at + length];
    let is_plain = origin
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b":/.-[]".contains(&b));
    is_plain.then_some(origin)
}

/// Back to the shop.
fn return_to_shop(session: &Session) -> Response {
    Redirect::to(&session.return_url()).into_response()
}

/// Whether a form was sent by one of our own pages.
///
/// Browsers say where a request comes from; programs that do not say it are no browsers and have no cookies to abuse.
fn is_own_form(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-site")
        .is_none_or(|site| site == "same-origin" || site == "none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_ends_where_the_path_begins() {
        assert_eq!(origin("https://shop.example/return?x=1"), Some("https://shop.example"));
        assert_eq!(origin("http://127.0.0.1:8080"), Some("http://127.0.0.1:8080"));
        assert_eq!(origin("http://[::1]:8080?x"), Some("http://[::1]:8080"));
        assert_eq!(origin("https://shop.example;script-src *"), None);
        assert_eq!(origin("shop.example"), None);
    }
}
