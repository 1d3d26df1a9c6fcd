//! What the shopkeeper changes while the shop runs: one typed section for each page of the settings.
//!
//! Owns the table `settings`: a row for each section that was ever changed; a section without a row has its documented defaults
//! ([`Default`] of its type). A change names the version it was made from, so that two people cannot overwrite each other
//! unawares, is written into the audit log, and is seen by every instance through the change log ([`Cache`]).
//! Secrets are sealed ([`crate::seal`]).
//!
//! To add a field: give it a default; stored sections without it keep working. To add a section: a file in `sections/`, `impl
//! Section`, a field of [`Settings`] if pages read it.

mod accent;
mod cache;
mod change;
mod countries;
mod section;
mod sections;
mod store;
#[cfg(test)]
mod tests;

pub use accent::{Accent, AccentError};
pub use cache::{Cache, Settings};
pub use change::{Change, ChangeError, put};
pub use countries::country_defaults;
pub use section::{Problem, Problems, Saved, Section, load, pair};
pub use sections::checkout::Checkout;
pub use sections::delivery::{Delivery, Weekday};
pub use sections::invoicing::Invoicing;
pub use sections::mail::{Encryption, Mail};
pub use sections::pages::{ContentPage, Pages};
pub use sections::payments::{BankTransfer, CardGateway, CardGatewayKind, CashOnDelivery, Payments};
pub use sections::store::Store;
pub use sections::taxes::Taxes;
