//! A product as shoppers look for it.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use wares_kernel::{CategoryId, Instant, ProductId, text};
use wares_search::{Category, Document, Facet};

use crate::catalog::Node;
use crate::catalog::description::plain_text;

/// The way from the top of the tree to each visible category.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Paths(HashMap<CategoryId, Vec<Category>>);

impl Paths {
    /// From the tree, parents before their children.
    pub(super) fn of(tree: &[Node]) -> Self {
        let mut paths: HashMap<CategoryId, Vec<Category>> = HashMap::new();
        for node in tree.iter().filter(|node| node.category.is_visible) {
            let category = &node.category;
            let above = match category.parent {
                None => Some(Vec::new()),
                Some(parent) => paths.get(&parent).cloned(),
            };
            // Below a hidden one nothing is shown.
            let Some(mut path) = above else { continue };
            path.push(Category {
                id: category.id.uuid(),
                name: category.name.clone(),
            });
            paths.insert(category.id, path);
        }
        Self(paths)
    }

    pub(super) fn to(&self, category: CategoryId) -> Option<&Vec<Category>> {
        self.0.get(&category)
    }

    /// The categories whose way leads through `category` and is another one now.
    pub(super) fn changed(&self, now: &Self, category: CategoryId) -> BTreeSet<CategoryId> {
        let leads_through = |path: &Vec<Category>| path.iter().any(|step| step.id == category.uuid());
        let ids = self.0.iter().chain(&now.0);
        ids.filter(|(id, path)| leads_through(path) && self.0.get(id) != now.0.get(id))
            .map(|(id, _)| *id)
            .collect()
    }
}

wares_db::rows! {
    /// A product's own row.
    pub struct ProductRow {
        id: ProductId,
        title: String,
        brand: String,
        description_html: String,
        price_min_minor: i64,
        price_max_minor: i64,
        was_minor: Option<i64>,
        rating_sum: i64,
        n_ratings: i64,
        in_stock: bool,
        n_sold: i64,
        published_at: Option<Instant>,
        tags: Value,
    }
}

/// What belongs to some products, as rows that begin with the product.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) variants: Vec<(ProductId, Option<String>, String)>,
    pub(super) options: Vec<(ProductId, String, String)>,
    pub(super) attributes: Vec<(ProductId, String, String)>,
    pub(super) categories: Vec<(ProductId, CategoryId)>,
}

/// The rows of one product.
#[derive(Debug, Default)]
struct Own {
    skus: Vec<String>,
    barcodes: Vec<String>,
    facets: Vec<Facet>,
    details: Vec<String>,
    categories: Vec<CategoryId>,
}

/// A value of at most so many characters can be ticked; a longer one is only searched.
const FACET_MAX: usize = 40;
/// Attributes that hold numbers people search goods by.
const NUMBERS: [&str; 6] = ["mpn", "gtin", "ean", "isbn", "oem code", "part number"];

impl Own {
    /// Takes an attribute in. *Yes* is said by the name alone, and a bare number says nothing to somebody who searches.
    fn describe(&mut self, name: String, value: String) {
        if NUMBERS.contains(&name.to_lowercase().as_str()) {
            self.barcodes.push(value);
        } else if value.eq_ignore_ascii_case("yes") {
            self.details.push(name);
        } else if value.chars().count() > FACET_MAX {
            self.details.push(value);
        } else if !value.eq_ignore_ascii_case("no") && value.contains(char::is_alphabetic) {
            self.facets.push(Facet { name, value });
        }
    }
}

impl Rows {
    /// The documents of these products.
    pub(super) fn documents(self, products: Vec<ProductRow>, paths: &Paths) -> Vec<Document> {
        let mut by_product: HashMap<ProductId, Own> = HashMap::new();
        for (product, sku, barcode) in self.variants {
            let own = by_product.entry(product).or_default();
            own.skus.extend(sku);
            own.barcodes.extend((!barcode.is_empty()).then_some(barcode));
        }
        for (product, name, value) in self.options {
            let own = by_product.entry(product).or_default();
            own.facets.push(Facet { name, value });
        }
        for (product, name, value) in self.attributes {
            by_product.entry(product).or_default().describe(name, value);
        }
        for (product, category) in self.categories {
            by_product.entry(product).or_default().categories.push(category);
        }
        let documents = products.into_iter().map(|row| {
            let own = by_product.remove(&row.id).unwrap_or_default();
            document(row, own, paths)
        });
        documents.collect()
    }
}

