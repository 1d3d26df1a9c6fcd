//! Tests of the web server from outside.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "in a test, a panic is how a wrong expectation is reported"
)]

mod access;
mod acidrain;
mod admin;
mod after_order;
mod buy_now;
mod cart;
mod catalogue;
mod checkout;
mod collections;
mod companies;
mod currencies;
mod discounts;
mod errors;
mod found;
mod front_door;
mod identity;
mod letters;
mod listing;
mod never_stale;
mod newsletter;
mod repeated;
mod reviews;
mod samples;
mod support;
mod sweep;
