//! The filters, made ready for one segment.
//!
//! Filters are not part of the query that tantivy runs: each document that matches the text is held against all of
//! them, and one that fails exactly one filter still counts for that filter's own figures. That is how a facet's
//! selection does not restrict its own counts, in one pass.
//!
//! What a list is made of ([`Base`]) comes before: what terms say of it is part of the query (`matching.rs`), and figures
//! are sieved here, but what fails them counts for nothing.
//!
//! To add a filter: a member of [`crate::Filters`], an arm of [`Sieve`], its line in [`Sieve::passes`], and its count
//! in `gather.rs`.

use crate::columns::Figures;
use crate::encode::facet_term;
use crate::facet_table::{FacetTable, NameId, ValueId};
use crate::query::{Base, Filters};
use crate::schema::BRAND;

/// One filter that is set.
#[derive(Debug, Clone)]
pub(crate) enum Sieve {
    /// Any of these values of the facet. `name` is `None` if no product has the facet.
    Facet {
        name: Option<NameId>,
        values: Vec<ValueId>,
    },
    Price {
        min: u64,
        max: u64,
    },
    Rating(u64),
    InStock,
    OnSale,
    /// Made then or later.
    Since(i64),
}

impl Sieve {
    /// What is ticked.
    pub(crate) fn of(filters: &Filters, table: &FacetTable) -> Vec<Self> {
        let mut sieves = Vec::new();
        let facets = filters.facets.iter().map(|(name, values)| (&**name, values));
        for (name, values) in facets.chain([(BRAND, &filters.brands)]) {
            if !values.is_empty() {
                sieves.push(Self::Facet {
                    name: table.name_id(name),
                    values: values
                        .iter()
                        .filter_map(|value| table.value_id(&facet_term(name, value)))
                        .collect(),
                });
            }
        }
        sieves.extend(Self::price(filters.price_min, filters.price_max));
        sieves.extend(filters.rating_at_least.map(|r| Self::Rating(u64::from(r))));
        sieves.extend(filters.in_stock.then_some(Self::InStock));
        sieves.extend(filters.on_sale.then_some(Self::OnSale));
        sieves
    }

    /// The figures of what a list is made of.
    pub(crate) fn base(base: &Base) -> Vec<Self> {
        let price = Self::price(base.price_min, base.price_max);
        let on_sale = base.on_sale.then_some(Self::OnSale);
        let since = base.since.map(Self::Since);
        [price, on_sale, since].into_iter().flatten().collect()
    }

    fn price(min: Option<u64>, max: Option<u64>) -> Option<Self> {
        (min.is_some() || max.is_some()).then(|| Self::Price {
            min: min.unwrap_or(0),
            max: max.unwrap_or(u64::MAX),
        })
    }

    /// Whether a product with these figures and facet values stays.
    pub(crate) fn passes(&self, figures: &Figures, values: &[ValueId]) -> bool {
        match self {
            Self::Facet { values: wanted, .. } => values.iter().any(|value| wanted.contains(value)),
            Self::Price { min, max } => figures
                .price
                .is_some_and(|price| price.min <= *max && price.max >= *min),
            Self::Rating(at_least) => figures.rating >= *at_least,
            Self::InStock => figures.in_stock,
            Self::OnSale => figures.on_sale,
            Self::Since(at) => figures.created_at >= *at,
        }
    }
}
