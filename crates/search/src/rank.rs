//! Judges the best few hundred documents once more, by what a bag of words cannot see.
//!
//! - Are the words in the title, and next to each other?
//! - Is the thing asked for what the product *is*, or what it belongs to? In "mouse pad" the pad is the thing; a "case
//!   for phones" is no phone. The product's category says so best; without one, the noun phrase of the title does.
//! - Of equals, what can be bought comes first, then what is bought most.
//!
//! To add a signal: a factor in [`Judge::factor`], near 1, with the reason for its size.

use std::collections::HashSet;

use crate::encode::{CategoryWord, TitleWord, form_hash, stem_hash};
use crate::matching::EXACT;
use crate::plan::{Group, Key, Plan};
use crate::top::Candidate;
use crate::view::{Segment, View};

/// So many are judged; the rest stay in the order of their scores.
pub(crate) const JUDGED: usize = 300;

/// All words in the title.
const IN_TITLE: f32 = 0.5;
/// All neighbouring words of the query are neighbours in the title.
const ADJACENT: f32 = 0.3;
/// The product belongs to the thing asked for.
const ACCESSORY: f32 = 0.5;
/// The thing asked for is only a part or a property of the product: the disk of a computer.
const PART: f32 = 0.7;
/// The thing asked for is not in the title.
const NOT_NAMED: f32 = 0.7;
/// The product's category is called what was asked for.
const IN_KIND: f32 = 1.25;
/// Nothing left to sell.
const SOLD_OUT: f32 = 0.85;
/// What the most popular of the judged gains over one nobody buys.
const POPULAR: f32 = 0.2;
/// What comes in a title after so many words with digits is in a list of specifications.
const SPECIFICATIONS: usize = 5;

/// Puts the first [`JUDGED`] candidates in their final order.
pub(crate) fn rank(view: &View, plan: &Plan, candidates: &mut [Candidate]) {
    let n = candidates.len().min(JUDGED);
    let judged = &mut candidates[..n];
    let judge = Judge::of(plan, &view.nouns);
    let findings: Vec<Finding> = judged
        .iter()
        .map(|candidate| judge.look(&view.segments[candidate.segment as usize], candidate))
        .collect();
    let most = findings.iter().map(|f| f.popularity).max().unwrap_or(0);
    let context = Context {
        has_the_thing: findings.iter().any(|finding| finding.relation.is_the_thing()),
        most_popular: most,
    };
    for (candidate, finding) in judged.iter_mut().zip(&findings) {
        let score = f32::from_bits(u32::try_from(candidate.key.0).unwrap_or_default());
        let exact = if score >= EXACT { EXACT } else { 0.0 };
        let judged = exact + (score - exact).max(0.0) * finding.factor(&context);
        candidate.key = (u64::from(judged.to_bits()), 0);
    }
    judged.sort_unstable();
}

struct Context {
    /// Otherwise accessories are what the shop has, and nothing is gained by putting them back.
    has_the_thing: bool,
    most_popular: u64,
}

/// What a product is to the thing asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// It is one, and its category says so.
    OfKind,
    /// It is one, as far as the title tells.
    Itself,
    /// What was asked for is its brand.
    OfBrand,
    Part,
    Accessory,
    NotNamed,
}

impl Relation {
    fn is_the_thing(self) -> bool {
        matches!(self, Self::OfKind | Self::Itself)
    }
}

#[derive(Debug)]
struct Finding {
    relation: Relation,
    /// Share of the query's words in the title.
    in_title: f32,
    /// Share of the query's neighbouring words that are neighbours in the title.
    adjacent: f32,
    in_stock: bool,
    popularity: u64,
}

impl Finding {
    fn factor(&self, context: &Context) -> f32 {
        let mut factor = 1.0 + IN_TITLE * self.in_title;
        factor *= 1.0 + ADJACENT * self.adjacent;
        factor *= match self.relation {
            Relation::OfKind => IN_KIND,
            Relation::Accessory if context.has_the_thing => ACCESSORY,
            Relation::Part if context.has_the_thing => PART,
            Relation::NotNamed if context.has_the_thing => NOT_NAMED,
            _ => 1.0,
        };
        if !self.in_stock {
            factor *= SOLD_OUT;
        }
        factor * (1.0 + POPULAR * share_of(self.popularity, context.most_popular))
    }
}

/// On a logarithmic scale, for sales differ by orders of magnitude.
#[expect(clippy::cast_precision_loss, reason = "a logarithm of counts")]
fn share_of(popularity: u64, most: u64) -> f32 {
    if most == 0 {
        return 0.0;
    }
    (popularity as f32).ln_1p() / (most as f32).ln_1p()
}

struct Judge<'a> {
    groups: Vec<Hashed>,
    head: usize,
    /// Stems of the whole query: its own words are never what an accessory is called.
    asked: HashSet<u32>,
    nouns: &'a HashSet<u32>,
}

/// The ways to satisfy a group, as numbers.
struct Hashed {
    ways: Vec<Vec<Word>>,
}

#[derive(Clone, Copy)]
enum Word {
    Form(u32),
    Stem(u32),
}

impl Word {
    fn is(self, title_word: u64) -> bool {
        match self {
            Self::Form(form) => TitleWord::form(title_word) == form,
            Self::Stem(stem) => TitleWord::stem(title_word) == stem,
        }
    }
}

impl<'a> Judge<'a> {
    fn of(plan: &Plan, nouns: &'a HashSet<u32>) -> Self {
        let groups: Vec<Hashed> = plan.groups.iter().map(Hashed::of).collect();
        let asked = groups
            .iter()
            .flat_map(|group| group.ways.iter().flatten())
            .filter_map(|word| match word {
                Word::Stem(stem) => Some(*stem),
                Word::Form(_) => None,
            })
            .collect();
        Self {
            groups,
            head: plan.head,
            asked,
            nouns,
        }
    }

