//! The SQL of changing delivery and tax.

use serde_json::Value;
use wares_db::{Conn, DbError, Sql, Tx, p, rows, sql};
use wares_kernel::{CarrierId, Country, Rate, ShippingMethodId, ShippingZoneId, TaxRateId};

use super::carrier::CarrierDraft;
use super::method::MethodDraft;

const ZONE: Sql = sql!("SELECT name, version FROM shipping_zones WHERE id = ?1");
const ADD_ZONE: Sql = sql!(
    "INSERT INTO shipping_zones (id, name, position) SELECT ?1, ?2, coalesce(max(position), 0) + 1 FROM shipping_zones"
);
const RENAME_ZONE: Sql =
    sql!("UPDATE shipping_zones SET name = ?2, version = version + 1 WHERE id = ?1 AND version = ?3");
const COUNTRIES: Sql = sql!("SELECT country FROM shipping_zone_countries WHERE zone_id = ?1 ORDER BY country");
const CLEAR_COUNTRIES: Sql = sql!("DELETE FROM shipping_zone_countries WHERE zone_id = ?1");
const ADD_COUNTRY: Sql =
    sql!("INSERT INTO shipping_zone_countries (country, zone_id) VALUES (?1, ?2) ON CONFLICT (country) DO NOTHING");
const ZONE_OF: Sql =
    sql!("SELECT z.name FROM shipping_zone_countries c JOIN shipping_zones z ON z.id = c.zone_id WHERE c.country = ?1");
const N_METHODS: Sql = sql!("SELECT count(*) FROM shipping_methods WHERE zone_id = ?1");
const DELETE_ZONE: Sql = sql!("DELETE FROM shipping_zones WHERE id = ?1");

const METHOD: Sql = sql!(
    "SELECT zone_id, name, kind, rates, free_from_minor, weight_max_g, transit_min_days, transit_max_days, carrier_id, is_active,
            version
     FROM shipping_methods WHERE id = ?1"
);
const ADD_METHOD: Sql = sql!(
    "INSERT INTO shipping_methods (id, zone_id, name, kind, rates, free_from_minor, weight_max_g, transit_min_days,
         transit_max_days, carrier_id, is_active, position)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, coalesce(max(position), 0) + 1 FROM shipping_methods WHERE zone_id = ?2"
);
const CHANGE_METHOD: Sql = sql!(
    "UPDATE shipping_methods SET name = ?2, kind = ?3, rates = ?4, free_from_minor = ?5, weight_max_g = ?6,
         transit_min_days = ?7, transit_max_days = ?8, carrier_id = ?9, is_active = ?10, version = version + 1
     WHERE id = ?1 AND version = ?11"
);
const DELETE_METHOD: Sql = sql!("DELETE FROM shipping_methods WHERE id = ?1");

const CARRIER: Sql = sql!("SELECT name, tracking_url, is_active, version FROM carriers WHERE id = ?1");
const CARRIER_OF_NAME: Sql = sql!("SELECT id FROM carriers WHERE name = ?1");
const ADD_CARRIER: Sql = sql!(
    "INSERT INTO carriers (id, name, tracking_url, is_active, position)
     SELECT ?1, ?2, ?3, ?4, coalesce(max(position), 0) + 1 FROM carriers"
);
const CHANGE_CARRIER: Sql = sql!(
    "UPDATE carriers SET name = ?2, tracking_url = ?3, is_active = ?4, version = version + 1 WHERE id = ?1 AND version = ?5"
);
const N_CARRIED: Sql = sql!("SELECT count(*) FROM shipping_methods WHERE carrier_id = ?1");
const DELETE_CARRIER: Sql = sql!("DELETE FROM carriers WHERE id = ?1");

const DAYS_OFF: Sql = sql!(
    "SELECT country, day, name FROM holidays WHERE country IN ('', ?1) AND day >= ?2 ORDER BY day, country LIMIT ?3"
);
const ADD_DAY: Sql =
    sql!("INSERT INTO holidays (country, day, name) VALUES ('', ?1, ?2) ON CONFLICT (country, day) DO NOTHING");
const REMOVE_DAY: Sql = sql!("DELETE FROM holidays WHERE country = ?1 AND day = ?2");

