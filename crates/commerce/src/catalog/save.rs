//! Making and changing a product.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::{CategoryId, ProductId, Sku, Slug, VariantId};

use super::description::plain_text;
use super::draft::{DraftProblem, ProductDraft};
use super::matrix;
use super::status::Status;
use super::store::products::Derived;
use super::store::slugs::Kind;
use super::store::{products, slugs};
use super::stored::{Stored, stored, told};
use crate::audit::{self, Action, Actor, Object};
use crate::changes::{self, Change};
use crate::inventory;

/// The most characters of a summary.
const SUMMARY_MAX: usize = 180;

/// Makes a product, or makes one what the draft says.
#[derive(Debug)]
pub struct SaveProduct {
    /// Who does it.
    pub actor: Actor,
    /// Which one, and the version the draft was made from; none for a new one.
    pub product: Option<(ProductId, i64)>,
    /// What it shall be.
    pub draft: ProductDraft,
}

/// The product after it was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its id.
    pub id: ProductId,
    /// Its address.
    pub slug: Slug,
}

/// Why a product was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// It is not there any more.
    #[error("this product is not there any more")]
    NotFound,
    /// Somebody else changed it meanwhile.
    #[error("somebody else has changed this product meanwhile")]
    Changed,
    /// The draft breaks rules.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Problems(Vec<DraftProblem>),
    /// The address belongs to another product.
    #[error("the address {0} belongs to another product")]
    SlugTaken(Slug),
    /// A SKU belongs to another product's variant.
    #[error("the SKU {sku} belongs to the product {title}")]
    SkuTaken {
        /// The SKU.
        sku: Sku,
        /// The title of the product that has it.
        title: String,
    },
    /// A variant cannot go back to being counted.
    #[error("{title} must go on being sold without stock: more is promised than there is")]
    Promised {
        /// The variant.
        title: String,
    },
    /// A category or picture the draft names is not there.
    #[error("a category or picture of this product is not there any more")]
    PartMissing,
    /// The database failed.
    #[error(transparent)]
    Db(DbError),
}

impl From<DbError> for SaveError {
    fn from(error: DbError) -> Self {
        match &error {
            DbError::Constraint {
                kind: wares_db::Constraint::Foreign,
                ..
            } => Self::PartMissing,
            _ => Self::Db(error),
        }
    }
}

impl Write for SaveProduct {
    type Out = Saved;
    type Error = SaveError;

    async fn run(&self, tx: &mut Tx) -> Result<Saved, SaveError> {
        let before = match self.product {
            Some((id, _)) => Some(stored(tx, id).await?.ok_or(SaveError::NotFound)?),
            None => None,
        };
        if before
            .as_ref()
            .zip(self.product)
            .is_some_and(|(before, (_, version))| before.version != version)
        {
            return Err(SaveError::Changed);
        }
        let placed = place(tx, before.as_ref(), &self.draft).await?;
        for category in placed.recounted {
            changes::record(tx, Change::Category(category)).await?;
        }
        let object = Object::product(placed.saved.id, &self.draft.title);
        let (action, details) = match &before {
            Some(before) => (
                Action::Changed,
                audit::differences(&told(&before.draft), &told(&self.draft)),
            ),
            None => (Action::Created, json!({})),
        };
        audit::record(tx, &self.actor, action, object, details).await?;
        Ok(placed.saved)
    }
}

/// What putting a product into its place did.
pub(crate) struct Placed {
    pub(crate) saved: Saved,
    /// The variants in the order of the draft.
    pub(crate) variants: Vec<VariantId>,
    /// Categories whose number of products changed; the caller notes them in the change log, several products at once.
    pub(crate) recounted: Vec<CategoryId>,
}

/// Writes what differs between a product and a draft, without an entry in the audit log: a step for saving and importing.
pub(crate) async fn place(tx: &mut Tx, before: Option<&Stored>, draft: &ProductDraft) -> Result<Placed, SaveError> {
    let problems = draft.problems();
    if !problems.is_empty() {
        return Err(SaveError::Problems(problems));
    }
    let id = before.map_or_else(|| tx.new_id(), |before| before.id);
    let slug = settle_slug(tx, id, before, draft).await?;
    refuse_taken_skus(tx, id, draft).await?;
    let counted = if before.is_some() {
        products::counted_in(tx, id).await?
    } else {
        Vec::new()
    };
    put_head(tx, id, before, draft, &slug).await?;
    if before.is_none_or(|before| before.draft.categories != draft.categories) {
        products::put_categories(tx, id, &draft.categories).await?;
    }
    if before.map_or(!draft.attributes.is_empty(), |before| {
        before.draft.attributes != draft.attributes
    }) {
        products::put_attributes(tx, id, &draft.attributes).await?;
    }
    if before.map_or(!draft.images.is_empty(), |before| before.draft.images != draft.images) {
        products::put_images(tx, id, &draft.images).await?;
    }
    let variants = matrix::put(tx, id, before, draft).await?;
    products::refresh(tx, id).await?;
    inventory::recount(tx, id).await?;
    let recounted = recount(tx, id, &counted).await?;
    changes::record(tx, Change::Product(id)).await?;
    Ok(Placed {
        saved: Saved { id, slug },
        variants,
        recounted,
    })
}

async fn put_head(
    tx: &mut Tx,
    id: ProductId,
    before: Option<&Stored>,
    draft: &ProductDraft,
    slug: &Slug,
) -> Result<(), SaveError> {
    let derived = Derived {
        slug: slug.clone(),
        title_key: title_key(&draft.title),
        summary: summary(draft),
    };
    let Some(before) = before else {
        return Ok(products::insert(tx, id, draft, &derived).await?);
    };
    if !products::update(tx, id, before.version, draft, &derived).await? {
        return Err(SaveError::Changed);
    }
    if before.slug != *slug {
        slugs::moves(tx, Kind::Product, id.uuid(), &before.slug, slug).await?;
    }
    Ok(())
}

