//! Staff make many codes, each of which works once.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::{PromotionId, Random};

use super::code::Code;
use super::promotion::Given;
use super::store;
use crate::audit::{self, Action, Actor, Object};

/// The most codes that are made at once.
pub const CODES_MAX: u32 = 10_000;
/// The most characters of a prefix.
pub const PREFIX_MAX: usize = 20;

/// Characters of a code that nobody takes for another, without vowels, so that they make no words.
const LETTERS: &[u8; 28] = b"23456789BCDFGHJKMNPQRSTVWXYZ";
/// Characters drawn for a code: 28¹² is 2⁵⁷, beyond guessing at 30 tries an hour.
const DRAWN: usize = 12;

/// Makes codes for a promotion that is given by single-use codes.
#[derive(Debug, Clone)]
pub struct MakeCodes {
    /// Who does it.
    pub actor: Actor,
    /// The promotion.
    pub promotion_id: PromotionId,
    /// What they begin with, or empty.
    pub prefix: String,
    /// How many.
    pub n: u32,
}

/// Why none were made.
#[derive(Debug, thiserror::Error)]
pub enum MakeCodesError {
    /// The promotion is not there, was ended, or is not given by such codes.
    #[error("this discount takes no more codes")]
    NotFound,
    /// There would be none, or too many.
    #[error("enter a number between 1 and {CODES_MAX}")]
    HowMany,
    /// The prefix has other characters than letters and digits, or too many.
    #[error("use at most {PREFIX_MAX} letters and digits")]
    Prefix,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for MakeCodes {
    type Out = ();
    type Error = MakeCodesError;

    async fn run(&self, tx: &mut Tx) -> Result<(), MakeCodesError> {
        if !(1..=CODES_MAX).contains(&self.n) {
            return Err(MakeCodesError::HowMany);
        }
        let prefix = self.prefix.trim().to_uppercase();
        let is_plain = prefix.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_plain || prefix.len() > PREFIX_MAX {
            return Err(MakeCodesError::Prefix);
        }
        let kept = store::find(tx, self.promotion_id).await?;
        let kept = kept
            .filter(|kept| kept.terms.given == Given::UniqueCodes && kept.stopped_at.is_none())
            .ok_or(MakeCodesError::NotFound)?;
        let mut missing = u64::from(self.n);
        while missing > 0 {
            let codes: Vec<Code> = (0..missing.min(500)).map(|_| draw(tx.random(), &prefix)).collect();
            missing -= store::add_codes(tx, kept.id, &codes).await?;
        }
        let object = Object::promotion(kept.id, kept.terms.name);
        let details = json!({ "codes": self.n, "prefix": prefix });
        Ok(audit::record(tx, &self.actor, Action::Created, object, details).await?)
    }
}

/// `PREFIX-7KQ2-MX9T-4HCB`. A byte beyond the last whole round of letters is drawn again, so that every letter is as likely.
fn draw(random: &dyn Random, prefix: &str) -> Code {
    let mut letters = String::with_capacity(DRAWN);
    while letters.len() < DRAWN {
        let mut bytes = [0; DRAWN];
        random.fill(&mut bytes);
        let fair = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < 252);
        letters.extend(
            fair.take(DRAWN - letters.len())
                .map(|byte| char::from(LETTERS[byte % 28])),
        );
    }
    let parts = [prefix, &letters[..4], &letters[4..8], &letters[8..]];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts
        .join("-")
        .parse()
        .expect("letters and digits, fewer than a code may have")
}
