//! What paying needs besides the database: the gateways, the clock, and the addresses buyers come back to.

use std::fmt;
use std::sync::Arc;

use wares_db::Db;
use wares_kernel::{Clock, Token};

use super::gateways::Gateways;
use crate::seal::Vault;

/// Everything a payment touches. Cheap to clone.
#[derive(Clone)]
pub struct Till {
    /// The database.
    pub db: Db,
    /// The ways to pay.
    pub gateways: Gateways,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Opens the token of an order's link.
    pub vault: Vault,
    /// The shop's public address without a slash at the end.
    pub base_url: Arc<str>,
}

impl Till {
    /// Where a buyer comes back to after paying; works without a cookie, because it carries the order's own token.
    pub fn return_url(&self, token: &Token) -> String {
        format!("{}/orders/{}/return", self.base_url, token.reveal())
    }

    /// Where a buyer comes back to without having paid.
    pub fn cancel_url(&self, token: &Token) -> String {
        format!("{}?given_up=1", self.return_url(token))
    }
}

impl fmt::Debug for Till {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Till")
            .field("gateways", &self.gateways)
            .finish_non_exhaustive()
    }
}
