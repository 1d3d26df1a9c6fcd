//! Orders: listing, one order, sending, cancelling, money.

pub(crate) mod pages;

mod label;
mod list;

pub(super) use label::label;
pub(super) use list::{list, row};
