//! The admin panel, through the front door.

mod access;
mod catalogue;
mod gate;
mod imports;
mod settings;
pub(crate) mod support;
