//! Limits of carts and checkouts.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::settings::section::{Problems, Section};

/// How much and how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checkout {
    /// How many minutes stock is held while somebody pays; 15.
    pub hold_minutes: u32,
    /// How many days an order waits for a bank transfer; 7.
    pub transfer_days: u32,
    /// How many different products a cart may hold; 100.
    pub lines_max: u32,
    /// The highest total of an order in minor units; 1 000 000 (€10,000.00).
    pub total_max_minor: i64,
    /// How many days the cart of somebody who is not signed in is kept; 30.
    pub cart_days: u32,
    /// Whether the telephone number must be given; no.
    pub phone_required: bool,
    /// Whether the terms must be ticked, where law asks for it; no.
    pub terms_must_be_ticked: bool,
}

impl Default for Checkout {
    fn default() -> Self {
        Self {
            hold_minutes: 15,
            transfer_days: 7,
            lines_max: 100,
            total_max_minor: 1_000_000,
            cart_days: 30,
            phone_required: false,
            terms_must_be_ticked: false,
        }
    }
}

impl Checkout {
    /// How long stock is held while somebody pays at a gateway.
    pub fn hold(&self) -> Duration {
        Duration::from_secs(u64::from(self.hold_minutes) * 60)
    }

    /// How long an order waits for a bank transfer.
    pub fn transfer_hold(&self) -> Duration {
        Duration::from_secs(u64::from(self.transfer_days) * 86_400)
    }
}

impl Section for Checkout {
    const NAME: &'static str = "checkout";

    fn check(&self, problems: &mut Problems) {
        for (value, range, field, message) in [
            (
                self.hold_minutes,
                5..=120,
                "hold_minutes",
                "Enter a number of minutes between 5 and 120",
            ),
            (
                self.transfer_days,
                1..=60,
                "transfer_days",
                "Enter a number of days between 1 and 60",
            ),
            (self.lines_max, 1..=500, "lines_max", "Enter a number between 1 and 500"),
            (
                self.cart_days,
                1..=365,
                "cart_days",
                "Enter a number of days between 1 and 365",
            ),
        ] {
            problems.unless(range.contains(&value), field, message);
        }
        problems.unless(
            self.total_max_minor > 0,
            "total_max_minor",
            "Enter an amount above zero",
        );
    }
}
