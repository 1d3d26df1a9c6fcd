//! Home: the dashboard, the checklist before opening, search over everything.

pub(crate) mod pages;

mod checklist;
mod dashboard;
mod figures;
mod search;

pub(super) use checklist::show as checklist;
pub(super) use dashboard::show as dashboard;
pub(super) use search::show as search;
