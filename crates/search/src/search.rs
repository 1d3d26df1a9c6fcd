//! One search, from the typed text to the page of hits.

use std::sync::Arc;

use tantivy::query::Query as TantivyQuery;

use crate::counts::counts;
use crate::facet_table::NameId;
use crate::gather::{Gather, Gathered, Sieves};
use crate::plan::{Plan, Reading};
use crate::query::{Also, AlsoHit, Base, Correction, Hits, Query, Sort};
use crate::sieve::Sieve;
use crate::synonyms::Synonyms;
use crate::top::Candidate;
use crate::view::{self, View};
use crate::{Error, matching, rank, spelling};

/// With fewer products that have all words, others that have most of them are shown as well.
const FEW: u64 = 8;
/// Longer queries are not tried without each of their words.
const MOST_WORDS_TO_SPARE: usize = 6;
/// With fewer hits, another spelling is offered if there is a far more frequent one.
const VERY_FEW: u64 = 3;

pub(crate) fn search(view: &View, synonyms: &Synonyms, query: &Query) -> Result<Hits, Error> {
    let search = Search::new(view, query);
    if crate::text::words(&query.text).is_empty() {
        return search.browse();
    }
    let reading = Reading {
        synonyms,
        verbatim: query.verbatim,
        unfinished: false,
    };
    let plan = Plan::of(&query.text, view, reading)?;
    let mut hits = search.all_words(&plan)?;
    if hits.total == 0 {
        hits = search.all_words(&plan.widened(view)?)?;
    }
    if hits.total == 0 && !search.matches_unfiltered(&plan)? {
        return search.most_words(&plan);
    }
    if hits.total < FEW && hits.exact.is_none() {
        hits.also = search.also(&plan)?;
    }
    if hits.total <= VERY_FEW && hits.correction.is_none() && hits.exact.is_none() {
        hits.correction = spelling::offer(&plan, &query.text, view)?.map(Correction::Offered);
    }
    Ok(hits)
}

struct Search<'a> {
    view: &'a View,
    query: &'a Query,
    sieves: Sieves,
    first: usize,
    size: usize,
}

impl<'a> Search<'a> {
    fn new(view: &'a View, query: &'a Query) -> Self {
        let size = query.page_size.min(Query::LARGEST_PAGE);
        let table = view::read(&view.table);
        Self {
            view,
            query,
            sieves: Sieves {
                base: Arc::new(Sieve::base(&query.filters.base)),
                ticked: Arc::new(Sieve::of(&query.filters, &table)),
            },
            first: query.page.saturating_sub(1).saturating_mul(size),
            size,
        }
    }

    fn browse(&self) -> Result<Hits, Error> {
        let sort = match self.query.sort {
            Sort::Relevance => Sort::Featured,
            other => other,
        };
        let everything = matching::browse(self.view, &self.query.filters.base);
        let gathered = self.gather(&*everything, sort, self.last(), Some(&self.view.names))?;
        Ok(self.hits(&gathered, None))
    }

    fn all_words(&self, plan: &Plan) -> Result<Hits, Error> {
        let strict = matching::strict(self.view, plan, &self.query.filters.base)?;
        let limit = self.last().max(rank::JUDGED);
        let names = Some(&self.view.names);
        let mut gathered = self.gather(&*strict, self.query.sort, limit, names)?;
        let exact = match self.query.sort {
            Sort::Relevance => exact(&gathered.best),
            _ => None,
        };
        if self.query.sort == Sort::Relevance {
            rank::rank(self.view, plan, &mut gathered.best);
        }
        let mut hits = self.hits(&gathered, exact);
        hits.correction.clone_from(&plan.correction);
        Ok(hits)
    }

    /// Whether any product has all words, whatever the filters.
    fn matches_unfiltered(&self, plan: &Plan) -> Result<bool, Error> {
        if self.sieves.ticked.is_empty() && self.query.filters.base == Base::default() {
            return Ok(false);
        }
        let query = matching::strict(self.view, plan, &Base::default())?;
        Ok(self.view.searcher.search(&*query, &tantivy::collector::Count)? > 0)
    }

    /// No product has all words: the hits are those that have the most telling ones.
    fn most_words(&self, plan: &Plan) -> Result<Hits, Error> {
        let Some(dropped) = self.least_telling(plan)? else {
            return self.anything_similar(plan);
        };
        let mut hits = self.all_words(&plan.without(&dropped))?;
        hits.dropped = shown(plan, &dropped);
        Ok(hits)
    }

    fn anything_similar(&self, plan: &Plan) -> Result<Hits, Error> {
        let all: Vec<usize> = (0..plan.groups.len()).collect();
        let similar = if self.query.verbatim {
            None
        } else {
            spelling::last_resort(plan, self.view)?
        };
        let Some((place, group)) = similar else {
            return Ok(Hits {
                dropped: shown(plan, &all),
                ..Hits::default()
            });
        };
        let others: Vec<usize> = all.into_iter().filter(|other| *other != place).collect();
        let similar = Plan {
            correction: Some(Correction::Applied(group.shown.clone())),
            groups: vec![group],
            head: 0,
            code: String::new(),
        };
        let mut hits = self.all_words(&similar)?;
        hits.dropped = shown(plan, &others);
        hits.is_guess = true;
        Ok(hits)
    }

