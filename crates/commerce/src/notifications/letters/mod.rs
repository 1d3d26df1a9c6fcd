//! The mails, by whom they are about.

pub(super) mod account;
pub(super) mod inquiry;
pub(super) mod order;
pub(super) mod staff;
