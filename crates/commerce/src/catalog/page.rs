//! A product's page, and what stands at an address.

use wares_db::{Conn, DbError};
use wares_kernel::{ImageId, OptionId, OptionValueId, ProductId, Slug, VariantId};

use super::card::Photo;
use super::category::Category;
use super::draft::Attribute;
pub use super::store::reads::{SaleTerms, Shown, SoldVariant, Step};
use super::store::slugs::Kind;
use super::store::{categories, products, reads, slugs, variants};

/// An archived product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// Its id.
    pub id: ProductId,
    /// What it was called.
    pub title: String,
    /// The category it was in: its name and address.
    pub category: Option<(String, Slug)>,
}

/// What is found at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup<T> {
    /// It is here.
    Here(T),
    /// It has moved for good.
    Moved(Slug),
    /// A product that was sold here and is not any more.
    Gone(Former),
    /// Nothing is, or was.
    Nothing,
}

/// Everything a product's page shows of the catalogue.
#[derive(Debug, Clone)]
pub struct ProductView {
    /// The product itself.
    pub product: Shown,
    /// The way down to its own category.
    pub trail: Vec<Step>,
    /// What one can choose.
    pub options: Vec<OptionView>,
    /// Its variants for sale, in order.
    pub variants: Vec<VariantView>,
    /// Its pictures in order, the main one first.
    pub photos: Vec<(ImageId, Photo)>,
    /// Its properties.
    pub attributes: Vec<Attribute>,
}

/// An option with those of its values that some variant has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionView {
    /// Its id.
    pub id: OptionId,
    /// Its name.
    pub name: String,
    /// Its values in order.
    pub values: Vec<ValueView>,
}

/// A value one can choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueView {
    /// Its id.
    pub id: OptionValueId,
    /// Its text.
    pub value: String,
    /// Its colour, such as `#6e8a5a`; may be empty.
    pub swatch: String,
}

/// A variant with its values, one for each option of the page.
#[derive(Debug, Clone)]
pub struct VariantView {
    /// The variant.
    pub variant: SoldVariant,
    /// Its values in the order of the options.
    pub values: Vec<String>,
}

impl VariantView {
    /// Pieces that can be bought now; as many as one likes when it is not counted.
    pub fn available(&self) -> Option<i64> {
        (!self.variant.may_backorder).then(|| (self.variant.on_hand - self.variant.reserved).max(0))
    }
}

/// What stands at a product's address. Seven statements.
pub async fn product_at(conn: &mut Conn, slug: &Slug) -> Result<Lookup<ProductView>, DbError> {
    let Some(product) = reads::shown(conn, slug).await? else {
        return match former(conn, slug).await? {
            Some(former) => Ok(Lookup::Gone(former)),
            None => elsewhere(conn, Kind::Product, slug).await,
        };
    };
    let trail = match product.category {
        Some(category) => reads::trail(conn, category).await?,
        None => Vec::new(),
    };
    let (options, variants) = choices(conn, product.id).await?;
    let photos = reads::photos(conn, product.id)
        .await?
        .into_iter()
        .map(|own| (own.0, own.1))
        .collect();
    let attributes = products::attributes(conn, product.id).await?;
    Ok(Lookup::Here(ProductView {
        product,
        trail,
        options,
        variants,
        photos,
        attributes,
    }))
}

async fn former(conn: &mut Conn, slug: &Slug) -> Result<Option<Former>, DbError> {
    let Some((id, title, category)) = slugs::archived_at(conn, slug).await? else {
        return Ok(None);
    };
    let trail = match category {
        Some(category) => reads::trail(conn, category).await?,
        None => Vec::new(),
    };
    let category = trail.into_iter().next_back().map(|step| (step.name, step.slug));
    Ok(Some(Former { id, title, category }))
}

pub(super) async fn elsewhere<T>(conn: &mut Conn, kind: Kind, slug: &Slug) -> Result<Lookup<T>, DbError> {
    Ok(match slugs::moved(conn, kind, slug).await? {
        Some(new) if new != *slug => Lookup::Moved(new),
        _ => Lookup::Nothing,
    })
}

