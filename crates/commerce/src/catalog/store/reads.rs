//! What pages and lists show, across the catalogue's own tables, in as few statements as it takes.

use serde_json::Value;
use wares_db::{Conn, DbError, FromRow, Row, Sql, p, rows, sql};
use wares_kernel::{After, CategoryId, ImageId, Instant, ProductId, Sku, Slug, VariantId};

use crate::catalog::card::{Card, Photo};

/// CROSS JOIN keeps SQLite from walking through all active products and looking each up among those wanted: 5 s instead of half a
/// millisecond among a million.
const CARDS: Sql = sql!(
    lite: "SELECT p.id, p.slug, p.title, p.brand, c.name, p.price_min_minor, p.price_max_minor, p.was_minor, p.available, p.in_stock,
            EXISTS (SELECT 1 FROM variants v JOIN stock s ON s.variant_id = v.id WHERE v.product_id = p.id AND v.is_active AND s.may_backorder),
            p.rating_sum, p.n_ratings, p.published_at, p.n_variants,
            (SELECT v.id FROM variants v WHERE v.product_id = p.id AND v.is_active ORDER BY v.position LIMIT 1),
            (SELECT o.name FROM product_options o WHERE o.product_id = p.id AND o.position = 0),
            (SELECT count(*) FROM product_options o JOIN option_values x ON x.option_id = o.id WHERE o.product_id = p.id AND o.position = 0),
            i1.content_key, i1.width, i1.height, i1.colour, i1.white_background, i1.has_avif, m1.alt,
            i2.content_key, i2.width, i2.height, i2.colour, i2.white_background, i2.has_avif, m2.alt
         FROM json_each(?1) AS wanted CROSS JOIN products p ON p.id = unhex(wanted.value)
         LEFT JOIN categories c ON c.id = p.category_id
         LEFT JOIN product_images m1 ON m1.product_id = p.id AND m1.position = 0 LEFT JOIN images i1 ON i1.id = m1.image_id
         LEFT JOIN product_images m2 ON m2.product_id = p.id AND m2.position = 1 LEFT JOIN images i2 ON i2.id = m2.image_id
         WHERE p.status = 'active'",
    pg: "SELECT p.id, p.slug, p.title, p.brand, c.name, p.price_min_minor, p.price_max_minor, p.was_minor, p.available, p.in_stock,
            EXISTS (SELECT 1 FROM variants v JOIN stock s ON s.variant_id = v.id WHERE v.product_id = p.id AND v.is_active AND s.may_backorder),
            p.rating_sum, p.n_ratings, p.published_at, p.n_variants,
            (SELECT v.id FROM variants v WHERE v.product_id = p.id AND v.is_active ORDER BY v.position LIMIT 1),
            (SELECT o.name FROM product_options o WHERE o.product_id = p.id AND o.position = 0 LIMIT 1),
            (SELECT count(*) FROM product_options o JOIN option_values x ON x.option_id = o.id WHERE o.product_id = p.id AND o.position = 0),
            i1.content_key, i1.width, i1.height, i1.colour, i1.white_background, i1.has_avif, m1.alt,
            i2.content_key, i2.width, i2.height, i2.colour, i2.white_background, i2.has_avif, m2.alt
         FROM jsonb_array_elements_text($1::jsonb) AS wanted (value) JOIN products p ON p.id = wanted.value::uuid
         LEFT JOIN categories c ON c.id = p.category_id
         LEFT JOIN product_images m1 ON m1.product_id = p.id AND m1.position = 0 LEFT JOIN images i1 ON i1.id = m1.image_id
         LEFT JOIN product_images m2 ON m2.product_id = p.id AND m2.position = 1 LEFT JOIN images i2 ON i2.id = m2.image_id
         WHERE p.status = 'active'",
);
const NEWEST: Sql = sql!(
    "SELECT id FROM products WHERE status = 'active' AND published_at IS NOT NULL ORDER BY published_at DESC, id DESC LIMIT ?1"
);
const BEST_SOLD: Sql = sql!("SELECT id FROM products WHERE status = 'active' ORDER BY n_sold DESC, id DESC LIMIT ?1");
const RELATED: Sql = sql!(
    "SELECT id FROM products WHERE category_id = (SELECT category_id FROM products WHERE id = ?1) AND status = 'active' AND in_stock AND id <> ?1
     ORDER BY n_sold DESC, id DESC LIMIT ?2"
);
const IN_CATEGORY: Sql = sql!(
    "SELECT pc.product_id FROM product_categories pc JOIN products p ON p.id = pc.product_id
     WHERE pc.category_id = ?1 AND p.status = 'active' AND pc.product_id < ?2 ORDER BY pc.product_id DESC LIMIT ?3"
);
const LIST: Sql = sql!(
    "SELECT p.id, p.slug, p.title, p.status, c.name, p.n_variants, p.available, p.price_min_minor, p.price_max_minor, p.updated_at, p.version,
            i.content_key, i.width, i.height, i.colour, i.white_background, i.has_avif, ''
     FROM products p LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN images i ON i.id = p.image_id
     WHERE (p.updated_at, p.id) < (?1, ?2) ORDER BY p.updated_at DESC, p.id DESC LIMIT ?3"
);
const LIST_STATUS: Sql = sql!(
    "SELECT p.id, p.slug, p.title, p.status, c.name, p.n_variants, p.available, p.price_min_minor, p.price_max_minor, p.updated_at, p.version,
            i.content_key, i.width, i.height, i.colour, i.white_background, i.has_avif, ''
     FROM products p LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN images i ON i.id = p.image_id
     WHERE p.status = ?4 AND (p.updated_at, p.id) < (?1, ?2) ORDER BY p.updated_at DESC, p.id DESC LIMIT ?3"
);
const LIST_CATEGORY: Sql = sql!(
    "SELECT p.id, p.slug, p.title, p.status, c.name, p.n_variants, p.available, p.price_min_minor, p.price_max_minor, p.updated_at, p.version,
            i.content_key, i.width, i.height, i.colour, i.white_background, i.has_avif, ''
     FROM product_categories pc JOIN products p ON p.id = pc.product_id
     LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN images i ON i.id = p.image_id
     WHERE pc.category_id = ?4 AND (p.updated_at, p.id) < (?1, ?2) ORDER BY p.updated_at DESC, p.id DESC LIMIT ?3"
);
const PHOTOS: Sql = sql!(
    "SELECT m.image_id, i.content_key, i.width, i.height, i.colour, i.white_background, i.has_avif, m.alt
     FROM product_images m JOIN images i ON i.id = m.image_id WHERE m.product_id = ?1 ORDER BY m.position"
);
const PHOTO: Sql =
    sql!("SELECT content_key, width, height, colour, white_background, has_avif, '' FROM images WHERE id = ?1");
