//! The index as of one commit: what a search reads.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use tantivy::columnar::{Column, ColumnValues, StrColumn};
use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentReader, Term};
use uuid::Uuid;

use crate::dictionary::Dictionary;
use crate::facet_table::{FacetTable, NameId, ValueId};
use crate::labels::Labels;
use crate::schema::Fields;
use crate::{Error, Language};

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
}

/// The columns of one segment.
pub(crate) struct Segment {
    id: SegmentId,
    /// Facet values of each document, in the segment's own numbers.
    pub(crate) facets: Column<u64>,
    /// From the segment's own number to the one of the [`FacetTable`].
    pub(crate) value_ids: Vec<ValueId>,
    pub(crate) title_words: Column<u64>,
    pub(crate) category_words: Column<u64>,
    pub(crate) price_from: Column<u64>,
    pub(crate) price_to: Column<u64>,
    pub(crate) rating: Arc<dyn ColumnValues<u64>>,
    pub(crate) n_reviews: Arc<dyn ColumnValues<u64>>,
    pub(crate) popularity: Arc<dyn ColumnValues<u64>>,
    pub(crate) created_at: Arc<dyn ColumnValues<i64>>,
    pub(crate) in_stock: Arc<dyn ColumnValues<bool>>,
    pub(crate) on_sale: Arc<dyn ColumnValues<bool>>,
    id_high: Arc<dyn ColumnValues<u64>>,
    id_low: Arc<dyn ColumnValues<u64>>,
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
        })
    }

    /// The table holds mostly values that no product has any more.
    fn is_littered(&self, searcher: &Searcher) -> bool {
        let in_use: usize = self.segments.iter().map(|s| s.value_ids.len()).sum();
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
        let fast = reader.fast_fields();
        let facets = fast.str("facet")?;
        let numbers = |name: &str| -> Result<Column<u64>, Error> {
            let column = fast.column_opt::<u64>(name)?;
            Ok(column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
        };
        Ok(Self {
            id: reader.segment_id(),
            value_ids: match &facets {
                Some(facets) => intern_all(facets, table)?,
                None => Vec::new(),
            },
            facets: facets.map_or_else(
                || Column::build_empty_column(reader.max_doc()),
                |facets| facets.ords().clone(),
            ),
            title_words: numbers("title_words")?,
            category_words: numbers("category_words")?,
            price_from: numbers("price_from")?,
            price_to: numbers("price_to")?,
            rating: fast.column_first_or_default("rating")?,
            n_reviews: fast.column_first_or_default("n_reviews")?,
            popularity: fast.column_first_or_default("popularity")?,
            created_at: fast.column_first_or_default("created_at")?,
            in_stock: fast.column_first_or_default("in_stock")?,
            on_sale: fast.column_first_or_default("on_sale")?,
            id_high: fast.column_first_or_default("id_high")?,
            id_low: fast.column_first_or_default("id_low")?,
        })
    }

    pub(crate) fn product(&self, doc: DocId) -> Uuid {
        Uuid::from_u64_pair(self.id_high.get_val(doc), self.id_low.get_val(doc))
    }
}

/// A thread that panicked while it added a value left the table as it was, so it can be used on.
pub(crate) fn read(table: &RwLock<FacetTable>) -> RwLockReadGuard<'_, FacetTable> {
    table.read().unwrap_or_else(PoisonError::into_inner)
}

fn intern_all(facets: &StrColumn, table: &RwLock<FacetTable>) -> Result<Vec<ValueId>, Error> {
    let mut table = table.write().unwrap_or_else(PoisonError::into_inner);
    let mut ids = Vec::with_capacity(facets.dictionary().num_terms());
    let mut terms = facets.dictionary().stream()?;
    while terms.advance() {
        ids.push(table.intern(&String::from_utf8_lossy(terms.key())));
    }
    Ok(ids)
}
