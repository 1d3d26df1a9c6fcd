//! Customers, with and without an account.

pub(crate) mod pages;

mod list;
mod show;

pub(super) use list::list;
pub(super) use show::show;
