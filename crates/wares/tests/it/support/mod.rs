//! What tests of the whole program share: the program itself, and a browser.

pub mod browser;
pub mod program;
