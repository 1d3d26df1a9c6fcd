//! Collections: products that belong together, by hand or by rule.

pub(crate) mod pages;

mod delete;
mod edit;
mod form;

pub(super) use delete::{ask as ask_delete, delete};
pub(super) use edit::{add, save, show, show_new};
