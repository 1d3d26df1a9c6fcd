//! Settings: one page a section.

pub(crate) mod delivery;
pub(crate) mod pages;

mod email;
mod invoices;
mod payments;
mod section;
mod staff;
mod store;

pub(super) use delivery::{
    add_carrier, add_day_off, add_method, add_zone, ask_delete_carrier, ask_delete_method, ask_delete_rate,
    ask_delete_zone, delete_carrier, delete_method, delete_rate, delete_zone, remove_day_off, save_carrier,
    save_companies, save_delivery, save_method, save_rate, save_zone, show_carrier, show_delivery, show_method,
    show_new_carrier, show_new_method, show_new_zone, show_taxes, show_zone,
};
pub(super) use email::{save as save_email, show as show_email, test as test_mail};
pub(super) use invoices::{save as save_invoices, show as show_invoices};
pub(super) use payments::{save as save_payments, show as show_payments};
pub(super) use staff::{ask_disable, change as change_staff, disable as disable_staff, invite, show as show_staff};
pub(super) use store::{save as save_store, show as show_store};
