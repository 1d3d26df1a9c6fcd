//! The tree of categories: reading it, and making, changing, moving and deleting its parts.

use serde_json::json;
use wares_db::{Conn, DbError, Tx, Write};
use wares_kernel::{CategoryId, ImageId, Slug, text};

pub use super::store::categories::Category;
use super::store::categories::{self as store, Written};
use super::store::slugs::{self, Kind};
use crate::audit::{self, Action, Actor, Object};
use crate::changes::{self, Change};

/// The most characters of a name.
pub const NAME_MAX: usize = 120;
/// The most characters of a description.
pub const ABOUT_MAX: usize = 1_000;
/// The deepest a category may stand.
pub const DEPTH_MAX: usize = 8;

/// A category with its depth in the tree; children follow their parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The category.
    pub category: Category,
    /// 0 for the top level.
    pub depth: usize,
}

/// The whole tree, parents before their children, siblings in their order.
pub async fn tree(conn: &mut Conn) -> Result<Vec<Node>, DbError> {
    let all = store::all(conn).await?;
    let mut nodes = Vec::with_capacity(all.len());
    descend(&all, None, 0, &mut nodes);
    Ok(nodes)
}

fn descend(all: &[Category], parent: Option<CategoryId>, depth: usize, nodes: &mut Vec<Node>) {
    for category in all.iter().filter(|category| category.parent == parent) {
        nodes.push(Node {
            category: category.clone(),
            depth,
        });
        descend(all, Some(category.id), depth + 1, nodes);
    }
}

/// The category of an id.
pub async fn category(conn: &mut Conn, id: CategoryId) -> Result<Option<Category>, DbError> {
    store::one(conn, id).await
}

/// A category as it shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryDraft {
    /// Its address; made of the name when absent.
    pub slug: Option<Slug>,
    /// Its name.
    pub name: String,
    /// A line or two about it, as plain text; may be empty.
    pub description: String,
    /// The category it stands under.
    pub parent: Option<CategoryId>,
    /// Its picture.
    pub image: Option<ImageId>,
    /// Whether it is shown.
    pub is_visible: bool,
}

/// Makes a category, or makes one what the draft says.
#[derive(Debug)]
pub struct SaveCategory {
    /// Who does it.
    pub actor: Actor,
    /// Which one, and the version the draft was made from; none for a new one.
    pub category: Option<(CategoryId, i64)>,
    /// What it shall be.
    pub draft: CategoryDraft,
}

/// Why a category was not saved or moved.
#[derive(Debug, thiserror::Error)]
pub enum CategoryError {
    /// It is not there any more.
    #[error("this category is not there any more")]
    NotFound,
    /// Somebody else changed it meanwhile.
    #[error("somebody else has changed this category meanwhile")]
    Changed,
    /// It has no name.
    #[error("enter a name")]
    NameMissing,
    /// The name or the description is too long.
    #[error("use at most {NAME_MAX} characters for the name and {ABOUT_MAX} for the description")]
    TooLong,
    /// The address belongs to another category.
    #[error("the address {0} belongs to another category")]
    SlugTaken(Slug),
    /// A category would stand below itself.
    #[error("a category cannot stand below itself")]
    Circle,
    /// Too many levels.
    #[error("categories are at most {DEPTH_MAX} levels deep")]
    TooDeep,
    /// The parent or the picture is not there.
    #[error("the category above, or the picture, is not there any more")]
    PartMissing,
    /// The database failed.
    #[error(transparent)]
    Db(DbError),
}

impl From<DbError> for CategoryError {
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

impl Write for SaveCategory {
    type Out = CategoryId;
    type Error = CategoryError;

