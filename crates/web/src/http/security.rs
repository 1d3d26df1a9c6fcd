//! Headers that every response carries.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::Config;

/// The headers, made once from the configuration.
#[derive(Debug)]
pub struct SecurityHeaders {
    policy: HeaderValue,
    fixed: Vec<(HeaderName, HeaderValue)>,
}

impl SecurityHeaders {
    /// For a shop whose forms may lead to the payment pages in the configuration.
    ///
    /// `form-action` has to name them, because browsers apply it to the redirect after the form as well.
    pub(crate) fn new(config: &Config) -> Self {
        let mut policy = String::from(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
             connect-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'",
        );
        for origin in &config.gateway_origins {
            policy.push(' ');
            policy.push_str(origin);
        }
        policy.push_str(
            "; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; \
             require-trusted-types-for 'script'; trusted-types dom",
        );
        let mut fixed: Vec<(HeaderName, HeaderValue)> = vec![
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (
                header::REFERRER_POLICY,
                HeaderValue::from_static("strict-origin-when-cross-origin"),
            ),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                HeaderValue::from_static("same-origin"),
            ),
            (
                HeaderName::from_static("cross-origin-resource-policy"),
                HeaderValue::from_static("same-origin"),
            ),
            (
                HeaderName::from_static("permissions-policy"),
                HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ),
        ];
        if config.base_url.is_https() {
            policy.push_str("; upgrade-insecure-requests");
            fixed.push((
                header::STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static("max-age=31536000; includeSubDomains"),
            ));
        }
        let policy = HeaderValue::from_str(&policy).expect("the origins were checked when the configuration was read");
        Self { policy, fixed }
    }

    /// Adds what the handler has not set itself.
    pub(super) fn apply(&self, headers: &mut HeaderMap) {
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert_with(|| self.policy.clone());
        for (name, value) in &self.fixed {
            headers.entry(name).or_insert_with(|| value.clone());
        }
    }
}

/// The policy of a document that loads nothing and may show only `style`, which is inside it.
pub(crate) fn policy_of_one_style(style: &str) -> HeaderValue {
    let hash = STANDARD.encode(Sha256::digest(style));
    HeaderValue::from_str(&format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    ))
    .expect("base64 is plain text")
}
