//! The admin panel, through the front door.

mod access;
mod capture;
pub(crate) mod catalogue;
mod discounts;
mod exports;
mod gate;
mod imports;
mod invoices;
pub(crate) mod money;
mod searches;
mod settings;
pub(crate) mod support;
