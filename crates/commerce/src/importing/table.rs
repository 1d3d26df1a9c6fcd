//! A table of cells: finds the separator, the header and the lines, and forgives what shops' programs do to them.
//!
//! The parser is our own because every problem is reported with the line it stands on: line ends of all kinds,
//! blank lines and line ends inside cells must count right, and a quotation mark that is never closed must
//! not swallow the file.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

/// One row may hold this much: 4 MiB. More means a quotation mark that is never closed.
const ROW_MAX: usize = 4 << 20;
const COLUMNS_MAX: usize = 1_000;
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The names of the columns, as the file spells them and as they are looked up.
#[derive(Debug, Default)]
pub(super) struct Header {
    names: Vec<String>,
    keys: Vec<String>,
}

impl Header {
    fn new(head: &Record) -> Self {
        let names: Vec<String> = head.cells().map(|cell| cell.trim().to_owned()).collect();
        let keys = names.iter().map(|name| key(name)).collect();
        Self { names, keys }
    }

    /// The first column with one of these keys; earlier keys win.
    pub(super) fn find(&self, keys: &[&str]) -> Option<usize> {
        keys.iter()
            .find_map(|wanted| self.keys.iter().position(|key| key == wanted))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.find(&[key]).is_some()
    }

    pub(super) fn name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = (usize, &str)> {
        self.keys.iter().map(String::as_str).enumerate()
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }
}

/// `Variant Compare-at Price` and `variant compare at price ` are one column: lower case, words only.
pub(super) fn key(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// One row of the table, its cells end to end: many may have to wait for their product.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    /// The line of the file the row begins on, counted from 1.
    pub(super) line: u64,
    text: String,
    ends: Vec<usize>,
}

impl Record {
    /// The text of a cell: trimmed, and without the `'` that programs put before what looks like a formula or
    /// a number with leading zeros. Empty where the row is too short or the column is absent.
    pub(super) fn get(&self, column: impl Into<Option<usize>>) -> &str {
        let cell = column.into().map_or("", |column| self.cell(column).trim());
        match cell.strip_prefix('\'') {
            Some(rest) if rest.starts_with(is_guarded) => rest,
            _ => cell,
        }
    }

    fn cell(&self, column: usize) -> &str {
        let start = column
            .checked_sub(1)
            .map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(column).copied());
        range.and_then(|(start, end)| self.text.get(start..end)).unwrap_or("")
    }

    fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|column| self.cell(column))
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The first cell beyond the header that is not empty.
    pub(super) fn surplus(&self, columns: usize) -> Option<&str> {
        self.cells().skip(columns).map(str::trim).find(|cell| !cell.is_empty())
    }
}

fn is_guarded(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r')
}

/// Why a table cannot be read on.
#[derive(Debug, thiserror::Error)]
pub(super) enum TableError {
    #[error("the file is empty")]
    Empty,
    #[error("the file has more than {COLUMNS_MAX} columns")]
    TooManyColumns,
    #[error("the row on line {line} does not end: a quotation mark in it is never closed")]
    OpenQuote { line: u64 },
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Rows of a delimited text, one after the other.
pub(super) struct Table<R> {
    pub(super) header: Arc<Header>,
    separator: u8,
    input: BufReader<R>,
    line: u64,
    after_cr: bool,
}

impl<R: Read> Table<R> {
    pub(super) fn open(mut input: BufReader<R>) -> Result<Self, TableError> {
        let named = named_separator(input.fill_buf()?);
        let separator = named.unwrap_or(separator(input.fill_buf()?));
        let mut table = Self {
            header: Arc::default(),
            separator,
            input,
            line: 1,
            after_cr: false,
        };
        let mut head = table.next_record()?.ok_or(TableError::Empty)?;
        if named.is_some() {
            head = table.next_record()?.ok_or(TableError::Empty)?;
        }
        if head.len() > COLUMNS_MAX {
            return Err(TableError::TooManyColumns);
        }
        table.header = Arc::new(Header::new(&head));
        Ok(table)
    }

