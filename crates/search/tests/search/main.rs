//! The index from outside: tiny catalogues, one behaviour a test.

#![expect(clippy::unwrap_used, reason = "tests")]

mod counting;
mod filtering;
mod keeping;
mod matching;
mod ranking;
mod spelling;
mod suggesting;
mod support;
