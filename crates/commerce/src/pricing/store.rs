//! All SQL about tax, delivery and carriers.

use jiff::civil::Date;
use serde_json::Value;
use wares_db::{Conn, DbError, Row, Sql, Tx, p, rows, sql};
use wares_kernel::{CarrierId, Country, Rate, ShippingMethodId, ShippingZoneId};

use super::carriers::Carrier;
use super::shipping::{Method, RateKind, RateStep};
use super::tax::TaxRate;

const TAX_RATES: Sql = sql!("SELECT country, region, class, name, rate_ppm, valid_from, valid_to FROM tax_rates");
const METHODS: Sql = sql!(
    "SELECT m.id, m.zone_id, z.name, m.name, m.kind, m.rates, m.free_from_minor, m.weight_max_g, m.transit_min_days,
            m.transit_max_days, m.carrier_id, m.is_active, m.position
     FROM shipping_zones z JOIN shipping_methods m ON m.zone_id = z.id ORDER BY m.position, m.id"
);
const DAYS_OFF: Sql = sql!("SELECT country, day FROM holidays");
const PLACES: Sql = sql!("SELECT country, zone_id FROM shipping_zone_countries ORDER BY country");
const CARRIERS: Sql = sql!("SELECT id, name, tracking_url, is_active, version FROM carriers ORDER BY position, name");
const CARRIER_NAMED: Sql = sql!("SELECT id, name, tracking_url, is_active, version FROM carriers WHERE name = ?1");

pub(super) const INSERT_CARRIER: Sql = sql!(
    "INSERT INTO carriers (id, name, tracking_url, position) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name) DO NOTHING"
);
pub(super) const INSERT_ZONE: Sql = sql!("INSERT INTO shipping_zones (id, name, position) VALUES (?1, ?2, ?3)");
pub(super) const INSERT_ZONE_COUNTRY: Sql =
    sql!("INSERT INTO shipping_zone_countries (country, zone_id) VALUES (?1, ?2) ON CONFLICT (country) DO NOTHING");
pub(super) const INSERT_METHOD: Sql = sql!(
    "INSERT INTO shipping_methods (id, zone_id, name, kind, rates, free_from_minor, weight_max_g, transit_min_days,
         transit_max_days, carrier_id, position)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
);
pub(super) const INSERT_TAX_RATE: Sql = sql!(
    "INSERT INTO tax_rates (id, country, class, name, rate_ppm, valid_from) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
     ON CONFLICT (country, region, class, valid_from) DO NOTHING"
);
pub(super) const INSERT_HOLIDAY: Sql =
    sql!("INSERT INTO holidays (country, day, name) VALUES (?1, ?2, ?3) ON CONFLICT (country, day) DO NOTHING");
const COUNT_ZONES: Sql = sql!("SELECT count(*) FROM shipping_zones");

/// Every statement of this module, for the test that has both engines understand them.
#[cfg(test)]
pub(super) const ALL: &[Sql] = &[
    TAX_RATES,
    METHODS,
    DAYS_OFF,
    PLACES,
    CARRIERS,
    CARRIER_NAMED,
    INSERT_CARRIER,
    INSERT_ZONE,
    INSERT_ZONE_COUNTRY,
    INSERT_METHOD,
    INSERT_TAX_RATE,
    INSERT_HOLIDAY,
    COUNT_ZONES,
];

rows! {
    pub struct TaxRow {
        country: Country,
        region: String,
        class: String,
        name: String,
        rate: Rate,
        from: String,
        to: Option<String>,
    }
}

/// A row that became a method.
struct MethodRow(Method);

impl wares_db::FromRow for MethodRow {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let kind: String = row.get(4)?;
        let rates: Value = row.get(5)?;
        let rates: Vec<RateStep> = serde_json::from_value(rates).map_err(damaged)?;
        Ok(Self(Method {
            id: row.get::<ShippingMethodId>(0)?,
            zone_id: row.get::<ShippingZoneId>(1)?,
            zone: row.get(2)?,
            name: row.get(3)?,
            kind: RateKind::from_word(&kind).ok_or_else(|| damaged(format!("no such rate: {kind}")))?,
            rates,
            free_from_minor: row.get(6)?,
            weight_max_g: row.get(7)?,
            transit_min_days: row.get(8)?,
            transit_max_days: row.get(9)?,
            carrier_id: row.get::<Option<CarrierId>>(10)?,
            is_active: row.get(11)?,
            position: row.get(12)?,
        }))
    }
}

fn damaged(error: impl std::fmt::Display) -> DbError {
    DbError::Damaged(error.to_string())
}

fn day(text: &str) -> Result<Date, DbError> {
    text.parse().map_err(damaged)
}

/// Every rate of every country, past and future ones too.
pub(super) async fn tax_rates(conn: &mut Conn) -> Result<Vec<(Country, TaxRate)>, DbError> {
    let rows: Vec<TaxRow> = conn.all(TAX_RATES, p![]).await?;
    rows.into_iter()
        .map(|row| {
            let rate = TaxRate {
                region: row.region,
                class: row.class.parse().map_err(damaged)?,
                name: row.name,
                rate: row.rate,
                from: day(&row.from)?,
                to: row.to.as_deref().map(day).transpose()?,
            };
            Ok((row.country, rate))
        })
        .collect()
}

/// All ways of sending, in the shop's order.
pub(super) async fn methods(conn: &mut Conn) -> Result<Vec<Method>, DbError> {
    let rows: Vec<MethodRow> = conn.all(METHODS, p![]).await?;
    Ok(rows.into_iter().map(|MethodRow(method)| method).collect())
}

/// All days off: those of countries under their codes, those of the shop itself under the empty name.
pub(super) async fn days_off(conn: &mut Conn) -> Result<Vec<(String, Date)>, DbError> {
    let rows: Vec<(String, String)> = conn.all(DAYS_OFF, p![]).await?;
    rows.into_iter()
        .map(|(country, text)| Ok((country, day(&text)?)))
        .collect()
}

/// The countries the shop delivers to, by their codes, each with its zone.
pub(super) async fn places(conn: &mut Conn) -> Result<Vec<(Country, ShippingZoneId)>, DbError> {
    conn.all(PLACES, p![]).await
}

fn carrier((id, name, tracking_url, is_active, version): (CarrierId, String, String, bool, i64)) -> Carrier {
    Carrier {
        id,
        name,
        tracking_url,
        is_active,
        version,
    }
}

/// All carriers, in the shop's order.
pub async fn carriers(conn: &mut Conn) -> Result<Vec<Carrier>, DbError> {
    Ok(conn.all(CARRIERS, p![]).await?.into_iter().map(carrier).collect())
}

/// The carrier of this name.
pub async fn carrier_named(conn: &mut Conn, name: &str) -> Result<Option<Carrier>, DbError> {
    Ok(conn.opt(CARRIER_NAMED, p![name]).await?.map(carrier))
}

/// Whether the shop has its zones already.
pub(super) async fn has_zones(tx: &mut Tx) -> Result<bool, DbError> {
    let (n,): (i64,) = tx.one(COUNT_ZONES, p![]).await?;
    Ok(n > 0)
}
