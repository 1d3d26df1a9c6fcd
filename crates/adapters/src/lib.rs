//! The outside world: payment gateways, mail servers, file stores. Each implements a trait that the trade declares.
//!
//! To add a provider, give it a file beside its kind, implement the trait, and run the conformance suite in
//! `tests/it` against it. Nothing here decides anything: an adapter translates, tells known refusals from unknown
//! outcomes, and holds a time limit on every call.

pub mod blobs;
pub mod gateways;
pub mod mail;
pub mod pictures;

/// One TLS implementation for the whole process; whoever comes first installs it.
fn install_crypto() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        drop(rustls::crypto::ring::default_provider().install_default());
    }
}
