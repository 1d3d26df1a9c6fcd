//! The sandbox over HTTP, as the shop and a buyer's browser use it.
#![expect(
    clippy::unwrap_used,
    reason = "in a test, a panic is how a wrong expectation is reported"
)]

mod api;
mod idempotency;
mod money;
mod page;
mod restart;
mod support;
mod webhooks;
