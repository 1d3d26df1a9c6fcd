//! Tests of the web server from outside.

mod samples;
