//! Stock: levels, the ledger, changes by hand.

pub(crate) mod pages;

mod list;
mod show;

pub(super) use list::list;
pub(super) use show::{adjust, show};