const SHOWN: Sql = sql!(
    "SELECT id, slug, title, description_html, summary, brand, category_id, tags, seo_title, seo_description, published_at, updated_at,
            price_min_minor, price_max_minor, was_minor, in_stock, rating_sum, n_ratings, tax_class
     FROM products WHERE slug = ?1 AND status = 'active'"
);
const SOLD: Sql = sql!(
    "SELECT v.id, v.sku, v.barcode, v.title, v.price_minor, v.was_minor, v.weight_g, v.image_id, v.needs_shipping, s.on_hand, s.reserved,
            s.may_backorder, s.low_at
     FROM variants v JOIN stock s ON s.variant_id = v.id WHERE v.product_id = ?1 AND v.is_active ORDER BY v.position, v.id"
);
const TRAIL: Sql = sql!(
    "WITH RECURSIVE up (id, parent_id, slug, name, depth) AS (
        SELECT id, parent_id, slug, name, 0 FROM categories WHERE id = ?1
        UNION ALL SELECT c.id, c.parent_id, c.slug, c.name, up.depth + 1 FROM categories c JOIN up ON c.id = up.parent_id WHERE up.depth < 10)
     SELECT id, slug, name FROM up ORDER BY depth DESC"
);
const TERMS: Sql = sql!(
    lite: "SELECT v.id, p.id, p.slug, p.title, v.title, v.sku, v.price_minor, v.was_minor, p.tax_class, v.weight_g, v.needs_shipping,
                  p.status = 'active' AND v.is_active, coalesce(v.image_id, p.image_id), p.category_id
           FROM json_each(?1) AS wanted CROSS JOIN variants v ON v.id = unhex(wanted.value) JOIN products p ON p.id = v.product_id ORDER BY v.id",
    pg: "SELECT v.id, p.id, p.slug, p.title, v.title, v.sku, v.price_minor, v.was_minor, p.tax_class, v.weight_g, v.needs_shipping,
                p.status = 'active' AND v.is_active, coalesce(v.image_id, p.image_id), p.category_id
         FROM jsonb_array_elements_text($1::jsonb) AS wanted (value) JOIN variants v ON v.id = wanted.value::uuid
         JOIN products p ON p.id = v.product_id ORDER BY v.id",
);
const BY_VALUES: Sql =
    sql!("SELECT id FROM variants WHERE product_id = ?1 AND title = ?2 AND is_active ORDER BY position LIMIT 1");
