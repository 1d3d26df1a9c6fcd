//! Inquiries: the inbox, threads, answers.

pub(crate) mod pages;

mod inbox;

pub(super) use inbox::{answer, close, list, show};
