//! The activity list: the audit log as people read it.

pub(crate) mod pages;

mod list;
mod say;

pub(super) use list::list;
pub(super) use say::timeline;
