//! The sections, one file each.

pub(super) mod checkout;
pub(super) mod delivery;
pub(super) mod invoicing;
pub(super) mod mail;
pub(super) mod pages;
pub(super) mod payments;
pub(super) mod store;
pub(super) mod taxes;
