//! Several products of a file as one unit of work, with how far the import has come.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use wares_db::{Conn, DbError, Tx, Write};
use wares_kernel::{CategoryId, ImportId, Sku};

use super::pictures::Resolved;
use super::product::Product;
use super::report::{Outcome, Report};
use super::{fetch, plan, store};
use crate::catalog::{self, SaveError, Stored};
use crate::changes::{self, Change};

/// Categories by their paths, as far as earlier batches met them.
pub(super) type Known = HashMap<Vec<String>, CategoryId>;

/// A product of the file with its pictures taken in.
#[derive(Debug, Clone)]
pub(super) struct Work {
    pub(super) product: Arc<Product>,
    pub(super) pictures: Arc<Resolved>,
}

/// Puts products into the shop and writes down that it was done.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) import: ImportId,
    pub(super) works: Vec<Work>,
    /// How many products of the file are done after this.
    pub(super) n_done: u64,
    /// The report so far, what was read of these products included.
    pub(super) report: Report,
    pub(super) known: Arc<Known>,
}

/// What a batch did.
pub(super) struct Done {
    pub(super) report: Report,
    pub(super) known: Known,
}

/// A product of a batch was refused, or the database failed; nothing of the batch was done.
#[derive(Debug, thiserror::Error)]
pub(super) enum BatchError {
    #[error(transparent)]
    Refused(SaveError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<SaveError> for BatchError {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Db(error) => Self::Db(error),
            refused => Self::Refused(refused),
        }
    }
}

impl Write for Batch {
    type Out = Done;
    type Error = BatchError;

    async fn run(&self, tx: &mut Tx) -> Result<Done, BatchError> {
        let mut done = Done {
            report: self.report.clone(),
            known: (*self.known).clone(),
        };
        let mut recounted = HashSet::new();
        for work in &self.works {
            let outcome = put(tx, work, &mut done.known, &mut recounted).await?;
            done.report
                .imported(outcome, work.product.variants.len(), work.product.pictures.len());
        }
        let mut recounted: Vec<CategoryId> = recounted.into_iter().collect();
        recounted.sort_unstable();
        for category in recounted {
            changes::record(tx, Change::Category(category)).await?;
        }
        store::progress(tx, self.import, self.n_done, &done.report).await?;
        Ok(done)
    }
}

async fn put(
    tx: &mut Tx,
    work: &Work,
    known: &mut Known,
    recounted: &mut HashSet<CategoryId>,
) -> Result<Outcome, BatchError> {
    let product = &*work.product;
    let before = existing(tx, product).await?;
    let categories = categories(tx, product, known).await?;
    let draft = plan::draft(product, &work.pictures, categories, before.as_ref());
    if before.as_ref().is_some_and(|before| before.is(&draft)) {
        return Ok(Outcome::Unchanged);
    }
    let placed = catalog::place(tx, before.as_ref(), &draft).await?;
    recounted.extend(placed.recounted);
    let wanted = plan::wanted(product, &work.pictures, &placed.variants);
    catalog::want_pictures(tx, placed.saved.id, &wanted).await?;
    fetch::plan(tx, placed.saved.id, wanted.len()).await?;
    Ok(if before.is_some() {
        Outcome::Changed
    } else {
        Outcome::Created
    })
}

/// The product of the shop that a product of the file is.
pub(super) async fn existing(conn: &mut Conn, product: &Product) -> Result<Option<Stored>, DbError> {
    let skus: Vec<&Sku> = product
        .variants
        .iter()
        .filter_map(|variant| variant.sku.as_ref())
        .collect();
    match catalog::recognise(conn, &product.handle, &skus).await? {
        Some(id) => catalog::stored(conn, id).await,
        None => Ok(None),
    }
}

/// The categories of a product's paths; what is missing is made.
async fn categories(tx: &mut Tx, product: &Product, known: &mut Known) -> Result<Vec<CategoryId>, DbError> {
    let mut ids = Vec::new();
    for path in &product.categories {
        let id = match known.get(path) {
            Some(id) => Some(*id),
            None => catalog::at_path(tx, path).await?,
        };
        if let Some(id) = id.filter(|id| !ids.contains(id)) {
            known.insert(path.clone(), id);
            ids.push(id);
        }
    }
    Ok(ids)
}