    async fn run(&self, tx: &mut Tx) -> Result<CategoryId, CategoryError> {
        let name = text::required_line(&self.draft.name, NAME_MAX).map_err(|error| match error {
            text::TextError::Empty => CategoryError::NameMissing,
            text::TextError::TooLong { .. } => CategoryError::TooLong,
        })?;
        let description = text::block(&self.draft.description, ABOUT_MAX).map_err(|_| CategoryError::TooLong)?;
        let before = match self.category {
            Some((id, _)) => Some(store::one(tx, id).await?.ok_or(CategoryError::NotFound)?),
            None => None,
        };
        let id = before.as_ref().map_or_else(|| tx.new_id(), |before| before.id);
        check_place(tx, id, self.draft.parent).await?;
        let wanted = self.draft.slug.as_ref().or(before.as_ref().map(|before| &before.slug));
        let slug = slugs::settle(tx, Kind::Category, id.uuid(), wanted, &self.draft.name)
            .await?
            .map_err(CategoryError::SlugTaken)?;
        let written = Written {
            parent: self.draft.parent,
            slug: &slug,
            name: &name,
            description: &description,
            image: self.draft.image,
            is_visible: self.draft.is_visible,
        };
        self.write(tx, id, before.as_ref(), &written).await?;
        Ok(id)
    }
}

impl SaveCategory {
    async fn write(
        &self,
        tx: &mut Tx,
        id: CategoryId,
        before: Option<&Category>,
        written: &Written<'_>,
    ) -> Result<(), CategoryError> {
        let object = Object::category(id, written.name);
        let after = told(written.name, written.slug, written.description, written.is_visible);
        let Some(before) = before else {
            store::insert(tx, id, written).await?;
            changes::record(tx, Change::Category(id)).await?;
            return Ok(audit::record(tx, &self.actor, Action::Created, object, json!({})).await?);
        };
        let version = self.category.map_or(before.version, |(_, version)| version);
        if !store::update(tx, id, version, written).await? {
            return Err(CategoryError::Changed);
        }
        if before.slug != *written.slug {
            slugs::moves(tx, Kind::Category, id.uuid(), &before.slug, written.slug).await?;
        }
        if before.parent != written.parent {
            recount_around(tx, before.parent, written.parent).await?;
        }
        changes::record(tx, Change::Category(id)).await?;
        let details = audit::differences(
            &told(&before.name, &before.slug, &before.description, before.is_visible),
            &after,
        );
        Ok(audit::record(tx, &self.actor, Action::Changed, object, details).await?)
    }
}

fn told(name: &str, slug: &Slug, description: &str, is_visible: bool) -> serde_json::Value {
    json!({ "name": name, "slug": slug, "description": description, "visible": is_visible })
}

/// Refuses a place below the category itself or below the last level.
async fn check_place(tx: &mut Tx, id: CategoryId, parent: Option<CategoryId>) -> Result<(), CategoryError> {
    let Some(parent) = parent else { return Ok(()) };
    let above = store::above(tx, parent).await?;
    if above.contains(&id) {
        return Err(CategoryError::Circle);
    }
    if above.len() >= DEPTH_MAX {
        return Err(CategoryError::TooDeep);
    }
    Ok(())
}

/// Counts anew what stands above the old and the new place.
async fn recount_around(tx: &mut Tx, old: Option<CategoryId>, new: Option<CategoryId>) -> Result<(), DbError> {
    let mut ids = Vec::new();
    for parent in [old, new].into_iter().flatten() {
        ids.extend(store::above(tx, parent).await?);
    }
    ids.sort_unstable_by_key(|id| id.uuid());
    ids.dedup();
    store::recount(tx, &ids).await?;
    for id in ids {
        changes::record(tx, Change::Category(id)).await?;
    }
    Ok(())
}

/// Puts a category under another one, or at another place among its siblings.
#[derive(Debug)]
pub struct MoveCategory {
    /// Who does it.
    pub actor: Actor,
    /// Which one.
    pub category: CategoryId,
    /// Under which one it shall stand; the top level when absent.
    pub parent: Option<CategoryId>,
    /// At which place among its siblings, counted from 0; at the end when it is too high.
    pub place: usize,
}

impl Write for MoveCategory {
    type Out = ();
    type Error = CategoryError;

