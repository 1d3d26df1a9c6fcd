//! Carriers, with the addresses of their tracking pages.

use serde_json::{Value, json};
use wares_db::{DbError, Tx, Write};
use wares_kernel::{CarrierId, text};

use super::{NAME_MAX, note, store};
use crate::audit::{self, Action, Actor, Object};
use crate::pricing::carriers::{TemplateError, check_template};

/// The most characters of a tracking address.
const URL_MAX: usize = 300;

/// A carrier as it shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarrierDraft {
    /// As people know it.
    pub name: String,
    /// The page of one parcel with `{tracking}` in it, or empty.
    pub tracking_url: String,
    /// Whether staff may choose it.
    pub is_active: bool,
}

/// Makes a carrier, or changes one.
#[derive(Debug, Clone)]
pub struct SaveCarrier {
    /// Who does it.
    pub actor: Actor,
    /// Which one, and the version the draft was made from; none for a new one.
    pub carrier: Option<(CarrierId, i64)>,
    /// What it shall be.
    pub draft: CarrierDraft,
}

/// Deletes a carrier that carries no method.
#[derive(Debug, Clone)]
pub struct DeleteCarrier {
    /// Who does it.
    pub actor: Actor,
    /// Which one.
    pub carrier: CarrierId,
}

/// Why a carrier was not saved or deleted.
#[derive(Debug, thiserror::Error)]
pub enum CarrierError {
    /// It is not there any more.
    #[error("this carrier is not there any more")]
    NotFound,
    /// Somebody else changed it meanwhile.
    #[error("somebody else has changed this carrier meanwhile")]
    Changed,
    /// It has no name, or too long a one.
    #[error("enter a name of at most {NAME_MAX} characters")]
    Name,
    /// Another carrier is called so.
    #[error("another carrier has this name")]
    NameTaken,
    /// The address cannot be one of tracking pages.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The address is too long.
    #[error("use {URL_MAX} characters or fewer")]
    TooLong,
    /// Methods use it.
    #[error("shipping methods use it; choose another carrier there first, or take it out of use")]
    InUse,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl CarrierDraft {
    fn checked(&self) -> Result<Self, CarrierError> {
        let name = text::required_line(&self.name, NAME_MAX).map_err(|_| CarrierError::Name)?;
        let tracking_url = text::line(&self.tracking_url, URL_MAX).map_err(|_| CarrierError::TooLong)?;
        if !tracking_url.is_empty() {
            check_template(&tracking_url)?;
        }
        Ok(Self {
            name,
            tracking_url,
            is_active: self.is_active,
        })
    }

    fn told(&self) -> Value {
        json!({ "name": self.name, "tracking_url": self.tracking_url, "is_active": self.is_active })
    }
}

impl Write for SaveCarrier {
    type Out = CarrierId;
    type Error = CarrierError;

    async fn run(&self, tx: &mut Tx) -> Result<CarrierId, CarrierError> {
        let draft = self.draft.checked()?;
        let holder = store::carrier_of_name(tx, &draft.name).await?;
        if holder.is_some_and(|holder| self.carrier.is_none_or(|(id, _)| id != holder)) {
            return Err(CarrierError::NameTaken);
        }
        let object = Object::named("carrier", draft.name.clone());
        let Some((id, version)) = self.carrier else {
            let id = tx.new_id();
            store::add_carrier(tx, id, &draft).await?;
            note(tx, &self.actor, Action::Created, object, draft.told()).await?;
            return Ok(id);
        };
        let before = find(tx, id).await?;
        if !store::change_carrier(tx, (id, version), &draft).await? {
            return Err(CarrierError::Changed);
        }
        let details = audit::differences(&before.told(), &draft.told());
        note(tx, &self.actor, Action::Changed, object, details).await?;
        Ok(id)
    }
}

async fn find(tx: &mut Tx, id: CarrierId) -> Result<CarrierDraft, CarrierError> {
    let row = store::carrier(tx, id).await?.ok_or(CarrierError::NotFound)?;
    Ok(CarrierDraft {
        name: row.name,
        tracking_url: row.tracking_url,
        is_active: row.is_active,
    })
}

impl Write for DeleteCarrier {
    type Out = ();
    type Error = CarrierError;

    async fn run(&self, tx: &mut Tx) -> Result<(), CarrierError> {
        let before = find(tx, self.carrier).await?;
        if store::n_carried(tx, self.carrier).await? > 0 {
            return Err(CarrierError::InUse);
        }
        store::delete_carrier(tx, self.carrier).await?;
        let object = Object::named("carrier", before.name.clone());
        Ok(note(tx, &self.actor, Action::Deleted, object, before.told()).await?)
    }
}