/// What titles are sorted and found by.
pub(crate) fn title_key(title: &str) -> String {
    title.to_lowercase().chars().take(120).collect()
}

/// The beginning of the description, up to the end of a sentence or a word.
fn summary(draft: &ProductDraft) -> String {
    let text = plain_text(draft.description.as_html());
    if text.chars().count() <= SUMMARY_MAX {
        return text;
    }
    let start: String = text.chars().take(SUMMARY_MAX).collect();
    if let Some(end) = start.rfind(". ") {
        return start[..=end].to_owned();
    }
    let end = start.rfind(' ').unwrap_or(start.len());
    format!("{}…", start[..end].trim_end_matches([',', ';', ':', ' ']))
}

/// The address the draft asks for; else the one the product has; else one made of its title, numbered until it is free.
async fn settle_slug(
    tx: &mut Tx,
    id: ProductId,
    before: Option<&Stored>,
    draft: &ProductDraft,
) -> Result<Slug, SaveError> {
    let wanted = draft.slug.as_ref().or(before.map(|before| &before.slug));
    if let Some(slug) = wanted {
        return match slugs::at(tx, Kind::Product, slug).await? {
            Some(other) if other != id.uuid() => Err(SaveError::SlugTaken(slug.clone())),
            _ => Ok(slug.clone()),
        };
    }
    let stem = Slug::from_title(&draft.title)
        .unwrap_or_else(|| Slug::from_title("product").expect("these letters are a slug"));
    let mut slug = stem.clone();
    let mut n = 2;
    while slugs::at(tx, Kind::Product, &slug).await?.is_some() {
        slug = stem.numbered(n);
        n += 1;
    }
    Ok(slug)
}

async fn refuse_taken_skus(tx: &mut Tx, id: ProductId, draft: &ProductDraft) -> Result<(), SaveError> {
    let skus: Vec<&Sku> = draft
        .variants
        .iter()
        .filter_map(|variant| variant.sku.as_ref())
        .collect();
    match products::skus_taken(tx, &skus, id).await?.into_iter().next() {
        Some((sku, title)) => Err(SaveError::SkuTaken { sku, title }),
        None => Ok(()),
    }
}

/// Counts the product where it is counted now instead of where it was counted before.
pub(super) async fn recount(tx: &mut Tx, id: ProductId, before: &[CategoryId]) -> Result<Vec<CategoryId>, DbError> {
    let after = products::counted_in(tx, id).await?;
    let gone = before
        .iter()
        .filter(|category| !after.contains(category))
        .map(|category| (*category, -1));
    let new = after
        .iter()
        .filter(|category| !before.contains(category))
        .map(|category| (*category, 1));
    let deltas: Vec<(CategoryId, i64)> = gone.chain(new).collect();
    let recounted = deltas.iter().map(|(category, _)| *category).collect();
    if !deltas.is_empty() {
        products::count(tx, deltas).await?;
    }
    Ok(recounted)
}

/// Shows, hides or archives a product.
#[derive(Debug)]
pub struct SetStatus {
    /// Who does it.
    pub actor: Actor,
    /// Which one.
    pub product: ProductId,
    /// What it shall be.
    pub status: Status,
}

impl Write for SetStatus {
    type Out = ();
    type Error = SaveError;

    async fn run(&self, tx: &mut Tx) -> Result<(), SaveError> {
        let mut after = stored(tx, self.product).await?.ok_or(SaveError::NotFound)?.draft;
        let was = std::mem::replace(&mut after.status, self.status);
        if was == self.status {
            return Ok(());
        }
        let problems = after.problems();
        if self.status == Status::Active && !problems.is_empty() {
            return Err(SaveError::Problems(problems));
        }
        let counted = products::counted_in(tx, self.product).await?;
        products::set_status(tx, self.product, self.status).await?;
        for category in recount(tx, self.product, &counted).await? {
            changes::record(tx, Change::Category(category)).await?;
        }
        changes::record(tx, Change::Product(self.product)).await?;
        let action = if self.status == Status::Archived {
            Action::Archived
        } else {
            Action::Changed
        };
        let details = json!({ "status": [was.word(), self.status.word()] });
        audit::record(
            tx,
            &self.actor,
            action,
            Object::product(self.product, &after.title),
            details,
        )
        .await?;
        Ok(())
    }
}

/// Deletes a product that no order knows.
#[derive(Debug)]
pub struct DeleteProduct {
    /// Who does it.
    pub actor: Actor,
    /// Which one.
    pub product: ProductId,
}

/// Why a product was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteError {
    /// It is not there any more.
    #[error("this product is not there any more")]
    NotFound,
    /// Orders know it.
    #[error("this product has been sold: archive it instead, so that its orders still know it")]
    Sold,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for DeleteProduct {
    type Out = ();
    type Error = DeleteError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DeleteError> {
        let head = products::head(tx, self.product).await?.ok_or(DeleteError::NotFound)?;
        if !inventory::traded(tx, self.product).await?.is_empty() {
            return Err(DeleteError::Sold);
        }
        let counted = products::counted_in(tx, self.product).await?;
        slugs::forget(tx, Kind::Product, self.product.uuid()).await?;
        products::delete(tx, self.product).await?;
        for category in recount(tx, self.product, &counted).await? {
            changes::record(tx, Change::Category(category)).await?;
        }
        changes::record(tx, Change::Product(self.product)).await?;
        audit::record(
            tx,
            &self.actor,
            Action::Deleted,
            Object::product(self.product, &head.title),
            json!({}),
        )
        .await?;
        Ok(())
    }
}
