//! Reads the cells of one table and notes what is wrong with them.

use std::fmt::Display;
use std::sync::Arc;

use wares_kernel::{Currency, Money, Sku, Slug, text};

use super::cell::{self, WeightUnit};
use super::problem::Problems;
use super::product::{DESCRIPTION_MAX, Product, Stock};
use super::table::{Header, Record};
use crate::catalog::Attribute;
use crate::catalog::Description;

/// Where a column stands, if the table has it.
pub(super) type Column = Option<usize>;

/// The most characters of a short text: a tag, a brand, an option's value.
pub(super) const WORD_MAX: usize = 120;
/// The most characters of a text for search engines or of an alternative text.
pub(super) const LINE_MAX: usize = 1_000;

pub(super) struct Sheet {
    pub(super) header: Arc<Header>,
    pub(super) currency: Currency,
    pub(super) problems: Problems,
}

impl Sheet {
    pub(super) fn refuse(&mut self, row: &Record, column: Column, message: impl Display) {
        let name = column.map_or("", |column| self.header.name(column));
        self.problems.refuse(row.line, name, row.get(column), message);
    }

    pub(super) fn keep(&mut self, row: &Record, column: Column, message: impl Display) {
        let name = column.map_or("", |column| self.header.name(column));
        self.problems.keep(row.line, name, row.get(column), message);
    }

    /// One line of text of at most `limit` characters.
    pub(super) fn line(&mut self, row: &Record, column: Column, limit: usize) -> String {
        text::line(row.get(column), limit).unwrap_or_else(|error| {
            self.refuse(row, column, error);
            String::new()
        })
    }

    /// Texts between separators; empty ones and repetitions are dropped.
    pub(super) fn list(&mut self, row: &Record, column: Column, separator: char) -> Vec<String> {
        let mut list = Vec::new();
        for part in row.get(column).split(separator) {
            match text::line(part, WORD_MAX) {
                Ok(word) if word.is_empty() || list.contains(&word) => {}
                Ok(word) => list.push(word),
                Err(error) => self.refuse(row, column, error),
            }
        }
        list
    }

    /// A description, sanitised; says what had to be taken out.
    pub(super) fn description(&mut self, row: &Record, column: Column, html: &str) -> Description {
        let line = row.line;
        let name = column.map_or("", |column| self.header.name(column)).to_owned();
        description(&mut self.problems, line, &name, html)
    }

    /// An amount of the shop's currency; an empty cell is none.
    pub(super) fn money(&mut self, row: &Record, column: Column) -> Option<Money> {
        let cell = row.get(column);
        if cell.is_empty() {
            return None;
        }
        cell::amount(cell, self.currency)
            .map_err(|error| self.refuse(row, column, error))
            .ok()
    }

    /// Yes or no; an empty cell is neither.
    pub(super) fn flag(&mut self, row: &Record, column: Column) -> Option<bool> {
        let cell = row.get(column);
        let flag = cell::yes_no(cell);
        if flag.is_none() && !cell.is_empty() {
            self.refuse(row, column, "write yes or no");
        }
        flag
    }

    /// A weight in grams; an empty cell and zero are none.
    pub(super) fn weight(&mut self, row: &Record, column: Column, unit: WeightUnit) -> Option<i64> {
        let cell = row.get(column);
        if cell.is_empty() {
            return None;
        }
        let grams = cell::grams(cell, unit);
        if grams.is_none() {
            self.refuse(row, column, "write the weight in digits, such as 250");
        }
        grams.filter(|grams| *grams > 0)
    }

    /// A stock that is counted; an empty cell is nothing there.
    pub(super) fn stock(&mut self, row: &Record, column: Column) -> Stock {
        let cell = row.get(column);
        match cell::count(cell) {
            Some(pieces) if pieces >= 0 => return Stock::Counted(pieces),
            Some(_) => self.keep(row, column, "more was sold than there was: counted as 0"),
            None if cell.is_empty() => {}
            None => self.refuse(row, column, "write the stock as a whole number"),
        }
        Stock::Counted(0)
    }

