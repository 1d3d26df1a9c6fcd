//! Products as lists show them, and their pictures.

use std::collections::HashMap;

use wares_db::{Conn, DbError};
use wares_kernel::{CategoryId, ImageId, Instant, Page, ProductId, Slug, VariantId};

use super::store::reads;

/// A stored picture with what a page needs to know before it is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// The key of its original among the blobs; the names of its sizes are made of it.
    pub key: String,
    /// Its width in pixels.
    pub width: i64,
    /// Its height in pixels.
    pub height: i64,
    /// Its dominant colour, such as `#c8b9a4`.
    pub colour: String,
    /// Whether it stands on white, and is shown whole instead of cropped.
    pub is_on_white: bool,
    /// Whether its AVIF sizes are ready.
    pub has_avif: bool,
    /// What it shows, in words; may be empty.
    pub alt: String,
}

/// A product as a list shows it. Amounts are minor units of the shop's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its id.
    pub id: ProductId,
    /// Its address.
    pub slug: Slug,
    /// Its name.
    pub title: String,
    /// Who makes it; may be empty.
    pub brand: String,
    /// The name of its own category.
    pub category: Option<String>,
    /// The lowest price.
    pub price_min_minor: i64,
    /// The highest price.
    pub price_max_minor: i64,
    /// What the cheapest variant cost before.
    pub was_minor: Option<i64>,
    /// Pieces that can be bought, over all variants.
    pub available: i64,
    /// Whether anything can be bought.
    pub in_stock: bool,
    /// Whether some variant is sold beyond what there is: `available` then says little.
    pub may_backorder: bool,
    /// The sum of the stars of all published reviews.
    pub rating_sum: i64,
    /// How many they are.
    pub n_ratings: i64,
    /// When it was first shown.
    pub published_at: Option<Instant>,
    /// Variants for sale.
    pub n_variants: i64,
    /// The first of them: what a button on the card adds when there is no choice.
    pub first_variant: Option<VariantId>,
    /// The name of its first option, such as *Colour*.
    pub option: Option<String>,
    /// How many values that has.
    pub n_choices: i64,
    /// Its main picture.
    pub photo: Option<Photo>,
    /// A second one.
    pub second: Option<Photo>,
}

/// The cards of these products, in this order; what is not shown any more is left out. One statement.
pub async fn cards(conn: &mut Conn, ids: &[ProductId]) -> Result<Vec<Card>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: HashMap<ProductId, Card> = reads::cards(conn, ids)
        .await?
        .into_iter()
        .map(|card| (card.id, card))
        .collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// What was put up last.
pub async fn newest(conn: &mut Conn, most: usize) -> Result<Vec<Card>, DbError> {
    let ids = reads::newest(conn, count(most)).await?;
    cards(conn, &ids).await
}

/// What is bought most.
pub async fn best_sold(conn: &mut Conn, most: usize) -> Result<Vec<Card>, DbError> {
    let ids = reads::best_sold(conn, count(most)).await?;
    cards(conn, &ids).await
}

/// Others of the same category that can be bought, what is bought most first.
pub async fn related(conn: &mut Conn, product: ProductId, most: usize) -> Result<Vec<Card>, DbError> {
    let ids = reads::related(conn, product, count(most)).await?;
    cards(conn, &ids).await
}

/// A page of the products listed in exactly this category, the newest first, after `after` (`None` for the first page).
pub async fn in_category(
    conn: &mut Conn,
    category: CategoryId,
    after: Option<ProductId>,
    size: usize,
) -> Result<Page<Card, ProductId>, DbError> {
    let before = after.unwrap_or(ProductId::new(uuid::Uuid::max()));
    let ids = reads::in_category(conn, category, before, count(size).saturating_add(1)).await?;
    let page = Page::cut(ids, size, |id| *id);
    Ok(Page {
        items: cards(conn, &page.items).await?,
        next: page.next,
    })
}

/// The picture of an id, without words.
pub async fn photo(conn: &mut Conn, image: ImageId) -> Result<Option<Photo>, DbError> {
    reads::photo_of(conn, image).await
}

pub(super) fn count(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}
