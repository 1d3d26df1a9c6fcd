//! Tests of the web server from outside.

mod front_door;
mod samples;
mod support;
