//! A product as it is, in the form of a draft: what the edit page shows and what a change is compared with.

use std::collections::HashMap;

use serde_json::{Value, json};
use wares_db::{Conn, DbError};
use wares_kernel::{Instant, OptionId, OptionValueId, ProductId, Slug, VariantId};

use super::description::Description;
use super::draft::{OptionDraft, ProductDraft, ValueDraft, VariantDraft};
use super::store::products::Head;
use super::store::variants::{ValueRow, VariantRow};
use super::store::{products, variants};

/// Variants that were taken out of a product although orders know them stand at places from here on.
pub(super) const RETIRED: i64 = 1_000_000;

/// A product with everything that is said about it.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its id.
    pub id: ProductId,
    /// Counts its changes; a change names the version it was made from.
    pub version: i64,
    /// Its address.
    pub slug: Slug,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// When it was first shown.
    pub published_at: Option<Instant>,
    /// All of it as a draft: saving this changes nothing.
    pub draft: ProductDraft,
    /// Pieces on hand and reserved of each variant of the draft, in its order.
    pub stock: Vec<(i64, i64)>,
    pub(super) options: Vec<(OptionId, String)>,
    pub(super) values: Vec<ValueRow>,
    pub(super) rows: Vec<StoredVariant>,
}

/// A variant's row and its values by option.
#[derive(Debug, Clone)]
pub(super) struct StoredVariant {
    pub(super) id: VariantId,
    pub(super) draft: VariantDraft,
    pub(super) title: String,
    pub(super) position: i64,
    pub(super) low_at: i64,
    pub(super) chosen: Vec<(OptionId, OptionValueId)>,
    pub(super) is_retired: bool,
}

/// The product of an id.
pub async fn stored(conn: &mut Conn, id: ProductId) -> Result<Option<Stored>, DbError> {
    let Some(head) = products::head(conn, id).await? else {
        return Ok(None);
    };
    let options = variants::options(conn, id).await?;
    let values = variants::values(conn, id).await?;
    let all = rows(conn, id, &options, &values).await?;
    let shown = all.iter().filter(|(row, _)| !row.is_retired);
    let draft = ProductDraft {
        slug: Some(head.slug.clone()),
        title: head.title.clone(),
        description: Description::stored(head.description_html.clone()),
        brand: head.brand.clone(),
        tax_class: head.tax_class.clone(),
        categories: products::categories(conn, &head).await?,
        tags: head.tags(),
        attributes: products::attributes(conn, id).await?,
        status: head.status()?,
        seo_title: head.seo_title.clone(),
        seo_description: head.seo_description.clone(),
        options: option_drafts(&options, &values),
        variants: shown.clone().map(|(row, _)| row.draft.clone()).collect(),
        images: products::images(conn, id).await?,
    };
    let stock = shown.map(|(_, stock)| *stock).collect();
    let rows = all.into_iter().map(|(row, _)| row).collect();
    Ok(Some(assembled(&head, draft, stock, (options, values, rows))))
}

type Parts = (Vec<(OptionId, String)>, Vec<ValueRow>, Vec<StoredVariant>);

fn assembled(head: &Head, draft: ProductDraft, stock: Vec<(i64, i64)>, (options, values, rows): Parts) -> Stored {
    Stored {
        id: head.id,
        version: head.version,
        slug: head.slug.clone(),
        created_at: head.created_at,
        updated_at: head.updated_at,
        published_at: head.published_at,
        draft,
        stock,
        options,
        values,
        rows,
    }
}

fn option_drafts(options: &[(OptionId, String)], values: &[ValueRow]) -> Vec<OptionDraft> {
    let value = |row: &ValueRow| ValueDraft {
        value: row.value.clone(),
        swatch: row.swatch.clone(),
    };
    let draft = |(id, name): &(OptionId, String)| OptionDraft {
        name: name.clone(),
        values: values.iter().filter(|row| row.option_id == *id).map(value).collect(),
    };
    options.iter().map(draft).collect()
}

