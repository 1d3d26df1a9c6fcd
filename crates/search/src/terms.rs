//! Reading the dictionaries of words that the segments keep.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::thread;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::{Field, Term};
use tantivy::{Searcher, SegmentReader};

use crate::Error;

/// No more entries than this are looked at for one prefix in one segment.
const LONGEST_SCAN: usize = 8_000;

/// Every term that at least `at_least` documents of a segment have, with the number of documents. The segments are read side by side:
/// a large catalogue has millions of terms, and its shop waits for this when it starts.
pub(crate) fn all(searcher: &Searcher, field: Field, at_least: u32) -> Result<HashMap<String, u64>, Error> {
    let of_each: Vec<_> = thread::scope(|scope| {
        let segments = searcher.segment_readers().iter();
        let reading: Vec<_> = segments
            .map(|segment| scope.spawn(move || all_of(segment, field, at_least)))
            .collect();
        let read = reading.into_iter().map(thread::ScopedJoinHandle::join);
        read.collect()
    });
    let mut found = HashMap::new();
    for of_one in of_each {
        for (term, n) in of_one.unwrap_or_else(|panic| resume_unwind(panic))? {
            *found.entry(term).or_default() += n;
        }
    }
    Ok(found)
}

fn all_of(segment: &SegmentReader, field: Field, at_least: u32) -> Result<HashMap<String, u64>, Error> {
    let mut found = HashMap::new();
    let index = segment.inverted_index(field)?;
    let mut terms = index.terms().stream()?;
    while let Some((term, info)) = terms.next() {
        if info.doc_freq >= at_least {
            add(&mut found, term, info.doc_freq);
        }
    }
    Ok(found)
}

/// Terms that begin with `prefix`.
pub(crate) fn beginning_with(searcher: &Searcher, field: Field, prefix: &str) -> Result<HashMap<String, u64>, Error> {
    let mut found = HashMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut terms = index.terms().range().ge(prefix).into_stream()?;
        let mut seen = 0;
        while let Some((term, info)) = terms.next() {
            if !term.starts_with(prefix.as_bytes()) || seen == LONGEST_SCAN {
                break;
            }
            seen += 1;
            add(&mut found, term, info.doc_freq);
        }
    }
    Ok(found)
}

/// Terms within a number of typing errors; two neighbouring letters swapped are one error.
pub(crate) fn close_to(
    searcher: &Searcher,
    field: Field,
    word: &str,
    n_errors: u8,
) -> Result<HashMap<String, u64>, Error> {
    // Made once and not for each segment: making it is a good part of the work.
    let similar = FuzzyTermQuery::new(Term::from_field_text(field, word), n_errors, true).automaton()?;
    let mut found = HashMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut terms = index.terms().search(&similar).into_stream()?;
        while let Some((term, info)) = terms.next() {
            add(&mut found, term, info.doc_freq);
        }
    }
    Ok(found)
}

/// The most frequent first; of equally frequent ones, in the order of the alphabet.
pub(crate) fn most_frequent(found: impl IntoIterator<Item = (String, u64)>) -> Vec<(String, u64)> {
    let mut found: Vec<(String, u64)> = found.into_iter().collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found
}

fn add(found: &mut HashMap<String, u64>, term: &[u8], n_documents: u32) {
    if let Ok(term) = std::str::from_utf8(term) {
        *found.entry(term.to_owned()).or_default() += u64::from(n_documents);
    }
}
