//! The category tree.

pub(crate) mod pages;

mod delete;
mod edit;
mod place;

pub(super) use delete::{ask as ask_delete, delete};
pub(super) use edit::{add, save, show, show_new};
pub(super) use place::step;
