//! What a new shop starts with: carriers, zones, methods, tax rates, holidays. Staff change all of it later.

use serde_json::{Value, json};
use wares_db::{DbError, Tx, p};
use wares_kernel::{Country, Currency, Instant, ShippingZoneId};

use super::shipping::seed::{ABROAD_METHODS, CARRIERS, EU, FAR, HOME_METHODS, MethodSeed, NEAR, UNION_METHODS};
use super::tax::seed::{PPM, RATES};
use super::{holidays, store};
use crate::changes::{self, Change};

/// Which carrier a method uses is for the shopkeeper to say.
const NO_CARRIER: Option<i64> = None;
/// How many years of holidays are written ahead.
const YEARS_AHEAD: i16 = 3;

/// Fills the tables of a shop in `country` that delivers nowhere yet. It may be run again: in a shop with zones, what was changed and
/// deleted stays so, and only the holidays of further years are added.
pub async fn seed(tx: &mut Tx, country: Country, currency: Currency) -> Result<(), DbError> {
    changes::record(tx, Change::Settings).await?;
    seed_holidays(tx).await?;
    if store::has_zones(tx).await? {
        return Ok(());
    }
    seed_carriers(tx).await?;
    seed_tax_rates(tx).await?;
    seed_zones(tx, country, currency).await
}

/// Writes the public holidays of this and the following years.
async fn seed_holidays(tx: &mut Tx) -> Result<(), DbError> {
    let year = year_of(tx.now());
    let rows: Vec<(String, String, &str)> = holidays::countries()
        .flat_map(|country| (year..=year + YEARS_AHEAD).map(move |year| (country, year)))
        .flat_map(|(country, year)| {
            let days = holidays::of(country, year).into_iter();
            days.map(move |(day, name)| (country.code().to_owned(), day.to_string(), name))
        })
        .collect();
    let mut batch = tx.batch();
    for (country, day, name) in &rows {
        batch = batch.add(store::INSERT_HOLIDAY, p![**country, **day, **name]);
    }
    batch.run().await.map(drop)
}

fn year_of(now: Instant) -> i16 {
    jiff::tz::TimeZone::UTC.to_datetime(now.timestamp()).year()
}

async fn seed_carriers(tx: &mut Tx) -> Result<(), DbError> {
    for ((name, url), position) in CARRIERS.iter().zip(1_i64..) {
        let id: wares_kernel::CarrierId = tx.new_id();
        tx.exec(store::INSERT_CARRIER, p![id, name, url, position]).await?;
    }
    Ok(())
}

async fn seed_tax_rates(tx: &mut Tx) -> Result<(), DbError> {
    for (country, standard, reduced, since) in RATES {
        let reduced = reduced.map(|rate| ("reduced", rate));
        for (class, rate) in [("standard", *standard)].into_iter().chain(reduced) {
            let id: wares_kernel::TaxRateId = tx.new_id();
            let rate = wares_kernel::Rate::from_ppm(rate * PPM);
            let name = format!("VAT {}", rate.percent());
            tx.exec(store::INSERT_TAX_RATE, p![id, country, class, name, rate, since])
                .await?;
        }
    }
    Ok(())
}

async fn seed_zones(tx: &mut Tx, country: Country, currency: Currency) -> Result<(), DbError> {
    let home = [country.code()];
    let in_union = EU.contains(&country.code());
    let abroad: Vec<&str> = NEAR
        .iter()
        .chain(FAR)
        .chain(if in_union { &[] } else { EU })
        .copied()
        .collect();
    let mut zones: Vec<(&str, &[&str], &[MethodSeed])> = vec![(country.name(), &home, HOME_METHODS)];
    if in_union {
        zones.push(("European Union", EU, UNION_METHODS));
    }
    zones.push(("Abroad", &abroad, ABROAD_METHODS));
    for ((name, countries, methods), position) in zones.into_iter().zip(1_i64..) {
        seed_zone(tx, position, name, countries, methods, currency).await?;
    }
    Ok(())
}

async fn seed_zone(
    tx: &mut Tx,
    position: i64,
    name: &str,
    countries: &[&str],
    methods: &[MethodSeed],
    currency: Currency,
) -> Result<(), DbError> {
    let zone_id: ShippingZoneId = tx.new_id();
    tx.exec(store::INSERT_ZONE, p![zone_id, name, position]).await?;
    for country in countries {
        tx.exec(store::INSERT_ZONE_COUNTRY, p![country, zone_id]).await?;
    }
    for (method, position) in methods.iter().zip(1_i64..) {
        let id: wares_kernel::ShippingMethodId = tx.new_id();
        let (kind, rates) = (method.kind.as_str(), steps(method.steps, currency));
        let free_from = method.free_from.map(|amount| scale(amount, currency));
        let args = p![
            id,
            zone_id,
            method.name,
            kind,
            rates,
            free_from,
            method.weight_max_g,
            method.transit.0,
            method.transit.1,
            NO_CARRIER,
            position
        ];
        tx.exec(store::INSERT_METHOD, args).await?;
    }
    Ok(())
}

fn steps(steps: &[(i64, i64)], currency: Currency) -> Value {
    let step = |(from, price): &(i64, i64)| json!({"from": from, "price_minor": scale(*price, currency)});
    steps.iter().map(step).collect()
}

/// Hundredths as minor units of a currency. One without a minor unit keeps the figure: 490 yen instead of 4.90 euro.
fn scale(hundredths: i64, currency: Currency) -> i64 {
    match currency.decimals() {
        3 => hundredths * 10,
        _ => hundredths,
    }
}
