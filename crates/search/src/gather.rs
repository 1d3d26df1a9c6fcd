//! Walks the matching documents of each segment once: keeps the best, counts the rest.

use std::ops::AddAssign;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::columns::Figures;
use crate::facet_table::{NameId, ValueId};
use crate::query::{PriceSpan, Sort};
use crate::sieve::Sieve;
use crate::top::{Candidate, Top};
use crate::view::{Segment, View};

/// What is held against each document.
#[derive(Clone, Default)]
pub(crate) struct Sieves {
    /// What the list is made of: what fails one counts for nothing.
    pub(crate) base: Arc<Vec<Sieve>>,
    /// What is ticked.
    pub(crate) ticked: Arc<Vec<Sieve>>,
}

/// What is wanted.
pub(crate) struct Gather {
    segments: Vec<Arc<Segment>>,
    sieves: Sieves,
    /// The name of each facet value, if counts are wanted.
    names: Option<Arc<Vec<NameId>>>,
    sort: Sort,
    limit: usize,
}

/// What was found.
#[derive(Default)]
pub(crate) struct Gathered {
    /// Best first.
    pub(crate) best: Vec<Candidate>,
    pub(crate) total: u64,
    pub(crate) tally: Tally,
}

/// Raw counts; see [`crate::Counts`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// By [`ValueId`].
    pub(crate) values: Vec<u32>,
    pub(crate) price: Option<PriceSpan>,
    pub(crate) rated_at_least: [u64; 4],
    pub(crate) in_stock: u64,
    pub(crate) on_sale: u64,
}

impl Gather {
    pub(crate) fn new(view: &View, sieves: Sieves, names: Option<Arc<Vec<NameId>>>, sort: Sort, limit: usize) -> Self {
        Self {
            segments: view.segments.clone(),
            sieves,
            names,
            sort,
            limit,
        }
    }
}

impl Collector for Gather {
    type Fruit = Gathered;
    type Child = SegmentGather;

