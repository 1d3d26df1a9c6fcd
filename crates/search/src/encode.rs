//! From a [`Document`] to the fields of the index.

use std::collections::BTreeSet;

use tantivy::TantivyDocument;
use uuid::Uuid;

use crate::document::{Category, Document};
use crate::schema::{BRAND, CATEGORY, Fields, SURFACE, TAG, UNIT};
use crate::text::{self, Gap, Word};
use crate::{Language, phrases};

/// How much a word counts, by the column it stands in. Chosen for catalogues in general: what a product is called
/// comes first, then what staff filed it under; long texts and values say what it is about but not what it is.
struct Weight;

impl Weight {
    const TITLE: u8 = 10;
    const CATEGORY: u8 = 6;
    const TAG: u8 = 5;
    const BRAND: u8 = 4;
    const CODE: u8 = 4;
    const DESCRIPTION: u8 = 3;
    const PARENT_CATEGORY: u8 = 2;
    const VALUE: u8 = 1;
}

/// Words of a description beyond these are not searched, so that no product grows without bound.
const LONGEST_DESCRIPTION: usize = 500;

pub(crate) fn encode(document: &Document, fields: &Fields, language: Language) -> TantivyDocument {
    let mut out = TantivyDocument::default();
    let (high, low) = document.id.as_u64_pair();
    out.add_text(fields.key, key_term(document.id));
    out.add_u64(fields.id_high, high);
    out.add_u64(fields.id_low, low);
    out.add_text(fields.title, &document.title);
    out.add_text(fields.text, weighted_text(document, language));
    out.add_text(fields.prose, lines(prose(document, language)));
    out.add_text(fields.word, lines(vocabulary(document)));
    out.add_text(fields.phrase, lines(phrases::of(document)));
    out.add_text(fields.code, lines(codes(document)));
    out.add_text(fields.label, lines(labels(document)));
    for facet in facets(document) {
        out.add_text(fields.facet, facet);
    }
    for mark in marks(document) {
        out.add_text(fields.mark, mark);
    }
    let brand = expand(text::words(&document.brand));
    for word in expand(text::words(&document.title)) {
        let is_brand = brand.iter().any(|brand| brand.text == word.text);
        out.add_u64(fields.title_words, TitleWord::encode(&word, is_brand, language));
    }
    for leaf in document.categories.iter().filter_map(|path| path.last()) {
        for word in category_words(&leaf.name, language) {
            out.add_u64(fields.category_words, word);
        }
    }
    add_figures(&mut out, document, fields);
    out
}

fn add_figures(out: &mut TantivyDocument, document: &Document, fields: &Fields) {
    if let Some(from) = document.price_from {
        out.add_u64(fields.price_from, from);
        out.add_u64(fields.price_to, document.price_to.unwrap_or(from).max(from));
    }
    out.add_u64(fields.rating, u64::from(document.rating_hundredths));
    out.add_u64(fields.n_reviews, u64::from(document.n_reviews));
    out.add_bool(fields.in_stock, document.in_stock);
    out.add_bool(fields.on_sale, document.on_sale);
    out.add_u64(fields.popularity, document.popularity);
    out.add_i64(fields.created_at, document.created_at);
}

fn lines(lines: impl IntoIterator<Item = String>) -> String {
    let mut joined = String::new();
    for line in lines {
        joined.push_str(&line);
        joined.push('\n');
    }
    joined
}

/// Words written as one (`wi-fi`, `TN-2110`) are followed by their joined form (`wifi`, `tn2110`).
pub(crate) fn expand(words: Vec<Word>) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::with_capacity(words.len() + 2);
    let mut run = String::new();
    let mut length = 0;
    for word in words {
        if word.gap != Gap::Tight {
            push_joined(&mut out, &run, length);
            run.clear();
            length = 0;
        }
        run.push_str(&word.text);
        length += 1;
        out.push(word);
    }
    push_joined(&mut out, &run, length);
    out
}

fn push_joined(out: &mut Vec<Word>, run: &str, length: usize) {
    if (2..=4).contains(&length) {
        out.push(Word {
            text: run.to_owned(),
            gap: Gap::Tight,
        });
    }
}

fn weighted_text(document: &Document, language: Language) -> String {
    let mut out = WeightedText {
        text: String::with_capacity(1024),
        language,
    };
    out.add(Weight::TITLE, &document.title, usize::MAX);
    out.add(Weight::BRAND, &document.brand, usize::MAX);
    for (category, is_leaf) in distinct_categories(document) {
        let weight = if is_leaf {
            Weight::CATEGORY
        } else {
            Weight::PARENT_CATEGORY
        };
        out.add(weight, &category.name, usize::MAX);
    }
    for tag in &document.tags {
        out.add(Weight::TAG, tag, usize::MAX);
    }
    for value in values(document).filter(|value| !is_prose(value)) {
        out.add(Weight::VALUE, value, usize::MAX);
    }
    for code in document.skus.iter().chain(&document.barcodes) {
        out.add(Weight::CODE, code, usize::MAX);
    }
    out.add(Weight::DESCRIPTION, &document.description, LONGEST_DESCRIPTION);
    out.text
}

