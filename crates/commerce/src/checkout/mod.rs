//! Checkout: the form between a cart and an order, in three pages.
//!
//! Owns the table `checkouts`: one row for each cart, with everything that was typed, also what was not right, so that nothing is ever lost.
//!
//! - Pages read [`view`]: the cart, what is known, the ways of sending with price and dates, the figures, and the first step that is not done.
//! - [`SaveDetails`], [`ChooseDelivery`] and [`SaveReview`] keep what a page sent; [`EnterCode`] and [`RemoveCode`] change the cart's discount codes.
//! - [`PlaceOrder`] is the one unit of work in which a cart becomes an order; it keeps what the last page sent as well. It calls no gateway: whoever placed goes on with `payment::begin`.

mod changes;
#[expect(clippy::module_inception, reason = "the folder is the word, the file its type")]
mod checkout;
mod choose_delivery;
mod codes;
mod methods;
mod place_order;
mod save_details;
mod save_review;
mod store;
#[cfg(test)]
mod tests;
mod view;

pub use changes::Changed;
pub use checkout::{Checkout, Step};
pub use choose_delivery::{ChooseDelivery, ChooseDeliveryError};
pub use codes::{EnterCode, EnterCodeError, RemoveCode};
pub use methods::{FREE, PayLater, offered, when_paid};
pub use place_order::{PlaceError, PlaceOrder, Placed, Short};
pub use save_details::{Details, SaveDetails, SaveDetailsError, Turned};
pub use save_review::{NotChosen, Review, SaveReview, SaveReviewError, Signed};
pub use view::{CheckoutView, Choice, view};
