//! Methods: ways of sending parcels into a zone, and what they cost.

use serde_json::{Value, json};
use wares_db::{Conn, Constraint, DbError, Tx, Write};
use wares_kernel::{CarrierId, ShippingMethodId, ShippingZoneId, text};

use super::{NAME_MAX, note, store};
use crate::audit::{self, Action, Actor, Object};
use crate::pricing::shipping::{RateKind, RateStep};

/// The most steps of a price list.
pub const STEPS_MAX: usize = 30;
/// The highest price, in minor units: beyond it somebody has mistyped.
const PRICE_MAX: i64 = 100_000_000;
/// The most days on the way.
const TRANSIT_MAX: i64 = 90;

/// A method as it shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodDraft {
    /// What customers choose it by.
    pub name: String,
    /// What its price depends on.
    pub kind: RateKind,
    /// Its price list; the first step begins at 0.
    pub rates: Vec<RateStep>,
    /// From which value of the goods it is free, in minor units.
    pub free_from_minor: Option<i64>,
    /// The heaviest parcel it takes, in grams.
    pub weight_max_g: Option<i64>,
    /// Working days on the way, at least.
    pub transit_min_days: i64,
    /// At most.
    pub transit_max_days: i64,
    /// Who carries it.
    pub carrier_id: Option<CarrierId>,
    /// Whether it is offered.
    pub is_active: bool,
}

/// Which method is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A new one, the last of this zone.
    In(ShippingZoneId),
    /// One that is there, and the version the draft was made from.
    Of(ShippingMethodId, i64),
}

/// Makes a method, or changes one. Orders keep what they were promised.
#[derive(Debug, Clone)]
pub struct SaveMethod {
    /// Who does it.
    pub actor: Actor,
    /// Which one.
    pub place: Place,
    /// What it shall be.
    pub draft: MethodDraft,
}

/// Why a method was not saved.
#[derive(Debug, thiserror::Error)]
pub enum MethodError {
    /// It, or its zone, is not there any more.
    #[error("this method is not there any more")]
    NotFound,
    /// Somebody else changed it meanwhile.
    #[error("somebody else has changed this method meanwhile")]
    Changed,
    /// It has no name, or too long a one.
    #[error("enter a name of at most {NAME_MAX} characters")]
    Name,
    /// A price is missing, below zero or far too high.
    #[error("enter a price")]
    Price,
    /// The steps do not rise from 0, or are too many.
    #[error("steps begin above 0 and each is higher than the one before; there may be {STEPS_MAX}")]
    Steps,
    /// The limit for free delivery is not above zero.
    #[error("enter an amount above zero, or nothing")]
    FreeFrom,
    /// The heaviest parcel weighs nothing.
    #[error("enter a weight above zero, or nothing")]
    Weight,
    /// The days are not in order.
    #[error("enter days from 0 to {TRANSIT_MAX}, the lower number first")]
    Transit,
    /// The carrier is not there any more.
    #[error("choose a carrier from the list")]
    Carrier,
    /// The database failed.
    #[error(transparent)]
    Db(DbError),
}

impl From<DbError> for MethodError {
    fn from(error: DbError) -> Self {
        match &error {
            DbError::Constraint {
                kind: Constraint::Foreign,
                ..
            } => Self::NotFound,
            _ => Self::Db(error),
        }
    }
}

impl MethodDraft {
    fn check(&self) -> Result<(), MethodError> {
        let is_stepped = matches!(self.kind, RateKind::Weight | RateKind::Price);
        let prices_fit = self
            .rates
            .iter()
            .all(|step| (0..=PRICE_MAX).contains(&step.price_minor));
        if !prices_fit || self.rates.first().is_none_or(|first| first.from != 0) {
            return Err(MethodError::Price);
        }
        let rises = self.rates.windows(2).all(|pair| pair[0].from < pair[1].from);
        if !rises || self.rates.len() > STEPS_MAX || (!is_stepped && self.rates.len() > 1) {
            return Err(MethodError::Steps);
        }
        if self.free_from_minor.is_some_and(|from| from <= 0) {
            return Err(MethodError::FreeFrom);
        }
        if self.weight_max_g.is_some_and(|most| most <= 0) {
            return Err(MethodError::Weight);
        }
        let (least, most) = (self.transit_min_days, self.transit_max_days);
        if least < 0 || least > most || most > TRANSIT_MAX {
            return Err(MethodError::Transit);
        }
        Ok(())
    }

