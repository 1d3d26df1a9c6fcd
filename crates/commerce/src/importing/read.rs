//! Reads a file product by product, whatever program wrote it, with the problems of each.

use std::io::{self, BufRead, BufReader, Read};
use std::vec;

use wares_kernel::Currency;

use super::check::{self, Names, Seen};
use super::format::Format;
use super::lines;
use super::plain::Plain;
use super::problem::{Problem, Problems};
use super::product::Product;
use super::sheet::{Mapped, Sheet};
use super::shopify::Shopify;
use super::source::{Source, Text};
use super::table::{Record, Table, TableError};
use super::vendure::Vendure;
use super::woocommerce::{Kind, Waiting, Woocommerce};

/// One product may have this many rows; more are counted but not kept.
const ROWS_MAX: usize = 2_000;
/// One line of JSON may be this long: 4 MiB.
const LINE_BYTES_MAX: u64 = 4 << 20;

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// The columns are of no known program, and there is no title with a price.
    #[error(
        "this is not a product file that is known here: it needs at least the columns Title and Price; it has {columns}"
    )]
    UnknownFormat {
        /// The names that were found.
        columns: String,
    },
    /// The table itself is broken.
    #[error("{0}")]
    Broken(String),
    /// The bytes could not be read.
    #[error("the file could not be read")]
    Io(#[from] io::Error),
}

impl From<TableError> for OpenError {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Empty => Self::Empty,
            TableError::Io(error) => Self::Io(error),
            TableError::OpenQuote { .. } | TableError::TooManyColumns => Self::Broken(error.to_string()),
        }
    }
}

/// What one step of reading found: the rows of one product.
#[derive(Debug)]
pub struct Step {
    /// The product, unless something about it is refused.
    pub product: Option<Product>,
    /// What is to be said about these rows.
    pub problems: Vec<Problem>,
    /// How many rows they are.
    pub rows: u64,
}

/// Products of a file, one after the other. Holds one product at a time, for `WooCommerce` also the variable ones.
pub struct Reader {
    format: Format,
    encoding: String,
    separator: Option<char>,
    sheet: Sheet,
    names: Names,
    seen: Seen,
    rows: Rows,
    /// Said once about the file as a whole, with the first product.
    opening: Vec<Problem>,
}

enum Rows {
    Groups {
        table: Table<Text>,
        mapper: Mapper,
        next: Option<Record>,
    },
    Woo {
        table: Table<Text>,
        mapper: Box<Woocommerce>,
        waiting: Waiting,
    },
    Settled {
        mapper: Box<Woocommerce>,
        products: vec::IntoIter<(Record, Vec<Record>)>,
        orphans: vec::IntoIter<Record>,
    },
    Lines {
        input: BufReader<Text>,
        line: u64,
        foreign: Vec<Currency>,
    },
    Ended,
}

enum Mapper {
    Shopify(Box<Shopify>),
    Vendure(Vendure),
    Plain(Plain),
}

/// The rows of one product, before they are checked.
struct Found {
    mapped: Option<Mapped>,
    rows: u64,
}

impl Reader {
    /// Finds out what the file is. Prices are amounts of `currency`, the shop's.
    pub fn open(source: impl Source, currency: Currency) -> Result<Self, OpenError> {
        let text = Text::open(source)?;
        let encoding = text.encoding();
        let mut input = BufReader::with_capacity(64 << 10, text);
        if first_byte(&mut input)? == Some(b'{') {
            return Ok(Self::of_lines(input, encoding, currency));
        }
        Self::of_table(input, encoding, currency)
    }

    fn of_lines(input: BufReader<Text>, encoding: String, currency: Currency) -> Self {
        let header = std::sync::Arc::default();
        Self {
            format: Format::JsonLines,
            encoding,
            separator: None,
            sheet: Sheet {
                header,
                currency,
                problems: Problems::default(),
            },
            names: lines::names(),
            seen: Seen::default(),
            rows: Rows::Lines {
                input,
                line: 0,
                foreign: Vec::new(),
            },
            opening: Vec::new(),
        }
    }

    fn of_table(input: BufReader<Text>, encoding: String, currency: Currency) -> Result<Self, OpenError> {
        let mut table = Table::open(input)?;
        let header = table.header.clone();
        let Some(format) = Format::of_table(&header) else {
            let columns: Vec<&str> = (0..header.len().min(12)).map(|column| header.name(column)).collect();
            return Err(OpenError::UnknownFormat {
                columns: columns.join(", "),
            });
        };
        let separator = Some(table.separator());
        let mut sheet = Sheet {
            header: header.clone(),
            currency,
            problems: Problems::default(),
        };
        let (names, rows) = if format == Format::Woocommerce {
            let mapper = Box::new(Woocommerce::of(&header));
            let waiting = Waiting::default();
            (mapper.names(&header), Rows::Woo { table, mapper, waiting })
        } else {
            let mapper = Mapper::of(format, &header);
            if mapper.lacks_stock() {
                let message = "the file counts stock but has no column for it: everything counted begins at 0";
                sheet.problems.keep(1, "", "", message);
            }
            let next = table.next_record()?;
            (mapper.names(&header), Rows::Groups { table, mapper, next })
        };
        let opening = sheet.problems.take();
        Ok(Self {
            format,
            encoding,
            separator,
            sheet,
            names,
            seen: Seen::default(),
            rows,
            opening,
        })
    }