const RATES_OF: Sql = sql!(
    "SELECT id, name, rate_ppm, valid_from, valid_to FROM tax_rates
     WHERE country = ?1 AND region = '' AND class = ?2 ORDER BY valid_from"
);
const RATE: Sql = sql!("SELECT country, class FROM tax_rates WHERE id = ?1 AND region = ''");
const PUT_RATE: Sql = sql!(
    "INSERT INTO tax_rates (id, country, region, class, name, rate_ppm, valid_from, valid_to)
     VALUES (?1, ?2, '', ?3, ?4, ?5, ?6, ?7)
     ON CONFLICT (country, region, class, valid_from)
     DO UPDATE SET name = excluded.name, rate_ppm = excluded.rate_ppm, valid_to = excluded.valid_to"
);
const END_RATE: Sql = sql!("UPDATE tax_rates SET valid_to = ?2 WHERE id = ?1");
const DELETE_RATE: Sql = sql!("DELETE FROM tax_rates WHERE id = ?1");

rows! {
    pub struct CarrierRow {
        name: String,
        tracking_url: String,
        is_active: bool,
        version: i64,
    }

    pub struct MethodRow {
        zone_id: ShippingZoneId,
        name: String,
        kind: String,
        rates: Value,
        free_from_minor: Option<i64>,
        weight_max_g: Option<i64>,
        transit_min_days: i64,
        transit_max_days: i64,
        carrier_id: Option<CarrierId>,
        is_active: bool,
        version: i64,
    }

    pub struct ZoneRow {
        name: String,
        version: i64,
    }

    pub struct RateRow {
        id: TaxRateId,
        name: String,
        rate: Rate,
        valid_from: String,
        valid_to: Option<String>,
    }
}

/// A zone and its countries.
pub(super) async fn zone(conn: &mut Conn, id: ShippingZoneId) -> Result<Option<(ZoneRow, Vec<Country>)>, DbError> {
    let Some(zone) = conn.opt(ZONE, p![id]).await? else {
        return Ok(None);
    };
    let countries: Vec<(Country,)> = conn.all(COUNTRIES, p![id]).await?;
    Ok(Some((zone, countries.into_iter().map(|(country,)| country).collect())))
}

pub(super) async fn add_zone(tx: &mut Tx, id: ShippingZoneId, name: &str) -> Result<(), DbError> {
    tx.exec(ADD_ZONE, p![id, name]).await.map(drop)
}

/// False when the zone has another version by now.
pub(super) async fn rename_zone(
    tx: &mut Tx,
    (id, version): (ShippingZoneId, i64),
    name: &str,
) -> Result<bool, DbError> {
    Ok(tx.exec(RENAME_ZONE, p![id, name, version]).await? == 1)
}

pub(super) async fn clear_countries(tx: &mut Tx, id: ShippingZoneId) -> Result<(), DbError> {
    tx.exec(CLEAR_COUNTRIES, p![id]).await.map(drop)
}

/// Puts a country into a zone; answers whether it stood in no other.
pub(super) async fn add_country(tx: &mut Tx, id: ShippingZoneId, country: Country) -> Result<bool, DbError> {
    Ok(tx.exec(ADD_COUNTRY, p![country, id]).await? == 1)
}

/// The name of the zone a country stands in.
pub(super) async fn zone_of(conn: &mut Conn, country: Country) -> Result<Option<String>, DbError> {
    Ok(conn.opt::<(String,)>(ZONE_OF, p![country]).await?.map(|(name,)| name))
}

pub(super) async fn n_methods(conn: &mut Conn, id: ShippingZoneId) -> Result<i64, DbError> {
    Ok(conn.one::<(i64,)>(N_METHODS, p![id]).await?.0)
}

pub(super) async fn delete_zone(tx: &mut Tx, id: ShippingZoneId) -> Result<(), DbError> {
    tx.exec(DELETE_ZONE, p![id]).await.map(drop)
}

pub(super) async fn method(conn: &mut Conn, id: ShippingMethodId) -> Result<Option<MethodRow>, DbError> {
    conn.opt(METHOD, p![id]).await
}

pub(super) async fn add_method(
    tx: &mut Tx,
    (id, zone_id): (ShippingMethodId, ShippingZoneId),
    draft: &MethodDraft,
    rates: &Value,
) -> Result<(), DbError> {
    let kind = draft.kind.as_str();
    let args = p![
        id,
        zone_id,
        draft.name,
        kind,
        rates,
        draft.free_from_minor,
        draft.weight_max_g,
        draft.transit_min_days,
        draft.transit_max_days,
        draft.carrier_id,
        draft.is_active
    ];
    tx.exec(ADD_METHOD, args).await.map(drop)
}

