//! Tests of the web server from outside.

mod cart;
mod catalogue;
mod front_door;
mod identity;
mod listing;
mod samples;
mod support;
