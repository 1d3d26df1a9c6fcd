//! Sent mail: reading it as it was sent, sending it again.

pub(crate) mod pages;

mod show;

pub(super) use show::{body, list, resend, show};
