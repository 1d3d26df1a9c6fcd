//! Phrases to suggest, in the order of their keys.

use tantivy::Searcher;
use tantivy::schema::Field;

use crate::schema::UNIT;
use crate::{Error, phrases, terms};

/// Entries looked at for one prefix.
const LONGEST_SCAN: usize = 20_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Letters and digits of each word, parted by spaces.
    pub(crate) key: String,
    pub(crate) shown: String,
    /// Products that have it, or times it was searched for.
    pub(crate) count: u64,
}

/// What the catalogue offers.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    entries: Vec<Entry>,
}

/// What people searched for.
#[derive(Debug, Default)]
pub(crate) struct Popular {
    entries: Vec<Entry>,
}

impl Dictionary {
    /// Reads the phrases of the index. In a large catalogue only those that enough products share, so that memory
    /// does not grow with the number of products.
    pub(crate) fn read(searcher: &Searcher, field: Field) -> Result<Self, Error> {
        let n = u32::try_from(searcher.num_docs()).unwrap_or(u32::MAX);
        let at_least = if n < 2_000 { 1 } else { 2.max(n / 20_000) };
        let entries = terms::all(searcher, field, at_least)?
            .into_iter()
            .filter_map(|(term, count)| {
                let (key, shown) = term.split_once(UNIT)?;
                Some(Entry {
                    key: key.to_owned(),
                    shown: shown.to_owned(),
                    count,
                })
            })
            .collect();
        Ok(Self {
            entries: sorted(entries),
        })
    }

    pub(crate) fn beginning_with(&self, prefix: &str, n: usize) -> Vec<Entry> {
        beginning_with(&self.entries, prefix, n)
    }
}

impl Popular {
    pub(crate) fn new(queries: impl IntoIterator<Item = (String, u64)>) -> Self {
        let entries = queries.into_iter().map(|(shown, count)| Entry {
            key: phrases::key_of(shown.trim()),
            shown,
            count,
        });
        Self {
            entries: sorted(entries.filter(|entry| !entry.key.is_empty()).collect()),
        }
    }

    pub(crate) fn beginning_with(&self, prefix: &str, n: usize) -> Vec<Entry> {
        beginning_with(&self.entries, prefix, n)
    }
}

/// In the order of keys; of several ways to write one, the most frequent.
fn sorted(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by(|a, b| {
        let by_key = a.key.cmp(&b.key);
        by_key
            .then_with(|| b.count.cmp(&a.count))
            .then_with(|| a.shown.cmp(&b.shown))
    });
    entries.dedup_by(|later, kept| later.key == kept.key);
    entries
}

fn beginning_with(entries: &[Entry], prefix: &str, n: usize) -> Vec<Entry> {
    let start = entries.partition_point(|entry| entry.key.as_str() < prefix);
    let mut found: Vec<&Entry> = entries[start..]
        .iter()
        .take_while(|entry| entry.key.starts_with(prefix))
        .take(LONGEST_SCAN)
        .collect();
    found.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
    found.into_iter().take(n).cloned().collect()
}
