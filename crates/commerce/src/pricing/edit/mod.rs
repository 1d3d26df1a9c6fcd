//! What the shopkeeper changes about delivery and tax. Every change is in the audit log, and in the change log as a change of the
//! settings: it may show on every page.

mod carrier;
mod day_off;
mod method;
mod store;
mod tax_rate;
#[cfg(test)]
mod tests;
mod zone;

pub use carrier::{CarrierDraft, CarrierError, DeleteCarrier, SaveCarrier};
pub use day_off::{AddDayOff, DayOff, DayOffError, RemoveDayOff, days_off};
pub use method::{
    DeleteMethod, Found as FoundMethod, MethodDraft, MethodError, Place, STEPS_MAX, SaveMethod, find as find_method,
};
pub use tax_rate::{DeleteTaxRate, DeleteTaxRateError, RATE_MAX, SaveTaxRate, TaxRateError};
pub use zone::{DeleteZone, DeleteZoneError, SaveZone, ZoneError};

use serde_json::Value;
use wares_db::{DbError, Tx};

use crate::audit::{self, Action, Actor, Object};
use crate::changes::{self, Change};

/// The most characters of a name.
pub const NAME_MAX: usize = 80;

/// Notes a change in both logs.
async fn note(tx: &mut Tx, actor: &Actor, action: Action, object: Object, details: Value) -> Result<(), DbError> {
    audit::record(tx, actor, action, object, details).await?;
    changes::record(tx, Change::Settings).await
}
