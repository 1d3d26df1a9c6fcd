//! The index as of one commit: what a search reads.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tantivy::columnar::Column;
use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentReader, Term};
use uuid::Uuid;

use crate::columns::{self, Facets, Figures};
use crate::dictionary::Dictionary;
use crate::facet_table::{FacetTable, NameId};
use crate::labels::Labels;
use crate::schema::Fields;
use crate::{Error, Language, terms};

pub(crate) struct View {
    pub(crate) searcher: Searcher,
    pub(crate) fields: Fields,
    pub(crate) language: Language,
    pub(crate) segments: Vec<Arc<Segment>>,
    pub(crate) table: Arc<RwLock<FacetTable>>,
    /// The facet of each value of the table.
    pub(crate) names: Arc<Vec<NameId>>,
    pub(crate) labels: Labels,
    /// Hashes of the stems of nouns that name a product.
    pub(crate) nouns: Arc<HashSet<u32>>,
    pub(crate) dictionary: Arc<Dictionary>,
    /// Words that were looked for with typing errors allowed, and what was found.
    similar: Mutex<HashMap<(String, u8), Similar>>,
}

/// Words like another, the most frequent first, each with the number of products that have it.
pub(crate) type Similar = Arc<Vec<(String, u64)>>;

/// So many words are remembered with what is similar to them.
const SIMILAR_KEPT: usize = 256;

/// What is read of the products of one segment.
pub(crate) struct Segment {
    id: SegmentId,
    pub(crate) facets: Facets,
    figures: Vec<Figures>,
    products: Vec<Uuid>,
    pub(crate) title_words: Column<u64>,
    pub(crate) category_words: Column<u64>,
}

impl View {
    /// Reads what is new since `before`.
    pub(crate) fn of(
        searcher: Searcher,
        fields: Fields,
        language: Language,
        before: Option<&Self>,
        dictionary: Arc<Dictionary>,
    ) -> Result<Self, Error> {
        let kept = before.filter(|before| !before.is_littered(&searcher));
        let table = kept.map_or_else(Arc::default, |view| view.table.clone());
        let known: HashMap<SegmentId, &Arc<Segment>> = kept
            .iter()
            .flat_map(|view| &view.segments)
            .map(|segment| (segment.id, segment))
            .collect();
        let mut segments = Vec::new();
        for reader in searcher.segment_readers() {
            segments.push(match known.get(&reader.segment_id()) {
                Some(segment) => Arc::clone(segment),
                None => Arc::new(Segment::open(reader, &table)?),
            });
        }
        write(&table).put_in_order();
        let names = Arc::new(read(&table).name_of_each());
        let labels = Labels::read(&searcher, fields.label)?;
        let nouns = Arc::new(labels.nouns(language));
        Ok(Self {
            searcher,
            fields,
            language,
            segments,
            table,
            names,
            labels,
            nouns,
            dictionary,
            similar: Mutex::default(),
        })
    }

    /// Words of products within a number of typing errors of one. A search asks for the same more than once, and the next page and every
    /// filter ask again; to look through the words of a large catalogue takes longer than all the rest of a search.
    pub(crate) fn similar(&self, word: &str, n_errors: u8) -> Result<Similar, Error> {
        let asked = (word.to_owned(), n_errors);
        if let Some(found) = self.remembered().get(&asked) {
            return Ok(Arc::clone(found));
        }
        let found = terms::close_to(&self.searcher, self.fields.word, word, n_errors)?;
        let found: Similar = Arc::new(terms::most_frequent(found));
        let mut remembered = self.remembered();
        if remembered.len() >= SIMILAR_KEPT {
            remembered.clear();
        }
        remembered.insert(asked, Arc::clone(&found));
        Ok(found)
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<(String, u8), Similar>> {
        self.similar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The table holds mostly values that no product has any more.
    fn is_littered(&self, searcher: &Searcher) -> bool {
        let in_use: usize = self.segments.iter().map(|s| s.facets.n_values).sum();
        searcher.num_docs() > 0 && read(&self.table).len() > 2 * in_use + 10_000
    }

    /// Documents, counting those taken out since the last merge: what BM25 compares with.
    pub(crate) fn n_documents(&self) -> u64 {
        let readers = self.searcher.segment_readers().iter();
        readers.map(|reader| u64::from(reader.max_doc())).sum()
    }

    /// Documents with a word, counting those taken out since the last merge.
    pub(crate) fn n_with(&self, term: &Term) -> Result<u64, Error> {
        Ok(self.searcher.doc_freq(term)?)
    }
}

impl Segment {
    fn open(reader: &SegmentReader, table: &RwLock<FacetTable>) -> Result<Self, Error> {
        Ok(Self {
            id: reader.segment_id(),
            facets: Facets::read(reader, table)?,
            figures: columns::figures(reader)?,
            products: columns::products(reader)?,
            title_words: columns::numbers(reader, "title_words")?,
            category_words: columns::numbers(reader, "category_words")?,
        })
    }

    pub(crate) fn figures(&self, doc: DocId) -> &Figures {
        &self.figures[doc as usize]
    }

    pub(crate) fn product(&self, doc: DocId) -> Uuid {
        self.products[doc as usize]
    }
}

/// A thread that panicked while it added a value left the table as it was, so it can be used on.
pub(crate) fn read(table: &RwLock<FacetTable>) -> RwLockReadGuard<'_, FacetTable> {
    table.read().unwrap_or_else(PoisonError::into_inner)
}

/// See [`read`].
pub(crate) fn write(table: &RwLock<FacetTable>) -> RwLockWriteGuard<'_, FacetTable> {
    table.write().unwrap_or_else(PoisonError::into_inner)
}
