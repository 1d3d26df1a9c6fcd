//! Ways to be paid.

pub mod manual;
pub mod stripe;
