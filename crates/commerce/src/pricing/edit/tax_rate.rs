//! Tax rates by country and class, each from a day on.

use jiff::civil::Date;
use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::{Country, Rate, TaxRateId, text};

use super::store::{self, RateRow};
use super::{NAME_MAX, note};
use crate::audit::{Action, Actor, Object};
use crate::pricing::TaxClass;
use crate::settings::{self, Store};

/// The highest rate: 100 %.
pub const RATE_MAX: Rate = Rate::from_ppm(1_000_000);

/// Sets what a country takes of a class from a day on. The rate before it ends the day before; one that begins later keeps its day.
#[derive(Debug, Clone)]
pub struct SaveTaxRate {
    /// Who does it.
    pub actor: Actor,
    /// Where it holds.
    pub country: Country,
    /// For which goods.
    pub class: TaxClass,
    /// What invoices call it; made of the rate when empty.
    pub name: String,
    /// How much.
    pub rate: Rate,
    /// Its first day.
    pub from: Date,
}

/// Why a rate was not saved.
#[derive(Debug, thiserror::Error)]
pub enum TaxRateError {
    /// Below zero or above 100 %.
    #[error("enter a rate from 0 to 100")]
    Rate,
    /// The name is too long.
    #[error("use {NAME_MAX} characters or fewer")]
    Name,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for SaveTaxRate {
    type Out = ();
    type Error = TaxRateError;

    async fn run(&self, tx: &mut Tx) -> Result<(), TaxRateError> {
        if self.rate < Rate::ZERO || self.rate > RATE_MAX {
            return Err(TaxRateError::Rate);
        }
        let mut name = text::line(&self.name, NAME_MAX).map_err(|_| TaxRateError::Name)?;
        if name.is_empty() {
            name = format!("VAT {}", self.rate.percent());
        }
        let from = self.from.to_string();
        let others = store::rates_of(tx, self.country, self.class.as_str()).await?;
        // Days are written year first, so their texts stand in their order.
        if let Some(earlier) = others.iter().rev().find(|rate| rate.valid_from < from) {
            store::end_rate(tx, earlier.id, Some(&day_before(self.from)?)).await?;
        }
        let next = others.iter().find(|rate| rate.valid_from > from);
        let row = RateRow {
            id: tx.new_id(),
            name,
            rate: self.rate,
            valid_to: next
                .map(|next| day(&next.valid_from).and_then(day_before))
                .transpose()?,
            valid_from: from.clone(),
        };
        store::put_rate(tx, (self.country, self.class.as_str()), &row).await?;
        let details = json!({ "rate": self.rate.percent(), "from": from, "name": row.name });
        let object = object(self.country, self.class.as_str());
        Ok(note(tx, &self.actor, Action::Changed, object, details).await?)
    }
}

fn object(country: Country, class: &str) -> Object {
    Object::named("tax_rate", format!("{}, {class}", country.name()))
}

fn day(text: &str) -> Result<Date, DbError> {
    text.parse().map_err(|_| DbError::Damaged(format!("{text} is no day")))
}

fn day_before(day: Date) -> Result<String, DbError> {
    let before = day.yesterday().map_err(|error| DbError::Damaged(error.to_string()))?;
    Ok(before.to_string())
}

/// Takes back a rate that has not begun; the one before it goes on.
#[derive(Debug, Clone)]
pub struct DeleteTaxRate {
    /// Who does it.
    pub actor: Actor,
    /// Which one.
    pub rate: TaxRateId,
}

/// Why a rate was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteTaxRateError {
    /// It is not there any more.
    #[error("this rate is not there any more")]
    NotFound,
    /// It counts, or has counted.
    #[error("this rate is or was in force; enter a new one that replaces it from a day on")]
    InForce,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for DeleteTaxRate {
    type Out = ();
    type Error = DeleteTaxRateError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DeleteTaxRateError> {
        let (country, class) = store::rate(tx, self.rate).await?.ok_or(DeleteTaxRateError::NotFound)?;
        let zone = settings::load::<Store>(tx).await?.value.zone();
        let today = zone.to_datetime(tx.now().timestamp()).date().to_string();
        let rates = store::rates_of(tx, country, &class).await?;
        let place = rates.iter().position(|rate| rate.id == self.rate);
        let place = place.ok_or(DeleteTaxRateError::NotFound)?;
        let rate = &rates[place];
        if rate.valid_from <= today {
            return Err(DeleteTaxRateError::InForce);
        }
        store::delete_rate(tx, rate.id).await?;
        if let Some(before) = place.checked_sub(1).and_then(|before| rates.get(before)) {
            store::end_rate(tx, before.id, rate.valid_to.as_deref()).await?;
        }
        let details = json!({ "rate": rate.rate.percent(), "from": rate.valid_from });
        Ok(note(tx, &self.actor, Action::Deleted, object(country, &class), details).await?)
    }
}
