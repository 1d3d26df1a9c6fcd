//! The cart: what somebody wishes to buy.
//!
//! Owns the tables `carts` and `cart_lines`.
//!
//! - A cart belongs to a browser (by the hash of its cookie) or to a customer. Each has at most one *open* cart; a cart that became an
//!   order stays, closed, so that a second click finds that order.
//! - It is a wish: it holds no stock, and its prices are those of the moment. [`view`] tells what has changed since the buyer last saw it.
//! - Nothing is taken out of a cart silently. What cannot be bought any more stays, says so, and is left out of the sum.
//! - What is bought past the cart lies in a cart of its own ([`BuyAtOnce`]), which nothing joins with another.
//!
//! Operations: [`Add`] (also undoes a removal), [`BuyAtOnce`], [`SetQuantity`], [`Remove`], [`Acknowledge`], [`Merge`] at sign-in, [`Prune`].
//! Steps for the checkout: [`lock`], [`lock_current`], [`close`], [`reopen`], [`take_out`], [`add_code`], [`remove_code`].

mod acknowledge;
mod add;
mod add_once;
mod again;
mod at_once;
#[expect(clippy::module_inception, reason = "the folder is the word, the file its type")]
mod cart;
mod change;
mod close;
mod codes;
mod merge;
mod notice;
mod prune;
mod store;
#[cfg(test)]
mod tests;
mod view;

pub use acknowledge::Acknowledge;
pub use add::{Add, AddError, Added};
pub use add_once::AddOnce;
pub use again::BuyAgain;
pub use at_once::BuyAtOnce;
pub use cart::{CartOwner, LINES_MAX};
pub use change::{ChangeError, Changed, Remove, SetQuantity};
pub use close::{close, reopen, take_out};
pub use codes::{CODES_MAX, add_code, remove_code};
pub use merge::{Merge, Merged};
pub use notice::Notice;
pub use prune::Prune;
pub(crate) use store::owned;
pub use store::{Head, Wish, count, current, last_ordered, lock, lock_current, owner_of, wishes};
pub use view::{CartView, Line, LineState, fill, view};
