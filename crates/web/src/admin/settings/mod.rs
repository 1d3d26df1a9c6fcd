//! Settings: one page a section.

pub(crate) mod pages;

mod email;
mod payments;
mod section;
mod staff;
mod store;

pub(super) use email::{save as save_email, show as show_email, test as test_mail};
pub(super) use payments::{save as save_payments, show as show_payments};
pub(super) use staff::{ask_disable, change as change_staff, disable as disable_staff, invite, show as show_staff};
pub(super) use store::{save as save_store, show as show_store};
