//! The outside world: payment gateways, mail servers, file stores. Each implements a trait that the trade declares.
//!
//! To add a provider, give it a file beside its kind, implement the trait, and run the conformance suite in
//! `tests/it` against it. Nothing here decides anything: an adapter translates, tells known refusals from unknown
//! outcomes, and holds a time limit on every call.

pub mod blobs;
pub mod gateways;
pub mod mail;
pub mod pictures;

use std::time::Duration;

use reqwest::{Client, ClientBuilder, header::HeaderMap, redirect::Policy};

/// How long a connection may take. A service that does not answer by then is away.
const CONNECT_TIME_OUT: Duration = Duration::from_secs(5);

/// A client for the one service at `address`, sending these headers with every call, each of which ends after `time_out`.
///
/// It follows no redirection: a key must not be sent to wherever an answer points.
fn client_for(address: &str, headers: HeaderMap, time_out: Duration) -> Result<Client, reqwest::Error> {
    install_crypto();
    let client = ClientBuilder::new()
        .default_headers(headers)
        .timeout(time_out)
        .connect_timeout(CONNECT_TIME_OUT)
        .redirect(Policy::none());
    // Reading the machine's certificates takes a tenth of a second and is of no use in the clear.
    let client = if address.starts_with("https:") {
        client
    } else {
        client.tls_certs_only([])
    };
    client.build()
}

/// One TLS implementation for the whole process; whoever comes first installs it.
fn install_crypto() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        drop(rustls::crypto::ring::default_provider().install_default());
    }
}