async fn choices(conn: &mut Conn, product: ProductId) -> Result<(Vec<OptionView>, Vec<VariantView>), DbError> {
    let options = variants::options(conn, product).await?;
    let sold = reads::sold(conn, product).await?;
    if options.is_empty() {
        return Ok((
            Vec::new(),
            sold.into_iter()
                .map(|variant| VariantView {
                    variant,
                    values: Vec::new(),
                })
                .collect(),
        ));
    }
    let values = variants::values(conn, product).await?;
    let chosen = variants::chosen(conn, product).await?;
    let is_used = |value: OptionValueId| {
        chosen
            .iter()
            .any(|(variant, _, of)| *of == value && sold.iter().any(|v| v.id == *variant))
    };
    let view = |(id, name): &(OptionId, String)| OptionView {
        id: *id,
        name: name.clone(),
        values: values
            .iter()
            .filter(|row| row.option_id == *id && is_used(row.id))
            .map(|row| ValueView {
                id: row.id,
                value: row.value.clone(),
                swatch: row.swatch.clone(),
            })
            .collect(),
    };
    let value_of = |variant: VariantId, option: OptionId| {
        let found = chosen.iter().find(|(of, by, _)| *of == variant && *by == option);
        let row = found.and_then(|(_, _, value)| values.iter().find(|row| row.id == *value));
        row.map_or_else(String::new, |row| row.value.clone())
    };
    let views = options.iter().map(view).collect();
    let variants = sold
        .iter()
        .map(|variant| VariantView {
            variant: variant.clone(),
            values: options
                .iter()
                .map(|(option, _)| value_of(variant.id, *option))
                .collect(),
        })
        .collect();
    Ok((views, variants))
}

/// A category's page: itself, the way down to it, and what stands under it.
#[derive(Debug, Clone)]
pub struct CategoryView {
    /// The category.
    pub category: Category,
    /// The way down to it, itself last.
    pub trail: Vec<Step>,
    /// The visible categories right below it.
    pub children: Vec<Category>,
    /// Its picture.
    pub photo: Option<Photo>,
}

/// What stands at a category's address. A hidden one stands nowhere.
pub async fn category_at(conn: &mut Conn, slug: &Slug) -> Result<Lookup<CategoryView>, DbError> {
    let Some(id) = slugs::at(conn, Kind::Category, slug).await? else {
        return elsewhere(conn, Kind::Category, slug).await;
    };
    let all = categories::all(conn).await?;
    let Some(category) = all
        .iter()
        .find(|category| category.id.uuid() == id && category.is_visible)
        .cloned()
    else {
        return Ok(Lookup::Nothing);
    };
    let trail = reads::trail(conn, category.id).await?;
    let photo = match category.image {
        Some(image) => reads::photo_of(conn, image).await?,
        None => None,
    };
    let children = all
        .into_iter()
        .filter(|child| child.parent == Some(category.id) && child.is_visible)
        .collect();
    Ok(Lookup::Here(CategoryView {
        category,
        trail,
        children,
        photo,
    }))
}

/// What carts, checkouts and orders need to know of variants, in the order of their ids; unknown ones are left out.
pub async fn sale_terms(conn: &mut Conn, variants: &[VariantId]) -> Result<Vec<SaleTerms>, DbError> {
    if variants.is_empty() {
        return Ok(Vec::new());
    }
    reads::terms(conn, variants).await
}

/// The variant of a product with these values, if it is for sale: what a form without a script chooses.
pub async fn variant_with(conn: &mut Conn, product: &Slug, values: &[String]) -> Result<Option<VariantId>, DbError> {
    let Some(product) = slugs::at(conn, Kind::Product, product).await? else {
        return Ok(None);
    };
    reads::by_title(conn, ProductId::new(product), &values.join(" / ")).await
}

/// The variant of a product with this SKU or barcode, however it is written: an exact hit of the search leads straight there. None if the
/// product has one variant only, which needs no choosing.
pub async fn variant_of_code(conn: &mut Conn, product: ProductId, typed: &str) -> Result<Option<VariantId>, DbError> {
    let plain = |code: &str| -> String {
        let signs = code.chars().filter(|c| c.is_alphanumeric());
        signs.flat_map(char::to_lowercase).collect()
    };
    let most = i64::try_from(super::draft::VARIANTS_MAX).unwrap_or(i64::MAX);
    let variants = reads::codes(conn, product, most).await?;
    let is_it = |code: &str| plain(code) == plain(typed);
    let found = variants
        .iter()
        .find(|(_, sku, barcode)| sku.as_deref().is_some_and(is_it) || is_it(barcode));
    Ok(found.filter(|_| variants.len() > 1).map(|(id, ..)| *id))
}
