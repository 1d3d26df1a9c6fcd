//! Products, and what hangs on them directly: categories, attributes, pictures.

use serde_json::{Value, json};
use wares_db::{Arg, Conn, DbError, P, Sql, Tx, p, rows, sql};
use wares_kernel::{CategoryId, ImageId, Instant, ProductId, Sku, Slug};

use crate::catalog::draft::{Attribute, ImageDraft, ProductDraft};
use crate::catalog::status::Status;

const INSERT: Sql = sql!(
    "INSERT INTO products (id, slug, title, title_key, description_html, summary, brand, category_id, status, tax_class, tags,
                           seo_title, seo_description, published_at, created_at, updated_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15)"
);
const UPDATE: Sql = sql!(
    "UPDATE products SET slug = ?2, title = ?3, title_key = ?4, description_html = ?5, summary = ?6, brand = ?7, category_id = ?8,
                         status = ?9, tax_class = ?10, tags = ?11, seo_title = ?12, seo_description = ?13,
                         published_at = coalesce(published_at, ?14), updated_at = ?15, version = version + 1
     WHERE id = ?1 AND version = ?16"
);
const SET_STATUS: Sql = sql!(
    "UPDATE products SET status = ?2, published_at = coalesce(published_at, ?3), updated_at = ?4, version = version + 1
     WHERE id = ?1"
);
const TOUCH: Sql = sql!("UPDATE products SET updated_at = ?2, version = version + 1 WHERE id = ?1");
const DELETE: Sql = sql!("DELETE FROM products WHERE id = ?1");
const REFRESH: Sql = sql!(
    "UPDATE products SET
        price_min_minor = coalesce((SELECT min(v.price_minor) FROM variants v WHERE v.product_id = ?1 AND v.is_active), 0),
        price_max_minor = coalesce((SELECT max(v.price_minor) FROM variants v WHERE v.product_id = ?1 AND v.is_active), 0),
        was_minor = (SELECT v.was_minor FROM variants v WHERE v.product_id = ?1 AND v.is_active AND v.was_minor > v.price_minor
                     ORDER BY v.price_minor, v.position LIMIT 1),
        n_variants = (SELECT count(*) FROM variants v WHERE v.product_id = ?1 AND v.is_active),
        image_id = (SELECT i.image_id FROM product_images i WHERE i.product_id = ?1 ORDER BY i.position LIMIT 1)
     WHERE id = ?1"
);
const RATE: Sql = sql!("UPDATE products SET rating_sum = rating_sum + ?2, n_ratings = n_ratings + ?3 WHERE id = ?1");
const HEAD: Sql = sql!(
    "SELECT id, slug, title, description_html, brand, status, tax_class, tags, seo_title, seo_description, category_id, version,
            created_at, updated_at, published_at
     FROM products WHERE id = ?1"
);
const CATEGORIES: Sql = sql!(
    "SELECT pc.category_id FROM product_categories pc JOIN categories c ON c.id = pc.category_id
     WHERE pc.product_id = ?1 ORDER BY c.position, c.id"
);
const DROP_CATEGORIES: Sql = sql!("DELETE FROM product_categories WHERE product_id = ?1");
const ADD_CATEGORY: Sql = sql!(
    "INSERT INTO product_categories (product_id, category_id) VALUES (?1, ?2) ON CONFLICT (product_id, category_id) DO NOTHING"
);
const ATTRIBUTES: Sql = sql!("SELECT name, value FROM product_attributes WHERE product_id = ?1 ORDER BY position");
const DROP_ATTRIBUTES: Sql = sql!("DELETE FROM product_attributes WHERE product_id = ?1");
const ADD_ATTRIBUTES: Sql = sql!(
    lite: "INSERT INTO product_attributes (product_id, name, value, position)
           SELECT ?1, json_extract(value, '$[0]'), json_extract(value, '$[1]'), key FROM json_each(?2)",
    pg: "INSERT INTO product_attributes (product_id, name, value, position)
         SELECT $1::uuid, pair->>0, pair->>1, place - 1 FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS given (pair, place)",
);
const IMAGES: Sql = sql!("SELECT image_id, alt FROM product_images WHERE product_id = ?1 ORDER BY position");
const DROP_IMAGES: Sql = sql!("DELETE FROM product_images WHERE product_id = ?1");
const ADD_IMAGE: Sql = sql!(
    "INSERT INTO product_images (product_id, image_id, position, alt) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (product_id, image_id) DO NOTHING"
);
const SKUS_TAKEN: Sql = sql!(
    lite: "SELECT v.sku, p.title FROM variants v JOIN products p ON p.id = v.product_id
           WHERE v.sku IN (SELECT value FROM json_each(?1)) AND v.product_id <> ?2",
    pg: "SELECT v.sku, p.title FROM variants v JOIN products p ON p.id = v.product_id
         WHERE v.sku IN (SELECT jsonb_array_elements_text($1::jsonb)) AND v.product_id <> $2",
);
const WITH_SKUS: Sql = sql!(
    lite: "SELECT DISTINCT product_id FROM variants WHERE sku IN (SELECT value FROM json_each(?1))",
    pg: "SELECT DISTINCT product_id FROM variants WHERE sku IN (SELECT jsonb_array_elements_text($1::jsonb))",
);
/// The categories a product is counted in: those it is listed in and all above them.
const COUNTED_IN: Sql = sql!(
    "WITH RECURSIVE up (id) AS (
        SELECT pc.category_id FROM product_categories pc JOIN products p ON p.id = pc.product_id
        WHERE pc.product_id = ?1 AND p.status = 'active'
        UNION SELECT c.parent_id FROM categories c JOIN up ON c.id = up.id WHERE c.parent_id IS NOT NULL)
     SELECT id FROM up ORDER BY id"
);
const COUNT: Sql = sql!("UPDATE categories SET n_products = n_products + ?2 WHERE id = ?1");