    pub(super) fn separator(&self) -> char {
        char::from(self.separator)
    }

    /// The next row that is not blank.
    pub(super) fn next_record(&mut self) -> Result<Option<Record>, TableError> {
        loop {
            match self.row()? {
                Some(row) if row.is_blank() => {}
                other => return Ok(other),
            }
        }
    }

    fn row(&mut self) -> Result<Option<Record>, TableError> {
        let line = self.line;
        let mut row = Row::new(self.separator);
        loop {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                return row.at_end(line);
            }
            let (used, ended) = row.feed(chunk, &mut self.line, &mut self.after_cr);
            self.input.consume(used);
            if ended {
                return Ok(Some(row.finish(line)));
            }
            if row.text.len() > ROW_MAX {
                return Err(TableError::OpenQuote { line });
            }
        }
    }
}

enum At {
    CellStart,
    Bare,
    Quoted,
    QuoteInQuoted,
}

/// A row while its bytes come in.
struct Row {
    separator: u8,
    at: At,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Row {
    fn new(separator: u8) -> Self {
        Self {
            separator,
            at: At::CellStart,
            text: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Takes bytes until the row ends; says how many it took.
    fn feed(&mut self, chunk: &[u8], line: &mut u64, after_cr: &mut bool) -> (usize, bool) {
        for (i, &byte) in chunk.iter().enumerate() {
            let follows_cr = std::mem::replace(after_cr, byte == b'\r');
            let line_ends = byte == b'\r' || byte == b'\n';
            if byte == b'\n' && follows_cr {
                if matches!(self.at, At::Quoted) {
                    self.text.push(byte);
                }
                continue;
            }
            *line += u64::from(line_ends);
            if self.take(byte, line_ends) {
                return (i + 1, true);
            }
        }
        (chunk.len(), false)
    }

    /// Takes one byte; true when the row ends with it.
    fn take(&mut self, byte: u8, line_ends: bool) -> bool {
        match (&self.at, byte) {
            (At::Quoted, b'"') => self.at = At::QuoteInQuoted,
            (At::Quoted, _) => self.text.push(byte),
            (_, _) if byte == self.separator => self.end_cell(),
            (_, _) if line_ends => return true,
            (At::CellStart, b'"') => self.at = At::Quoted,
            // Cells are trimmed anyway; skipping here lets a padded cell still be a quoted one.
            (At::CellStart | At::QuoteInQuoted, b' ' | b'\t') => {}
            (At::QuoteInQuoted, b'"') => {
                self.text.push(byte);
                self.at = At::Quoted;
            }
            (At::CellStart | At::QuoteInQuoted | At::Bare, _) => {
                self.text.push(byte);
                self.at = At::Bare;
            }
        }
        false
    }

    fn end_cell(&mut self) {
        self.ends.push(self.text.len());
        self.at = At::CellStart;
    }

    fn finish(mut self, line: u64) -> Record {
        self.end_cell();
        // The text comes out of a decoder, so it is UTF-8; were it not, the lengths would not fit and the row be empty.
        Record {
            line,
            text: String::from_utf8(self.text).unwrap_or_default(),
            ends: self.ends,
        }
    }

    fn at_end(self, line: u64) -> Result<Option<Record>, TableError> {
        match self.at {
            At::Quoted => Err(TableError::OpenQuote { line }),
            At::CellStart if self.ends.is_empty() => Ok(None),
            _ => Ok(Some(self.finish(line))),
        }
    }
}

/// A first line such as `sep=;`, which spreadsheets write to name the separator.
fn named_separator(head: &[u8]) -> Option<u8> {
    match head.strip_prefix(b"sep=")? {
        [separator, b'\r' | b'\n', ..] if separator.is_ascii() => Some(*separator),
        _ => None,
    }
}

/// The separator that stands most often in the first line, outside of quotes.
fn separator(head: &[u8]) -> u8 {
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut quoted = false;
    for &byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(i) = SEPARATORS.iter().position(|s| *s == byte) {
                    counts[i] += 1;
                }
            }
        }
    }
    let best = (0..SEPARATORS.len()).rev().max_by_key(|i| counts[*i]).unwrap_or(0);
    SEPARATORS[best]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str) -> Result<Table<&[u8]>, TableError> {
        Table::open(BufReader::new(text.as_bytes()))
    }

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut table = open(text).unwrap();
        let mut rows = Vec::new();
        while let Some(record) = table.next_record().unwrap() {
            rows.push((record.line, record.cells().map(str::to_owned).collect()));
        }
        rows
    }

    fn cells(row: &[&str]) -> Vec<String> {
        row.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn lines_count_right_across_blank_lines_and_cells_of_several_lines() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "1,\"x\ny\"", "", "2,z", "3,w"].join(end);
            let lines: Vec<u64> = rows(&text).iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [2, 5, 6], "line end {end:?}");
        }
    }

    #[test]
    fn quotes_may_stand_doubled_inside_and_padded_outside() {
        assert_eq!(
            rows("a,b\n \"say \"\"hi\"\"\" ,\"x, y\"\n"),
            [(2, cells(&["say \"hi\"", "x, y"]))]
        );
        assert_eq!(rows("a,b\n5\" pot,\"\"\n"), [(2, cells(&["5\" pot", ""]))]);
    }

    #[test]
    fn the_separator_is_found_in_the_header() {
        assert_eq!(rows("a;b;\"c,d,e\"\n1,5;2;3\n"), [(2, cells(&["1,5", "2", "3"]))]);
        assert_eq!(rows("a\tb\n1\t\n"), [(2, cells(&["1", ""]))]);
        assert_eq!(rows("sep=;\na;b\n1;2\n"), [(3, cells(&["1", "2"]))]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_said_with_its_line() {
        let mut table = open("a,b\n1,2\n3,\"x\n4,5\n").unwrap();
        table.next_record().unwrap();
        assert!(matches!(table.next_record(), Err(TableError::OpenQuote { line: 3 })));

        let endless = format!("a,b\n3,\"{}", "x".repeat(ROW_MAX + 2));
        let mut table = open(&endless).unwrap();
        assert!(matches!(table.next_record(), Err(TableError::OpenQuote { line: 2 })));
    }

    #[test]
    fn the_mark_before_a_number_or_formula_is_taken_off() {
        let mut table = open("a,b,c\n'000077,'=SUM(A1),'s Gravenhage\n").unwrap();
        let record = table.next_record().unwrap().unwrap();
        assert_eq!(
            [record.get(0), record.get(1), record.get(2)],
            ["000077", "=SUM(A1)", "'s Gravenhage"]
        );
    }

    #[test]
    fn names_of_columns_are_compared_by_their_words() {
        assert_eq!(key(" Variant Compare-at  Price "), "variant compare at price");
        assert_eq!(key("Attribute 1 value(s)"), "attribute 1 value s");
    }

    #[test]
    fn an_empty_file_is_refused() {
        assert!(matches!(open("").err(), Some(TableError::Empty)));
        assert!(matches!(open("\n\n").err(), Some(TableError::Empty)));
    }

    proptest::proptest! {
        #[test]
        fn what_a_careful_writer_wrote_is_read_back(table in proptest::collection::vec(proptest::collection::vec("[a-z\"',;\n é]{0,6}", 3), 1..8)) {
            let table: Vec<Vec<String>> = table.iter().map(|row| row.iter().map(|c| format!("x{c}x")).collect()).collect();
            let mut writer = csv::Writer::from_writer(b"a,b,c\n".to_vec());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let read: Vec<Vec<String>> = rows(&text).into_iter().map(|(_, cells)| cells).collect();
            proptest::prop_assert_eq!(read, table);
        }
    }
}
