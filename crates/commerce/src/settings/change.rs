//! Changing a section.

use serde_json::Value;
use wares_db::{DbError, Tx, Write};

use super::section::{Problems, Section, load};
use super::store;
use crate::audit::{self, Action, Actor, Object};
use crate::changes;

/// Changes a section as a whole.
#[derive(Debug, Clone)]
pub struct Change<S> {
    /// Who changes it.
    pub actor: Actor,
    /// The version it was read in.
    pub version: i64,
    /// What it shall be.
    pub value: S,
}

/// Why a section was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Somebody else changed it in the meantime.
    #[error("Somebody else changed these settings while you were working on them")]
    Stale,
    /// Some fields are not right.
    #[error("Some settings are not right")]
    Invalid(Problems),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl<S: Section> Write for Change<S> {
    /// The new version.
    type Out = i64;
    type Error = ChangeError;

    async fn run(&self, tx: &mut Tx) -> Result<i64, ChangeError> {
        put(tx, &self.actor, self.version, &self.value).await
    }
}

/// Changes a section as a step of a larger unit of work; answers the new version.
pub async fn put<S: Section>(tx: &mut Tx, actor: &Actor, version: i64, value: &S) -> Result<i64, ChangeError> {
    let mut problems = Problems::default();
    value.check(&mut problems);
    if !problems.0.is_empty() {
        return Err(ChangeError::Invalid(problems));
    }
    let before = load::<S>(tx).await?;
    if before.value == *value && before.version == version {
        return Ok(version);
    }
    let after = document(value)?;
    if !store::replace(tx, S::NAME, version, &after, actor.staff_id()).await? {
        return Err(ChangeError::Stale);
    }
    let details = audit::differences(&document(&before.value)?, &after);
    audit::record(tx, actor, Action::Changed, Object::settings(S::NAME), details).await?;
    changes::record(tx, changes::Change::Settings).await?;
    Ok(version + 1)
}

fn document<S: Section>(value: &S) -> Result<Value, DbError> {
    serde_json::to_value(value).map_err(|error| DbError::Damaged(error.to_string()))
}
