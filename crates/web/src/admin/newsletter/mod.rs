//! Who wants news by mail.

pub(crate) mod pages;

mod export;
mod list;

pub(super) use export::export;
pub(super) use list::list;
