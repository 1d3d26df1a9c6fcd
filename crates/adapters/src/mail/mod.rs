//! Ways out for mail.

mod compose;
pub mod memory;
pub mod smtp;
