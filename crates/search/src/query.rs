//! What can be asked and what is answered.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

/// A search, or, with empty text, a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// What the shopper typed.
    pub text: String,
    /// What was ticked.
    pub filters: Filters,
    /// The order of the hits.
    pub sort: Sort,
    /// The first page is 1; 0 is taken as 1.
    pub page: usize,
    /// Hits a page, at most [`Query::LARGEST_PAGE`].
    pub page_size: usize,
    /// Take every word as it is typed: no spelling correction ("Search instead for linnen").
    pub verbatim: bool,
    /// Which facets to count.
    pub count: Counting,
}

impl Query {
    /// More hits than this on one page are never given.
    pub const LARGEST_PAGE: usize = 1000;

    /// Everything, 24 a page.
    pub fn all() -> Self {
        Self {
            text: String::new(),
            filters: Filters::default(),
            sort: Sort::Relevance,
            page: 1,
            page_size: 24,
            verbatim: false,
            count: Counting::default(),
        }
    }

    /// A search for words, 24 hits a page.
    pub fn of(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::all()
        }
    }
}

/// Restrictions. Values of one facet are alternatives, different facets must all hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    /// What the list is made of before anything is ticked.
    pub base: Base,
    /// Any of these brands.
    pub brands: Vec<String>,
    /// Facet name to any of these values.
    pub facets: BTreeMap<String, Vec<String>>,
    /// Some variant costs at least this, in minor units.
    pub price_min: Option<u64>,
    /// Some variant costs at most this, in minor units.
    pub price_max: Option<u64>,
    /// At least this many hundredths of a star.
    pub rating_at_least: Option<u32>,
    /// Only what can be bought now.
    pub in_stock: bool,
    /// Only what is reduced.
    pub on_sale: bool,
}

/// What a list is made of: all of it must hold, and what does not is counted nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Base {
    /// Only products in this category or below it.
    pub category: Option<Uuid>,
    /// Only these products.
    pub only: Option<BTreeSet<Uuid>>,
    /// Only this brand, in whatever case.
    pub brand: Option<String>,
    /// Only what staff have tagged so, in whatever case; `material:oak` also stands for the facet value.
    pub tag: Option<String>,
    /// Some variant costs at least this, in minor units.
    pub price_min: Option<u64>,
    /// Some variant costs at most this, in minor units.
    pub price_max: Option<u64>,
    /// Only what is reduced.
    pub on_sale: bool,
    /// Only what was made at this instant or later, in the unit of `Document::created_at`.
    pub since: Option<i64>,
}

impl Base {
    /// A category and all below it.
    pub fn category(id: Uuid) -> Self {
        Self {
            category: Some(id),
            ..Self::default()
        }
    }
}

/// The order of hits. Equal ones come in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Best match first; without text the same as [`Sort::Featured`].
    #[default]
    Relevance,
    /// What can be bought first, then by popularity.
    Featured,
    /// The youngest first.
    Newest,
    /// The lowest price first; products without a price last.
    PriceAsc,
    /// The highest price first; products without a price last.
    PriceDesc,
    /// The best rated first. A mean of few reviews is drawn towards 3.5 stars.
    Rating,
}

/// How much to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counting {
    /// Which facets.
    pub facets: FacetChoice,
    /// At most this many values of a facet, the most frequent ones. Selected values are always among them.
    pub max_values: usize,
}

impl Default for Counting {
    fn default() -> Self {
        Self {
            facets: FacetChoice::Best(12),
            max_values: 60,
        }
    }
}

/// Which facets are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FacetChoice {
    /// Up to so many that cover most of the hits and can tell them apart.
    Best(usize),
    /// These, in this order, as far as any hit has them.
    Named(Vec<String>),
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hits {
    /// The page of product ids, in order.
    pub ids: Vec<Uuid>,
    /// Products that match the text and all filters.
    pub total: u64,
    /// The one product whose SKU or barcode was typed.
    pub exact: Option<Uuid>,
    /// What was done, or could be done, about the spelling.
    pub correction: Option<Correction>,
    /// Words that had to be left out because no product has all of them; `ids` and `total` are without them.
    pub dropped: Vec<String>,
    /// Nothing has any of the words, nor a likely correction of them: what is shown is only similar, such as bells for
    /// "doorbell".
    pub is_guess: bool,
    /// Few products have all words: others that have all but one, to be shown below and apart.
    pub also: Option<Also>,
    /// Counts for the filters.
    pub counts: Counts,
}

/// Products that match all words but one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Also {
    /// The best of them, in order; no more than a page.
    pub hits: Vec<AlsoHit>,
    /// How many there are.
    pub total: u64,
}

/// A product that lacks one of the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlsoHit {
    /// The product.
    pub id: Uuid,
    /// The word it lacks.
    pub lacks: String,
}

/// Spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correction {
    /// Nothing has the words as typed, so these were searched for: "Showing results for …".
    Applied(String),
    /// The words as typed were searched for, but perhaps these were meant: "Did you mean …?"
    Offered(String),
}

/// Counts over the hits. Each one disregards its own filter, so it tells what ticking another value would give.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Brands, the most frequent first.
    pub brands: Vec<ValueCount>,
    /// Categories (each with all above it), the most frequent first.
    pub categories: Vec<CategoryCount>,
    /// Facets in order of use.
    pub facets: Vec<FacetCount>,
    /// The lowest and the highest price in minor units.
    pub price: Option<PriceSpan>,
    /// Products rated at least 1, 2, 3 and 4 stars.
    pub rated_at_least: [u64; 4],
    /// Products that can be bought now.
    pub in_stock: u64,
    /// Reduced products.
    pub on_sale: u64,
}

/// The prices that occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceSpan {
    /// The lowest, in minor units.
    pub min: u64,
    /// The highest, in minor units.
    pub max: u64,
}

/// One facet with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    /// Its name.
    pub name: String,
    /// Its values, the most frequent first, then by name.
    pub values: Vec<ValueCount>,
    /// Values left out because there are too many.
    pub n_more: usize,
}

/// How many products have a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueCount {
    /// The value.
    pub value: String,
    /// Products.
    pub count: u64,
    /// It is one of the filters.
    pub selected: bool,
}

/// How many products are in a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CategoryCount {
    /// The category.
    pub id: Uuid,
    /// Products in it or below it.
    pub count: u64,
}

/// What to offer while somebody types.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suggestions {
    /// At most five searches, each with at least one hit.
    pub queries: Vec<Vec<Part>>,
    /// At most three categories.
    pub categories: Vec<CategoryHint>,
    /// At most four products.
    pub products: Vec<ProductHint>,
}

/// A category to jump to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryHint {
    /// The category.
    pub id: Uuid,
    /// Its name, in parts.
    pub name: Vec<Part>,
    /// The names above it, from the root.
    pub path: Vec<String>,
    /// Products in it or below it.
    pub count: u64,
}

/// A product to jump to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductHint {
    /// The product.
    pub id: Uuid,
    /// Its title, in parts.
    pub title: Vec<Part>,
}

/// A piece of a suggestion; the parts joined are its whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The text.
    pub text: String,
    /// It was not typed: what a page highlights.
    pub added: bool,
}

/// The whole text of a suggestion.
pub fn plain(parts: &[Part]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect()
}
