//! What the shop charges and promises at one destination.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use wares_db::{Conn, DbError};
use wares_kernel::{Country, Currency, Instant};

use super::delivery::{Calendar, Promise};
use super::rules::{Prices, Rules};
use super::shipping::{Method, Offer, Parcel, offers};
use super::store;
use super::tax::TaxTable;
use crate::settings::{Settings, Weekday};

/// The shop's own terms, from its settings.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The currency of all prices.
    pub currency: Currency,
    /// Whether they include tax.
    pub prices: Prices,
    /// Where the shop is; prices are shown as for a buyer there until an address is known.
    pub country: Country,
    /// Where the shop's clock hangs.
    pub time_zone: TimeZone,
    /// Orders placed before this hour are worked on the same day.
    pub cut_off_hour: i8,
    /// Business days to pack an order.
    pub processing_days: i64,
    /// Days of the week on which nothing is packed.
    pub closed: Vec<Weekday>,
}

impl Terms {
    /// Takes them from the settings.
    pub fn of(settings: &Settings) -> Self {
        let (store, delivery) = (&settings.store, &settings.delivery);
        Self {
            currency: store.currency,
            prices: if store.prices_include_tax {
                Prices::IncludeTax
            } else {
                Prices::ExcludeTax
            },
            country: store.country,
            time_zone: store.zone(),
            cut_off_hour: i8::try_from(delivery.cut_off_hour).unwrap_or(24),
            processing_days: i64::from(delivery.processing_days),
            closed: delivery.closed_weekdays.clone(),
        }
    }
}

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
    pub methods: Vec<Method>,
    /// When things arrive.
    pub calendar: Calendar,
}

impl Market {
    /// Loads what holds in `country` (and its `region`, where that matters) at `now`.
    pub async fn load(
        conn: &mut Conn,
        terms: &Terms,
        country: Country,
        region: &str,
        now: Instant,
    ) -> Result<Self, DbError> {
        let today = terms.time_zone.to_datetime(now.timestamp()).date();
        let rates = store::tax_rates(conn, country).await?;
        let methods = store::methods_for(conn, country).await?;
        let days_off = store::days_off(conn, [terms.country, country], today).await?;
        Ok(Self {
            country,
            currency: terms.currency,
            rules: Rules {
                prices: terms.prices,
                tax: TaxTable::pick(rates, region, today),
                business: None,
            },
            methods,
            calendar: Calendar {
                time_zone: terms.time_zone.clone(),
                cut_off_hour: terms.cut_off_hour,
                processing_days: terms.processing_days,
                closed: terms.closed.clone(),
                shop_holidays: pick(&days_off, &["", terms.country.code()]),
                destination_holidays: pick(&days_off, &[country.code()]),
            },
        })
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

fn pick(days_off: &[(String, Date)], countries: &[&str]) -> BTreeSet<Date> {
    let wanted = days_off
        .iter()
        .filter(|(country, _)| countries.contains(&country.as_str()));
    wanted.map(|(_, day)| *day).collect()
}