const CODES: Sql =
    sql!("SELECT id, sku, barcode FROM variants WHERE product_id = ?1 AND is_active ORDER BY position LIMIT ?2");

#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    CARDS,
    NEWEST,
    BEST_SOLD,
    RELATED,
    IN_CATEGORY,
    LIST,
    LIST_STATUS,
    LIST_CATEGORY,
    PHOTOS,
    PHOTO,
    SHOWN,
    SOLD,
    TRAIL,
    TERMS,
    BY_VALUES,
    CODES,
];

rows! {
    /// What a product's page shows of the product itself.
    pub struct Shown {
        /// Its id.
        id: ProductId,
        /// Its address.
        slug: Slug,
        /// Its name.
        title: String,
        /// Its description, sanitised.
        description_html: String,
        /// The beginning of it as plain text.
        summary: String,
        /// Who makes it; may be empty.
        brand: String,
        /// Its own category.
        category: Option<CategoryId>,
        /// Words to find it by, a JSON array.
        tags: Value,
        /// The title for search engines; may be empty.
        seo_title: String,
        /// The description for search engines; may be empty.
        seo_description: String,
        /// When it was first shown.
        published_at: Option<Instant>,
        /// When it was last changed.
        updated_at: Instant,
        /// The lowest price, in minor units.
        price_min_minor: i64,
        /// The highest price.
        price_max_minor: i64,
        /// What the cheapest variant cost before.
        was_minor: Option<i64>,
        /// Whether any variant can be bought.
        in_stock: bool,
        /// The sum of the stars of all published reviews.
        rating_sum: i64,
        /// How many they are.
        n_ratings: i64,
        /// Its tax class.
        tax_class: String,
    }

    /// A variant that is for sale.
    pub struct SoldVariant {
        /// Its id.
        id: VariantId,
        /// Its SKU.
        sku: Option<Sku>,
        /// EAN, UPC or ISBN; may be empty.
        barcode: String,
        /// Its values, such as *Moss / Large*; empty when there is no choice.
        title: String,
        /// What it costs, in minor units.
        price_minor: i64,
        /// What it cost before.
        was_minor: Option<i64>,
        /// Its weight in grams.
        weight_g: i64,
        /// The picture that shows it.
        image: Option<ImageId>,
        /// Whether a parcel is sent for it.
        needs_shipping: bool,
        /// Pieces there are.
        on_hand: i64,
        /// Pieces promised to orders.
        reserved: i64,
        /// Whether it is sold beyond that.
        may_backorder: bool,
        /// From how many pieces on it counts as low.
        low_at: i64,
    }

    /// What a cart or an order needs to know of a variant.
    pub struct SaleTerms {
        /// The variant.
        variant_id: VariantId,
        /// Its product.
        product_id: ProductId,
        /// The address of the product.
        slug: Slug,
        /// The name of the product.
        title: String,
        /// The variant's values, such as *Moss / Large*; empty when there is no choice.
        variant_title: String,
        /// Its SKU.
        sku: Option<Sku>,
        /// What it costs, in minor units of the shop's currency.
        price_minor: i64,
        /// What it cost before.
        was_minor: Option<i64>,
        /// The tax class it is charged with.
        tax_class: String,
        /// Its weight in grams.
        weight_g: i64,
        /// Whether a parcel is sent for it.
        needs_shipping: bool,
        /// Whether it can be bought at all, stock aside.
        is_for_sale: bool,
        /// The picture that shows it, or else the product's.
        image: Option<ImageId>,
        /// The product's own category.
        category: Option<CategoryId>,
    }

    /// A step of the way from the top of the tree down to a category.
    pub struct Step {
        /// The category.
        id: CategoryId,
        /// Its address.
        slug: Slug,
        /// Its name.
        name: String,
    }
}

