//! The outbox: work for later, written in the same transaction as its cause and done after the commit.
//!
//! A job is a row: a kind, a small payload of ids, and when it is due. A [`Worker`] on every instance takes due rows under a lease, so each
//! runs on one instance at a time; one that fails is tried again after a pause that grows from a minute to six hours; after three
//! days it is *dead*: shown to staff, who can run it again. A job may run twice (a crash after its effect and before its
//! row is marked), so each must bear that.
//!
//! To add one: a serialisable struct, `impl Task` with its name, and a handler registered where the program is put together.

mod queue;
mod store;
mod worker;

pub use queue::{Due, JobError, Task, enqueue};
pub use store::{DeadJob, Health, dead, health, prune, revive};
pub use worker::{Handler, Worker};
