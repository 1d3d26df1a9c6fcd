//! Staff make a promotion, or change one.

use std::num::NonZeroU32;

use serde_json::{Value, json};
use wares_db::{DbError, Tx, Write};
use wares_kernel::{PromotionId, text};

use super::benefit::Benefit;
use super::code::Code;
use super::promotion::{Given, Promotion};
use super::store;
use crate::audit::{self, Action, Actor, Object};

/// The most characters of a name.
pub const NAME_MAX: usize = 80;

/// Makes a promotion, or changes one. Orders keep what they were given.
#[derive(Debug, Clone)]
pub struct SavePromotion {
    /// Who does it.
    pub actor: Actor,
    /// Which one, and the version that was changed; a new one otherwise.
    pub known: Option<(PromotionId, i64)>,
    /// The terms as they shall be. How one comes by it cannot be changed, other than its code.
    pub terms: Promotion,
}

/// Why a promotion was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// It is not there any more.
    #[error("this discount is not there any more")]
    NotFound,
    /// Somebody else has changed it, or ended it, since the page was opened.
    #[error("somebody else has changed this discount since you opened it; look at it again")]
    Changed,
    /// It has no name, or too long a one.
    #[error("enter a name of at most {NAME_MAX} characters")]
    Name,
    /// Another promotion has this code.
    #[error("another discount has this code; choose another one")]
    CodeTaken,
    /// It has been used more often than that.
    #[error("it has been used {n} times already; enter at least that, or nothing")]
    UsedMore {
        /// How often.
        n: i64,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for SavePromotion {
    type Out = PromotionId;
    type Error = SaveError;

    async fn run(&self, tx: &mut Tx) -> Result<PromotionId, SaveError> {
        let name = text::required_line(&self.terms.name, NAME_MAX).map_err(|_| SaveError::Name)?;
        let has_gets = matches!(self.terms.benefit, Benefit::BuyGet { .. });
        let terms = Promotion {
            name,
            gets: self.terms.gets.clone().filter(|gets| has_gets && !gets.is_everything()),
            ..self.terms.clone()
        };
        match self.known {
            None => self.add(tx, &terms).await,
            Some((id, version)) => self.change(tx, (id, version), &terms).await,
        }
    }
}

impl SavePromotion {
    async fn add(&self, tx: &mut Tx, terms: &Promotion) -> Result<PromotionId, SaveError> {
        let id: PromotionId = tx.new_id();
        store::insert(tx, id, terms).await?;
        if let Given::Code(code) = &terms.given {
            set_code(tx, id, code).await?;
        }
        let object = Object::promotion(id, terms.name.clone());
        audit::record(tx, &self.actor, Action::Created, object, told(terms)).await?;
        Ok(id)
    }

    async fn change(
        &self,
        tx: &mut Tx,
        (id, version): (PromotionId, i64),
        terms: &Promotion,
    ) -> Result<PromotionId, SaveError> {
        let is_known = store::lock(tx, id, version).await?;
        let before = store::find(tx, id).await?.ok_or(SaveError::NotFound)?;
        if !is_known || before.stopped_at.is_some() {
            return Err(SaveError::Changed);
        }
        let terms = Promotion {
            given: match (&before.terms.given, &terms.given) {
                (Given::Code(_), Given::Code(code)) => Given::Code(code.clone()),
                (as_it_was, _) => as_it_was.clone(),
            },
            ..terms.clone()
        };
        // Everybody who uses it waits for this row now, so the count is exact.
        let n = store::n_uses(tx, id).await?;
        if terms.limits.in_all.is_some_and(|most| n > i64::from(most.get())) {
            return Err(SaveError::UsedMore { n });
        }
        store::change(tx, id, &terms).await?;
        if let Given::Code(code) = &terms.given {
            set_code(tx, id, code).await?;
        }
        let details = audit::differences(&told(&before.terms), &told(&terms));
        let object = Object::promotion(id, terms.name.clone());
        audit::record(tx, &self.actor, Action::Changed, object, details).await?;
        Ok(id)
    }
}

async fn set_code(tx: &mut Tx, id: PromotionId, code: &Code) -> Result<(), SaveError> {
    if store::set_code(tx, id, code).await? {
        Ok(())
    } else {
        Err(SaveError::CodeTaken)
    }
}

/// The terms as the audit log tells them.
pub(super) fn told(terms: &Promotion) -> Value {
    let number = |number: Option<NonZeroU32>| number.map(NonZeroU32::get);
    json!({
        "name": terms.name,
        "given": match &terms.given {
            Given::Automatically => "by itself",
            Given::Code(code) => code.as_str(),
            Given::UniqueCodes => "single-use codes",
        },
        "benefit": terms.benefit,
        "scope": terms.scope,
        "gets": terms.gets,
        "minimum_minor": number(terms.minimum_minor),
        "from": terms.window.from().to_string(),
        "until": terms.window.until().map(|until| until.to_string()),
        "uses_max": number(terms.limits.in_all),
        "uses_each_max": number(terms.limits.each),
        "combines": terms.combines,
    })
}
