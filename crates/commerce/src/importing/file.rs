//! A file that comes through the admin panel: written to disk as it arrives, looked at, then kept in the database by pieces.
//!
//! The database is what all instances share, so whichever is free can read the file, and a backup holds it, too.

use std::fs::File;
use std::io;

use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use wares_db::{Db, DbError, Tx, Write};
use wares_jobs::Due;
use wares_kernel::{Currency, ImportId, token};

use super::jobs::CheckFile;
use super::read::{OpenError, Reader};
use super::report::Report;
use super::store::{self, New};
use crate::audit::Actor;
use crate::once::{Deed, Once};

/// The most bytes of a file that is brought through the admin panel: 50 MiB. The command line knows no limit.
pub const FILE_MAX: u64 = 50 << 20;
/// The bytes of one piece: small enough to be written beside orders, large enough to be few.
const PIECE: usize = 1 << 20;

/// A file on its way in. It has no name on the disk, so it is gone whatever happens.
#[derive(Debug)]
pub struct Incoming {
    file: tokio::fs::File,
    hash: Sha256,
    n_bytes: u64,
}

/// Why a file was not kept. Nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// It is no file of products.
    #[error(transparent)]
    Refused(#[from] OpenError),
    /// It has too many bytes.
    #[error("the file is larger than {} MB; wares import on the server takes any size", FILE_MAX >> 20)]
    TooLarge,
    /// The disk failed.
    #[error("the file could not be put aside: {0}")]
    Io(#[from] io::Error),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Incoming {
    /// An empty file in the folder for passing things.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            file: tokio::fs::File::from_std(tempfile::tempfile()?),
            hash: Sha256::new(),
            n_bytes: 0,
        })
    }

    /// Adds what has just come. Beyond [`FILE_MAX`] it is only counted.
    pub async fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.n_bytes += bytes.len() as u64;
        if self.n_bytes > FILE_MAX {
            return Ok(());
        }
        self.hash.update(bytes);
        self.file.write_all(bytes).await
    }

    /// Whether nothing came.
    pub fn is_empty(&self) -> bool {
        self.n_bytes == 0
    }

    /// What its content is known by.
    pub fn fingerprint(&self) -> String {
        token::hex(&self.hash.clone().finalize())
    }

    /// The file, to be read from its beginning.
    async fn rewound(mut self) -> io::Result<File> {
        self.file.flush().await?;
        self.file.rewind().await?;
        Ok(self.file.into_std().await)
    }
}

/// Keeps a file of products and has it checked. `file_name` is only ever shown.
pub async fn keep(
    db: &Db,
    incoming: Incoming,
    actor: Actor,
    file_name: String,
    currency: Currency,
    deed: Option<Deed>,
) -> Result<ImportId, KeepError> {
    if incoming.n_bytes > FILE_MAX {
        return Err(KeepError::TooLarge);
    }
    let fingerprint = incoming.fingerprint();
    let file = incoming.rewound().await?;
    let report = first_look(file.try_clone()?, currency).await?;
    let arriving = New {
        state: "arriving",
        file_name,
        fingerprint,
        staff: actor.staff_id(),
        report,
    };
    let import_id = db.write(Once::new(deed, arriving)).await?;
    let mut file = tokio::fs::File::from_std(file);
    file.rewind().await?;
    for n in 0.. {
        let mut bytes = Vec::with_capacity(PIECE);
        (&mut file).take(PIECE as u64).read_to_end(&mut bytes).await?;
        if bytes.is_empty() {
            break;
        }
        db.write(AddPiece { import_id, n, bytes }).await?;
    }
    db.write(Arrived { import_id }).await?;
    Ok(import_id)
}

/// Opens the file, which refuses what has no columns of products.
async fn first_look(file: File, currency: Currency) -> Result<Report, KeepError> {
    let look = move || Reader::open(file, currency).map(|reader| Report::of(&reader));
    let looked = tokio::task::spawn_blocking(look).await.map_err(io::Error::other)?;
    Ok(looked?)
}

/// A kept file, on this instance's disk; empty when it is not kept any more.
pub(super) async fn fetch(db: &Db, import_id: ImportId) -> Result<File, KeepError> {
    let mut incoming = Incoming::new()?;
    for n in 0.. {
        let piece = store::piece(&mut *db.read().await?, import_id, n).await?;
        let Some(bytes) = piece else { break };
        incoming.push(&bytes).await?;
    }
    Ok(incoming.rewound().await?)
}

#[derive(Debug)]
struct AddPiece {
    import_id: ImportId,
    n: i64,
    bytes: Vec<u8>,
}

impl Write for AddPiece {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        store::add_piece(tx, self.import_id, self.n, &self.bytes).await
    }
}

#[derive(Debug)]
struct Arrived {
    import_id: ImportId,
}

impl Write for Arrived {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        if store::arrived(tx, self.import_id).await? {
            let import_id = self.import_id;
            wares_jobs::enqueue(tx, &CheckFile { import_id }, Due::now()).await?;
        }
        Ok(())
    }
}
