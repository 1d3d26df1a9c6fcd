//! Refusals in Stripe's shape.

use serde_json::{Value, json};

/// A refused API request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) kind: &'static str,
    pub(crate) code: Option<&'static str>,
    pub(crate) param: Option<String>,
    pub(crate) message: String,
    /// Whether it is kept under the request's idempotency key. Requests that were never carried out, because they
    /// could not be read or another one was in the way, are not.
    pub(crate) is_kept: bool,
}

impl ApiError {
    fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            code: None,
            param: None,
            message: message.into(),
            is_kept: false,
        }
    }

    /// The request cannot be read.
    pub(crate) fn invalid(param: &str, message: impl Into<String>) -> Self {
        Self {
            param: Some(param.to_owned()),
            ..Self::new(400, "invalid_request_error", message)
        }
    }

    pub(crate) fn missing(param: &str) -> Self {
        let error = Self::invalid(param, format!("Missing required param: {param}."));
        Self {
            code: Some("parameter_missing"),
            ..error
        }
    }

    pub(crate) fn unknown_parameter(param: &str) -> Self {
        let error = Self::invalid(param, format!("Received unknown parameter: {param}"));
        Self {
            code: Some("parameter_unknown"),
            ..error
        }
    }

    pub(crate) fn no_such(what: &str, id: &str) -> Self {
        let error = Self::new(404, "invalid_request_error", format!("No such {what}: '{id}'"));
        Self {
            code: Some("resource_missing"),
            param: Some("id".to_owned()),
            ..error
        }
    }

    /// The request is understood, and what it asks for is not possible now.
    pub(crate) fn refused(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code: Some(code),
            is_kept: true,
            ..Self::new(400, "invalid_request_error", message)
        }
    }

    pub(crate) fn unauthorised(message: &'static str) -> Self {
        Self::new(401, "invalid_request_error", message)
    }

    pub(crate) fn unknown_url(method: &str, path: &str) -> Self {
        Self::new(
            404,
            "invalid_request_error",
            format!("Unrecognized request URL ({method}: {path})."),
        )
    }

    pub(crate) fn key_mismatch() -> Self {
        let message = "Keys for idempotent requests can only be used with the same parameters they were first used \
                       with. Try using a key other than the one given if you meant to execute a different request.";
        Self::new(400, "idempotency_error", message)
    }

    pub(crate) fn key_in_use() -> Self {
        let message = "There is currently another in-progress request using this Idempotent Key (that probably means \
                       you submitted twice, and the other request is still going through). Please try again later.";
        Self {
            code: Some("idempotency_key_in_use"),
            ..Self::new(409, "idempotency_error", message)
        }
    }

    pub(crate) fn rate_limited() -> Self {
        let message = "Request rate limit exceeded.";
        Self {
            code: Some("rate_limit"),
            ..Self::new(429, "invalid_request_error", message)
        }
    }

    pub(crate) fn broken(is_kept: bool) -> Self {
        Self {
            is_kept,
            ..Self::new(
                500,
                "api_error",
                "An unknown error occurred. This one was ordered by a test.",
            )
        }
    }

    /// The journal could not be written, so nothing happened.
    pub(crate) fn not_written(error: &std::io::Error) -> Self {
        tracing::error!(error = %error, "The sandbox's journal could not be written");
        Self::new(
            500,
            "api_error",
            "The sandbox could not write its journal; nothing was done.",
        )
    }

    pub(crate) fn body(&self) -> Value {
        let mut error = json!({ "type": self.kind, "message": self.message });
        if let Some(code) = self.code {
            error["code"] = json!(code);
        }
        if let Some(param) = &self.param {
            error["param"] = json!(param);
        }
        json!({ "error": error })
    }
}