#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    INSERT,
    UPDATE,
    SET_STATUS,
    TOUCH,
    DELETE,
    REFRESH,
    RATE,
    HEAD,
    CATEGORIES,
    DROP_CATEGORIES,
    ADD_CATEGORY,
    ATTRIBUTES,
    DROP_ATTRIBUTES,
    ADD_ATTRIBUTES,
    IMAGES,
    DROP_IMAGES,
    ADD_IMAGE,
    SKUS_TAKEN,
    WITH_SKUS,
    COUNTED_IN,
    COUNT,
];

rows! {
    /// A product's own row.
    pub struct Head {
        id: ProductId,
        slug: Slug,
        title: String,
        description_html: String,
        brand: String,
        status: String,
        tax_class: String,
        tags: Value,
        seo_title: String,
        seo_description: String,
        category_id: Option<CategoryId>,
        version: i64,
        created_at: Instant,
        updated_at: Instant,
        published_at: Option<Instant>,
    }
}

impl Head {
    pub(in crate::catalog) fn status(&self) -> Result<Status, DbError> {
        Status::from_word(&self.status)
            .ok_or_else(|| DbError::Damaged(format!("a product's status is {}", self.status)))
    }

    pub(in crate::catalog) fn tags(&self) -> Vec<String> {
        let tags = self.tags.as_array().map_or(&[][..], Vec::as_slice);
        tags.iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect()
    }
}

/// The texts kept beside a draft: what lists and searches need.
pub(in crate::catalog) struct Derived {
    pub(in crate::catalog) slug: Slug,
    pub(in crate::catalog) title_key: String,
    pub(in crate::catalog) summary: String,
}

pub(in crate::catalog) async fn insert(
    tx: &mut Tx,
    id: ProductId,
    draft: &ProductDraft,
    derived: &Derived,
) -> Result<(), DbError> {
    let now = tx.now();
    let published = (draft.status == Status::Active).then_some(now);
    let (category, tags) = (draft.categories.first(), json!(draft.tags));
    let Derived {
        slug,
        title_key,
        summary,
    } = derived;
    tx.exec(
        INSERT,
        p![
            id,
            slug,
            draft.title,
            title_key,
            draft.description.as_html(),
            summary,
            draft.brand,
            category,
            draft.status.word(),
            draft.tax_class,
            tags,
            draft.seo_title,
            draft.seo_description,
            published,
            now
        ],
    )
    .await
    .map(drop)
}

/// False when the product has another version by now.
pub(in crate::catalog) async fn update(
    tx: &mut Tx,
    id: ProductId,
    version: i64,
    draft: &ProductDraft,
    derived: &Derived,
) -> Result<bool, DbError> {
    let now = tx.now();
    let published = (draft.status == Status::Active).then_some(now);
    let (category, tags) = (draft.categories.first(), json!(draft.tags));
    let Derived {
        slug,
        title_key,
        summary,
    } = derived;
    let changed = tx
        .exec(
            UPDATE,
            p![
                id,
                slug,
                draft.title,
                title_key,
                draft.description.as_html(),
                summary,
                draft.brand,
                category,
                draft.status.word(),
                draft.tax_class,
                tags,
                draft.seo_title,
                draft.seo_description,
                published,
                now,
                version
            ],
        )
        .await?;
    Ok(changed == 1)
}

pub(in crate::catalog) async fn set_status(tx: &mut Tx, id: ProductId, status: Status) -> Result<(), DbError> {
    let now = tx.now();
    let published = (status == Status::Active).then_some(now);
    tx.exec(SET_STATUS, p![id, status.word(), published, now])
        .await
        .map(drop)
}

/// The product changed in something that hangs on it.
pub(in crate::catalog) async fn touch(tx: &mut Tx, id: ProductId) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(TOUCH, p![id, now]).await.map(drop)
}

pub(in crate::catalog) async fn delete(tx: &mut Tx, id: ProductId) -> Result<(), DbError> {
    tx.exec(DELETE, p![id]).await.map(drop)
}

/// Brings the columns kept for lists up to date, those about stock aside.
pub(in crate::catalog) async fn refresh(tx: &mut Tx, id: ProductId) -> Result<(), DbError> {
    tx.exec(REFRESH, p![id]).await.map(drop)
}