/// A product in the list staff see.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its id.
    pub id: ProductId,
    /// Its address.
    pub slug: Slug,
    /// Its name.
    pub title: String,
    /// `draft`, `active` or `archived`.
    pub status: String,
    /// Its own category.
    pub category: Option<String>,
    /// Variants for sale.
    pub n_variants: i64,
    /// Pieces that can be bought, over all variants for sale.
    pub available: i64,
    /// The lowest price, in minor units.
    pub price_min_minor: i64,
    /// The highest price.
    pub price_max_minor: i64,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Its version.
    pub version: i64,
    /// Its main picture.
    pub photo: Option<Photo>,
}

impl FromRow for Listed {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get(0)?,
            slug: row.get(1)?,
            title: row.get(2)?,
            status: row.get(3)?,
            category: row.get(4)?,
            n_variants: row.get(5)?,
            available: row.get(6)?,
            price_min_minor: row.get(7)?,
            price_max_minor: row.get(8)?,
            updated_at: row.get(9)?,
            version: row.get(10)?,
            photo: photo(row, 11)?,
        })
    }
}

impl FromRow for Card {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get(0)?,
            slug: row.get(1)?,
            title: row.get(2)?,
            brand: row.get(3)?,
            category: row.get(4)?,
            price_min_minor: row.get(5)?,
            price_max_minor: row.get(6)?,
            was_minor: row.get(7)?,
            available: row.get(8)?,
            in_stock: row.get(9)?,
            may_backorder: row.get(10)?,
            rating_sum: row.get(11)?,
            n_ratings: row.get(12)?,
            published_at: row.get(13)?,
            n_variants: row.get(14)?,
            first_variant: row.get(15)?,
            option: row.get(16)?,
            n_choices: row.get(17)?,
            photo: photo(row, 18)?,
            second: photo(row, 25)?,
        })
    }
}

impl FromRow for Photo {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        photo(row, 0)?.ok_or(DbError::NotFound)
    }
}

/// Seven columns from `i` on; nothing when an outer join found none.
pub(crate) fn photo(row: &Row<'_>, i: usize) -> Result<Option<Photo>, DbError> {
    let Some(key) = row.get(i)? else { return Ok(None) };
    Ok(Some(Photo {
        key,
        width: row.get(i + 1)?,
        height: row.get(i + 2)?,
        colour: row.get(i + 3)?,
        is_on_white: row.get(i + 4)?,
        has_avif: row.get(i + 5)?,
        alt: row.get::<Option<String>>(i + 6)?.unwrap_or_default(),
    }))
}

/// A product's picture with its id.
pub(in crate::catalog) struct OwnPhoto(pub(in crate::catalog) ImageId, pub(in crate::catalog) Photo);

impl FromRow for OwnPhoto {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self(row.get(0)?, photo(row, 1)?.ok_or(DbError::NotFound)?))
    }
}

