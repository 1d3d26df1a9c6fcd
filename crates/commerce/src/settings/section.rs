//! What every section has in common.

use std::collections::HashMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wares_db::{Conn, DbError};
use wares_kernel::{Instant, StaffId};

use super::store;

/// A section of the settings. Its [`Default`] is what holds until somebody changes it.
pub trait Section: Default + Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The word its row is found by.
    const NAME: &'static str;

    /// What is wrong with it, field by field. Types have ruled out most already.
    fn check(&self, problems: &mut Problems);
}

/// A section as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved<S> {
    /// Its content.
    pub value: S,
    /// How often it was changed; name it when changing it again.
    pub version: i64,
    /// When it was changed last; never, when it has its defaults.
    pub changed_at: Option<Instant>,
    /// By whom.
    pub changed_by: Option<StaffId>,
}

/// Reads a section.
pub async fn load<S: Section>(conn: &mut Conn) -> Result<Saved<S>, DbError> {
    let Some(row) = store::find(conn, S::NAME).await? else {
        return Ok(Saved {
            value: S::default(),
            version: 0,
            changed_at: None,
            changed_by: None,
        });
    };
    Ok(Saved {
        value: read(row.value)?,
        version: row.version,
        changed_at: Some(row.changed_at),
        changed_by: row.changed_by,
    })
}

fn read<S: Section>(value: Value) -> Result<S, DbError> {
    serde_json::from_value(value).map_err(|error| DbError::Damaged(format!("settings {}: {error}", S::NAME)))
}

/// Two sections in one statement: what papers and mails need, without the long texts of the pages.
pub async fn pair<A: Section, B: Section>(conn: &mut Conn) -> Result<(A, B), DbError> {
    let mut sections = Sections::of(store::two(conn, A::NAME, B::NAME).await?);
    Ok((sections.take()?, sections.take()?))
}

/// All sections as they are stored, read at once.
#[derive(Debug)]
pub(super) struct Sections(HashMap<String, Value>);

impl Sections {
    /// Reads all of them.
    pub(super) async fn load(conn: &mut Conn) -> Result<Self, DbError> {
        Ok(Self::of(store::all(conn).await?))
    }

    fn of(rows: Vec<(String, Value)>) -> Self {
        Self(rows.into_iter().collect())
    }

    /// Takes one out; its defaults where nobody has changed it.
    pub(super) fn take<S: Section>(&mut self) -> Result<S, DbError> {
        self.0.remove(S::NAME).map_or_else(|| Ok(S::default()), read)
    }
}

/// A field and what to do about it, in words for the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field, as the section names it.
    pub field: &'static str,
    /// A sentence.
    pub message: String,
}

/// Everything that is wrong with a section.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Adds one.
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(Problem {
            field,
            message: message.into(),
        });
    }

    /// Adds one unless `fine`.
    pub fn unless(&mut self, fine: bool, field: &'static str, message: &str) {
        if !fine {
            self.add(field, message);
        }
    }

    /// Adds one when the text has more than `limit` characters.
    pub fn limit(&mut self, text: &str, limit: usize, field: &'static str) {
        if text.chars().count() > limit {
            self.add(field, format!("Use at most {limit} characters"));
        }
    }
}
