//! What lists look at, laid out in memory.
//!
//! Counting looks at every product of a list. To unpack one figure from the index's files takes some ten nanoseconds, and each product has a dozen;
//! laid out here all of them together take no longer. That is some hundred bytes a product, read once for each segment.

use std::sync::RwLock;

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};
use uuid::Uuid;

use crate::Error;
use crate::facet_table::{FacetTable, ValueId};
use crate::query::PriceSpan;
use crate::view::write;

/// The figures of one product.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// Of its cheapest and its dearest variant.
    pub(crate) price: Option<PriceSpan>,
    pub(crate) popularity: u64,
    /// In the unit of [`crate::Document::created_at`].
    pub(crate) created_at: i64,
    pub(crate) n_reviews: u64,
    /// Hundredths of a star.
    pub(crate) rating: u64,
    pub(crate) in_stock: bool,
    pub(crate) on_sale: bool,
}

/// The figures of each product of a segment.
pub(crate) fn figures(reader: &SegmentReader) -> Result<Vec<Figures>, Error> {
    let fast = reader.fast_fields();
    let price_from = numbers(reader, "price_from")?;
    let price_to = numbers(reader, "price_to")?;
    let popularity = fast.column_first_or_default::<u64>("popularity")?;
    let created_at = fast.column_first_or_default::<i64>("created_at")?;
    let n_reviews = fast.column_first_or_default::<u64>("n_reviews")?;
    let rating = fast.column_first_or_default::<u64>("rating")?;
    let in_stock = fast.column_first_or_default::<bool>("in_stock")?;
    let on_sale = fast.column_first_or_default::<bool>("on_sale")?;
    let price = |doc| {
        let (min, max) = price_from.first(doc).zip(price_to.first(doc))?;
        Some(PriceSpan { min, max })
    };
    let figures = (0..reader.max_doc()).map(|doc| Figures {
        price: price(doc),
        popularity: popularity.get_val(doc),
        created_at: created_at.get_val(doc),
        n_reviews: n_reviews.get_val(doc),
        rating: rating.get_val(doc),
        in_stock: in_stock.get_val(doc),
        on_sale: on_sale.get_val(doc),
    });
    Ok(figures.collect())
}

/// The id of each product of a segment.
pub(crate) fn products(reader: &SegmentReader) -> Result<Vec<Uuid>, Error> {
    let high = reader.fast_fields().column_first_or_default::<u64>("id_high")?;
    let low = reader.fast_fields().column_first_or_default::<u64>("id_low")?;
    let ids = (0..reader.max_doc()).map(|doc| Uuid::from_u64_pair(high.get_val(doc), low.get_val(doc)));
    Ok(ids.collect())
}

/// The numbers of a field, of which a product may have none or several.
pub(crate) fn numbers(reader: &SegmentReader, name: &str) -> Result<Column<u64>, Error> {
    let column = reader.fast_fields().column_opt::<u64>(name)?;
    Ok(column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
}

/// The facet values of each product of a segment.
#[derive(Debug)]
pub(crate) struct Facets {
    /// Where the values of each product begin, and after the last one's where all end.
    starts: Vec<usize>,
    values: Vec<ValueId>,
    /// How many different values there are.
    pub(crate) n_values: usize,
}

impl Facets {
    pub(crate) fn read(reader: &SegmentReader, table: &RwLock<FacetTable>) -> Result<Self, Error> {
        let mut facets = Self {
            starts: vec![0],
            values: Vec::new(),
            n_values: 0,
        };
        let Some(column) = reader.fast_fields().str("facet")? else {
            facets.starts.resize(reader.max_doc() as usize + 1, 0);
            return Ok(facets);
        };
        let ids = intern_all(&column, table)?;
        facets.n_values = ids.len();
        let value = |own: u64| ids.get(usize::try_from(own).ok()?).copied();
        for doc in 0..reader.max_doc() {
            facets
                .values
                .extend(column.ords().values_for_doc(doc).filter_map(value));
            facets.starts.push(facets.values.len());
        }
        facets.values.shrink_to_fit();
        Ok(facets)
    }

    pub(crate) fn of(&self, doc: DocId) -> &[ValueId] {
        let doc = doc as usize;
        &self.values[self.starts[doc]..self.starts[doc + 1]]
    }
}

/// The table's number for each of the segment's own.
fn intern_all(facets: &StrColumn, table: &RwLock<FacetTable>) -> Result<Vec<ValueId>, Error> {
    let mut table = write(table);
    let mut ids = Vec::with_capacity(facets.dictionary().num_terms());
    let mut terms = facets.dictionary().stream()?;
    while terms.advance() {
        ids.push(table.intern(&String::from_utf8_lossy(terms.key())));
    }
    Ok(ids)
}
