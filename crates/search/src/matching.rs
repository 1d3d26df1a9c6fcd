//! From a plan to a query of tantivy.

use tantivy::Term;
use tantivy::collector::Count;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, Query, TermQuery,
};
use tantivy::schema::IndexRecordOption;
use uuid::Uuid;

use crate::Error;
use crate::encode::facet_term;
use crate::plan::{Alternative, Group, Plan};
use crate::schema::CATEGORY;
use crate::view::View;

/// The score of a product whose SKU or barcode was typed: no other score comes near.
pub(crate) const EXACT: f32 = 10_000.0;

/// All groups, or the typed code; within the category.
pub(crate) fn strict(view: &View, plan: &Plan, category: Option<Uuid>) -> Result<Box<dyn Query>, Error> {
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
    Ok(within(view, text, category))
}

/// Everything in the category.
pub(crate) fn browse(view: &View, category: Option<Uuid>) -> Box<dyn Query> {
    match category {
        Some(category) => in_category(view, category),
        None => Box::new(AllQuery),
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
pub(crate) fn all_but(view: &View, plan: &Plan, lacking: usize, category: Option<Uuid>) -> Box<dyn Query> {
    let clauses = plan.groups.iter().enumerate().map(|(place, group)| {
        let occur = if place == lacking { Occur::MustNot } else { Occur::Must };
        (occur, any_of(view, group))
    });
    within(view, Box::new(BooleanQuery::new(clauses.collect())), category)
}

fn within(view: &View, text: Box<dyn Query>, category: Option<Uuid>) -> Box<dyn Query> {
    let Some(category) = category else {
        return text;
    };
    let place = ConstScoreQuery::new(in_category(view, category), 0.0);
    Box::new(BooleanQuery::new(vec![
        (Occur::Must, text),
        (Occur::Must, Box::new(place)),
    ]))
}

fn in_category(view: &View, category: Uuid) -> Box<dyn Query> {
    let term = facet_term(CATEGORY, &category.simple().to_string());
    let term = Term::from_field_text(view.fields.facet, &term);
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}