/// False when the method has another version by now.
pub(super) async fn change_method(
    tx: &mut Tx,
    (id, version): (ShippingMethodId, i64),
    draft: &MethodDraft,
    rates: &Value,
) -> Result<bool, DbError> {
    let kind = draft.kind.as_str();
    let args = p![
        id,
        draft.name,
        kind,
        rates,
        draft.free_from_minor,
        draft.weight_max_g,
        draft.transit_min_days,
        draft.transit_max_days,
        draft.carrier_id,
        draft.is_active,
        version
    ];
    Ok(tx.exec(CHANGE_METHOD, args).await? == 1)
}

pub(super) async fn delete_method(tx: &mut Tx, id: ShippingMethodId) -> Result<(), DbError> {
    tx.exec(DELETE_METHOD, p![id]).await.map(drop)
}

pub(super) async fn carrier(conn: &mut Conn, id: CarrierId) -> Result<Option<CarrierRow>, DbError> {
    conn.opt(CARRIER, p![id]).await
}

pub(super) async fn carrier_of_name(conn: &mut Conn, name: &str) -> Result<Option<CarrierId>, DbError> {
    Ok(conn
        .opt::<(CarrierId,)>(CARRIER_OF_NAME, p![name])
        .await?
        .map(|(id,)| id))
}

pub(super) async fn add_carrier(tx: &mut Tx, id: CarrierId, draft: &CarrierDraft) -> Result<(), DbError> {
    let args = p![id, draft.name, draft.tracking_url, draft.is_active];
    tx.exec(ADD_CARRIER, args).await.map(drop)
}

/// False when the carrier has another version by now.
pub(super) async fn change_carrier(
    tx: &mut Tx,
    (id, version): (CarrierId, i64),
    draft: &CarrierDraft,
) -> Result<bool, DbError> {
    let args = p![id, draft.name, draft.tracking_url, draft.is_active, version];
    Ok(tx.exec(CHANGE_CARRIER, args).await? == 1)
}

/// How many methods a carrier carries.
pub(super) async fn n_carried(conn: &mut Conn, id: CarrierId) -> Result<i64, DbError> {
    Ok(conn.one::<(i64,)>(N_CARRIED, p![id]).await?.0)
}

pub(super) async fn delete_carrier(tx: &mut Tx, id: CarrierId) -> Result<(), DbError> {
    tx.exec(DELETE_CARRIER, p![id]).await.map(drop)
}

/// The days off of the shop (with an empty country) and of a country from a day on.
pub(super) async fn days_off(
    conn: &mut Conn,
    country: Country,
    from: &str,
    most: i64,
) -> Result<Vec<(String, String, String)>, DbError> {
    conn.all(DAYS_OFF, p![country, from, most]).await
}

pub(super) async fn add_day(tx: &mut Tx, day: &str, name: &str) -> Result<bool, DbError> {
    Ok(tx.exec(ADD_DAY, p![day, name]).await? == 1)
}

pub(super) async fn remove_day(tx: &mut Tx, country: &str, day: &str) -> Result<bool, DbError> {
    Ok(tx.exec(REMOVE_DAY, p![country, day]).await? == 1)
}

/// The rates of a whole country for a class, the earliest first.
pub(super) async fn rates_of(conn: &mut Conn, country: Country, class: &str) -> Result<Vec<RateRow>, DbError> {
    conn.all(RATES_OF, p![country, class]).await
}

/// The country and the class of a rate.
pub(super) async fn rate(conn: &mut Conn, id: TaxRateId) -> Result<Option<(Country, String)>, DbError> {
    conn.opt(RATE, p![id]).await
}

pub(super) async fn put_rate(tx: &mut Tx, (country, class): (Country, &str), row: &RateRow) -> Result<(), DbError> {
    let args = p![row.id, country, class, row.name, row.rate, row.valid_from, row.valid_to];
    tx.exec(PUT_RATE, args).await.map(drop)
}

pub(super) async fn end_rate(tx: &mut Tx, id: TaxRateId, to: Option<&str>) -> Result<(), DbError> {
    tx.exec(END_RATE, p![id, to]).await.map(drop)
}

pub(super) async fn delete_rate(tx: &mut Tx, id: TaxRateId) -> Result<(), DbError> {
    tx.exec(DELETE_RATE, p![id]).await.map(drop)
}
