//! From a plan to a query of tantivy.

use tantivy::Term;
use tantivy::collector::Count;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, Query, TermQuery, TermSetQuery,
};
use tantivy::schema::IndexRecordOption;
use uuid::Uuid;

use crate::Error;
use crate::encode::{facet_term, key_term, mark_term};
use crate::plan::{Alternative, Group, Plan};
use crate::query::Base;
use crate::schema::{BRAND, CATEGORY, TAG};
use crate::view::View;

/// The score of a product whose SKU or barcode was typed: no other score comes near.
pub(crate) const EXACT: f32 = 10_000.0;

/// All groups, or the typed code; of what the list is made of.
pub(crate) fn strict(view: &View, plan: &Plan, base: &Base) -> Result<Box<dyn Query>, Error> {
    let mut ways: Vec<Box<dyn Query>> = Vec::new();
    if !plan.is_empty() && plan.groups.iter().all(|group| !group.is_unknown()) {
        ways.push(all_of(view, plan.groups.iter()));
    }
    let code = Term::from_field_text(view.fields.code, &plan.code);
    if !plan.code.is_empty() && view.n_with(&code)? > 0 {
        let code = TermQuery::new(code, IndexRecordOption::Basic);
        ways.push(Box::new(ConstScoreQuery::new(Box::new(code), EXACT)));
    }
    let text: Box<dyn Query> = if ways.len() == 1 {
        ways.remove(0)
    } else {
        Box::new(BooleanQuery::union(ways))
    };
    Ok(within(view, text, base))
}

/// Everything the list is made of.
pub(crate) fn browse(view: &View, base: &Base) -> Box<dyn Query> {
    let mut terms = terms_of(view, base);
    match terms.len() {
        0 => Box::new(AllQuery),
        1 => terms.remove(0),
        _ => Box::new(BooleanQuery::intersection(terms)),
    }
}

/// How many products have all of these.
pub(crate) fn count<'a>(view: &View, groups: impl Iterator<Item = &'a Group>) -> Result<u64, Error> {
    let query = all_of(view, groups);
    Ok(view.searcher.search(&query, &Count)? as u64)
}

fn all_of<'a>(view: &View, groups: impl Iterator<Item = &'a Group>) -> Box<dyn Query> {
    let mut clauses: Vec<Box<dyn Query>> = groups.map(|group| any_of(view, group)).collect();
    if clauses.len() == 1 {
        return clauses.remove(0);
    }
    Box::new(BooleanQuery::intersection(clauses))
}

/// The best of the alternatives counts, not their sum.
fn any_of(view: &View, group: &Group) -> Box<dyn Query> {
    let mut ways: Vec<Box<dyn Query>> = group
        .alternatives
        .iter()
        .map(|alternative| satisfied(view, group, alternative))
        .collect();
    if ways.len() == 1 {
        return ways.remove(0);
    }
    Box::new(DisjunctionMaxQuery::new(ways))
}

fn satisfied(view: &View, group: &Group, alternative: &Alternative) -> Box<dyn Query> {
    #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
    let n = alternative.words.len() as f32;
    let words = alternative.words.iter().zip(&alternative.rarities);
    let mut clauses: Vec<Box<dyn Query>> = words
        .map(|(word, rarity)| {
            let term = TermQuery::new(word.term(view), IndexRecordOption::WithFreqs);
            let boost = alternative.weight * group.rarity / rarity.max(f32::EPSILON) / n;
            let boosted: Box<dyn Query> = Box::new(BoostQuery::new(Box::new(term), boost));
            boosted
        })
        .collect();
    if clauses.len() == 1 {
        return clauses.remove(0);
    }
    Box::new(BooleanQuery::intersection(clauses))
}

/// All groups but one, and not that one.
pub(crate) fn all_but(view: &View, plan: &Plan, lacking: usize, base: &Base) -> Box<dyn Query> {
    let clauses = plan.groups.iter().enumerate().map(|(place, group)| {
        let occur = if place == lacking { Occur::MustNot } else { Occur::Must };
        (occur, any_of(view, group))
    });
    within(view, Box::new(BooleanQuery::new(clauses.collect())), base)
}

fn within(view: &View, text: Box<dyn Query>, base: &Base) -> Box<dyn Query> {
    let terms = terms_of(view, base).into_iter();
    let places: Vec<Box<dyn Query>> = terms
        .map(|term| Box::new(ConstScoreQuery::new(term, 0.0)) as Box<dyn Query>)
        .collect();
    if places.is_empty() {
        return text;
    }
    Box::new(BooleanQuery::intersection(
        std::iter::once(text).chain(places).collect(),
    ))
}

/// What of a list's base terms say; its figures are sieved.
fn terms_of(view: &View, base: &Base) -> Vec<Box<dyn Query>> {
    let fields = &view.fields;
    let one = |field, term: String| -> Box<dyn Query> {
        let term = Term::from_field_text(field, &term);
        Box::new(TermQuery::new(term, IndexRecordOption::Basic))
    };
    let mark = |name, value: &str| one(fields.mark, mark_term(name, value));
    let category = |id: Uuid| one(fields.facet, facet_term(CATEGORY, &id.simple().to_string()));
    let category = base.category.map(category);
    let brand = base.brand.as_ref().map(|brand| mark(BRAND, brand));
    let tag = base.tag.as_ref().map(|tag| mark(TAG, tag));
    let only = base.only.as_ref().map(|products| -> Box<dyn Query> {
        let keys = products.iter().map(|id| key_term(*id));
        Box::new(TermSetQuery::new(
            keys.map(|key| Term::from_field_text(fields.key, &key)),
        ))
    });
    [category, brand, tag, only].into_iter().flatten().collect()
}