    fn for_segment(&self, ordinal: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<SegmentGather> {
        let segment = self
            .segments
            .get(ordinal as usize)
            .ok_or_else(|| tantivy::TantivyError::InternalError("a segment the view does not know".to_owned()))?;
        Ok(SegmentGather {
            ordinal,
            sieves: self.sieves.clone(),
            tally: Tally {
                values: vec![0; self.names.as_ref().map_or(0, |names| names.len())],
                ..Tally::default()
            },
            names: self.names.clone(),
            sort: self.sort,
            top: Top::new(self.limit),
            total: 0,
            segment: segment.clone(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance && self.limit > 0
    }

    fn merge_fruits(&self, fruits: Vec<Gathered>) -> tantivy::Result<Gathered> {
        let mut merged = Gathered::default();
        for fruit in fruits {
            merged.best.extend(fruit.best);
            merged.total += fruit.total;
            merged.tally += fruit.tally;
        }
        merged.best.sort_unstable();
        merged.best.truncate(self.limit);
        Ok(merged)
    }
}

pub(crate) struct SegmentGather {
    ordinal: SegmentOrdinal,
    segment: Arc<Segment>,
    sieves: Sieves,
    names: Option<Arc<Vec<NameId>>>,
    sort: Sort,
    top: Top,
    total: u64,
    tally: Tally,
}

impl SegmentCollector for SegmentGather {
    type Fruit = Gathered;

    fn collect(&mut self, doc: DocId, score: Score) {
        let figures = self.segment.figures(doc);
        if !self.sieves.base.iter().all(|sieve| sieve.passes(figures, &[])) {
            return;
        }
        match self.failed(doc) {
            Failed::None => {
                self.total += 1;
                self.offer(doc, score);
                if self.names.is_some() {
                    self.count(doc);
                }
            }
            Failed::Only(sieve) if self.names.is_some() => self.count_beside(doc, sieve),
            Failed::Only(_) | Failed::Several => {}
        }
    }

    fn harvest(self) -> Gathered {
        Gathered {
            best: self.top.into_sorted(),
            total: self.total,
            tally: self.tally,
        }
    }
}

enum Failed {
    None,
    Only(usize),
    Several,
}

impl SegmentGather {
    fn failed(&self, doc: DocId) -> Failed {
        let (figures, values) = (self.segment.figures(doc), self.segment.facets.of(doc));
        let mut failed = Failed::None;
        for (place, sieve) in self.sieves.ticked.iter().enumerate() {
            if sieve.passes(figures, values) {
                continue;
            }
            if let Failed::Only(_) = failed {
                return Failed::Several;
            }
            failed = Failed::Only(place);
        }
        failed
    }

    fn offer(&mut self, doc: DocId, score: Score) {
        let key = sort_key(self.sort, self.segment.figures(doc), score);
        let (segment, ordinal) = (&self.segment, self.ordinal);
        self.top.offer(key, || Candidate {
            key,
            id: segment.product(doc),
            segment: ordinal,
            doc,
        });
    }

    fn count(&mut self, doc: DocId) {
        for value in self.segment.facets.of(doc) {
            bump(&mut self.tally.values, *value);
        }
        let figures = self.segment.figures(doc);
        self.tally.count_price(figures);
        self.tally.count_rating(figures);
        self.tally.in_stock += u64::from(figures.in_stock);
        self.tally.on_sale += u64::from(figures.on_sale);
    }

    /// The document fails this one filter only: it counts for the figures of that filter and no others.
    fn count_beside(&mut self, doc: DocId, sieve: usize) {
        let figures = self.segment.figures(doc);
        match &self.sieves.ticked[sieve] {
            Sieve::Facet { name, .. } => {
                let Some(names) = &self.names else { return };
                for value in self.segment.facets.of(doc) {
                    if names.get(*value as usize) == name.as_ref() {
                        bump(&mut self.tally.values, *value);
                    }
                }
            }
            Sieve::Price { .. } => self.tally.count_price(figures),
            Sieve::Rating(_) => self.tally.count_rating(figures),
            Sieve::InStock => self.tally.in_stock += u64::from(figures.in_stock),
            Sieve::OnSale => self.tally.on_sale += u64::from(figures.on_sale),
            // Nobody ticks it.
            Sieve::Since(_) => {}
        }
    }
}

impl Tally {
    fn count_price(&mut self, figures: &Figures) {
        self.price = wider(self.price, figures.price);
    }

    fn count_rating(&mut self, figures: &Figures) {
        let stars = figures.rating / 100;
        for (at_least, count) in (1..).zip(&mut self.rated_at_least) {
            *count += u64::from(stars >= at_least);
        }
    }
}

fn bump(counts: &mut [u32], value: ValueId) {
    if let Some(count) = counts.get_mut(value as usize) {
        *count += 1;
    }
}

fn wider(a: Option<PriceSpan>, b: Option<PriceSpan>) -> Option<PriceSpan> {
    match (a, b) {
        (Some(a), Some(b)) => Some(PriceSpan {
            min: a.min.min(b.min),
            max: a.max.max(b.max),
        }),
        (one, other) => one.or(other),
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        if self.values.is_empty() {
            self.values = other.values;
        } else {
            for (sum, more) in self.values.iter_mut().zip(other.values) {
                *sum += more;
            }
        }
        self.price = wider(self.price, other.price);
        for (sum, more) in self.rated_at_least.iter_mut().zip(other.rated_at_least) {
            *sum += more;
        }
        self.in_stock += other.in_stock;
        self.on_sale += other.on_sale;
    }
}

/// The greater the earlier.
fn sort_key(sort: Sort, figures: &Figures, score: Score) -> (u64, u64) {
    let cheapest = figures.price.map(|price| price.min);
    match sort {
        // Scores are never negative, and the bits of such numbers are in the order of the numbers.
        Sort::Relevance => (u64::from(score.to_bits()), 0),
        Sort::Featured => (u64::from(figures.in_stock), figures.popularity),
        Sort::Newest => (in_order(figures.created_at), 0),
        Sort::PriceAsc => (cheapest.map_or(0, |price| u64::MAX - price), 0),
        Sort::PriceDesc => (cheapest.map_or(0, |price| price.saturating_add(1)), 0),
        Sort::Rating => (steady_rating(figures), figures.n_reviews),
    }
}

/// The order of signed numbers for unsigned ones.
fn in_order(signed: i64) -> u64 {
    signed.cast_unsigned() ^ (1 << 63)
}

/// The mean, as if there were five more reviews of 3.5 stars, in thousandths: one enthusiastic buyer proves little.
fn steady_rating(figures: &Figures) -> u64 {
    const MORE: u64 = 5;
    const MEAN: u64 = 350;
    let n = figures.n_reviews;
    if n == 0 {
        return 0;
    }
    10 * (figures.rating * n + MEAN * MORE) / (n + MORE)
}
