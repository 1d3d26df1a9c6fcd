//! Stock: how many of each variant are there, and for whom some of them are kept.
//!
//! Owns the tables `stock`, `stock_movements` and `reservations`, and keeps `available` and `in_stock` of `products`.
//!
//! - available = on hand − reserved. Stock is taken by one conditional statement for each variant, in id order: nobody reads, decides and then writes.
//! - Every change of `on_hand` writes a [`Movement`]; on hand is always their sum.
//! - A reservation is `held` until its order is paid ([`claim`]: the pieces leave) or over ([`release`]: they are free again).
//! - When what a product page says about stock changes, the change log is told.
//!
//! Operations: [`Adjust`], [`Count`]. Steps for other modules: [`open`], [`receive`], [`level_to`], [`set_terms`], [`recount`], [`traded`] for the catalogue and the importer;
//! [`reserve`], [`claim`], [`release`], [`put_back`] for orders.

mod adjust;
mod level;
mod movement;
mod receive;
mod reserve;
mod store;
#[cfg(test)]
mod tests;

pub use adjust::{Adjust, AdjustError, Count, CountError};
pub use level::{Level, Shown, shown};
pub use movement::{Movement, Reason};
pub use receive::{Opening, level_to, open, receive, recount, set_terms};
pub use reserve::{ReserveError, Shortage, claim, put_back, release, reserve};
pub use store::{Holding, holdings, level, movements, traded};