fn values(document: &Document) -> impl Iterator<Item = &String> {
    document
        .facets
        .iter()
        .map(|facet| &facet.value)
        .chain(&document.details)
}

/// A value for reading (what is in the box, what it is compatible with) mentions things the product is not.
fn is_prose(value: &str) -> bool {
    value.len() > 80
}

fn prose(document: &Document, language: Language) -> BTreeSet<String> {
    values(document)
        .filter(|value| is_prose(value))
        .flat_map(|value| expand(text::words(value)))
        .map(|word| language.stem(&word.text))
        .collect()
}

struct WeightedText {
    text: String,
    language: Language,
}

impl WeightedText {
    fn add(&mut self, weight: u8, text: &str, at_most: usize) {
        let mut words = text::words(text);
        words.truncate(at_most);
        for word in expand(words) {
            self.add_word(weight, &word.text);
            if let Some(number) = text::measured(&word.text) {
                self.line(weight, None, number);
            }
        }
    }

    fn add_word(&mut self, weight: u8, word: &str) {
        let stem = self.language.stem(word);
        if stem != word {
            self.line(weight, Some(SURFACE), word);
        }
        self.line(weight, None, &stem);
    }

    fn line(&mut self, weight: u8, mark: Option<char>, word: &str) {
        self.text.push(char::from(b'0' + weight));
        self.text.extend(mark);
        self.text.push_str(word);
        self.text.push('\n');
    }
}

/// Every category above or at the end of a path, once, with whether it is an end.
fn distinct_categories(document: &Document) -> Vec<(&Category, bool)> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let leaves = document.categories.iter().filter_map(|path| path.last());
    for leaf in leaves {
        if seen.insert(leaf.id) {
            found.push((leaf, true));
        }
    }
    for category in document.categories.iter().flatten() {
        if seen.insert(category.id) {
            found.push((category, false));
        }
    }
    found
}

/// The words that typed words are compared with. Descriptions are left out: they are where the typing errors are.
fn vocabulary(document: &Document) -> BTreeSet<String> {
    let names = document.categories.iter().flatten().map(|c| &c.name);
    let values = document.facets.iter().map(|facet| &facet.value);
    [&document.title, &document.brand]
        .into_iter()
        .chain(names)
        .chain(values)
        .chain(&document.tags)
        .flat_map(|text| expand(text::words(text)))
        .map(|word| word.text)
        .filter(|word| word.len() >= 2)
        .collect()
}

fn codes(document: &Document) -> BTreeSet<String> {
    document
        .skus
        .iter()
        .chain(&document.barcodes)
        .map(|written| text::code(written))
        .filter(|code| !code.is_empty())
        .collect()
}

/// `name UNIT id UNIT path`: what a category is called and where it is.
fn labels(document: &Document) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in &document.categories {
        for (depth, category) in path.iter().enumerate() {
            let mut label = format!("{}{UNIT}{}", category.name, category.id.simple());
            for above in &path[..depth] {
                label.push(UNIT);
                label.push_str(&above.name);
            }
            found.insert(label.replace('\n', " "));
        }
    }
    found
}

fn facets(document: &Document) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = document
        .facets
        .iter()
        .filter(|facet| !facet.name.is_empty() && !facet.value.is_empty())
        .map(|facet| facet_term(&facet.name, &facet.value))
        .collect();
    if !document.brand.is_empty() {
        found.insert(facet_term(BRAND, &document.brand));
    }
    for (category, _) in distinct_categories(document) {
        found.insert(facet_term(CATEGORY, &category.id.simple().to_string()));
    }
    found
}

/// A facet value as one term. Names are free text, so the one character that parts them from values is taken out.
pub(crate) fn facet_term(name: &str, value: &str) -> String {
    let mut term = name.replace(UNIT, " ");
    term.push(UNIT);
    term.push_str(value);
    term
}

/// The brand, the tags, and facet values as if they were tags: `material:oak`.
fn marks(document: &Document) -> BTreeSet<String> {
    let facets = document
        .facets
        .iter()
        .map(|facet| format!("{}:{}", facet.name, facet.value));
    let tags = document.marks.iter().cloned().chain(facets);
    let mut marks: BTreeSet<String> = tags.map(|tag| mark_term(TAG, &tag)).collect();
    marks.insert(mark_term(BRAND, &document.brand));
    marks
}

