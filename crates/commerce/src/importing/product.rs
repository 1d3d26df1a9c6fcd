//! A product as a file describes it: read, cleaned and checked, not yet in the shop.

use wares_kernel::{Money, Sku, Slug};

use crate::catalog::{Attribute, Description, Status};

/// The most bytes of a description as it stands in the file.
pub(super) const DESCRIPTION_MAX: usize = 200_000;

/// Everything a file says about one product.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// The line of the file it begins on.
    pub line: u64,
    /// What it is found again by when the file is imported a second time.
    pub handle: Slug,
    /// Its name.
    pub title: String,
    /// Its description, sanitised.
    pub description: Description,
    /// Who makes it; may be empty.
    pub brand: String,
    /// Paths from the root of the category tree; the first is the primary one.
    pub categories: Vec<Vec<String>>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// What can be filtered by: a name and its values.
    pub attributes: Vec<Attribute>,
    /// Whether it is shown.
    pub status: Status,
    /// The title for search engines; may be empty.
    pub seo_title: String,
    /// The description for search engines; may be empty.
    pub seo_description: String,
    /// The names of its options; empty when there is one variant without a choice.
    pub options: Vec<String>,
    /// What is sold: at least one.
    pub variants: Vec<Variant>,
    /// Its pictures in order.
    pub pictures: Vec<Picture>,
}

/// What is sold.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// The line of the file it stands on.
    pub line: u64,
    /// The shop's own code.
    pub sku: Option<Sku>,
    /// EAN, UPC or ISBN as it stands on the goods; may be empty.
    pub barcode: String,
    /// One value for each option, in their order.
    pub values: Vec<String>,
    /// What it costs. Absent: it cannot be sold yet.
    pub price: Option<Money>,
    /// What it cost before.
    pub compare_at: Option<Money>,
    /// What the shop pays for it.
    pub cost: Option<Money>,
    /// Its weight in grams, if it has one.
    pub weight_g: Option<i64>,
    /// How much there is.
    pub stock: Stock,
    /// Whether it is sold beyond what there is.
    pub is_backorderable: bool,
    /// Whether a parcel is sent for it.
    pub needs_shipping: bool,
    /// Whether tax is charged.
    pub is_taxable: bool,
    /// The source of the picture that shows it, one of the product's.
    pub picture: Option<String>,
}

/// How much of a variant there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stock {
    /// The shop does not count it.
    NotCounted,
    /// So many pieces.
    Counted(i64),
}

/// A picture, by the address or file name the file gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// `https://…` or a file name.
    pub source: String,
    /// What it shows, in words; may be empty.
    pub alt: String,
}
