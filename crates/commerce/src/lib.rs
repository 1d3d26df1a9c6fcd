//! The trade: one folder a word, each owning its tables.

pub mod accounts;
pub mod audit;
pub mod cart;
pub mod catalog;
pub mod changes;
pub mod checkout;
pub mod events;
pub mod fulfilment;
mod guards;
pub mod importing;
pub mod inquiries;
pub mod inventory;
pub mod invoicing;
pub mod ledger;
pub mod media;
pub mod notifications;
pub mod once;
pub mod orders;
pub mod payment;
pub mod pricing;
#[cfg(test)]
mod purchases;
pub mod reactions;
pub mod reports;
pub mod reviews;
pub mod rotation;
pub mod seal;
pub mod search;
pub mod settings;
pub mod staff;
#[cfg(test)]
mod testing;
pub mod together;
