//! The fields of the index.
//!
//! To add a field: a member of [`Fields`], a line in [`Fields::build`], what is written into it in `encode.rs`, and a
//! higher [`VERSION`], so that shops rebuild their index.
//!
//! There is one field of text and not one a column: each word is written as often as its column weighs
//! (`encode::Weight`). That gives the BM25F score, saturating over all columns together, from a single list of
//! documents a word, which keeps a search over a million products short. What such a field cannot know (is the word in
//! the title, next to the other word, the head of the phrase) is told by `title` and judged in `rank.rs`.

use tantivy::schema::{FAST, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};

/// Grows whenever documents have to be put in anew.
pub(crate) const VERSION: u32 = 2;

/// A surface form (as opposed to a stem) in the field of text.
pub(crate) const SURFACE: char = '\u{1}';
/// Parts a facet's name from its value, and the parts of a category label.
pub(crate) const UNIT: char = '\u{1f}';
/// The "facet" that holds brands.
pub(crate) const BRAND: &str = "\u{1}b";
/// The "facet" that holds category ids.
pub(crate) const CATEGORY: &str = "\u{1}c";
/// What parts tags from brands among the marks.
pub(crate) const TAG: &str = "\u{1}t";

/// One token a line.
pub(crate) const LINES: &str = "lines";
/// One token a line, to be counted as often as its first byte says.
pub(crate) const WEIGHTED: &str = "weighted";

#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// The product's id, for replacing.
    pub(crate) key: Field,
    pub(crate) id_high: Field,
    pub(crate) id_low: Field,
    /// All words, stemmed, weighted.
    pub(crate) text: Field,
    /// Words of long values, stemmed: looked at when nothing else has all words.
    pub(crate) prose: Field,
    /// Words as written, of titles, brands, categories, tags and facet values: the vocabulary for spelling.
    pub(crate) word: Field,
    /// Runs of two or three words of titles, and brands: what to suggest.
    pub(crate) phrase: Field,
    /// SKUs and barcodes.
    pub(crate) code: Field,
    /// Name, id and path of each category.
    pub(crate) label: Field,
    /// Facet values, brands and categories, by `name UNIT value`.
    pub(crate) facet: Field,
    /// The brand, all tags and facet values, in small letters, by `name UNIT value`. Apart from the facets, so that nobody who counts those has to step over them.
    pub(crate) mark: Field,
    /// The words of the title in order, as numbers (`encode::TitleWord`).
    pub(crate) title_words: Field,
    /// The words of the innermost categories' names, as numbers.
    pub(crate) category_words: Field,
    pub(crate) title: Field,
    pub(crate) price_from: Field,
    pub(crate) price_to: Field,
    pub(crate) rating: Field,
    pub(crate) n_reviews: Field,
    pub(crate) in_stock: Field,
    pub(crate) on_sale: Field,
    pub(crate) popularity: Field,
    pub(crate) created_at: Field,
}

impl Fields {
    pub(crate) fn build() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let fast = NumericOptions::from(FAST);
        let fields = Self {
            key: schema.add_text_field("key", inverted(LINES, IndexRecordOption::Basic)),
            id_high: schema.add_u64_field("id_high", fast.clone()),
            id_low: schema.add_u64_field("id_low", fast.clone()),
            text: schema.add_text_field("text", inverted_with_lengths(WEIGHTED, IndexRecordOption::WithFreqs)),
            prose: schema.add_text_field("prose", inverted(LINES, IndexRecordOption::WithFreqs)),
            word: schema.add_text_field("word", inverted(LINES, IndexRecordOption::Basic)),
            phrase: schema.add_text_field("phrase", inverted(LINES, IndexRecordOption::Basic)),
            code: schema.add_text_field("code", inverted(LINES, IndexRecordOption::Basic)),
            label: schema.add_text_field("label", inverted(LINES, IndexRecordOption::Basic)),
            facet: schema.add_text_field("facet", inverted("raw", IndexRecordOption::Basic).set_fast("raw")),
            mark: schema.add_text_field("mark", inverted("raw", IndexRecordOption::Basic)),
            title_words: schema.add_u64_field("title_words", fast.clone()),
            category_words: schema.add_u64_field("category_words", fast.clone()),
            title: schema.add_text_field("title", TextOptions::default().set_stored()),
            price_from: schema.add_u64_field("price_from", fast.clone()),
            price_to: schema.add_u64_field("price_to", fast.clone()),
            rating: schema.add_u64_field("rating", fast.clone()),
            n_reviews: schema.add_u64_field("n_reviews", fast.clone()),
            in_stock: schema.add_bool_field("in_stock", fast.clone()),
            on_sale: schema.add_bool_field("on_sale", fast.clone()),
            popularity: schema.add_u64_field("popularity", fast.clone()),
            created_at: schema.add_i64_field("created_at", fast),
        };
        (schema.build(), fields)
    }
}

fn inverted(tokenizer: &str, record: IndexRecordOption) -> TextOptions {
    indexing(tokenizer, record, false)
}

fn inverted_with_lengths(tokenizer: &str, record: IndexRecordOption) -> TextOptions {
    indexing(tokenizer, record, true)
}

fn indexing(tokenizer: &str, record: IndexRecordOption, lengths: bool) -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(record)
            .set_fieldnorms(lengths),
    )
}
