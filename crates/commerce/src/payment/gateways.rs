//! The ways to pay that this shop knows.

use std::sync::Arc;

use super::gateway::Gateway;

/// The name of paying the carrier in cash.
pub const CASH_ON_DELIVERY: &str = "cash_on_delivery";
/// The name of paying by bank transfer.
pub const BANK_TRANSFER: &str = "bank_transfer";
/// The name of cards and wallets on a gateway's page.
pub const CARD: &str = "stripe";

/// The gateways, by name. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Gateways(Arc<[Arc<dyn Gateway>]>);

impl Gateways {
    /// These gateways.
    pub fn new(gateways: impl Into<Arc<[Arc<dyn Gateway>]>>) -> Self {
        Self(gateways.into())
    }

    /// The gateway of that name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Gateway>> {
        self.0.iter().find(|gateway| gateway.name() == name)
    }
}
