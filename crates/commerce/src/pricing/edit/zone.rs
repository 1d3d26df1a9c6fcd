//! Zones: groups of countries that parcels are sent to in the same ways.

use serde_json::{Value, json};
use wares_db::{DbError, Tx, Write};
use wares_kernel::{Country, ShippingZoneId, text};

use super::{NAME_MAX, note, store};
use crate::audit::{self, Action, Actor, Object};

/// Makes a zone, or changes one.
#[derive(Debug, Clone)]
pub struct SaveZone {
    /// Who does it.
    pub actor: Actor,
    /// Which one, and the version the change was made from; none for a new one, which comes last.
    pub zone: Option<(ShippingZoneId, i64)>,
    /// What it is called.
    pub name: String,
    /// The countries in it.
    pub countries: Vec<Country>,
}

/// Why a zone was not saved.
#[derive(Debug, thiserror::Error)]
pub enum ZoneError {
    /// It is not there any more.
    #[error("this zone is not there any more")]
    NotFound,
    /// Somebody else changed it meanwhile.
    #[error("somebody else has changed this zone meanwhile")]
    Changed,
    /// It has no name, or too long a one.
    #[error("enter a name of at most {NAME_MAX} characters")]
    Name,
    /// No country stands in it.
    #[error("enter at least one country")]
    NoCountry,
    /// A country stands in another zone.
    #[error("{} stands in the zone {zone} already", .country.name())]
    CountryTaken {
        /// The country.
        country: Country,
        /// The name of the other zone.
        zone: String,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for SaveZone {
    type Out = ShippingZoneId;
    type Error = ZoneError;

    async fn run(&self, tx: &mut Tx) -> Result<ShippingZoneId, ZoneError> {
        let name = text::required_line(&self.name, NAME_MAX).map_err(|_| ZoneError::Name)?;
        if self.countries.is_empty() {
            return Err(ZoneError::NoCountry);
        }
        let mut countries = self.countries.clone();
        countries.sort_unstable_by(|a, b| a.code().cmp(b.code()));
        countries.dedup();
        let after = told(&name, &countries);
        let object = Object::named("shipping_zone", name.clone());
        let Some((id, version)) = self.zone else {
            let id = tx.new_id();
            store::add_zone(tx, id, &name).await?;
            put_countries(tx, id, &countries).await?;
            note(tx, &self.actor, Action::Created, object, after).await?;
            return Ok(id);
        };
        let (before, old_countries) = store::zone(tx, id).await?.ok_or(ZoneError::NotFound)?;
        if !store::rename_zone(tx, (id, version), &name).await? {
            return Err(ZoneError::Changed);
        }
        store::clear_countries(tx, id).await?;
        put_countries(tx, id, &countries).await?;
        let details = audit::differences(&told(&before.name, &old_countries), &after);
        note(tx, &self.actor, Action::Changed, object, details).await?;
        Ok(id)
    }
}

async fn put_countries(tx: &mut Tx, id: ShippingZoneId, countries: &[Country]) -> Result<(), ZoneError> {
    for country in countries.iter().copied() {
        if !store::add_country(tx, id, country).await? {
            let zone = store::zone_of(tx, country).await?.unwrap_or_default();
            return Err(ZoneError::CountryTaken { country, zone });
        }
    }
    Ok(())
}

fn told(name: &str, countries: &[Country]) -> Value {
    let countries: Vec<&str> = countries.iter().map(Country::code).collect();
    json!({ "name": name, "countries": countries.join(", ") })
}

/// Deletes a zone that has no method any more.
#[derive(Debug, Clone)]
pub struct DeleteZone {
    /// Who does it.
    pub actor: Actor,
    /// Which one.
    pub zone: ShippingZoneId,
}

/// Why a zone was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteZoneError {
    /// It is not there any more.
    #[error("this zone is not there any more")]
    NotFound,
    /// It has methods.
    #[error("it still has methods; delete those first")]
    InUse,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for DeleteZone {
    type Out = ();
    type Error = DeleteZoneError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DeleteZoneError> {
        let (zone, countries) = store::zone(tx, self.zone).await?.ok_or(DeleteZoneError::NotFound)?;
        if store::n_methods(tx, self.zone).await? > 0 {
            return Err(DeleteZoneError::InUse);
        }
        store::delete_zone(tx, self.zone).await?;
        let details = told(&zone.name, &countries);
        let object = Object::named("shipping_zone", zone.name);
        Ok(note(tx, &self.actor, Action::Deleted, object, details).await?)
    }
}
