//! Collections: products that belong together, chosen by hand or found by a rule.

use serde::{Deserialize, Serialize};
use serde_json::json;
use wares_db::{Conn, Constraint, DbError, Tx, Write};
use wares_kernel::{CategoryId, CollectionId, ProductId, Slug, text};

use super::category::{ABOUT_MAX, NAME_MAX};
use super::draft::ImageDraft;
use super::page::{Lookup, elsewhere};
pub use super::store::collections::CollectionRow;
use super::store::collections::{self as store};
use super::store::slugs::{self, Kind};
use crate::audit::{self, Action, Actor, Object};
use crate::changes::{self, Change};

/// The most products chosen by hand for one collection.
pub const CHOSEN_MAX: usize = 500;
/// The most collections that are looked at: a shop with more has categories.
const COLLECTIONS_MAX: i64 = 500;

/// How a collection comes by its products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// These, in this order.
    ByHand(Vec<ProductId>),
    /// All that the rule finds.
    ByRule(Rule),
}

/// What products have in common; all of it must hold. A category or a brand that is gone finds nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rule {
    /// They are in this category or below it.
    pub category: Option<CategoryId>,
    /// They are made by this maker; empty for any.
    pub brand: String,
    /// They have this tag, or this property as `material:oak`, in whatever case; empty for any.
    pub tag: String,
    /// Some variant costs at least this, in minor units.
    pub price_min_minor: Option<i64>,
    /// Some variant costs at most this, in minor units.
    pub price_max_minor: Option<i64>,
    /// They are reduced.
    pub on_sale: bool,
    /// They were first shown within so many days.
    pub newer_than_days: Option<u32>,
}

/// A collection as it shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionDraft {
    /// Its address; made of the name when absent.
    pub slug: Option<Slug>,
    /// Its name.
    pub name: String,
    /// A line or two about it, as plain text; may be empty.
    pub description: String,
    /// Its products.
    pub choice: Choice,
    /// Its picture.
    pub picture: Option<ImageDraft>,
    /// Whether the header leads to it.
    pub in_header: bool,
    /// Whether the first page shows the beginning of it.
    pub on_home: bool,
    /// Whether it is shown at all.
    pub is_visible: bool,
}

/// A collection with how it comes by its products.
#[derive(Debug, Clone)]
pub struct Collection {
    /// What is known of it.
    pub row: CollectionRow,
    /// Its products.
    pub choice: Choice,
}

impl Collection {
    /// It as a draft, to change something about it.
    pub fn draft(&self) -> CollectionDraft {
        let row = &self.row;
        CollectionDraft {
            slug: Some(row.slug.clone()),
            name: row.name.clone(),
            description: row.description.clone(),
            choice: self.choice.clone(),
            picture: row.image.map(|image_id| ImageDraft {
                image_id,
                alt: row.image_alt.clone(),
            }),
            in_header: row.in_header,
            on_home: row.on_home,
            is_visible: row.is_visible,
        }
    }
}

/// Makes a collection, or makes one what the draft says.
#[derive(Debug)]
pub struct SaveCollection {
    /// Who does it.
    pub actor: Actor,
    /// Which one, and the version the draft was made from; none for a new one.
    pub collection: Option<(CollectionId, i64)>,
    /// What it shall be.
    pub draft: CollectionDraft,
}

/// Why a collection was not saved.
#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    /// It is not there any more.
    #[error("this collection is not there any more")]
    NotFound,
    /// Somebody else changed it meanwhile.
    #[error("somebody else has changed this collection meanwhile")]
    Changed,
    /// It has no name.
    #[error("enter a name")]
    NameMissing,
    /// A text is too long.
    #[error("use at most {NAME_MAX} characters for names and {ABOUT_MAX} for the description")]
    TooLong,
    /// The address belongs to another collection.
    #[error("the address {0} belongs to another collection")]
    SlugTaken(Slug),
    /// The rule would find everything.
    #[error("say at least one thing its products have in common")]
    RuleMissing,
    /// The prices are the wrong way round.
    #[error("the lowest price is above the highest")]
    PricesCrossed,
    /// Too many products.
    #[error("choose at most {CHOSEN_MAX} products by hand")]
    TooMany,
    /// A product is not there.
    #[error("one of the products is not there any more")]
    ProductMissing,
    /// The database failed.
    #[error(transparent)]
    Db(DbError),
}