    /// Which program's form it is.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The encoding of its text, in lower case: `utf-8`, `windows-1250`.
    pub fn encoding(&self) -> &str {
        &self.encoding
    }

    /// What parts its cells; none for JSON lines.
    pub fn separator(&self) -> Option<char> {
        self.separator
    }

    fn step(&mut self) -> Option<Step> {
        let found = match &mut self.rows {
            Rows::Groups { table, mapper, next } => group(table, mapper, next, &mut self.sheet),
            Rows::Woo { table, mapper, waiting } => woo(table, mapper, waiting, &mut self.sheet),
            Rows::Settled {
                mapper,
                products,
                orphans,
            } => Ok(settled(mapper, products, orphans, &mut self.sheet)),
            Rows::Lines { input, line, foreign } => json(input, line, foreign, &mut self.sheet),
            Rows::Ended => return None,
        };
        match found {
            Ok(Some(found)) => Some(self.checked(found)),
            Ok(None) => {
                self.rows = std::mem::replace(&mut self.rows, Rows::Ended).after();
                self.step()
            }
            Err(error) => Some(self.broken(&error)),
        }
    }

    fn checked(&mut self, found: Found) -> Step {
        let problems = &mut self.sheet.problems;
        let mut product = None;
        if let Some(mut mapped) = found.mapped {
            check::number_variants(&mut mapped.product, problems);
            check::check(&mut mapped.product, &self.names, problems);
            self.seen.check(&mut mapped, &self.names, problems);
            product = Some(mapped.product);
        }
        let product = product.filter(|_| !problems.has_refusal());
        let mut said = std::mem::take(&mut self.opening);
        said.extend(problems.take());
        Step {
            product,
            problems: said,
            rows: found.rows,
        }
    }

    /// The rest of the file cannot be read: what came before is kept, and the report says where it ends.
    fn broken(&mut self, error: &TableError) -> Step {
        self.rows = Rows::Ended;
        let line = if let TableError::OpenQuote { line } = error {
            *line
        } else {
            0
        };
        self.sheet
            .problems
            .refuse(line, "", "", format_args!("{error}; nothing after it was read"));
        Step {
            product: None,
            problems: self.sheet.problems.take(),
            rows: 1,
        }
    }
}

impl Iterator for Reader {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        self.step()
    }
}

impl Rows {
    /// What follows when these rows have come to their end.
    fn after(self) -> Self {
        match self {
            Self::Woo { mapper, waiting, .. } => {
                let (products, orphans) = waiting.settle(&mapper);
                Self::Settled {
                    mapper,
                    products: products.into_iter(),
                    orphans: orphans.into_iter(),
                }
            }
            _ => Self::Ended,
        }
    }
}

impl Mapper {
    fn of(format: Format, header: &super::table::Header) -> Self {
        match format {
            Format::Shopify => Self::Shopify(Box::new(Shopify::of(header))),
            Format::Vendure => Self::Vendure(Vendure::of(header)),
            Format::Plain | Format::Woocommerce | Format::JsonLines => Self::Plain(Plain::of(header)),
        }
    }

    fn names(&self, header: &super::table::Header) -> Names {
        match self {
            Self::Shopify(mapper) => mapper.names(header),
            Self::Vendure(mapper) => mapper.names(header),
            Self::Plain(mapper) => mapper.names(header),
        }
    }

    fn lacks_stock(&self) -> bool {
        matches!(self, Self::Shopify(mapper) if mapper.lacks_stock())
    }

    fn continues(&self, first: &Record, row: &Record) -> bool {
        match self {
            Self::Shopify(mapper) => mapper.continues(first, row),
            Self::Vendure(mapper) => mapper.continues(row),
            Self::Plain(mapper) => mapper.continues(first, row),
        }
    }

    fn product(&self, rows: &[Record], sheet: &mut Sheet) -> Mapped {
        match self {
            Self::Shopify(mapper) => mapper.product(rows, sheet),
            Self::Vendure(mapper) => mapper.product(rows, sheet),
            Self::Plain(mapper) => mapper.product(rows, sheet),
        }
    }
}

type FoundOrEnd = Result<Option<Found>, TableError>;

