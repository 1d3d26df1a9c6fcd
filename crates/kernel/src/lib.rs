//! Pure values with their rules: money, quantities, ids, instants, addresses, codes. No I/O.
//!
//! A value that exists is valid: it is parsed once, at the door, and trusted inside.
//! To add one, give it a file named after it, a private field, one constructor that checks, and one small error type
//! whose message is a sentence a customer understands.

pub mod address;
pub mod clock;
pub mod country;
mod country_names;
pub mod email;
pub mod format;
pub mod id;
pub mod money;
pub mod page;
pub mod postal;
pub mod quantity;
pub mod random;
pub mod rate;
pub mod sku;
pub mod slug;
pub mod split;
pub mod text;
pub mod token;
pub mod vat_id;

pub use address::Address;
pub use clock::{Clock, FixedClock, Instant, SystemClock};
pub use country::Country;
pub use email::EmailAddress;
pub use id::*;
pub use money::{Currency, Money, MoneyError};
pub use page::{After, Page};
pub use quantity::{Quantity, QuantityError};
pub use random::{Random, SeededRandom, SystemRandom};
pub use rate::Rate;
pub use sku::Sku;
pub use slug::Slug;
pub use token::{Token, TokenHash};
pub use vat_id::{VatId, VatIdError};
