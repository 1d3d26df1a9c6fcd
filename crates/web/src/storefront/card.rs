use serde::Serialize;

use super::Picture;

/// A product in a list.
#[derive(Debug, Clone, Serialize)]
pub struct Card {
    /// Its name.
    pub name: String,
    /// Its page.
    pub url: String,
    /// Its first picture, or its tile.
    pub picture: Picture,
    /// A second picture, shown on hover.
    pub second: Option<Picture>,
    /// One word on the picture: "New", "Sale".
    pub tag: Option<&'static str>,
    /// What it costs.
    pub price: PriceTag,
    /// What buyers think.
    pub rating: Option<RatingView>,
    /// What one can choose: "4 colours".
    pub choices: Option<String>,
    /// Shown only when there is little or nothing left.
    pub stock: Option<StockNote>,
}

/// A price as it is read.
#[derive(Debug, Clone, Serialize)]
pub struct PriceTag {
    /// "from " when variants cost different amounts, else empty.
    pub from_word: &'static str,
    /// The price.
    pub now: String,
    /// What it cost before.
    pub was: Option<String>,
}

/// An average with its count.
#[derive(Debug, Clone, Serialize)]
pub struct RatingView {
    /// One decimal place: "4.8".
    pub average: String,
    /// How many reviews.
    pub count: u64,
}

/// "Only 3 left", "Sold out".
#[derive(Debug, Clone, Serialize)]
pub struct StockNote {
    /// The words.
    pub text: String,
    /// Whether there is still something to hurry for.
    pub is_low: bool,
}

/// A category in a large list.
#[derive(Debug, Clone, Serialize)]
pub struct IndexEntry {
    /// Its name.
    pub name: String,
    /// Its page.
    pub url: String,
    /// How many products are in it and below it.
    pub count: u64,
    /// A picture of something in it.
    pub picture: Picture,
}