impl From<DbError> for CollectionError {
    fn from(error: DbError) -> Self {
        match &error {
            DbError::Constraint {
                kind: Constraint::Foreign,
                ..
            } => Self::ProductMissing,
            _ => Self::Db(error),
        }
    }
}

impl Rule {
    fn check(&self) -> Result<(), CollectionError> {
        if *self == Self::default() {
            return Err(CollectionError::RuleMissing);
        }
        if [&self.brand, &self.tag]
            .iter()
            .any(|name| name.chars().count() > NAME_MAX)
        {
            return Err(CollectionError::TooLong);
        }
        match (self.price_min_minor, self.price_max_minor) {
            (Some(min), Some(max)) if min > max => Err(CollectionError::PricesCrossed),
            _ => Ok(()),
        }
    }
}

impl Choice {
    fn check(&self) -> Result<(), CollectionError> {
        match self {
            Self::ByHand(products) if products.len() > CHOSEN_MAX => Err(CollectionError::TooMany),
            Self::ByHand(_) => Ok(()),
            Self::ByRule(rule) => rule.check(),
        }
    }

    fn rule(&self) -> Option<serde_json::Value> {
        match self {
            Self::ByHand(_) => None,
            Self::ByRule(rule) => Some(json!(rule)),
        }
    }

    /// What was chosen by hand, in its order; nothing where a rule finds it.
    pub fn by_hand(&self) -> &[ProductId] {
        match self {
            Self::ByHand(products) => products,
            Self::ByRule(_) => &[],
        }
    }
}

impl Write for SaveCollection {
    type Out = CollectionId;
    type Error = CollectionError;

    async fn run(&self, tx: &mut Tx) -> Result<CollectionId, CollectionError> {
        let draft = &self.draft;
        draft.choice.check()?;
        let name = text::required_line(&draft.name, NAME_MAX).map_err(|error| match error {
            text::TextError::Empty => CollectionError::NameMissing,
            text::TextError::TooLong { .. } => CollectionError::TooLong,
        })?;
        let description = text::block(&draft.description, ABOUT_MAX).map_err(|_| CollectionError::TooLong)?;
        let before = match self.collection {
            Some((id, _)) => Some(collection(tx, id).await?.ok_or(CollectionError::NotFound)?),
            None => None,
        };
        let id = before.as_ref().map_or_else(|| tx.new_id(), |before| before.row.id);
        let wanted = draft.slug.as_ref().or(before.as_ref().map(|before| &before.row.slug));
        let slug = slugs::settle(tx, Kind::Collection, id.uuid(), wanted, &name)
            .await?
            .map_err(CollectionError::SlugTaken)?;
        let row = CollectionRow {
            id,
            slug,
            name,
            description,
            rule: draft.choice.rule(),
            in_header: draft.in_header,
            on_home: draft.on_home,
            is_visible: draft.is_visible,
            image: draft.picture.as_ref().map(|picture| picture.image_id),
            image_alt: draft
                .picture
                .as_ref()
                .map(|picture| picture.alt.clone())
                .unwrap_or_default(),
            version: self.collection.map_or(1, |(_, version)| version),
        };
        self.write(tx, before.as_ref(), &row).await?;
        Ok(id)
    }
}