/// Counts ratings that came, or with negative figures ones that went.
pub(in crate::catalog) async fn rate(tx: &mut Tx, id: ProductId, sum: i64, n: i64) -> Result<(), DbError> {
    tx.exec(RATE, p![id, sum, n]).await.map(drop)
}

pub(in crate::catalog) async fn head(conn: &mut Conn, id: ProductId) -> Result<Option<Head>, DbError> {
    conn.opt(HEAD, p![id]).await
}

/// Where it is listed: its own category first.
pub(in crate::catalog) async fn categories(conn: &mut Conn, head: &Head) -> Result<Vec<CategoryId>, DbError> {
    let rows: Vec<(CategoryId,)> = conn.all(CATEGORIES, p![head.id]).await?;
    let others = rows
        .into_iter()
        .map(|(id,)| id)
        .filter(|id| Some(*id) != head.category_id);
    Ok(head.category_id.into_iter().chain(others).collect())
}

pub(in crate::catalog) async fn put_categories(
    tx: &mut Tx,
    id: ProductId,
    categories: &[CategoryId],
) -> Result<(), DbError> {
    let mut batch = tx.batch().add(DROP_CATEGORIES, p![id]);
    for category in categories {
        batch = batch.add(ADD_CATEGORY, p![id, *category]);
    }
    batch.run().await.map(drop)
}

pub(in crate::catalog) async fn attributes(conn: &mut Conn, id: ProductId) -> Result<Vec<Attribute>, DbError> {
    let rows: Vec<(String, String)> = conn.all(ATTRIBUTES, p![id]).await?;
    Ok(grouped(rows))
}

/// Values under their names, in the order they come.
pub(in crate::catalog) fn grouped(rows: Vec<(String, String)>) -> Vec<Attribute> {
    let mut attributes: Vec<Attribute> = Vec::new();
    for (name, value) in rows {
        match attributes.last_mut() {
            Some(attribute) if attribute.name == name => attribute.values.push(value),
            _ => attributes.push(Attribute {
                name,
                values: vec![value],
            }),
        }
    }
    attributes
}

pub(in crate::catalog) async fn put_attributes(
    tx: &mut Tx,
    id: ProductId,
    attributes: &[Attribute],
) -> Result<(), DbError> {
    let pairs: Vec<Value> = attributes
        .iter()
        .flat_map(|attribute| attribute.values.iter().map(|value| json!([attribute.name, value])))
        .collect();
    let pairs = Value::Array(pairs);
    tx.batch()
        .add(DROP_ATTRIBUTES, p![id])
        .add(ADD_ATTRIBUTES, p![id, pairs])
        .run()
        .await
        .map(drop)
}

pub(in crate::catalog) async fn images(conn: &mut Conn, id: ProductId) -> Result<Vec<ImageDraft>, DbError> {
    let rows: Vec<(ImageId, String)> = conn.all(IMAGES, p![id]).await?;
    Ok(rows
        .into_iter()
        .map(|(image_id, alt)| ImageDraft { image_id, alt })
        .collect())
}

pub(in crate::catalog) async fn put_images(tx: &mut Tx, id: ProductId, images: &[ImageDraft]) -> Result<(), DbError> {
    let mut batch = tx.batch().add(DROP_IMAGES, p![id]);
    for (image, position) in images.iter().zip(0_i64..) {
        batch = batch.add(
            ADD_IMAGE,
            &[id.arg(), image.image_id.arg(), P::I64(position), image.alt.arg()],
        );
    }
    batch.run().await.map(drop)
}

/// SKUs that variants of other products have, with the titles of those products.
pub(in crate::catalog) async fn skus_taken(
    conn: &mut Conn,
    skus: &[&Sku],
    by_others_than: ProductId,
) -> Result<Vec<(Sku, String)>, DbError> {
    if skus.is_empty() {
        return Ok(Vec::new());
    }
    conn.all(SKUS_TAKEN, p![json!(skus), by_others_than]).await
}

/// The products that have a variant with one of these SKUs.
pub(in crate::catalog) async fn with_skus(conn: &mut Conn, skus: &[&Sku]) -> Result<Vec<ProductId>, DbError> {
    if skus.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(ProductId,)> = conn.all(WITH_SKUS, p![json!(skus)]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The categories that count the product now.
pub(in crate::catalog) async fn counted_in(conn: &mut Conn, id: ProductId) -> Result<Vec<CategoryId>, DbError> {
    let rows: Vec<(CategoryId,)> = conn.all(COUNTED_IN, p![id]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Counts one product more or fewer in each category, always in the order of their ids.
pub(in crate::catalog) async fn count(tx: &mut Tx, mut deltas: Vec<(CategoryId, i64)>) -> Result<(), DbError> {
    deltas.sort_unstable_by_key(|(id, _)| id.uuid());
    let mut batch = tx.batch();
    for (id, delta) in &deltas {
        batch = batch.add(COUNT, p![*id, *delta]);
    }
    batch.run().await.map(drop)
}