    async fn run(&self, tx: &mut Tx) -> Result<(), CategoryError> {
        let before = store::one(tx, self.category).await?.ok_or(CategoryError::NotFound)?;
        check_place(tx, self.category, self.parent).await?;
        let mut order = store::siblings(tx, self.parent).await?;
        order.retain(|id| *id != self.category);
        order.insert(self.place.min(order.len()), self.category);
        store::place(tx, self.parent, &order).await?;
        if before.parent != self.parent {
            recount_around(tx, before.parent, self.parent).await?;
        }
        changes::record(tx, Change::Category(self.category)).await?;
        let details = json!({ "parent": [before.parent, self.parent], "place": [before.position, self.place] });
        audit::record(
            tx,
            &self.actor,
            Action::Changed,
            Object::category(self.category, &before.name),
            details,
        )
        .await?;
        Ok(())
    }
}

/// Deletes a category; its products go to another one.
#[derive(Debug)]
pub struct DeleteCategory {
    /// Who does it.
    pub actor: Actor,
    /// Which one.
    pub category: CategoryId,
    /// Where its products are listed from now on.
    pub products_to: Option<CategoryId>,
}

/// Why a category was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteCategoryError {
    /// It is not there any more.
    #[error("this category is not there any more")]
    NotFound,
    /// Others stand under it.
    #[error("other categories stand under this one: move or delete them first")]
    HasChildren,
    /// Products are listed in it.
    #[error("{0} products are listed in this category: choose where they shall go")]
    HasProducts(usize),
    /// Products cannot go where they are.
    #[error("choose another category for the products")]
    Itself,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for DeleteCategory {
    type Out = ();
    type Error = DeleteCategoryError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DeleteCategoryError> {
        let before = store::one(tx, self.category)
            .await?
            .ok_or(DeleteCategoryError::NotFound)?;
        if !store::siblings(tx, Some(self.category)).await?.is_empty() {
            return Err(DeleteCategoryError::HasChildren);
        }
        let products = store::listed(tx, self.category).await?;
        match self.products_to {
            Some(to) if to == self.category => return Err(DeleteCategoryError::Itself),
            Some(to) => store::list_elsewhere(tx, self.category, to).await?,
            None if products.is_empty() => {}
            None => return Err(DeleteCategoryError::HasProducts(products.len())),
        }
        slugs::forget(tx, Kind::Category, self.category.uuid()).await?;
        store::delete(tx, self.category).await?;
        recount_around(tx, before.parent, self.products_to).await?;
        for product in products {
            changes::record(tx, Change::Product(product)).await?;
        }
        changes::record(tx, Change::Category(self.category)).await?;
        audit::record(
            tx,
            &self.actor,
            Action::Deleted,
            Object::category(self.category, &before.name),
            json!({}),
        )
        .await?;
        Ok(())
    }
}

/// The category at the end of a path of names; what is missing of the path is made. A step for importing.
pub(crate) async fn at_path(tx: &mut Tx, path: &[String]) -> Result<Option<CategoryId>, DbError> {
    let mut parent = None;
    for name in path.iter().take(DEPTH_MAX) {
        let Ok(name) = text::required_line(name, NAME_MAX) else {
            continue;
        };
        let id = match store::named(tx, parent, &name).await? {
            Some(id) => id,
            None => add(tx, parent, &name).await?,
        };
        parent = Some(id);
    }
    Ok(parent)
}

async fn add(tx: &mut Tx, parent: Option<CategoryId>, name: &str) -> Result<CategoryId, DbError> {
    let id = tx.new_id();
    let slug = slugs::free(tx, Kind::Category, name).await?;
    let written = Written {
        parent,
        slug: &slug,
        name,
        description: "",
        image: None,
        is_visible: true,
    };
    store::insert(tx, id, &written).await?;
    changes::record(tx, Change::Category(id)).await?;
    Ok(id)
}
