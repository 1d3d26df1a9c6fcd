//! Tests of the whole program. One binary, so that it is linked once.

#![expect(clippy::panic, reason = "in a test, a panic is how a wrong expectation is reported")]

mod accessible;
mod doctor;
mod journey;
mod killed;
mod ledger;
mod statements;
mod support;
mod tidy;
mod together;
