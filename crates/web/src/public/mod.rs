//! Public pages: the same bytes for everybody, rendered once, compressed, kept in memory until what they show changes.
//!
//! A handler says under which key its page is known (only what the page depends on, in one fixed form, so that a made-up
//! parameter makes no second copy) and how to make it. [`PublicRequest::answer`] does the rest: memory, one rendering at a time
//! for each key, compression, `ETag`, `304`.
//!
//! What a page shows is written down with it ([`Shows`]); [`PageMemory::forget`] drops it when one of these changes. A page that was
//! being made while something it shows changed is answered but not kept.

mod memory;
mod request;
mod shows;
mod stored;

pub use memory::PageMemory;
pub use request::PublicRequest;
pub use shows::{Collections, Shows};