/// A tag or a brand as a term, whatever its case.
pub(crate) fn mark_term(name: &str, mark: &str) -> String {
    facet_term(name, &mark.to_lowercase())
}

/// A product as a term.
pub(crate) fn key_term(id: Uuid) -> String {
    id.simple().to_string()
}

/// A title word as a number: the hash of its stem, the hash of its form, whether it is the
/// brand's name, and what ends a phrase.
pub(crate) struct TitleWord;

impl TitleWord {
    pub(crate) const BRAND: u64 = 1 << 59;
    pub(crate) const BREAK: u64 = 1 << 60;
    pub(crate) const PREPOSITION: u64 = 1 << 61;
    pub(crate) const JOINER: u64 = 1 << 62;
    pub(crate) const DIGITS: u64 = 1 << 63;

    fn encode(word: &Word, is_brand: bool, language: Language) -> u64 {
        let mut number = u64::from(stem_hash(&language.stem(&word.text)));
        number |= u64::from(form_hash(&word.text)) << 32;
        if is_brand {
            number |= Self::BRAND;
        }
        if word.gap == Gap::Break {
            number |= Self::BREAK;
        }
        if language.is_preposition(&word.text) {
            number |= Self::PREPOSITION;
        }
        if language.is_joiner(&word.text) {
            number |= Self::JOINER;
        }
        if word.text.bytes().any(|byte| byte.is_ascii_digit()) {
            number |= Self::DIGITS;
        }
        number
    }

    pub(crate) fn stem(number: u64) -> u32 {
        u32::try_from(number & 0xffff_ffff).unwrap_or_default()
    }

    pub(crate) fn form(number: u64) -> u32 {
        u32::try_from((number >> 32) & 0x07ff_ffff).unwrap_or_default()
    }
}

/// The words of a category's name as hashes of their stems; the head of each phrase ("bags" in "Laptop bags & cases",
/// and "cases") carries [`CategoryWord::HEAD`].
pub(crate) fn category_words(name: &str, language: Language) -> Vec<u64> {
    let mut out: Vec<u64> = Vec::new();
    let mut target = false;
    for word in text::words(name) {
        if language.is_preposition(&word.text) {
            mark_head(&mut out, target);
            target = true;
            continue;
        }
        if word.gap == Gap::Break || language.is_joiner(&word.text) || word.text == "and" {
            mark_head(&mut out, target);
        }
        if !language.is_stop_word(&word.text) {
            out.push(u64::from(stem_hash(&language.stem(&word.text))));
        }
    }
    mark_head(&mut out, target);
    out
}

/// What follows a preposition is a target and never a head.
fn mark_head(words: &mut [u64], is_target: bool) {
    if let Some(last) = words.last_mut()
        && !is_target
    {
        *last |= CategoryWord::HEAD;
    }
}

pub(crate) struct CategoryWord;

impl CategoryWord {
    pub(crate) const HEAD: u64 = 1 << 32;
}

pub(crate) fn stem_hash(word: &str) -> u32 {
    let hash = fnv(word);
    u32::try_from((hash >> 32) ^ (hash & 0xffff_ffff)).unwrap_or_default()
}

pub(crate) fn form_hash(word: &str) -> u32 {
    stem_hash(word) & 0x07ff_ffff
}

/// FNV-1a: the numbers are stored, so they must be the same in every build.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compounds_are_followed_by_their_joined_form() {
        let texts: Vec<String> = expand(text::words("Wi-Fi router TN-2110"))
            .into_iter()
            .map(|word| word.text)
            .collect();
        assert_eq!(texts, ["wi", "fi", "wifi", "router", "tn", "2110", "tn2110"]);
    }

    #[test]
    fn the_head_of_a_category_name_is_what_the_things_are() {
        let heads = |name: &str| -> Vec<u32> {
            category_words(name, Language::English)
                .into_iter()
                .filter(|word| word & CategoryWord::HEAD != 0)
                .map(TitleWord::stem)
                .collect()
        };
        let stems = |words: &[&str]| -> Vec<u32> {
            words
                .iter()
                .map(|word| stem_hash(&Language::English.stem(word)))
                .collect()
        };
        assert_eq!(heads("Laptop Bags & Cases"), stems(&["bags", "cases"]));
        assert_eq!(heads("Cases for phones"), stems(&["cases"]));
        assert_eq!(heads("Laptops"), stems(&["laptops"]));
    }

    #[test]
    fn a_surface_form_is_written_only_where_it_differs_from_the_stem() {
        let document = Document {
            title: "Red laptops".to_owned(),
            ..Document::default()
        };
        assert_eq!(
            weighted_text(&document, Language::English),
            ":red\n:\u{1}laptops\n:laptop\n"
        );
    }
}
