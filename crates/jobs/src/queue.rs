//! Putting work into the outbox.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wares_db::{DbError, Tx};
use wares_kernel::Instant;

use crate::store;

/// A kind of work with its payload: ids, never copies of things.
pub trait Task: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name its rows carry; never changed once released. Work that takes seconds of the machine's time begins with `slow.`
    /// and runs in a lane of its own.
    const KIND: &'static str;
}

/// When and how often.
#[derive(Debug, Clone, Default)]
pub struct Due {
    /// Not before this instant; at once when absent.
    pub at: Option<Instant>,
    /// At most one job with this key is ever accepted while its row is kept (seven days after it is done).
    pub key: Option<String>,
}

impl Due {
    /// As soon as possible.
    pub fn now() -> Self {
        Self::default()
    }

    /// Not before `at`.
    pub fn at(at: Instant) -> Self {
        Self {
            at: Some(at),
            key: None,
        }
    }

    /// At most once for `key`.
    #[must_use]
    pub fn once(self, key: impl Into<String>) -> Self {
        Self {
            key: Some(key.into()),
            ..self
        }
    }
}

/// How a job says it did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Try again later: something outside is not there right now.
    #[error("{0:#}")]
    Retry(anyhow::Error),
    /// Trying again cannot help; staff must look.
    #[error("{0:#}")]
    Fail(anyhow::Error),
}

impl From<DbError> for JobError {
    fn from(error: DbError) -> Self {
        Self::Retry(error.into())
    }
}

/// Writes a job in the caller's unit of work. A second one with the same key is left out.
pub async fn enqueue<T: Task>(tx: &mut Tx, task: &T, due: Due) -> Result<(), DbError> {
    let payload = serde_json::to_value(task).map_err(|error| DbError::Damaged(error.to_string()))?;
    store::send(tx, T::KIND, &payload, &due).await
}
