//! Money, dates and counts as a shopper reads them: the same on pages and in mails.

pub use wares_kernel::format::*;