    /// Products that lack one word, if there is a word to spare.
    fn also(&self, plan: &Plan) -> Result<Option<Also>, Error> {
        if !(2..=MOST_WORDS_TO_SPARE).contains(&plan.groups.len()) {
            return Ok(None);
        }
        let mut also = Vec::new();
        let mut total = 0;
        for lacking in 0..plan.groups.len() {
            // The products found without one word and those found without another are never the same ones: what has
            // both is left out.
            let query = matching::all_but(self.view, plan, lacking, &self.query.filters.base);
            let mut gathered = self.gather(&*query, Sort::Relevance, rank::JUDGED, None)?;
            rank::rank(self.view, plan, &mut gathered.best);
            total += gathered.total;
            also.extend(gathered.best.into_iter().map(|candidate| (candidate, lacking)));
        }
        also.sort_unstable();
        also.truncate(self.size);
        let hit = |(candidate, lacking): (Candidate, usize)| AlsoHit {
            id: candidate.id,
            lacks: plan.groups[lacking].shown.clone(),
        };
        Ok((total > 0).then(|| Also {
            hits: also.into_iter().map(hit).collect(),
            total,
        }))
    }

    /// Which words to leave out so that something is found: first those no product has, then one after the other
    /// whichever leaves the rarest words standing. `None` if nothing helps.
    fn least_telling(&self, plan: &Plan) -> Result<Option<Vec<usize>>, Error> {
        let all = 0..plan.groups.len();
        let (mut dropped, mut left): (Vec<usize>, Vec<usize>) = all.partition(|at| plan.groups[*at].is_unknown());
        if left.is_empty() {
            return Ok(None);
        }
        if !dropped.is_empty() && self.n_matching(plan, &dropped)? > 0 {
            return Ok(Some(dropped));
        }
        while left.len() > 1 {
            if let Some(found) = self.best_drop(plan, &dropped, &left, 1)? {
                return Ok(Some(found));
            }
            let rarity = |at: &usize| plan.groups[*at].rarity;
            let common = left.iter().copied().min_by(|a, b| rarity(a).total_cmp(&rarity(b)));
            dropped.extend(common);
            left.retain(|at| Some(*at) != common);
        }
        Ok(None)
    }

    /// The drop of one more word, of `left`, that leaves the rarest words and at least so many products.
    fn best_drop(
        &self,
        plan: &Plan,
        dropped: &[usize],
        left: &[usize],
        at_least: u64,
    ) -> Result<Option<Vec<usize>>, Error> {
        let mut by_rarity = left.to_vec();
        by_rarity.sort_by(|a, b| plan.groups[*a].rarity.total_cmp(&plan.groups[*b].rarity));
        for place in by_rarity {
            let mut more = dropped.to_vec();
            more.push(place);
            if self.n_matching(plan, &more)? >= at_least {
                more.sort_unstable();
                return Ok(Some(more));
            }
        }
        Ok(None)
    }

    fn n_matching(&self, plan: &Plan, dropped: &[usize]) -> Result<u64, Error> {
        let kept = plan.groups.iter().enumerate();
        let kept = kept.filter(|(place, _)| !dropped.contains(place));
        matching::count(self.view, kept.map(|(_, group)| group))
    }

    fn gather(
        &self,
        query: &dyn TantivyQuery,
        sort: Sort,
        limit: usize,
        names: Option<&Arc<Vec<NameId>>>,
    ) -> Result<Gathered, Error> {
        let gather = Gather::new(self.view, self.sieves.clone(), names.cloned(), sort, limit);
        Ok(self.view.searcher.search(query, &gather)?)
    }

    fn hits(&self, gathered: &Gathered, exact: Option<uuid::Uuid>) -> Hits {
        let table = view::read(&self.view.table);
        let page = gathered.best.iter().skip(self.first).take(self.size);
        Hits {
            ids: page.map(|candidate| candidate.id).collect(),
            total: gathered.total,
            exact,
            counts: counts(
                &gathered.tally,
                &table,
                &self.query.filters,
                &self.query.count,
                gathered.total,
            ),
            ..Hits::default()
        }
    }

    fn last(&self) -> usize {
        self.first.saturating_add(self.size)
    }
}

fn shown(plan: &Plan, places: &[usize]) -> Vec<String> {
    places.iter().map(|place| plan.groups[*place].shown.clone()).collect()
}

/// The one product with the typed code.
fn exact(best: &[Candidate]) -> Option<uuid::Uuid> {
    let score = |c: &Candidate| f32::from_bits(u32::try_from(c.key.0).unwrap_or_default());
    let mut exact = best.iter().filter(|c| score(c) >= matching::EXACT);
    let first = exact.next()?;
    exact.next().is_none().then_some(first.id)
}
