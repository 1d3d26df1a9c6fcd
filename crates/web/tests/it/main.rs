//! Tests of the web server from outside.

mod admin;
mod cart;
mod catalogue;
mod checkout;
mod front_door;
mod identity;
mod letters;
mod listing;
mod samples;
mod support;