async fn rows(
    conn: &mut Conn,
    id: ProductId,
    options: &[(OptionId, String)],
    values: &[ValueRow],
) -> Result<Vec<(StoredVariant, (i64, i64))>, DbError> {
    let texts: HashMap<OptionValueId, &str> = values.iter().map(|row| (row.id, row.value.as_str())).collect();
    let mut chosen: HashMap<VariantId, Vec<(OptionId, OptionValueId)>> = HashMap::new();
    for (variant, option, value) in variants::chosen(conn, id).await? {
        chosen.entry(variant).or_default().push((option, value));
    }
    let rows = variants::variants(conn, id).await?;
    let made = rows.into_iter().map(|row| {
        let chosen = chosen.remove(&row.id).unwrap_or_default();
        let value_of = |(option, _): &(OptionId, String)| {
            let value = chosen
                .iter()
                .find(|(of, _)| of == option)
                .and_then(|(_, value)| texts.get(value));
            value.map_or_else(String::new, |text| (*text).to_owned())
        };
        let values: Vec<String> = options.iter().map(value_of).collect();
        let (position, low_at) = (row.position, row.low_at);
        let is_retired = position >= RETIRED;
        let stock = (row.on_hand, row.reserved);
        let (id, title) = (row.id, row.title.clone());
        (
            StoredVariant {
                id,
                draft: variant_draft(row, values),
                title,
                position,
                low_at,
                chosen,
                is_retired,
            },
            stock,
        )
    });
    Ok(made.collect())
}

fn variant_draft(row: VariantRow, values: Vec<String>) -> VariantDraft {
    VariantDraft {
        id: Some(row.id),
        sku: row.sku,
        barcode: row.barcode,
        values,
        price_minor: row.price_minor,
        was_minor: row.was_minor,
        cost_minor: row.cost_minor,
        weight_g: row.weight_g,
        image: row.image_id,
        is_active: row.is_active,
        needs_shipping: row.needs_shipping,
        may_backorder: row.may_backorder,
        opening_stock: 0,
    }
}

impl Stored {
    /// Whether saving `draft` would change nothing.
    pub fn is(&self, draft: &ProductDraft) -> bool {
        let mut plain = draft.clone();
        plain.slug = plain.slug.or_else(|| Some(self.slug.clone()));
        plain.options = self.with_known_swatches(draft);
        plain.categories = in_order(&plain.categories);
        for (variant, row) in plain.variants.iter_mut().zip(&self.draft.variants) {
            variant.id = row.id;
            variant.opening_stock = 0;
        }
        let mut own = self.draft.clone();
        own.categories = in_order(&own.categories);
        own == plain
    }

    /// The draft's options; a value without a colour keeps the one it has.
    pub(super) fn with_known_swatches(&self, draft: &ProductDraft) -> Vec<OptionDraft> {
        let mut options = draft.full_options();
        for option in &mut options {
            let Some(known) = self.draft.options.iter().find(|known| known.name == option.name) else {
                continue;
            };
            for value in option.values.iter_mut().filter(|value| value.swatch.is_empty()) {
                if let Some(same) = known.values.iter().find(|same| same.value == value.value) {
                    value.swatch.clone_from(&same.swatch);
                }
            }
        }
        options
    }
}

/// The own category first, the others in one order, whatever they were given in.
fn in_order(categories: &[wares_kernel::CategoryId]) -> Vec<wares_kernel::CategoryId> {
    let mut categories = categories.to_vec();
    if let Some((_, others)) = categories.split_first_mut() {
        others.sort_unstable_by_key(|id| id.uuid());
    }
    categories.dedup();
    categories
}

/// What the audit log tells about a product.
pub(super) fn told(draft: &ProductDraft) -> Value {
    let variant = |v: &VariantDraft| json!({ "options": v.values.join(" / "), "sku": v.sku, "price": v.price_minor, "was": v.was_minor, "for_sale": v.is_active });
    json!({
        "title": draft.title,
        "slug": draft.slug,
        "status": draft.status.word(),
        "brand": draft.brand,
        "description": super::description::plain_text(draft.description.as_html()).chars().take(200).collect::<String>(),
        "categories": draft.categories,
        "tags": draft.tags,
        "attributes": draft.attributes,
        "seo_title": draft.seo_title,
        "seo_description": draft.seo_description,
        "variants": draft.variants.iter().map(variant).collect::<Vec<_>>(),
        "images": draft.images.len(),
    })
}
