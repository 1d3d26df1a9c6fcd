//! Collections: products that belong together, by hand or by rule.

pub(crate) mod pages;

mod delete;
mod edit;
mod form;
mod picture;

pub(super) use delete::{ask as ask_delete, delete};
pub(super) use edit::{add, save, show, show_new};
pub(super) use picture::save as save_picture;
