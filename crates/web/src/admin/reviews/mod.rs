//! Reviews: checking, publishing, rejecting, replying.

pub(crate) mod pages;

mod moderate;

pub(super) use moderate::{ask_reject, ask_reply, list, publish, reject, reply};
