//! Notices of payment gateways.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use wares_commerce::payment::{self, ReceiveError, gateway::Webhook};

use crate::{
    App,
    http::{Error, Path, read},
    routes::Routes,
};

/// The most bytes a notice may have.
const BYTES_MAX: usize = 256 << 10;

pub(super) fn routes() -> Routes {
    Routes::default().signed_body("/webhooks/{gateway}", post(receive))
}

/// `POST /webhooks/{gateway}`: the raw bytes are checked and kept, and answered at once. The work is done by a job.
async fn receive(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Error> {
    let gateway = app.gateway(&name).ok_or(Error::NotFound)?;
    let body = read(body, BYTES_MAX).await?;
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let webhook = Webhook {
        headers: &headers,
        body: &body,
        received_at: app.now(),
    };
    match payment::receive(&app.db, gateway.as_ref(), &webhook).await {
        Ok(()) => Ok(StatusCode::OK),
        Err(ReceiveError::Webhook(refusal)) => {
            tracing::warn!(gateway = name, "A notice was not believed: {refusal}");
            Err(Error::bad_request("webhook", "This notice was not believed."))
        }
        Err(ReceiveError::Db(failure)) => Err(failure.into()),
    }
}
