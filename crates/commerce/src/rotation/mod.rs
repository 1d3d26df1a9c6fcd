//! Sealing everything anew under another key: after somebody who knew the old one has left, or after a copy of it got lost.
//!
//! Everything that is sealed is opened with the old key and sealed under the new one in one unit of work: the keys in the settings, the
//! tokens of the links to orders and inquiries. What opens only under the new key already was done by a run that was interrupted before
//! its key took the old one's place; it stays as it is, so that the command can be repeated.
//!
//! Links keep working, because their tokens stay the same. What was only fingerprinted (who found a review helpful) cannot be told anew.
//!
//! To seal something more: a line in [`Rotate::run`].

mod store;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};
use uuid::Uuid;
use wares_db::{DbError, Tx, Write};

use crate::audit::{self, Action, Actor, Object};
use crate::changes::{self, Change};
use crate::seal::{SealError, Sealed, Vault};
use crate::settings::{self, CardGateway, Mail, Payments, Section};
use crate::{inquiries, orders};

/// How many rows are sealed between two statements.
const BATCH: i64 = 500;

/// Seals everything anew.
#[derive(Debug, Clone)]
pub struct Rotate {
    /// The key in use so far.
    pub old: Vault,
    /// The key from now on.
    pub new: Vault,
}

/// What was sealed anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rotated {
    /// Keys and passwords in the settings.
    pub secrets: u64,
    /// Tokens of links.
    pub links: u64,
}

/// Why nothing was sealed anew.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// Something opens under neither key. Nothing was changed.
    #[error("{what} opens neither under the old key nor under the new one; nothing was changed")]
    Foreign {
        /// What does not open.
        what: String,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for Rotate {
    type Out = Rotated;
    type Error = RotateError;

    async fn run(&self, tx: &mut Tx) -> Result<Rotated, RotateError> {
        let secrets = self.payments(tx).await? + self.mail(tx).await?;
        let links = self.links(tx, store::ORDERS, orders::TOKEN_PLACE).await?
            + self.links(tx, store::INQUIRIES, inquiries::TOKEN_PLACE).await?;
        changes::record(tx, Change::Settings).await?;
        let data = json!({ "secrets": secrets, "links": links });
        audit::record(tx, &Actor::System, Action::Changed, Object::settings("keys"), data).await?;
        Ok(Rotated { secrets, links })
    }
}

impl Rotate {
    async fn payments(&self, tx: &mut Tx) -> Result<u64, RotateError> {
        let saved = settings::load::<Payments>(tx).await?;
        let Some(card) = saved.value.card.clone() else {
            return Ok(0);
        };
        let mut n = 2;
        let secret_key = self.text(tx, CardGateway::KEY_PLACE, &card.secret_key)?;
        let webhook_secret = self.text(tx, CardGateway::WEBHOOK_PLACE, &card.webhook_secret)?;
        let old_webhook_secret = match &card.old_webhook_secret {
            Some(sealed) => {
                n += 1;
                Some(self.text(tx, CardGateway::WEBHOOK_PLACE, sealed)?)
            }
            None => None,
        };
        let card = CardGateway {
            secret_key,
            webhook_secret,
            old_webhook_secret,
            ..card
        };
        let payments = Payments {
            card: Some(card),
            ..saved.value
        };
        keep(tx, &payments).await?;
        Ok(n)
    }

    async fn mail(&self, tx: &mut Tx) -> Result<u64, RotateError> {
        let saved = settings::load::<Mail>(tx).await?;
        let Some(password) = &saved.value.password else {
            return Ok(0);
        };
        let password = Some(self.text(tx, Mail::PASSWORD_PLACE, password)?);
        let mail = Mail {
            password,
            ..saved.value.clone()
        };
        keep(tx, &mail).await?;
        Ok(1)
    }

    async fn links(&self, tx: &mut Tx, table: store::Sealed, place: &'static str) -> Result<u64, RotateError> {
        let (mut after, mut n) = (Uuid::nil(), 0);
        loop {
            let rows = store::page(tx, table, after, BATCH).await?;
            let Some((last, _)) = rows.last() else {
                return Ok(n);
            };
            after = *last;
            for (id, sealed) in rows {
                if let Some(sealed) = self.bytes(tx, place, &sealed, || format!("the link of {id}"))? {
                    store::replace(tx, table, id, &sealed).await?;
                    n += 1;
                }
            }
        }
    }

    /// Sealed under the new key; nothing, where it is already.
    fn bytes(
        &self,
        tx: &mut Tx,
        place: &str,
        sealed: &[u8],
        what: impl Fn() -> String,
    ) -> Result<Option<Vec<u8>>, RotateError> {
        match self.old.open(place, sealed) {
            Ok(secret) => Ok(Some(self.new.seal(tx.random(), place, &secret))),
            Err(SealError) if self.new.open(place, sealed).is_ok() => Ok(None),
            Err(SealError) => Err(RotateError::Foreign { what: what() }),
        }
    }

    fn text(&self, tx: &mut Tx, place: &str, sealed: &Sealed) -> Result<Sealed, RotateError> {
        match self.old.open_text(place, sealed) {
            Ok(secret) => Ok(self.new.seal_text(tx.random(), place, &secret)),
            Err(SealError) if self.new.open_text(place, sealed).is_ok() => Ok(sealed.clone()),
            Err(SealError) => Err(RotateError::Foreign { what: place.to_owned() }),
        }
    }
}

/// Keeps a section without writing what was in it into the activity.
async fn keep<S: Section>(tx: &mut Tx, section: &S) -> Result<(), DbError> {
    let value: Value = serde_json::to_value(section).map_err(|error| DbError::Damaged(error.to_string()))?;
    store::keep_section(tx, S::NAME, &value).await
}
