//! The adapters against the real other side: the sandbox gateway and localstripe over HTTP, a mail server over SMTP,
//! an S3 server.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in a test, a panic is how a wrong expectation is reported"
)]

mod blobs;
mod gateway;
mod localstripe;
mod mail_server;
mod pictures;
mod s3_server;
mod sandbox;
mod smtp;
mod stripe_elsewhere;
mod stripe_faults;
mod stripe_payments;
mod stripe_webhooks;
