//! Who did what, and when: sign-ins, registrations, orders, everything staff change.
//!
//! Owns the table `audit`. Entries are only ever added. Each is written in the unit of work whose doing it tells, so that
//! there is no act without its entry and no entry without its act. A refused sign-in is an act, too.
//!
//! To record one more kind of act: a variant of [`Action`], or an existing one with another [`Object`].

mod entry;
mod list;
mod record;
mod store;
#[cfg(test)]
mod tests;

pub use entry::{Action, Actor, Entry, Object};
pub use list::{Show, Span, list};
pub use record::{differences, record};
