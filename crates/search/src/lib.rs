//! The catalogue index: documents in, hits and facet counts out. It knows no database and shows nothing.
//!
//! - [`Index`] takes [`Change`]s and answers [`Query`]s; any number of threads may ask while one changes.
//! - [`Query`] is a search or, without text, a listing; [`Hits`] are its page of product ids, its total, and
//!   [`Counts`] for the filters. Whatever is typed is a valid query, and a text of which anything is in the catalogue
//!   finds something: words are completed, parted, corrected, and at last left out, and [`Hits`] says which.
//! - [`Index::suggest`] answers while somebody types.
//!
//! # How it works
//!
//! `text` cuts texts into words, `encode` writes a [`Document`] into the fields of `schema`. `plan` understands a typed
//! text (with `synonyms` and `spelling`), `matching` turns it into a query of tantivy, `gather` walks the matches once
//! for the best and all counts (with `sieve` for the filters), `rank` judges the best few hundred again, `search` puts
//! it together. A `view` is the index as of one commit.
//!
//! # How to add
//!
//! - a **facet**: nothing; put it into [`Document::facets`];
//! - a **field**: see `schema.rs`;
//! - a **filter**: see `sieve.rs`;
//! - a **signal for ranking**: see `rank.rs`, and measure with `wares bench search` before and after;
//! - a **language**: see `language.rs`.

mod columns;
mod counts;
mod dictionary;
mod document;
mod encode;
mod error;
mod facet_table;
mod gather;
mod index;
mod labels;
mod language;
mod lexicon;
mod matching;
mod phrases;
mod plan;
mod query;
mod rank;
mod schema;
mod search;
mod sieve;
mod spelling;
mod suggest;
mod synonyms;
mod terms;
mod text;
mod tokenizers;
mod top;
mod view;

pub use document::{Category, Change, Document, Facet};
pub use error::{Error, OpenError};
pub use index::{Index, Options};
pub use language::Language;
pub use query::{
    Also, AlsoHit, Base, CategoryCount, CategoryHint, Correction, Counting, Counts, FacetChoice, FacetCount, Filters,
    Hits, Part, PriceSpan, ProductHint, Query, Sort, Suggestions, ValueCount, plain,
};
pub use synonyms::Synonyms;
