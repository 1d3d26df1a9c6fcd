//! Products: listing, adding, changing, their pictures.

pub(crate) mod pages;

mod add;
mod archive;
mod conflict;
mod edit;
mod form;
mod list;
mod pictures;

pub(super) use add::{ALT_MAX, add, show as show_add, store_pictures};
pub(super) use archive::{archive, ask as ask_archive};
pub(super) use edit::{save, show};
pub(super) use list::list;
pub(super) use pictures::save as save_pictures;