    fn told(&self) -> Value {
        json!({
            "name": self.name,
            "kind": self.kind,
            "rates": self.rates,
            "free_from_minor": self.free_from_minor,
            "weight_max_g": self.weight_max_g,
            "transit_min_days": self.transit_min_days,
            "transit_max_days": self.transit_max_days,
            "carrier": self.carrier_id.map(|id| id.to_string()),
            "is_active": self.is_active,
        })
    }
}

impl Write for SaveMethod {
    type Out = ShippingMethodId;
    type Error = MethodError;

    async fn run(&self, tx: &mut Tx) -> Result<ShippingMethodId, MethodError> {
        let name = text::required_line(&self.draft.name, NAME_MAX).map_err(|_| MethodError::Name)?;
        let draft = MethodDraft {
            name,
            ..self.draft.clone()
        };
        draft.check()?;
        if let Some(carrier) = draft.carrier_id
            && store::carrier(tx, carrier).await?.is_none()
        {
            return Err(MethodError::Carrier);
        }
        let rates = json!(draft.rates);
        let object = Object::named("shipping_method", draft.name.clone());
        match self.place {
            Place::In(zone_id) => {
                store::zone(tx, zone_id).await?.ok_or(MethodError::NotFound)?;
                let id = tx.new_id();
                store::add_method(tx, (id, zone_id), &draft, &rates).await?;
                note(tx, &self.actor, Action::Created, object, draft.told()).await?;
                Ok(id)
            }
            Place::Of(id, version) => {
                let before = find(tx, id).await?.ok_or(MethodError::NotFound)?.draft;
                if !store::change_method(tx, (id, version), &draft, &rates).await? {
                    return Err(MethodError::Changed);
                }
                let details = audit::differences(&before.told(), &draft.told());
                note(tx, &self.actor, Action::Changed, object, details).await?;
                Ok(id)
            }
        }
    }
}

/// A method as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its zone.
    pub zone_id: ShippingZoneId,
    /// What it is.
    pub draft: MethodDraft,
    /// How often it was changed, from 1.
    pub version: i64,
}

/// A method, also one that is not offered.
pub async fn find(conn: &mut Conn, id: ShippingMethodId) -> Result<Option<Found>, DbError> {
    let Some(row) = store::method(conn, id).await? else {
        return Ok(None);
    };
    let damaged = || DbError::Damaged(format!("the shipping method {id} cannot be read"));
    let draft = MethodDraft {
        kind: RateKind::from_word(&row.kind).ok_or_else(damaged)?,
        rates: serde_json::from_value(row.rates).map_err(|_| damaged())?,
        name: row.name,
        free_from_minor: row.free_from_minor,
        weight_max_g: row.weight_max_g,
        transit_min_days: row.transit_min_days,
        transit_max_days: row.transit_max_days,
        carrier_id: row.carrier_id,
        is_active: row.is_active,
    };
    Ok(Some(Found {
        zone_id: row.zone_id,
        draft,
        version: row.version,
    }))
}

/// Deletes a method. Orders keep its name; a checkout under way chooses again.
#[derive(Debug, Clone)]
pub struct DeleteMethod {
    /// Who does it.
    pub actor: Actor,
    /// Which one.
    pub method: ShippingMethodId,
}

impl Write for DeleteMethod {
    type Out = ();
    type Error = MethodError;

    async fn run(&self, tx: &mut Tx) -> Result<(), MethodError> {
        let before = find(tx, self.method).await?.ok_or(MethodError::NotFound)?.draft;
        store::delete_method(tx, self.method).await?;
        let object = Object::named("shipping_method", before.name.clone());
        Ok(note(tx, &self.actor, Action::Deleted, object, before.told()).await?)
    }
}
