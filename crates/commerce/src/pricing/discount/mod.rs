//! Discounts: promotions, what they take off a basket, and the limits under which they do.
//!
//! A *promotion* says why something is taken off; a *discount* is the money. What must stay true:
//! - what a basket is given is a pure function of it ([`Claim`]s in, [`Discount`]s out, all of it kept in the quote);
//! - a promotion with a limit is taken by one conditional statement in the transaction that places the order, and given back in the one that
//!   ends the order without a sale: `n_uses` is the number of orders that hold it;
//! - whoever changes a promotion holds its row, whoever uses it holds or shares it: so none is used beyond its limits, nor after it was
//!   stopped.
//!
//! Pages and the placing of an order ask [`claims`]. Steps of placing, expiring and cancelling: [`redeem`], [`release`]. Operations of staff:
//! [`SavePromotion`], [`StopPromotion`], [`MakeCodes`].

pub(super) mod apply;
mod benefit;
mod claims;
mod code;
mod make_codes;
mod pieces;
mod promotion;
mod redeem;
mod refusal;
mod save;
mod stop;
mod store;
#[cfg(test)]
mod tests;

pub use apply::{Claim, Coverage, Discount};
pub use benefit::{Benefit, Share, ShareError};
pub use claims::{Asking, claims, find_code};
pub use code::{CODE_MAX, Code, CodeError};
pub use make_codes::{CODES_MAX, MakeCodes, MakeCodesError, PREFIX_MAX};
pub use promotion::{Given, Kept, Limits, Promotion, Scope, State, Window, WindowError};
pub use redeem::{NotRedeemed, RedeemError, Redemption, redeem, release};
pub use refusal::{Refusal, SetAside};
pub use save::{NAME_MAX, SaveError, SavePromotion};
pub use stop::{StopError, StopPromotion};
pub use store::{CodeRow, codes_after, find, n_codes};
