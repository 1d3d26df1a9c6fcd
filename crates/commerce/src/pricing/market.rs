//! What the shop charges and promises at one destination.

use std::sync::Arc;

use wares_kernel::{Country, Currency, Instant};

use super::delivery::{Calendar, Promise};
use super::rules::{Prices, Rules};
use super::shipping::{Method, Offer, Parcel, offers};
use crate::settings::Settings;

/// Tax, ways of sending and days off at one destination.
#[derive(Debug, Clone)]
pub struct Market {
    /// The country.
    pub country: Country,
    /// The currency of all prices.
    pub currency: Currency,
    /// The rules of a quote.
    pub rules: Rules,
    /// The ways of sending; none where the shop does not deliver.
    pub methods: Arc<[Method]>,
    /// When things arrive.
    pub calendar: Calendar,
}

impl Market {
    /// The shop's own country: prices are shown as for a buyer there until an address is known.
    pub fn at_home(settings: &Settings, now: Instant) -> Self {
        Self::at((settings.store.country, ""), settings, now)
    }

    /// What holds in a country, and in its region where that matters, at `now`.
    pub fn at((country, region): (Country, &str), settings: &Settings, now: Instant) -> Self {
        let (store, tariff) = (&settings.store, &settings.tariff);
        let calendar = calendar(country, settings, now);
        Self {
            country,
            currency: store.currency,
            rules: Rules {
                prices: if store.prices_include_tax {
                    Prices::IncludeTax
                } else {
                    Prices::ExcludeTax
                },
                tax: tariff.tax(country, region, calendar.today(now)),
                business: None,
            },
            methods: tariff.methods(country),
            calendar,
        }
    }

    /// The ways to send a parcel here, cheapest first.
    pub fn offers(&self, parcel: Parcel) -> Vec<Offer> {
        offers(&self.methods, parcel)
    }

    /// When something sent by this offer arrives if it is ordered `now`.
    pub fn promise(&self, offer: &Offer, now: Instant) -> Promise {
        self.calendar
            .promise(now, offer.transit_min_days, offer.transit_max_days)
    }
}

/// When the shop works and when nothing is delivered at the destination, from today on.
fn calendar(destination: Country, settings: &Settings, now: Instant) -> Calendar {
    let (delivery, tariff) = (&settings.delivery, &settings.tariff);
    let time_zone = settings.store.zone();
    let today = time_zone.to_datetime(now.timestamp()).date();
    Calendar {
        time_zone,
        cut_off_hour: i8::try_from(delivery.cut_off_hour).unwrap_or(24),
        processing_days: i64::from(delivery.processing_days),
        closed: delivery.closed_weekdays.clone(),
        shop_holidays: tariff.days_shut(settings.store.country, today),
        destination_holidays: tariff.days_off(destination, today),
    }
}