/// The rows that belong to the one waiting in `next`.
fn group(table: &mut Table<Text>, mapper: &Mapper, next: &mut Option<Record>, sheet: &mut Sheet) -> FoundOrEnd {
    let Some(first) = next.take() else { return Ok(None) };
    let mut rows = vec![first];
    let mut count = 1;
    let broken = loop {
        match table.next_record() {
            Ok(Some(row)) if mapper.continues(&rows[0], &row) => {
                count += 1;
                if rows.len() < ROWS_MAX {
                    rows.push(row);
                }
            }
            Ok(other) => {
                *next = other;
                break None;
            }
            Err(error) => break Some(error),
        }
    };
    if let Some(error) = broken {
        // The product before the break may be cut short, so it is left out with it.
        sheet.refuse(
            &rows[0],
            None,
            "this product may not be complete: the file breaks off behind it",
        );
        return Err(error);
    }
    for row in &rows {
        check_length(row, sheet);
    }
    if count > rows.len() as u64 {
        sheet.refuse(&rows[0], None, "a product has at most 2 000 rows");
    }
    Ok(Some(Found {
        mapped: Some(mapper.product(&rows, sheet)),
        rows: count,
    }))
}

/// A row may be shorter than the header, or longer by empty cells; anything else has slipped.
fn check_length(row: &Record, sheet: &mut Sheet) {
    let columns = sheet.header.len();
    if let Some(cell) = row.surplus(columns) {
        let cell = cell.to_owned();
        sheet.problems.refuse(
            row.line,
            "",
            &cell,
            "this row has more cells than the header: a separator inside a text needs quotation marks around the text",
        );
    } else if row.len() != columns {
        let message = format!(
            "this row has {} cells, the header {columns}: missing ones count as empty",
            row.len()
        );
        sheet.problems.keep(row.line, "", "", message);
    }
}

fn woo(table: &mut Table<Text>, mapper: &Woocommerce, waiting: &mut Waiting, sheet: &mut Sheet) -> FoundOrEnd {
    while let Some(row) = table.next_record()? {
        match mapper.kind(&row) {
            Some(Kind::Variable) => waiting.add_product(row.clone(), mapper.calls(&row)),
            Some(Kind::Variation) => waiting.add_variation(row),
            Some(Kind::Simple | Kind::Grouped | Kind::External) => {
                check_length(&row, sheet);
                return Ok(Some(Found {
                    mapped: Some(mapper.product(&row, &[], sheet)),
                    rows: 1,
                }));
            }
            None => {
                mapper.refuse_kind(&row, sheet);
                return Ok(Some(Found { mapped: None, rows: 1 }));
            }
        }
    }
    Ok(None)
}

fn settled(
    mapper: &Woocommerce,
    products: &mut vec::IntoIter<(Record, Vec<Record>)>,
    orphans: &mut vec::IntoIter<Record>,
    sheet: &mut Sheet,
) -> Option<Found> {
    if let Some((row, variations)) = products.next() {
        for row in std::iter::once(&row).chain(&variations) {
            check_length(row, sheet);
        }
        let product = mapper.product(&row, &variations, sheet);
        return Some(Found {
            mapped: Some(product),
            rows: 1 + variations.len() as u64,
        });
    }
    mapper.refuse_orphan(&orphans.next()?, sheet);
    Some(Found { mapped: None, rows: 1 })
}

fn json(input: &mut BufReader<Text>, line: &mut u64, foreign: &mut Vec<Currency>, sheet: &mut Sheet) -> FoundOrEnd {
    let mut text = String::new();
    loop {
        text.clear();
        *line += 1;
        if input.by_ref().take(LINE_BYTES_MAX).read_line(&mut text)? == 0 {
            return Ok(None);
        }
        if text.len() as u64 == LINE_BYTES_MAX {
            return Err(TableError::Io(io::Error::other("a line is longer than 4 MiB")));
        }
        if !text.trim().is_empty() {
            break;
        }
    }
    note_currency(&text, *line, foreign, sheet);
    let mapped = lines::product(*line, text.trim(), sheet.currency, &mut sheet.problems);
    Ok(Some(Found { mapped, rows: 1 }))
}

/// Amounts in another currency are taken as they stand, which is said once for each currency.
fn note_currency(text: &str, line: u64, foreign: &mut Vec<Currency>, sheet: &mut Sheet) {
    let Some(currency) = lines::currency(text) else { return };
    if currency == sheet.currency || foreign.contains(&currency) {
        return;
    }
    foreign.push(currency);
    let message = format!(
        "prices are in {} but the shop sells in {}: the figures are taken as they stand",
        currency.code(),
        sheet.currency.code()
    );
    sheet.problems.keep(line, "currency", currency.code(), message);
}

/// The first byte that is not white space, without taking any.
fn first_byte(input: &mut BufReader<Text>) -> io::Result<Option<u8>> {
    Ok(input
        .fill_buf()?
        .iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace()))
}
