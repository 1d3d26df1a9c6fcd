//! Tests of the whole program. One binary, so that it is linked once.

mod journey;
mod statements;
mod support;
mod tidy;