    fn look(&self, segment: &Segment, candidate: &Candidate) -> Finding {
        let title: Vec<u64> = segment.title_words.values_for_doc(candidate.doc).collect();
        let category: Vec<u64> = segment.category_words.values_for_doc(candidate.doc).collect();
        let places: Vec<Vec<usize>> = self.groups.iter().map(|g| g.ends_in(&title)).collect();
        Finding {
            relation: self
                .relation_by_category(&category)
                .unwrap_or_else(|| self.relation_by_title(&title, &places)),
            in_title: share(places.iter().filter(|p| !p.is_empty()).count(), places.len()),
            adjacent: adjacent(&places),
            in_stock: segment.figures(candidate.doc).in_stock,
            popularity: segment.figures(candidate.doc).popularity,
        }
    }

    /// `None` if the categories do not mention the thing.
    fn relation_by_category(&self, category: &[u64]) -> Option<Relation> {
        let head = self.groups.get(self.head)?;
        let mentions = |word: &u64| {
            let stem = TitleWord::stem(*word);
            let is = |w: &Word| matches!(w, Word::Stem(s) if *s == stem);
            head.ways.iter().any(|way| way.last().is_some_and(is))
        };
        let mut mentioned = category.iter().filter(|word| mentions(word)).peekable();
        mentioned.peek()?;
        if mentioned.any(|word| word & CategoryWord::HEAD != 0) {
            return Some(Relation::OfKind);
        }
        Some(Relation::Accessory)
    }

    fn relation_by_title(&self, title: &[u64], places: &[Vec<usize>]) -> Relation {
        let Some(mentions) = places.get(self.head).filter(|places| !places.is_empty()) else {
            return Relation::NotNamed;
        };
        if mentions.iter().all(|place| title[*place] & TitleWord::BRAND != 0) {
            return Relation::OfBrand;
        }
        let is_target = |word: &u64| word & TitleWord::PREPOSITION != 0 && !self.is_asked(*word);
        let target_from = title.iter().position(is_target).unwrap_or(title.len());
        let nouns: Vec<usize> = mentions
            .iter()
            .copied()
            .filter(|place| *place < target_from && !self.is_modifier(title, *place))
            .collect();
        if nouns.iter().any(|place| !self.is_part(title, *place)) {
            Relation::Itself
        } else if nouns.is_empty() {
            Relation::Accessory
        } else {
            Relation::Part
        }
    }

    /// Whether the phrase goes on to another noun: "mouse *pad*".
    fn is_modifier(&self, title: &[u64], place: usize) -> bool {
        const ENDS: u64 = TitleWord::BREAK | TitleWord::PREPOSITION | TitleWord::JOINER;
        const LONGEST_PHRASE: usize = 6;
        title
            .iter()
            .skip(place + 1)
            .take(LONGEST_PHRASE)
            .take_while(|word| **word & ENDS == 0)
            .any(|word| self.is_other_noun(*word))
    }

    /// Whether another product was named in a phrase before, or the title has come to specifications.
    fn is_part(&self, title: &[u64], place: usize) -> bool {
        let before = &title[..place];
        let with_digits = before.iter().filter(|word| *word & TitleWord::DIGITS != 0);
        let named_before = before.iter().position(|word| self.is_other_noun(*word));
        let ends_phrase = |noun: usize| title[noun + 1..=place].iter().any(|word| word & TitleWord::BREAK != 0);
        with_digits.count() >= SPECIFICATIONS || named_before.is_some_and(ends_phrase)
    }

    fn is_other_noun(&self, title_word: u64) -> bool {
        title_word & TitleWord::BRAND == 0
            && self.nouns.contains(&TitleWord::stem(title_word))
            && !self.is_asked(title_word)
    }

    fn is_asked(&self, title_word: u64) -> bool {
        self.asked.contains(&TitleWord::stem(title_word))
    }
}

impl Hashed {
    fn of(group: &Group) -> Self {
        let hashed = |key: &Key| match key {
            Key::Form(form) => Word::Form(form_hash(form)),
            Key::Stem(stem) | Key::Prose(stem) => Word::Stem(stem_hash(stem)),
        };
        let ways = group.alternatives.iter();
        Self {
            ways: ways.map(|way| way.words.iter().map(hashed).collect()).collect(),
        }
    }

    /// Where in the title the last word of some way stands whose words are all there.
    fn ends_in(&self, title: &[u64]) -> Vec<usize> {
        let mut ends = Vec::new();
        for way in &self.ways {
            let Some((last, before)) = way.split_last() else {
                continue;
            };
            let has = |word: &Word| title.iter().any(|title_word| word.is(*title_word));
            if before.iter().all(has) {
                let places = title.iter().enumerate();
                ends.extend(places.filter(|(_, w)| last.is(**w)).map(|(place, _)| place));
            }
        }
        ends
    }
}

fn adjacent(places: &[Vec<usize>]) -> f32 {
    let pairs = places.windows(2);
    let n_pairs = pairs.len();
    let together = pairs.filter(|pair| {
        let follows = |a: &usize| pair[1].iter().any(|b| *b == a + 1 || b == a);
        pair[0].iter().any(follows)
    });
    share(together.count(), n_pairs)
}

#[expect(clippy::cast_precision_loss, reason = "a handful of words")]
fn share(part: usize, whole: usize) -> f32 {
    if whole == 0 {
        return 0.0;
    }
    part as f32 / whole as f32
}
