//! What an import did, or would do.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::format::Format;
use super::problem::{Effect, Problem};
use super::read::Reader;

/// The most problems a report holds; beyond it they are only counted.
const PROBLEMS_MAX: usize = 10_000;

/// What an import did, or would do. As JSON it is what `wares import --json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Which program's form the file has.
    pub format: Format,
    /// Rows, lines or records that were read, without the header.
    pub rows: u64,
    /// Products that were, or would be, imported.
    pub products: u64,
    /// Their variants.
    pub variants: u64,
    /// Their pictures.
    pub images: u64,
    /// Everything there is to say, by line.
    pub errors: Vec<Problem>,
    /// How much there is to say, also of what `errors` has no room for.
    pub n_errors: u64,
    /// Products that were left out.
    pub left_out: u64,
    /// Products that are new.
    pub created: u64,
    /// Products that were there and differ.
    pub changed: u64,
    /// Products that were there as they are in the file.
    pub unchanged: u64,
    /// The encoding of the text, in lower case.
    pub encoding: String,
    /// What parts the cells; none for JSON lines.
    pub separator: Option<char>,
}

/// What happened to one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Created,
    /// It was there and differed.
    Changed,
    /// It was there already.
    Unchanged,
}

impl Report {
    pub(super) fn of(reader: &Reader) -> Self {
        Self::blank(reader.format(), reader.encoding().to_owned(), reader.separator())
    }

    /// The same file with nothing read of it yet.
    pub(super) fn fresh(&self) -> Self {
        Self::blank(self.format, self.encoding.clone(), self.separator)
    }

    fn blank(format: Format, encoding: String, separator: Option<char>) -> Self {
        Self {
            format,
            rows: 0,
            products: 0,
            variants: 0,
            images: 0,
            errors: Vec::new(),
            n_errors: 0,
            left_out: 0,
            created: 0,
            changed: 0,
            unchanged: 0,
            encoding,
            separator,
        }
    }

    /// Counts rows and what is said about them.
    pub(super) fn read(&mut self, rows: u64, is_left_out: bool, problems: &[Problem]) {
        self.rows += rows;
        self.left_out += u64::from(is_left_out);
        self.n_errors += problems.len() as u64;
        let room = PROBLEMS_MAX.saturating_sub(self.errors.len());
        self.errors.extend(problems.iter().take(room).cloned());
    }

    /// Counts a product that is, or would be, in the shop.
    pub(super) fn imported(&mut self, outcome: Outcome, n_variants: usize, n_images: usize) {
        self.products += 1;
        self.variants += n_variants as u64;
        self.images += n_images as u64;
        match outcome {
            Outcome::Created => self.created += 1,
            Outcome::Changed => self.changed += 1,
            Outcome::Unchanged => self.unchanged += 1,
        }
    }

    /// Everything there is to say as a table with a header, for a spreadsheet.
    pub fn problems_as_csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(["Line", "Column", "Value", "What to do", "Effect"])?;
        for problem in &self.errors {
            let effect = match problem.effect {
                Effect::LeftOut => "left out",
                Effect::Kept => "imported",
            };
            let line = problem.line.to_string();
            let [column, value] = [&problem.column, &problem.value].map(|cell| harmless(cell));
            table.write_record([line.as_str(), column.as_ref(), value.as_ref(), &problem.message, effect])?;
        }
        table.into_inner().map_err(|error| error.into_error().into())
    }

    /// Whether anything was left out.
    pub fn is_clean(&self) -> bool {
        self.left_out == 0
    }
}

/// A cell that a spreadsheet does not take for a formula: what stands in somebody's file must not run in it.
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}
