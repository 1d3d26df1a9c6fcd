//! The categories as the index knows them: names, places, and what their names say about products.

use std::collections::{HashMap, HashSet};

use tantivy::Searcher;
use tantivy::schema::Field;
use uuid::Uuid;

use crate::encode::{CategoryWord, TitleWord, category_words, stem_hash};
use crate::schema::UNIT;
use crate::{Error, Language, terms};

/// All categories that hold products.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    pub(crate) all: Vec<Label>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    /// Names above it, from the root.
    pub(crate) path: Vec<String>,
    /// Products in it or below it.
    pub(crate) count: u64,
}

impl Labels {
    pub(crate) fn read(searcher: &Searcher, field: Field) -> Result<Self, Error> {
        // A renamed category has two labels until the segments are merged: the one more products have is right.
        let mut best: HashMap<Uuid, Label> = HashMap::new();
        for (term, count) in terms::all(searcher, field, 1)? {
            let Some(label) = parse(&term, count) else {
                continue;
            };
            let known = best.get(&label.id).map_or(0, |known| known.count);
            if known < count {
                best.insert(label.id, label);
            }
        }
        let mut all: Vec<Label> = best.into_values().collect();
        all.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.id.cmp(&b.id)));
        Ok(Self { all })
    }

    /// Hashes of the stems of all nouns that name products: the language's own and the heads of category names.
    pub(crate) fn nouns(&self, language: Language) -> HashSet<u32> {
        let own = language.product_nouns();
        let heads = self
            .all
            .iter()
            .flat_map(|label| category_words(&label.name, language))
            .filter(|word| word & CategoryWord::HEAD != 0)
            .map(TitleWord::stem);
        own.map(|noun| stem_hash(&language.stem(noun))).chain(heads).collect()
    }
}

fn parse(term: &str, count: u64) -> Option<Label> {
    let mut parts = term.split(UNIT);
    let name = parts.next()?.to_owned();
    let id = Uuid::try_parse(parts.next()?).ok()?;
    Some(Label {
        id,
        name,
        path: parts.map(str::to_owned).collect(),
        count,
    })
}
