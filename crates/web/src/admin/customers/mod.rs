//! Customers, with and without an account.

pub(crate) mod pages;

mod list;
mod show;
mod vat_ids;

pub(super) use list::list;
pub(super) use show::show;
pub(super) use vat_ids::{check as check_vat_id, state as vat_id_state};
