//! A shop to search in.

use uuid::Uuid;
use wares_search::{Category, Change, Document, Facet, Hits, Index, Options, Query};

/// A product that is in stock and has the id `n`.
pub(crate) fn product(n: u128, title: &str) -> Document {
    Document {
        id: Uuid::from_u128(n),
        title: title.to_owned(),
        in_stock: true,
        ..Document::default()
    }
}

/// Arrangements, one thing at a time.
pub(crate) trait With: Sized {
    fn brand(self, brand: &str) -> Self;
    fn facet(self, name: &str, value: &str) -> Self;
    fn price(self, minor: u64) -> Self;
    fn popularity(self, popularity: u64) -> Self;
    fn within(self, path: &[&str]) -> Self;
    fn described(self, text: &str) -> Self;
    fn sku(self, sku: &str) -> Self;
    fn sold_out(self) -> Self;
}

impl With for Document {
    fn brand(mut self, brand: &str) -> Self {
        brand.clone_into(&mut self.brand);
        self
    }

    fn facet(mut self, name: &str, value: &str) -> Self {
        self.facets.push(Facet {
            name: name.to_owned(),
            value: value.to_owned(),
        });
        self
    }

    fn price(mut self, minor: u64) -> Self {
        self.price_from = Some(minor);
        self
    }

    fn popularity(mut self, popularity: u64) -> Self {
        self.popularity = popularity;
        self
    }

    fn within(mut self, path: &[&str]) -> Self {
        let path = path.iter().map(|name| Category {
            id: category(name),
            name: (*name).to_owned(),
        });
        self.categories.push(path.collect());
        self
    }

    fn described(mut self, text: &str) -> Self {
        text.clone_into(&mut self.description);
        self
    }

    fn sku(mut self, sku: &str) -> Self {
        self.skus.push(sku.to_owned());
        self
    }

    fn sold_out(mut self) -> Self {
        self.in_stock = false;
        self
    }
}

/// The id of the category of that name.
pub(crate) fn category(name: &str) -> Uuid {
    let sum = name.bytes().fold(7, |sum, b| sum * 31 + u128::from(b));
    Uuid::from_u128(sum)
}

pub(crate) fn shop(documents: impl IntoIterator<Item = Document>) -> Index {
    let index = Index::in_memory(Options::default()).unwrap();
    put(&index, documents);
    index
}

pub(crate) fn put(index: &Index, documents: impl IntoIterator<Item = Document>) {
    let changes = documents.into_iter().map(|d| Change::Put(Box::new(d)));
    index.apply(changes).unwrap();
    index.commit(1).unwrap();
}

/// A shop of things with these titles; ids count from 1.
pub(crate) fn titles(titles: &[&str]) -> Index {
    shop((1..).zip(titles).map(|(n, title)| product(n, title)))
}

/// Ids of the hits, as numbers.
pub(crate) fn found(index: &Index, text: &str) -> Vec<u128> {
    numbers(&index.search(&Query::of(text)).unwrap())
}

pub(crate) fn numbers(hits: &Hits) -> Vec<u128> {
    hits.ids.iter().map(uuid::Uuid::as_u128).collect()
}
