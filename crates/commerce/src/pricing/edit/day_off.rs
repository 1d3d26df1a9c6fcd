//! Days on which nothing is packed and nothing arrives: the shop's own, and its country's holidays.

use jiff::civil::Date;
use serde_json::json;
use wares_db::{Conn, DbError, Tx, Write};
use wares_kernel::{Country, text};

use super::{NAME_MAX, note, store};
use crate::audit::{Action, Actor, Object};

/// The most days that are listed.
const LISTED: i64 = 60;

/// A day off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayOff {
    /// The country whose holiday it is; none for a day of the shop's own.
    pub country: Option<Country>,
    /// The day.
    pub day: Date,
    /// What it is called.
    pub name: String,
}

/// Closes the shop for a day.
#[derive(Debug, Clone)]
pub struct AddDayOff {
    /// Who does it.
    pub actor: Actor,
    /// The day.
    pub day: Date,
    /// Why.
    pub name: String,
}

/// Makes a day a working day again.
#[derive(Debug, Clone)]
pub struct RemoveDayOff {
    /// Who does it.
    pub actor: Actor,
    /// The country whose holiday it is; none for a day of the shop's own.
    pub country: Option<Country>,
    /// The day.
    pub day: Date,
}

/// Why a day off was not added or removed.
#[derive(Debug, thiserror::Error)]
pub enum DayOffError {
    /// It has no name, or too long a one.
    #[error("enter what the day is, in at most {NAME_MAX} characters")]
    Name,
    /// The shop is closed on it already.
    #[error("the shop is closed on this day already")]
    Known,
    /// It is none.
    #[error("this day is not a day off any more")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for AddDayOff {
    type Out = ();
    type Error = DayOffError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DayOffError> {
        let name = text::required_line(&self.name, NAME_MAX).map_err(|_| DayOffError::Name)?;
        let day = self.day.to_string();
        if !store::add_day(tx, &day, &name).await? {
            return Err(DayOffError::Known);
        }
        let object = Object::named("day_off", day);
        Ok(note(tx, &self.actor, Action::Created, object, json!({ "name": name })).await?)
    }
}

impl Write for RemoveDayOff {
    type Out = ();
    type Error = DayOffError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DayOffError> {
        let country = self.country.as_ref().map_or("", Country::code);
        let day = self.day.to_string();
        if !store::remove_day(tx, country, &day).await? {
            return Err(DayOffError::NotFound);
        }
        let object = Object::named("day_off", day);
        Ok(note(tx, &self.actor, Action::Deleted, object, json!({ "country": country })).await?)
    }
}

/// The next days off of the shop and of its country, from a day on.
pub async fn days_off(conn: &mut Conn, country: Country, from: Date) -> Result<Vec<DayOff>, DbError> {
    let rows = store::days_off(conn, country, &from.to_string(), LISTED).await?;
    rows.into_iter()
        .map(|(of, day, name)| {
            Ok(DayOff {
                country: (!of.is_empty()).then_some(country),
                day: day.parse().map_err(|_| DbError::Damaged(format!("{day} is no day")))?,
                name,
            })
        })
        .collect()
}
