//! Parcels: lines sent together, who carries them, and when they arrive.
//!
//! Owns the tables `fulfilments` and `fulfilment_lines`, and the fulfilment axis of orders.
//!
//! - Nothing is sent twice: what is left of a line is counted in the order line, and a CHECK is its last wall.
//! - A parcel only moves on: shipped, then delivered.
//! - The promised delivery stays on the order; [`days_late`] compares it with the fact.
//!
//! Operations: [`Ship`], [`Deliver`]. A step for `payment`: [`follow`], when a refund has taken pieces off an order.

mod deliver;
#[expect(clippy::module_inception, reason = "the folder is the word, the file its type")]
mod fulfilment;
mod ship;
mod status;
mod store;
#[cfg(test)]
mod tests;

pub use deliver::{Deliver, DeliverError};
pub use fulfilment::{Fulfilment, FulfilmentLine, days_late};
pub use ship::{Ship, ShipError, ShipLine, follow};
pub use status::fulfilment_status;
pub use store::{find, lines, of_order};
