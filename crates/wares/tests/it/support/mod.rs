//! What tests of the whole program share: the program itself, a browser, somebody who buys, a gateway, a mail server.

pub(crate) mod browser;
pub(crate) mod buying;
pub(crate) mod gateway;
pub(crate) mod postbox;
pub(crate) mod program;
pub(crate) mod shop;
pub(crate) mod shopper;
