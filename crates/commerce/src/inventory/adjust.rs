//! Staff change the stock, always by a difference and with a reason.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::VariantId;
use wares_kernel::text::{self, TextError};

use super::level::Level;
use super::movement::Reason;
use super::receive;
use super::store::{self, Entry};
use crate::audit::{self, Action, Actor, Object};

/// The most a change by hand may add or take.
const DELTA_MAX: i64 = 1_000_000;
/// The longest note, in characters.
const NOTE_MAX: usize = 200;

/// Adds to the stock of a variant or takes from it.
#[derive(Debug, Clone)]
pub struct Adjust {
    /// Who does it.
    pub actor: Actor,
    /// The variant.
    pub variant_id: VariantId,
    /// How many more; fewer when negative.
    pub delta: i64,
    /// Why.
    pub reason: Reason,
    /// A note for colleagues, or empty.
    pub note: String,
}

/// Why the stock was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AdjustError {
    /// No such variant.
    #[error("this variant does not exist any more")]
    NotFound,
    /// Zero, or out of all proportion.
    #[error("enter how many more or fewer there are, up to a million")]
    NotAChange,
    /// Fewer would be left than are kept for orders.
    #[error("{reserved} of {on_hand} pieces are kept for orders, so at most {} can be taken out", on_hand - reserved)]
    Reserved {
        /// On hand now.
        on_hand: i64,
        /// Kept for orders.
        reserved: i64,
    },
    /// The note is too long.
    #[error("{0}")]
    Note(#[from] TextError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for Adjust {
    type Out = Level;
    type Error = AdjustError;

    async fn run(&self, tx: &mut Tx) -> Result<Level, AdjustError> {
        if self.delta == 0 || self.delta.abs() > DELTA_MAX {
            return Err(AdjustError::NotAChange);
        }
        let note = text::line(&self.note, NOTE_MAX)?;
        let entry = Entry {
            delta: self.delta,
            reason: self.reason,
            note: &note,
            order_id: None,
            staff_id: self.actor.staff_id(),
        };
        let changed = receive::add(tx, self.variant_id, &entry).await?;
        let level = store::level(tx, self.variant_id).await?.ok_or(AdjustError::NotFound)?;
        if !changed {
            return Err(AdjustError::Reserved {
                on_hand: level.on_hand,
                reserved: level.reserved,
            });
        }
        note_in_audit(tx, &self.actor, &level, self.delta, self.reason).await?;
        Ok(level)
    }
}

/// Somebody counted: brings what is on hand to the figure found.
///
/// The figure staff expected comes along, so that a sale between looking and counting is noticed and not undone.
#[derive(Debug, Clone)]
pub struct Count {
    /// Who counted.
    pub actor: Actor,
    /// The variant.
    pub variant_id: VariantId,
    /// On hand as the page had it.
    pub expected: i64,
    /// On hand as counted.
    pub counted: i64,
}

/// Why a count was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CountError {
    /// It changed meanwhile.
    #[error("the stock changed to {on_hand} meanwhile; please count again")]
    Moved {
        /// On hand now.
        on_hand: i64,
    },
    /// The change itself was refused.
    #[error(transparent)]
    Refused(#[from] AdjustError),
}

impl From<DbError> for CountError {
    fn from(error: DbError) -> Self {
        Self::Refused(error.into())
    }
}

impl Write for Count {
    type Out = Level;
    type Error = CountError;

    async fn run(&self, tx: &mut Tx) -> Result<Level, CountError> {
        let level = store::level(tx, self.variant_id).await?.ok_or(AdjustError::NotFound)?;
        if level.on_hand != self.expected {
            return Err(CountError::Moved { on_hand: level.on_hand });
        }
        if self.counted == self.expected {
            return Ok(level);
        }
        let adjust = Adjust {
            actor: self.actor.clone(),
            variant_id: self.variant_id,
            delta: self.counted - self.expected,
            reason: Reason::Counted,
            note: format!("expected {}, found {}", self.expected, self.counted),
        };
        let after = adjust.run(tx).await?;
        // The difference was applied to whatever was there, which is what was expected unless somebody was faster just now.
        if after.on_hand == self.counted {
            Ok(after)
        } else {
            Err(CountError::Moved {
                on_hand: after.on_hand - adjust.delta,
            })
        }
    }
}

async fn note_in_audit(tx: &mut Tx, actor: &Actor, level: &Level, delta: i64, reason: Reason) -> Result<(), DbError> {
    let name = store::name_of(tx, level.variant_id).await?;
    let details = json!({
        "on_hand": [level.on_hand - delta, level.on_hand],
        "reason": reason.word(),
    });
    audit::record(
        tx,
        actor,
        Action::Changed,
        Object::variant(level.variant_id, name),
        details,
    )
    .await
}