impl SaveCollection {
    async fn write(
        &self,
        tx: &mut Tx,
        before: Option<&Collection>,
        row: &CollectionRow,
    ) -> Result<(), CollectionError> {
        let chosen = self.draft.choice.by_hand();
        let (action, details) = match before {
            None => {
                store::insert(tx, row).await?;
                (Action::Created, json!({}))
            }
            Some(before) => {
                if !store::update(tx, row).await? {
                    return Err(CollectionError::Changed);
                }
                let details = audit::differences(&told(&before.row, before.choice.by_hand()), &told(row, chosen));
                (Action::Changed, details)
            }
        };
        if let Some(before) = before.filter(|before| before.row.slug != row.slug) {
            slugs::moves(tx, Kind::Collection, row.id.uuid(), &before.row.slug, &row.slug).await?;
        }
        store::choose(tx, row.id, chosen).await?;
        note(tx, row.id, before.map(|before| &before.row), Some(row)).await?;
        let object = Object::collection(row.id, row.name.clone());
        Ok(audit::record(tx, &self.actor, action, object, details).await?)
    }
}

fn told(row: &CollectionRow, chosen: &[ProductId]) -> serde_json::Value {
    json!({
        "name": row.name, "slug": row.slug, "description": row.description, "rule": row.rule, "products": chosen.len(),
        "in_header": row.in_header, "on_home": row.on_home, "visible": row.is_visible,
        "picture": row.image.is_some(), "alt text": row.image_alt,
    })
}

/// Notes what looks different: whatever shows the collection, and every page where the header leads to it.
async fn note(
    tx: &mut Tx,
    id: CollectionId,
    before: Option<&CollectionRow>,
    after: Option<&CollectionRow>,
) -> Result<(), DbError> {
    let link = |row: Option<&CollectionRow>| {
        let row = row.filter(|row| row.in_header && row.is_visible)?;
        Some((row.name.clone(), row.slug.clone()))
    };
    if link(before) != link(after) {
        changes::record(tx, Change::Settings).await?;
    }
    changes::record(tx, Change::Collection(id)).await
}

/// Deletes a collection; its products stay.
#[derive(Debug)]
pub struct DeleteCollection {
    /// Who does it.
    pub actor: Actor,
    /// Which one.
    pub collection: CollectionId,
}

impl Write for DeleteCollection {
    /// Whether it was there.
    type Out = bool;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        let Some(before) = store::one(tx, self.collection).await? else {
            return Ok(false);
        };
        slugs::forget(tx, Kind::Collection, before.id.uuid()).await?;
        store::delete(tx, before.id).await?;
        note(tx, before.id, Some(&before), None).await?;
        let object = Object::collection(before.id, before.name);
        audit::record(tx, &self.actor, Action::Deleted, object, json!({})).await?;
        Ok(true)
    }
}

/// The collections by their names.
pub async fn collections(conn: &mut Conn) -> Result<Vec<CollectionRow>, DbError> {
    store::all(conn, COLLECTIONS_MAX).await
}

/// The collection of an id.
pub async fn collection(conn: &mut Conn, id: CollectionId) -> Result<Option<Collection>, DbError> {
    let Some(row) = store::one(conn, id).await? else {
        return Ok(None);
    };
    let choice = match &row.rule {
        Some(rule) => {
            Choice::ByRule(serde_json::from_value(rule.clone()).map_err(|error| DbError::Damaged(error.to_string()))?)
        }
        None => Choice::ByHand(store::chosen(conn, id).await?),
    };
    Ok(Some(Collection { row, choice }))
}

/// What stands at a collection's address. A hidden one stands nowhere.
pub async fn collection_at(conn: &mut Conn, slug: &Slug) -> Result<Lookup<Collection>, DbError> {
    let Some(id) = slugs::at(conn, Kind::Collection, slug).await? else {
        return elsewhere(conn, Kind::Collection, slug).await;
    };
    let found = collection(conn, CollectionId::new(id)).await?;
    Ok(match found.filter(|found| found.row.is_visible) {
        Some(found) => Lookup::Here(found),
        None => Lookup::Nothing,
    })
}
