//! The trade: one folder a word, each owning its tables.

pub mod media;
pub mod notifications;
pub mod payment;
