//! Words that mean the same to the search.

use serde_json::{Value, json};
use wares_db::{Conn, DbError, Tx, Write};
use wares_kernel::SynonymId;

use super::{note, store, words};
use crate::audit::{self, Action, Actor, Object};

/// The most characters of a list of words.
pub const LIST_MAX: usize = 300;
/// The most words or phrases of a list.
const PHRASES_MAX: usize = 12;
/// The most rules of a shop.
const RULES_MAX: i64 = 2_000;

wares_db::rows! {
    /// A rule.
    pub struct Synonym {
        /// Its id.
        id: SynonymId,
        /// Words or phrases, with a comma and a blank between them.
        words: String,
        /// What whoever looks for one of `words` also finds. Empty: each of `words` finds the others.
        finds: String,
    }
}

/// Makes a rule, or changes one.
#[derive(Debug, Clone)]
pub struct SaveSynonym {
    /// Who does it.
    pub actor: Actor,
    /// Which one; none for a new one.
    pub synonym: Option<SynonymId>,
    /// As typed, commas between them.
    pub words: String,
    /// As typed; empty for a rule that holds in both directions.
    pub finds: String,
}

/// Deletes a rule.
#[derive(Debug, Clone)]
pub struct DeleteSynonym {
    /// Who does it.
    pub actor: Actor,
    /// Which one.
    pub synonym: SynonymId,
}

/// Why a rule was not saved or deleted.
#[derive(Debug, thiserror::Error)]
pub enum SynonymError {
    /// It is not there any more.
    #[error("this rule is not there any more")]
    NotFound,
    /// There are no words.
    #[error("enter at least one word")]
    NoWords,
    /// A rule in both directions has one word only.
    #[error("enter at least two words with a comma between them, or say below what the word also finds")]
    OneWord,
    /// Both sides are the same.
    #[error("this is what it finds already; enter other words")]
    Same,
    /// There are too many words in it.
    #[error("use at most {PHRASES_MAX} words or phrases, of {LIST_MAX} characters together")]
    TooLong,
    /// The shop has it already.
    #[error("this rule is there already")]
    Known,
    /// The shop has as many as it can have.
    #[error("there are {RULES_MAX} rules, and no room for more; delete some first")]
    Full,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Phrases in their one form, each once, in the order they were typed.
fn list(typed: &str) -> Result<Vec<String>, SynonymError> {
    let mut phrases: Vec<String> = Vec::new();
    for phrase in typed.split([',', '\n', ';']).map(words::key) {
        if phrase.contains(char::is_alphanumeric) && !phrases.contains(&phrase) {
            phrases.push(phrase);
        }
    }
    if phrases.len() > PHRASES_MAX || phrases.join(", ").chars().count() > LIST_MAX {
        return Err(SynonymError::TooLong);
    }
    Ok(phrases)
}

impl SaveSynonym {
    /// Both lists, checked.
    fn checked(&self) -> Result<(String, String), SynonymError> {
        let (words, mut finds) = (list(&self.words)?, list(&self.finds)?);
        if words.is_empty() {
            return Err(SynonymError::NoWords);
        }
        if finds.is_empty() && words.len() < 2 {
            return Err(SynonymError::OneWord);
        }
        let is_one_way = !finds.is_empty();
        finds.retain(|phrase| words.len() > 1 || !words.contains(phrase));
        if is_one_way && finds.is_empty() {
            return Err(SynonymError::Same);
        }
        Ok((words.join(", "), finds.join(", ")))
    }
}

/// The rule as the activity list tells it.
fn told(words: &str, finds: &str) -> Value {
    json!({ "words": words, "finds": finds })
}

impl Write for SaveSynonym {
    type Out = SynonymId;
    type Error = SynonymError;

    async fn run(&self, tx: &mut Tx) -> Result<SynonymId, SynonymError> {
        let (words, finds) = self.checked()?;
        let holder = store::synonym_of(tx, &words, &finds).await?;
        if holder.is_some_and(|holder| Some(holder) != self.synonym) {
            return Err(SynonymError::Known);
        }
        let object = Object::named("synonym", words.clone());
        let Some(id) = self.synonym else {
            if store::n_synonyms(tx).await? >= RULES_MAX {
                return Err(SynonymError::Full);
            }
            let id = tx.new_id();
            store::add_synonym(tx, id, &words, &finds).await?;
            note(tx, &self.actor, Action::Created, object, told(&words, &finds)).await?;
            return Ok(id);
        };
        let before = store::synonym(tx, id).await?.ok_or(SynonymError::NotFound)?;
        store::change_synonym(tx, id, &words, &finds).await?;
        let details = audit::differences(&told(&before.words, &before.finds), &told(&words, &finds));
        note(tx, &self.actor, Action::Changed, object, details).await?;
        Ok(id)
    }
}

impl Write for DeleteSynonym {
    type Out = ();
    type Error = SynonymError;

    async fn run(&self, tx: &mut Tx) -> Result<(), SynonymError> {
        let before = store::synonym(tx, self.synonym).await?.ok_or(SynonymError::NotFound)?;
        store::delete_synonym(tx, self.synonym).await?;
        let object = Object::named("synonym", before.words.clone());
        let details = told(&before.words, &before.finds);
        Ok(note(tx, &self.actor, Action::Deleted, object, details).await?)
    }
}

/// Rules by the alphabet, after this place; `with`, in lower case, stands somewhere in their words.
pub async fn synonyms(
    conn: &mut Conn,
    with: &str,
    after: &str,
    size: usize,
) -> Result<wares_kernel::Page<Synonym, String>, DbError> {
    let found = store::synonyms(conn, with, after, limit(size)).await?;
    Ok(wares_kernel::Page::cut(found, size, |rule: &Synonym| {
        place(&rule.words, &rule.finds)
    }))
}

/// One rule.
pub async fn synonym(conn: &mut Conn, id: SynonymId) -> Result<Option<Synonym>, DbError> {
    store::synonym(conn, id).await
}

/// Where a rule stands in the list.
fn place(words: &str, finds: &str) -> String {
    format!("{words}|{finds}")
}

pub(super) fn limit(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1)
}
