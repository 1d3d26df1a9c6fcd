//! `/sandbox/faults`: faults on order, for tests that run in another process. Takes the same key as the API.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::Sandbox;
use crate::api::authorise;
use crate::error::ApiError;
use crate::faults::Faults;

/// What goes wrong now.
pub(crate) async fn show(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Response {
    match authorise(&headers, &sandbox.config().secret_key) {
        Ok(()) => json(StatusCode::OK, &serde_json::json!(sandbox.faults())),
        Err(error) => refusal(&error),
    }
}

/// What goes wrong from now on; what is not named does not.
pub(crate) async fn set(State(sandbox): State<Sandbox>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(error) = authorise(&headers, &sandbox.config().secret_key) {
        return refusal(&error);
    }
    match serde_json::from_slice::<Faults>(&body) {
        Ok(faults) => {
            sandbox.set_faults(faults);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => refusal(&ApiError::invalid("faults", error.to_string())),
    }
}

fn refusal(error: &ApiError) -> Response {
    json(
        StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST),
        &error.body(),
    )
}

fn json(status: StatusCode, body: &serde_json::Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
