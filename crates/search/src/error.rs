//! What can go wrong. Nothing here is the shopper's doing: any text is a valid search.

use std::io;

use tantivy::TantivyError;

/// The index cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The search library gave up; the disk is full or the files are damaged (see [`crate::Index::damaged_files`]).
    #[error("the search index failed: {0}")]
    Index(#[from] TantivyError),
    /// A file could not be read or written.
    #[error("the search index could not be read or written: {0}")]
    Io(#[from] io::Error),
}

/// The index cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is damaged, or was made by another version or for another language: make a new one and fill it.
    #[error("the search index has to be built anew: {0}")]
    RebuildNeeded(String),
    /// Another process has it open.
    #[error("the search index is in use by another process")]
    InUse,
    /// The directory cannot be used.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<TantivyError> for OpenError {
    fn from(error: TantivyError) -> Self {
        match error {
            TantivyError::LockFailure(..) => Self::InUse,
            other => Self::Failed(Error::Index(other)),
        }
    }
}
