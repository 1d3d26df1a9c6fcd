//! Delivery: zones of countries, the methods each zone offers, and what they cost.

pub mod seed;

use serde::{Deserialize, Serialize};
use wares_kernel::{CarrierId, Currency, Money, ShippingMethodId, ShippingZoneId};

/// What a method's price depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateKind {
    /// Nothing: one price.
    Flat,
    /// The weight of the parcel in grams.
    Weight,
    /// The value of the goods in minor units, after discounts.
    Price,
    /// The buyer comes to the shop; nothing is sent.
    PickUp,
}

impl RateKind {
    /// The word kept in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::Weight => "weight",
            Self::Price => "price",
            Self::PickUp => "pick_up",
        }
    }

    /// The kind a stored word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Flat, Self::Weight, Self::Price, Self::PickUp]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// One step of a price list: from this weight or value on, this price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateStep {
    /// Grams or minor units, inclusive.
    pub from: i64,
    /// The price in minor units.
    pub price_minor: i64,
}

/// A way of sending, with its price list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// Its id.
    pub id: ShippingMethodId,
    /// The zone it serves.
    pub zone_id: ShippingZoneId,
    /// That zone's name.
    pub zone: String,
    /// As the buyer sees it.
    pub name: String,
    /// What the price depends on.
    pub kind: RateKind,
    /// The price list.
    pub rates: Vec<RateStep>,
    /// Free from this value of the goods on, in minor units.
    pub free_from_minor: Option<i64>,
    /// The heaviest parcel it takes, in grams.
    pub weight_max_g: Option<i64>,
    /// Business days on the way, at least.
    pub transit_min_days: i64,
    /// Business days on the way, at most.
    pub transit_max_days: i64,
    /// Who carries it.
    pub carrier_id: Option<CarrierId>,
    /// Whether buyers may choose it.
    pub is_active: bool,
    /// Its place in the list.
    pub position: i64,
}

/// What is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parcel {
    /// Its weight in grams.
    pub weight_g: i64,
    /// The value of the goods before discounts, as prices are shown: whoever enters a code does not lose free delivery by it.
    pub value: Money,
}

/// A method with its price for one parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The method.
    pub method_id: ShippingMethodId,
    /// As the buyer sees it.
    pub name: String,
    /// The zone's name.
    pub zone: String,
    /// What it costs.
    pub price: Money,
    /// Why it costs that.
    pub reason: Reason,
    /// Whether the buyer fetches it.
    pub is_pick_up: bool,
    /// Business days on the way, at least.
    pub transit_min_days: i64,
    /// Business days on the way, at most.
    pub transit_max_days: i64,
}

/// How a delivery price came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Reason {
    /// One price for everything.
    Flat,
    /// By weight.
    Weight {
        /// The parcel's weight in grams.
        weight_g: i64,
        /// The step's lower end in grams.
        from_g: i64,
    },
    /// By value.
    Price {
        /// The value of the goods.
        value: Money,
        /// The step's lower end.
        from: Money,
    },
    /// Free, because the goods are worth enough.
    FreeFrom {
        /// From here on it is free.
        threshold: Money,
        /// What the goods are worth.
        value: Money,
        /// What it would have cost.
        instead_of: Money,
    },
    /// The buyer fetches it.
    PickUp,
    /// Free, because a promotion says so.
    Promotion {
        /// What buyers know it by.
        name: String,
        /// What it would have cost.
        instead_of: Money,
    },
}

impl Method {
    /// What this method costs for a parcel; nothing when it cannot take it.
    pub fn offer(&self, parcel: Parcel) -> Option<Offer> {
        let too_heavy = self.weight_max_g.is_some_and(|most| parcel.weight_g > most);
        if too_heavy || !self.is_active {
            return None;
        }
        let currency = parcel.value.currency();
        let (price, reason) = self.free(parcel, self.listed(parcel)?, currency);
        Some(Offer {
            method_id: self.id,
            name: self.name.clone(),
            zone: self.zone.clone(),
            price,
            reason,
            is_pick_up: self.kind == RateKind::PickUp,
            transit_min_days: self.transit_min_days,
            transit_max_days: self.transit_max_days,
        })
    }

    /// The price in the list.
    fn listed(&self, parcel: Parcel) -> Option<(Money, Reason)> {
        let currency = parcel.value.currency();
        let measure = match self.kind {
            RateKind::Flat | RateKind::PickUp => 0,
            RateKind::Weight => parcel.weight_g,
            RateKind::Price => parcel.value.minor(),
        };
        let reached = self.rates.iter().filter(|step| step.from <= measure);
        let step = reached.max_by_key(|step| step.from)?;
        let reason = match self.kind {
            RateKind::Flat => Reason::Flat,
            RateKind::PickUp => Reason::PickUp,
            RateKind::Weight => Reason::Weight {
                weight_g: parcel.weight_g,
                from_g: step.from,
            },
            RateKind::Price => Reason::Price {
                value: parcel.value,
                from: Money::new(step.from, currency),
            },
        };
        Some((Money::new(step.price_minor, currency), reason))
    }

    /// Nothing to pay where the goods are worth enough.
    fn free(&self, parcel: Parcel, (price, reason): (Money, Reason), currency: Currency) -> (Money, Reason) {
        match self.free_from_minor {
            Some(threshold) if parcel.value.minor() >= threshold && price.minor() > 0 => (
                currency.zero(),
                Reason::FreeFrom {
                    threshold: Money::new(threshold, currency),
                    value: parcel.value,
                    instead_of: price,
                },
            ),
            _ => (price, reason),
        }
    }
}

/// What every method that can take the parcel costs, cheapest first, in the shop's order on a tie.
pub fn offers(methods: &[Method], parcel: Parcel) -> Vec<Offer> {
    let mut offers: Vec<(i64, Offer)> = methods
        .iter()
        .filter_map(|method| method.offer(parcel).map(|offer| (method.position, offer)))
        .collect();
    offers.sort_by_key(|(position, offer)| (offer.price.minor(), *position));
    offers.into_iter().map(|(_, offer)| offer).collect()
}
