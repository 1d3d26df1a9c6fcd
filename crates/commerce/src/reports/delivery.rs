//! Shipping zones, methods and tax rates as the settings show them.

use wares_db::{Conn, DbError, Sql, p, sql};
use wares_kernel::{Country, Rate, ShippingMethodId, ShippingZoneId, TaxRateId};

const ZONES: Sql = sql!("SELECT id, name, version FROM shipping_zones ORDER BY position, name, id");
const COUNTRIES: Sql = sql!("SELECT zone_id, country FROM shipping_zone_countries ORDER BY country");
const METHODS: Sql = sql!(
    "SELECT id, zone_id, name, kind, rates, free_from_minor, transit_min_days, transit_max_days, is_active
     FROM shipping_methods ORDER BY zone_id, position, name, id"
);
const TAX_RATES: Sql = sql!(
    "SELECT id, country, class, name, rate_ppm, valid_from, valid_to FROM tax_rates
     WHERE region = '' ORDER BY country, class, valid_from DESC"
);

/// This file's statements, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[ZONES, COUNTRIES, METHODS, TAX_RATES];

/// A group of countries with its methods.
#[derive(Debug, Clone)]
pub struct Zone {
    /// The zone.
    pub id: ShippingZoneId,
    /// What staff call it.
    pub name: String,
    /// How often its name or countries were changed, from 1.
    pub version: i64,
    /// The countries in it.
    pub countries: Vec<Country>,
    /// How parcels go there.
    pub methods: Vec<MethodRow>,
}

wares_db::rows! {
    /// A way of sending.
    pub struct MethodRow {
        /// The method.
        id: ShippingMethodId,
        /// Its zone.
        zone_id: ShippingZoneId,
        /// What customers choose it by.
        name: String,
        /// What its price depends on: `flat`, `weight`, `price` or `pick_up`.
        kind: String,
        /// Its steps: `[{"from": …, "price_minor": …}]`.
        rates: serde_json::Value,
        /// From which value of the goods it is free, in minor units.
        free_from_minor: Option<i64>,
        /// Working days on the way, at least.
        transit_min_days: i64,
        /// At most.
        transit_max_days: i64,
        /// Whether it is offered.
        is_active: bool,
    }

    /// A tax rate.
    pub struct TaxRateRow {
        /// The rate.
        id: TaxRateId,
        /// Where it holds.
        country: Country,
        /// For which class of goods.
        class: String,
        /// What invoices call it.
        name: String,
        /// How much.
        rate: Rate,
        /// Its first day.
        valid_from: String,
        /// Its last day.
        valid_to: Option<String>,
    }
}

/// All zones with their countries and methods.
pub async fn zones(conn: &mut Conn) -> Result<Vec<Zone>, DbError> {
    let zones: Vec<(ShippingZoneId, String, i64)> = conn.all(ZONES, p![]).await?;
    let countries: Vec<(ShippingZoneId, Country)> = conn.all(COUNTRIES, p![]).await?;
    let methods: Vec<MethodRow> = conn.all(METHODS, p![]).await?;
    Ok(zones
        .into_iter()
        .map(|(id, name, version)| Zone {
            countries: countries
                .iter()
                .filter(|(zone, _)| *zone == id)
                .map(|(_, country)| *country)
                .collect(),
            methods: methods.iter().filter(|method| method.zone_id == id).cloned().collect(),
            id,
            name,
            version,
        })
        .collect())
}

/// All tax rates of whole countries, the latest of each first.
pub async fn tax_rates(conn: &mut Conn) -> Result<Vec<TaxRateRow>, DbError> {
    conn.all(TAX_RATES, p![]).await
}
