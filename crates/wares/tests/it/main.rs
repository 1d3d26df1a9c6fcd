//! Tests of the whole program. One binary, so that it is linked once.

mod support;
mod tidy;
