//! Tax, delivery and days off of all destinations, as the tables say: read with the settings and kept in memory with them, so that
//! neither a product page nor a step of checkout asks the database for what changes a few times a year.
//!
//! Every change of those tables is a change of the settings in the change log ([`super::edit`]), so what is kept here is as fresh as those.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use wares_db::{Conn, DbError};
use wares_kernel::Country;

use super::shipping::Method;
use super::store;
use super::tax::{TaxRate, TaxTable};

/// How far ahead days off matter: no parcel is promised for later.
const HORIZON_MONTHS: i32 = 4;

/// What holds at which destination. Empty in a shop that has not been set up: it delivers nowhere and taxes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tariff {
    countries: Vec<Country>,
    rates: HashMap<Country, Vec<TaxRate>>,
    methods: HashMap<Country, Arc<[Method]>>,
    /// By the country's code; the shop's own days under the empty name.
    days_off: HashMap<String, BTreeSet<Date>>,
}

impl Tariff {
    /// Reads all of it.
    pub async fn load(conn: &mut Conn) -> Result<Self, DbError> {
        let mut rates: HashMap<Country, Vec<TaxRate>> = HashMap::new();
        for (country, rate) in store::tax_rates(conn).await? {
            rates.entry(country).or_default().push(rate);
        }
        let mut days_off: HashMap<String, BTreeSet<Date>> = HashMap::new();
        for (country, day) in store::days_off(conn).await? {
            days_off.entry(country).or_default().insert(day);
        }
        let (places, methods) = (store::places(conn).await?, store::methods(conn).await?);
        let of_zone = |zone| methods.iter().filter(move |method| method.zone_id == zone).cloned();
        Ok(Self {
            rates,
            days_off,
            methods: places
                .iter()
                .map(|(country, zone)| (*country, of_zone(*zone).collect()))
                .collect(),
            countries: places.into_iter().map(|(country, _)| country).collect(),
        })
    }

    /// The countries the shop delivers to, by their codes.
    pub fn countries(&self) -> &[Country] {
        &self.countries
    }

    /// The ways to send something to a country, in the shop's order.
    pub fn methods(&self, country: Country) -> Arc<[Method]> {
        self.methods.get(&country).cloned().unwrap_or_default()
    }

    /// The tax that applies in a country, and in its `region` where that matters, on a day.
    pub fn tax(&self, country: Country, region: &str, day: Date) -> TaxTable {
        let rates = self.rates.get(&country).map_or(&[][..], Vec::as_slice);
        TaxTable::pick(rates, region, day)
    }

    /// The days off of a country from a day on, as far ahead as they matter.
    pub fn days_off(&self, country: Country, from: Date) -> BTreeSet<Date> {
        self.named(country.code(), from).collect()
    }

    /// The days on which a shop in this country rests: the country's, and its own.
    pub fn days_shut(&self, country: Country, from: Date) -> BTreeSet<Date> {
        self.named(country.code(), from).chain(self.named("", from)).collect()
    }

    fn named(&self, name: &str, from: Date) -> impl Iterator<Item = Date> {
        let to = from.saturating_add(jiff::Span::new().months(HORIZON_MONTHS));
        let days = self.days_off.get(name);
        days.into_iter().flat_map(move |days| days.range(from..=to)).copied()
    }
}
