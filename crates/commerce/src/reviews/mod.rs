//! What buyers think.
//!
//! Owns the tables `reviews` and `review_votes`. What must stay true:
//! - A review belongs to a line of an order in a parcel that has arrived, one for each line; whoever has the order's account or the
//!   link from the delivery mail may write it. So every review but the demo's samples is by somebody who bought the thing.
//! - What a customer wrote is published as it is or not at all. Until staff have decided, its writer may change it.
//! - A product's rating counts exactly its published reviews, and changes in the same unit of work.
//!
//! Stands above `orders` and `fulfilment`, whose lines and parcels it reads; nothing below knows reviews.

mod list;
mod moderate;
mod review;
mod samples;
mod store;
mod submit;
#[cfg(test)]
mod tests;
mod vote;

pub use list::{AfterReview, Breakdown, Sort, State, breakdown, find, list, n_pending, of_product};
pub use moderate::{ModerateError, Publish, Reject, Reply};
pub use review::{BODY_MAX, BODY_MIN, Review, TITLE_MAX};
pub use samples::{AddSamples, Sample};
pub use submit::{Reviewable, Submit, SubmitError, Via, reviewable};
pub use vote::{VoteHelpful, Voter};
