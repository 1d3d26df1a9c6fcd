//! Importing products: a file is brought, checked in the background, looked at, and then imported in the background.

mod errors;
mod file;
pub(crate) mod pages;
mod show;
mod start;
mod upload;

pub(super) use errors::errors;
pub(super) use show::show;
pub(super) use start::start;
pub(super) use upload::{receive, show as show_upload};
