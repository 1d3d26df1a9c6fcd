//! What tests of the whole program share: the program itself, and a browser.

pub(crate) mod browser;
pub(crate) mod program;