fn document(row: ProductRow, own: Own, paths: &Paths) -> Document {
    let marks = row.tags.as_array().into_iter().flatten().filter_map(Value::as_str);
    let marks = marks.map(str::to_owned).collect();
    let (facet_tags, tags) = tags(&row.tags);
    let price = |minor: i64| u64::try_from(minor).ok();
    Document {
        id: row.id.uuid(),
        categories: own
            .categories
            .iter()
            .filter_map(|category| paths.to(*category).cloned())
            .collect(),
        skus: own.skus,
        barcodes: own.barcodes,
        facets: with_tags(own.facets, facet_tags),
        details: own.details,
        tags,
        marks,
        price_from: price(row.price_min_minor),
        price_to: price(row.price_max_minor),
        rating_hundredths: hundredths(row.rating_sum, row.n_ratings),
        n_reviews: u32::try_from(row.n_ratings).unwrap_or_default(),
        in_stock: row.in_stock,
        on_sale: row.was_minor.is_some_and(|was| was > row.price_min_minor),
        popularity: u64::try_from(row.n_sold).unwrap_or_default(),
        created_at: row.published_at.map_or(0, Instant::micros),
        title: row.title,
        brand: row.brand,
        description: plain_text(&row.description_html),
    }
}

/// Options and attributes; of the tags those whose name is neither.
fn with_tags(mut facets: Vec<Facet>, tags: Vec<Facet>) -> Vec<Facet> {
    let known: BTreeSet<String> = facets.iter().map(|facet| facet.name.to_lowercase()).collect();
    facets.extend(tags.into_iter().filter(|tag| !known.contains(&tag.name.to_lowercase())));
    facets
}

/// Tags such as `material:stoneware` are facets; the others are words.
fn tags(tags: &Value) -> (Vec<Facet>, Vec<String>) {
    let (mut facets, mut words) = (Vec::new(), Vec::new());
    for tag in tags.as_array().into_iter().flatten().filter_map(Value::as_str) {
        match tag.split_once(':') {
            Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => facets.push(Facet {
                name: text::capital(name.trim()),
                value: text::capital(value.trim()),
            }),
            _ => words.push(tag.to_owned()),
        }
    }
    (facets, words)
}

fn hundredths(sum: i64, count: i64) -> u32 {
    if count <= 0 {
        return 0;
    }
    u32::try_from(sum.saturating_mul(100) / count)
        .unwrap_or_default()
        .min(500)
}

#[cfg(test)]
mod unit {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn tags_with_a_colon_are_facets() {
        let (facets, words) = tags(&serde_json::json!(["ceramics", "material:stoneware", "odd:", ":x", 3]));
        assert_eq!(words, ["ceramics", "odd:", ":x"]);
        assert_eq!(
            facets,
            [Facet {
                name: "Material".into(),
                value: "Stoneware".into()
            }]
        );
    }

    #[test]
    fn attributes_are_ticked_searched_or_left_out() {
        let mut own = Own::default();
        for (name, value) in [
            ("Material", "stoneware"),
            ("OEM code", "C4872A"),
            ("Wireless", "yes"),
            ("Waterproof", "no"),
            ("Package width", "114"),
            (
                "Care",
                "Wash it by hand in lukewarm water and dry it with a soft cloth.",
            ),
        ] {
            own.describe(name.into(), value.into());
        }
        assert_eq!(
            own.facets,
            [Facet {
                name: "Material".into(),
                value: "stoneware".into()
            }]
        );
        assert_eq!(own.barcodes, ["C4872A"]);
        assert_eq!(
            own.details,
            [
                "Wireless",
                "Wash it by hand in lukewarm water and dry it with a soft cloth."
            ]
        );
    }

    #[test]
    fn an_average_has_two_decimals() {
        assert_eq!(hundredths(14, 3), 466);
        assert_eq!(hundredths(0, 0), 0);
    }

    #[test]
    fn a_way_that_stayed_is_not_changed() {
        let step = |n, name: &str| Category {
            id: Uuid::from_u128(n),
            name: name.into(),
        };
        let id = |n| CategoryId::new(Uuid::from_u128(n));
        let paths = |name: &str| {
            Paths(HashMap::from([
                (id(1), vec![step(1, name)]),
                (id(2), vec![step(1, name), step(2, "Cups")]),
                (id(3), vec![step(3, "Textiles")]),
            ]))
        };
        assert!(paths("Tableware").changed(&paths("Tableware"), id(1)).is_empty());
        assert_eq!(
            paths("Tableware").changed(&paths("Ceramics"), id(1)),
            BTreeSet::from([id(1), id(2)])
        );
    }
}
