//! Products in the order of their changes, with little more than their names: for lists that go through all of them.

use wares_db::{Conn, DbError};
use wares_kernel::{After, CategoryId, Instant, Page, ProductId, Slug};

use super::card::{Photo, count};
use super::status::Status;
pub use super::store::reads::Listed;
use super::store::{reads, sitemap};

/// Which products. Each has an index of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// All.
    Everything,
    /// Those of one status.
    Status(Status),
    /// Those listed in exactly this category.
    Category(CategoryId),
}

/// A page of at most `size` products after `after` ([`After::NEWEST`] for the first), the last changed first.
pub async fn list(conn: &mut Conn, show: Show, after: After, size: usize) -> Result<Page<Listed>, DbError> {
    let most = count(size).saturating_add(1);
    let found = match show {
        Show::Everything => reads::list(conn, after, most).await?,
        Show::Status(status) => reads::list_status(conn, status.word(), after, most).await?,
        Show::Category(category) => reads::list_category(conn, category, after, most).await?,
    };
    Ok(Page::cut(found, size, |product| After {
        at: product.updated_at,
        id: product.id.uuid(),
    }))
}

/// A run of products for sale in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The first of them.
    pub first: ProductId,
    /// When one of them was last changed.
    pub changed_at: Instant,
}

/// What a sitemap says of a product.
#[derive(Debug, Clone)]
pub struct Placed {
    /// Its address.
    pub slug: Slug,
    /// Its name.
    pub title: String,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Its main picture.
    pub photo: Option<Photo>,
}

/// All products for sale, cut into parts of `size`. One statement, which goes through an index of all of them.
pub async fn parts(conn: &mut Conn, size: usize) -> Result<Vec<Part>, DbError> {
    sitemap::parts(conn, count(size)).await
}

/// At most `most` products for sale from `first` on.
pub async fn placed(conn: &mut Conn, first: ProductId, most: usize) -> Result<Vec<Placed>, DbError> {
    sitemap::placed(conn, first, count(most)).await
}
