//! The search index of this instance: filled from the catalogue, kept up to date by the change log.
//!
//! Owns no table; what it keeps can be made again at any time ([`Catalogue::fill`]). Each instance has an index of its own in its data
//! folder. What must stay true: the index is never behind the position of the change log written into it, so that
//! [`Catalogue::start`] can go on from there.
//!
//! To make a product findable by something new, put it into `document.rs`.

mod catalogue;
mod document;
mod store;
#[cfg(test)]
mod tests;

pub use catalogue::{Catalogue, SearchError};
