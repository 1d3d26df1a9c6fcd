//! What goes into the index: one document a product.

use uuid::Uuid;

/// A product as shoppers look for it. The index keeps nothing that is shown except the title (for suggestions).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// The product's id; putting in a document replaces the one with the same id.
    pub id: Uuid,
    /// The name of the product.
    pub title: String,
    /// Maker or label; empty if there is none.
    pub brand: String,
    /// Each category the product is in, as the path from the root down to it.
    pub categories: Vec<Vec<Category>>,
    /// Plain text, without mark-up.
    pub description: String,
    /// The SKUs of all variants.
    pub skus: Vec<String>,
    /// GTIN, EAN, UPC, ISBN, manufacturer's part numbers.
    pub barcodes: Vec<String>,
    /// Option values and attributes a shopper may filter by. They are searched too.
    pub facets: Vec<Facet>,
    /// Attribute values that are only searched, such as "Dye-based ink".
    pub details: Vec<String>,
    /// Words staff gave the product so that it is found.
    pub tags: Vec<String>,
    /// All tags as staff wrote them, for lists made of one of them. They are neither searched nor counted.
    pub marks: Vec<String>,
    /// The cheapest variant's price in minor units; `None` if it has no price yet.
    pub price_from: Option<u64>,
    /// The dearest variant's price in minor units; `None` means the same as `price_from`.
    pub price_to: Option<u64>,
    /// Mean of the published reviews in hundredths of a star (0 if there are none, 500 at most).
    pub rating_hundredths: u32,
    /// Number of published reviews.
    pub n_reviews: u32,
    /// At least one variant can be bought now.
    pub in_stock: bool,
    /// At least one variant has a was-price.
    pub on_sale: bool,
    /// Any figure that grows with demand, such as pieces sold in ninety days.
    pub popularity: u64,
    /// When the product was first published, in microseconds since 1970 (UTC).
    pub created_at: i64,
}

/// One step of a category path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The category's id.
    pub id: Uuid,
    /// Its name, as shown.
    pub name: String,
}

/// A value of an option or attribute, such as colour: red.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Facet {
    /// The name of the option or attribute, as shown.
    pub name: String,
    /// The value, as shown.
    pub value: String,
}

/// A step towards the present state of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Put in or replace.
    Put(Box<Document>),
    /// Take out; nothing happens if it is not there.
    Remove(Uuid),
}
