//! Invoices and credit notes: looking them up, printing one, taking them out as a file.

pub(crate) mod pages;

mod export;
mod list;
mod show;

pub(super) use export::export;
pub(super) use list::list;
pub(super) use show::show;