    pub(super) fn sku(&mut self, row: &Record, column: Column) -> Option<Sku> {
        let cell = row.get(column);
        if cell.is_empty() {
            return None;
        }
        cell.parse().map_err(|error| self.refuse(row, column, error)).ok()
    }

    /// A slug from a cell that names one, or from whatever stands there.
    pub(super) fn slug(&mut self, row: &Record, column: Column) -> Slug {
        let cell = row.get(column);
        let lower = cell.to_ascii_lowercase();
        if let Ok(slug) = lower.parse() {
            return slug;
        }
        let slug = slug_of(cell);
        self.keep(row, column, format_args!("the address becomes {slug}"));
        slug
    }
}

/// A slug for any text: spelled in ASCII, or made of a fingerprint where nothing of it can be.
pub(super) fn slug_of(text: &str) -> Slug {
    Slug::from_title(text).unwrap_or_else(|| {
        let spelled = format!("p-{:016x}", fingerprint(text));
        spelled.parse().expect("p- and sixteen hexadecimal digits are a slug")
    })
}

/// A short number for a text, the same in every run.
pub(super) fn fingerprint(text: &str) -> u64 {
    // FNV-1a: stable by definition, which the standard library's hashes do not promise.
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

pub(super) fn description(problems: &mut Problems, line: u64, column: &str, html: &str) -> Description {
    if html.len() > DESCRIPTION_MAX {
        problems.refuse(line, column, html, "use at most 200 000 characters");
        return Description::default();
    }
    let (description, removed) = Description::from_html(html);
    if removed.active {
        problems.keep(
            line,
            column,
            html,
            "scripts, forms and frames were taken out of the description",
        );
    }
    if removed.media {
        problems.keep(
            line,
            column,
            html,
            "pictures and films inside the description were taken out; add them to the product's pictures",
        );
    }
    description
}

/// Addresses or file names in one cell, between commas. An address may itself have a comma: what does not begin like one
/// belongs to the one before it.
pub(super) fn sources(cell: &str) -> Vec<String> {
    let has_addresses = cell.contains("://");
    let mut sources: Vec<String> = Vec::new();
    for part in cell.split(',') {
        match sources.last_mut() {
            Some(last) if has_addresses && !part.trim_start().starts_with("http") => {
                last.push(',');
                last.push_str(part);
            }
            _ => sources.push(part.to_owned()),
        }
    }
    let trimmed = sources.iter().map(|source| source.trim().to_owned());
    trimmed.filter(|source| !source.is_empty()).collect()
}

/// Tags such as `material:oak` say an attribute; the others stay tags.
pub(super) fn split_tags(tags: Vec<String>) -> (Vec<String>, Vec<Attribute>) {
    let mut words = Vec::new();
    let mut attributes = Vec::new();
    for tag in tags {
        match tag.split_once(':') {
            Some((name, value)) if is_attribute(name, value) => {
                add_attribute(&mut attributes, name, &text::capital(value.trim()));
            }
            _ => words.push(tag),
        }
    }
    (words, attributes)
}

fn is_attribute(name: &str, value: &str) -> bool {
    let name = name.trim();
    name.chars().count() <= 40
        && name.starts_with(char::is_alphabetic)
        && !value.trim().is_empty()
        && !value.starts_with("//")
}

/// Adds a value under a name, once.
pub(super) fn add_attribute(attributes: &mut Vec<Attribute>, name: &str, value: &str) {
    let (name, value) = (text::capital(name.trim()), value.trim());
    if name.is_empty() || value.is_empty() {
        return;
    }
    match attributes
        .iter_mut()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(&name))
    {
        Some(attribute) if attribute.values.iter().any(|known| known == value) => {}
        Some(attribute) => attribute.values.push(value.to_owned()),
        None => attributes.push(Attribute {
            name,
            values: vec![value.to_owned()],
        }),
    }
}

/// What a mapper makes of a product's rows.
pub(super) struct Mapped {
    pub(super) product: Product,
    /// The file names the handle itself; otherwise it was made of the title and may be numbered.
    pub(super) handle_is_given: bool,
}
