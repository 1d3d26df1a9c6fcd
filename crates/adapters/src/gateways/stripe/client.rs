//! Requests to Stripe, and what an answer means: done, refused, or not known.

use std::fmt;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use wares_commerce::payment::gateway::GatewayError;

use super::Config;
use super::wire::ErrorBody;

/// Where the real Stripe answers.
pub const LIVE_URL: &str = "https://api.stripe.com";

/// The version whose fields are read here. A newer account version changes nothing for us.
const API_VERSION: &str = "2025-02-24.acacia";

/// Largest answer read, in bytes: a hundred sessions with their charges.
const ANSWER_MAX: usize = 4 * 1024 * 1024;

/// Form fields in Stripe's bracket notation.
pub(super) type Fields = Vec<(String, String)>;

/// Why the adapter cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Keys and payments would travel in the clear.
    #[error("Stripe's address must be https, unless it is on this machine")]
    NotEncrypted,
    /// A real key must not reach anybody else.
    #[error("a live key is only used with {LIVE_URL}")]
    LiveKeyElsewhere,
    /// The key cannot be put into a header.
    #[error("the Stripe key is not a key")]
    NotAKey,
    /// Without one, every webhook would have to be refused.
    #[error("a webhook secret is needed, and none may be empty")]
    NoWebhookSecret,
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[from] reqwest::Error),
}

/// A client for one account.
pub(super) struct Client {
    http: reqwest::Client,
    base_url: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl Client {
    pub(super) fn new(config: &Config) -> Result<Self, SetupError> {
        let base_url = config.base_url.trim_end_matches('/').to_owned();
        if !base_url.starts_with("https://") && !is_on_this_machine(&base_url) {
            return Err(SetupError::NotEncrypted);
        }
        let is_live = config.secret_key.contains("_live_");
        if is_live && base_url != LIVE_URL {
            return Err(SetupError::LiveKeyElsewhere);
        }
        if config.webhook_secrets.is_empty() || config.webhook_secrets.iter().any(String::is_empty) {
            return Err(SetupError::NoWebhookSecret);
        }
        Ok(Self {
            http: crate::client_for(&base_url, headers(&config.secret_key)?, config.time_out)?,
            base_url,
        })
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, GatewayError> {
        read(self.http.get(self.url(path)).query(query)).await
    }

    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        fields: &Fields,
        key: Option<&str>,
    ) -> Result<T, GatewayError> {
        let request = self.http.post(self.url(path)).form(fields);
        let request = match key {
            Some(key) => request.header("Idempotency-Key", key),
            None => request,
        };
        read(request).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}/v1/{path}", self.base_url)
    }
}

fn headers(secret_key: &str) -> Result<HeaderMap, SetupError> {
    let mut key = HeaderValue::from_str(&format!("Bearer {secret_key}")).map_err(|_| SetupError::NotAKey)?;
    key.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, key);
    headers.insert("Stripe-Version", HeaderValue::from_static(API_VERSION));
    Ok(headers)
}

fn is_on_this_machine(url: &str) -> bool {
    ["http://127.0.0.1", "http://[::1]", "http://localhost"]
        .iter()
        .filter_map(|start| url.strip_prefix(start))
        .any(|rest| rest.is_empty() || rest.starts_with(':'))
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, GatewayError> {
    let answer = request.send().await.map_err(|error| unknown(&error))?;
    let (status, retry_after) = (answer.status(), retry_after(answer.headers()));
    let body = read_body(answer).await?;
    if status.is_success() {
        return serde_json::from_slice(&body)
            .map_err(|error| GatewayError::Unknown(format!("the answer cannot be read: {error}")));
    }
    Err(refusal(status, retry_after, &body))
}

async fn read_body(mut answer: Response) -> Result<Vec<u8>, GatewayError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| unknown(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_MAX {
            return Err(GatewayError::Unknown("the answer is too long".to_owned()));
        }
    }
    Ok(body)
}

/// The request may have arrived. Its URL is left out: it may hold a buyer's reference.
fn unknown(error: &reqwest::Error) -> GatewayError {
    let what = if error.is_timeout() {
        "it took too long"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    GatewayError::Unknown(what.to_owned())
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .parse()
        .ok()
        .map(Duration::from_secs)
}

fn refusal(status: StatusCode, retry_after: Option<Duration>, body: &[u8]) -> GatewayError {
    let error = serde_json::from_slice::<ErrorBody>(body).unwrap_or_default().error;
    match status {
        StatusCode::PAYMENT_REQUIRED => GatewayError::Declined { reason: error.reason() },
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => GatewayError::Auth(error.message),
        StatusCode::TOO_MANY_REQUESTS => GatewayError::RateLimited { retry_after },
        StatusCode::CONFLICT => GatewayError::Unknown(error.message),
        status if status.is_client_error() => GatewayError::Invalid(error.message),
        status => GatewayError::Unknown(format!("answer {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wares_commerce::payment::gateway::DeclineReason;

    fn config(base_url: &str, secret_key: &str) -> Config {
        Config {
            secret_key: secret_key.to_owned(),
            webhook_secrets: vec!["whsec_a".to_owned()],
            base_url: base_url.to_owned(),
            time_out: Duration::from_secs(1),
        }
    }

    #[test]
    fn keys_only_travel_encrypted_or_inside_this_machine() {
        for good in [
            "https://api.stripe.com",
            "http://127.0.0.1:4242/",
            "http://[::1]:4242",
            "http://localhost",
        ] {
            assert!(Client::new(&config(good, "sk_test_1")).is_ok(), "{good}");
        }
        for bad in [
            "http://api.stripe.com",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "ftp://x",
        ] {
            assert!(
                matches!(Client::new(&config(bad, "sk_test_1")), Err(SetupError::NotEncrypted)),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_live_key_only_goes_to_stripe() {
        assert!(Client::new(&config(LIVE_URL, "sk_live_1")).is_ok());
        let elsewhere = Client::new(&config("http://127.0.0.1:4242", "rk_live_1"));
        assert!(matches!(elsewhere, Err(SetupError::LiveKeyElsewhere)));
    }

    #[test]
    fn an_answer_says_whether_the_outcome_is_known() {
        let verdict = |status| {
            let body = br#"{"error":{"type":"card_error","code":"expired_card","message":"no"}}"#;
            refusal(StatusCode::from_u16(status).unwrap(), None, body)
        };
        assert_eq!(
            verdict(402),
            GatewayError::Declined {
                reason: DeclineReason::ExpiredCard
            }
        );
        assert_eq!(verdict(400), GatewayError::Invalid("no".to_owned()));
        assert_eq!(verdict(404), GatewayError::Invalid("no".to_owned()));
        assert_eq!(verdict(401), GatewayError::Auth("no".to_owned()));
        assert_eq!(verdict(429), GatewayError::RateLimited { retry_after: None });
        for unknown in [409, 500, 502, 503, 504, 302] {
            assert!(matches!(verdict(unknown), GatewayError::Unknown(_)), "{unknown}");
        }
    }
}
