//! From a product as a file describes it to the draft the catalogue takes.

use wares_kernel::{CategoryId, VariantId};

use super::pictures::Resolved;
use super::product::{Product, Stock, Variant};
use crate::catalog::{ImageDraft, OptionDraft, ProductDraft, Stored, ValueDraft, VariantDraft, Wanted, swatch};

/// What the file leaves open is left as it is: the address and the tax class of a product that is there, prices and pictures
/// the file does not give, categories it does not name.
pub(super) fn draft(
    product: &Product,
    pictures: &Resolved,
    categories: Vec<CategoryId>,
    before: Option<&Stored>,
) -> ProductDraft {
    let own = before.map(|before| &before.draft);
    let has_price = product.variants.iter().any(|variant| variant.price.is_some());
    let taxed = product.variants.iter().any(|variant| variant.is_taxable);
    let variant = |variant: &Variant| {
        variant_draft(
            variant,
            pictures,
            own.and_then(|own| counterpart(own, product, variant)),
        )
    };
    let images: Vec<ImageDraft> = product
        .pictures
        .iter()
        .filter_map(|picture| {
            Some(ImageDraft {
                image_id: *pictures.images.get(&picture.source)?,
                alt: picture.alt.clone(),
            })
        })
        .collect();
    ProductDraft {
        slug: if own.is_some() {
            None
        } else {
            Some(product.handle.clone())
        },
        title: product.title.clone(),
        description: product.description.clone(),
        brand: product.brand.clone(),
        tax_class: own.map_or_else(
            || if taxed { "standard" } else { "zero" }.to_owned(),
            |own| own.tax_class.clone(),
        ),
        categories: own
            .filter(|_| categories.is_empty())
            .map_or(categories, |own| own.categories.clone()),
        tags: product.tags.clone(),
        attributes: product.attributes.clone(),
        status: own.filter(|_| !has_price).map_or(product.status, |own| own.status),
        seo_title: product.seo_title.clone(),
        seo_description: product.seo_description.clone(),
        options: options(product),
        variants: product.variants.iter().map(variant).collect(),
        images: own
            .filter(|_| images.is_empty())
            .map_or(images, |own| own.images.clone()),
    }
}

/// The variant of the shop that a variant of the file is.
fn counterpart<'a>(own: &'a ProductDraft, product: &Product, variant: &Variant) -> Option<&'a VariantDraft> {
    let same_options = own.options.iter().map(|option| &option.name).eq(product.options.iter());
    let by_values = own
        .variants
        .iter()
        .find(|known| same_options && known.values == variant.values);
    by_values.or_else(|| {
        own.variants
            .iter()
            .find(|known| known.sku.is_some() && known.sku == variant.sku)
    })
}

fn variant_draft(variant: &Variant, pictures: &Resolved, own: Option<&VariantDraft>) -> VariantDraft {
    let price = variant.price.map(wares_kernel::Money::minor);
    let image = variant
        .picture
        .as_ref()
        .and_then(|source| pictures.images.get(source))
        .copied();
    let (opening_stock, is_counted) = match variant.stock {
        Stock::Counted(pieces) => (pieces, true),
        Stock::NotCounted => (0, false),
    };
    VariantDraft {
        id: None,
        sku: variant.sku.clone().or_else(|| own.and_then(|own| own.sku.clone())),
        barcode: variant.barcode.clone(),
        values: variant.values.clone(),
        price_minor: price.or(own.map(|own| own.price_minor)).unwrap_or(0),
        was_minor: variant.compare_at.map(wares_kernel::Money::minor),
        cost_minor: variant.cost.map(wares_kernel::Money::minor),
        weight_g: variant.weight_g.unwrap_or(0),
        image: image.or(own.and_then(|own| own.image)),
        is_active: price.is_some() || own.is_some_and(|own| own.is_active),
        needs_shipping: variant.needs_shipping,
        may_backorder: variant.is_backorderable || !is_counted,
        opening_stock,
    }
}

/// Values get colours where every value of an option is the name of one.
fn options(product: &Product) -> Vec<OptionDraft> {
    let option = |(at, name): (usize, &String)| {
        let mut values: Vec<&String> = Vec::new();
        for value in product.variants.iter().filter_map(|variant| variant.values.get(at)) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let all_colours = values.iter().all(|value| swatch(value).is_some());
        let draft = |value: &String| ValueDraft {
            value: value.clone(),
            swatch: swatch(value).filter(|_| all_colours).unwrap_or_default().to_owned(),
        };
        OptionDraft {
            name: name.clone(),
            values: values.into_iter().map(draft).collect(),
        }
    };
    product.options.iter().enumerate().map(option).collect()
}

/// The pictures to be fetched, with the variants they show. `ids` are the variants' in the order of the file.
pub(super) fn wanted(product: &Product, pictures: &Resolved, ids: &[VariantId]) -> Vec<Wanted> {
    let shows = |source: &String| {
        let pairs = product.variants.iter().zip(ids);
        pairs
            .filter(|(variant, _)| variant.picture.as_ref() == Some(source))
            .map(|(_, id)| *id)
            .collect()
    };
    let wanted = pictures.wanted.iter();
    wanted
        .map(|picture| Wanted {
            source: picture.source.clone(),
            alt: picture.alt.clone(),
            variants: shows(&picture.source),
        })
        .collect()
}