pub(in crate::catalog) async fn cards(conn: &mut Conn, ids: &[ProductId]) -> Result<Vec<Card>, DbError> {
    conn.all(CARDS, p![wares_db::ids(ids.iter().copied())]).await
}

fn unwrapped<T>(rows: Vec<(T,)>) -> Vec<T> {
    rows.into_iter().map(|(value,)| value).collect()
}

pub(in crate::catalog) async fn newest(conn: &mut Conn, most: i64) -> Result<Vec<ProductId>, DbError> {
    conn.all(NEWEST, p![most]).await.map(unwrapped)
}

pub(in crate::catalog) async fn best_sold(conn: &mut Conn, most: i64) -> Result<Vec<ProductId>, DbError> {
    conn.all(BEST_SOLD, p![most]).await.map(unwrapped)
}

pub(in crate::catalog) async fn related(
    conn: &mut Conn,
    product: ProductId,
    most: i64,
) -> Result<Vec<ProductId>, DbError> {
    conn.all(RELATED, p![product, most]).await.map(unwrapped)
}

pub(in crate::catalog) async fn in_category(
    conn: &mut Conn,
    category: CategoryId,
    before: ProductId,
    most: i64,
) -> Result<Vec<ProductId>, DbError> {
    conn.all(IN_CATEGORY, p![category, before, most]).await.map(unwrapped)
}

pub(in crate::catalog) async fn list(conn: &mut Conn, after: After, most: i64) -> Result<Vec<Listed>, DbError> {
    conn.all(LIST, p![after.at, after.id, most]).await
}

pub(in crate::catalog) async fn list_status(
    conn: &mut Conn,
    status: &str,
    after: After,
    most: i64,
) -> Result<Vec<Listed>, DbError> {
    conn.all(LIST_STATUS, p![after.at, after.id, most, status]).await
}

pub(in crate::catalog) async fn list_category(
    conn: &mut Conn,
    category: CategoryId,
    after: After,
    most: i64,
) -> Result<Vec<Listed>, DbError> {
    conn.all(LIST_CATEGORY, p![after.at, after.id, most, category]).await
}

pub(in crate::catalog) async fn photos(conn: &mut Conn, product: ProductId) -> Result<Vec<OwnPhoto>, DbError> {
    conn.all(PHOTOS, p![product]).await
}

pub(in crate::catalog) async fn photo_of(conn: &mut Conn, image: ImageId) -> Result<Option<Photo>, DbError> {
    conn.opt(PHOTO, p![image]).await
}

pub(in crate::catalog) async fn shown(conn: &mut Conn, slug: &Slug) -> Result<Option<Shown>, DbError> {
    conn.opt(SHOWN, p![slug]).await
}

pub(in crate::catalog) async fn sold(conn: &mut Conn, product: ProductId) -> Result<Vec<SoldVariant>, DbError> {
    conn.all(SOLD, p![product]).await
}

pub(in crate::catalog) async fn trail(conn: &mut Conn, category: CategoryId) -> Result<Vec<Step>, DbError> {
    conn.all(TRAIL, p![category]).await
}

pub(in crate::catalog) async fn terms(conn: &mut Conn, variants: &[VariantId]) -> Result<Vec<SaleTerms>, DbError> {
    conn.all(TERMS, p![wares_db::ids(variants.iter().copied())]).await
}

pub(in crate::catalog) async fn by_title(
    conn: &mut Conn,
    product: ProductId,
    title: &str,
) -> Result<Option<VariantId>, DbError> {
    Ok(conn
        .opt::<(VariantId,)>(BY_VALUES, p![product, title])
        .await?
        .map(|(id,)| id))
}

/// The variants of a product with their SKUs and barcodes.
pub(in crate::catalog) async fn codes(
    conn: &mut Conn,
    product: ProductId,
    most: i64,
) -> Result<Vec<(VariantId, Option<String>, String)>, DbError> {
    conn.all(CODES, p![product, most]).await
}
