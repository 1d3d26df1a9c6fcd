//! Discounts: what is taken off, for whom, when and how often.

mod codes;
mod edit;
mod form;
mod list;
pub(crate) mod pages;
mod stop;
mod words;

pub(in crate::admin) use codes::{export, make};
pub(in crate::admin) use edit::{add, save, show, show_new};
pub(in crate::admin) use list::list;
pub(in crate::admin) use stop::{ask as ask_stop, stop};
