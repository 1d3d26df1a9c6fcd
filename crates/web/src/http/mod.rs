//! What HTTP needs around the handlers: the front door, errors, forms, cookies, caching, limits, and the server itself.

mod accepts;
mod cache;
mod client;
mod cookies;
mod encoding;
mod error;
mod extract;
mod form;
mod front_door;
mod limits;
pub(crate) mod once;
mod origin;
mod request_id;
mod security;
mod server;

pub use accepts::Accepts;
pub use cache::CachePolicy;
pub use client::ClientAddress;
pub use cookies::{Cookies, NewCookie};
pub use encoding::{Encoding, Reads};
pub use error::Error;
pub use extract::{Form, Path, Query};
pub(crate) use form::{Asked, Repeatable, read};
pub use form::{Check, Entered, FieldError, FormErrors, FormView};
pub use front_door::behind_the_front_door;
pub use limits::{Flow, Limits};
pub use request_id::RequestId;
pub use security::SecurityHeaders;
pub(crate) use security::policy_of_one_style;
pub use server::serve;
