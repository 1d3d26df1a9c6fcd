//! Words the catalogue does not have: completed, parted or corrected.

use crate::Error;
use crate::matching;
use crate::plan::{Group, Key, Plan, Reading, Typed};
use crate::query::Correction;
use crate::view::View;
use crate::{terms, text};

const AS_COMPLETED: f32 = 0.8;
/// So many completions of an unfinished word are looked for.
const MOST_COMPLETIONS: usize = 16;
/// So many corrections are tried out against the rest of the query.
const MOST_TRIED: usize = 6;
/// A correction is offered for a word the catalogue has if so many times as many products have the corrected one.
const FAR_MORE: u64 = 25;

/// Finds something for each unknown group of the plan.
pub(crate) fn complete(plan: &mut Plan, typed: &[Typed], view: &View, reading: Reading<'_>) -> Result<(), Error> {
    let mut corrected = false;
    for (place, Typed { word, .. }) in typed.iter().enumerate() {
        let is_last = place + 1 == typed.len();
        if is_last && (reading.unfinished || plan.groups[place].is_unknown()) {
            add_completions(&mut plan.groups[place], word, view)?;
        }
        if plan.groups[place].is_unknown() {
            add_parts(&mut plan.groups[place], word, view)?;
        }
        if plan.groups[place].is_unknown()
            && !reading.verbatim
            && view.n_with(&Key::Prose(typed[place].stem.clone()).term(view))? == 0
            && let Some(group) = correct(plan, place, word, view)?
        {
            plan.groups[place] = group;
            corrected = true;
        }
    }
    if corrected {
        plan.correction = Some(Correction::Applied(plan.shown()));
    }
    Ok(())
}

/// "blueto" is on its way to "bluetooth".
fn add_completions(group: &mut Group, word: &str, view: &View) -> Result<(), Error> {
    if word.chars().count() < 2 {
        return Ok(());
    }
    let found = terms::beginning_with(&view.searcher, view.fields.word, word)?;
    for (longer, _) in terms::most_frequent(found).into_iter().take(MOST_COMPLETIONS) {
        group.add_word(&longer, &view.language.stem(&longer), AS_COMPLETED);
    }
    group.weigh(view)
}

/// "tn2110" may be written "TN 2110", "phonecase" "phone case".
fn add_parts(group: &mut Group, word: &str, view: &View) -> Result<(), Error> {
    if let Some((left, right)) = text::parts_of_code(word) {
        group.add_parts([left, right].map(|part| view.language.stem(part)));
        return keep_if_found(group, view);
    }
    let mut best: Option<(u64, [String; 2])> = None;
    for (at, _) in word.char_indices().skip(3) {
        let (left, right) = word.split_at(at);
        if right.chars().count() < 3 {
            break;
        }
        let rarer = frequency(left, view)?.min(frequency(right, view)?);
        if rarer > best.as_ref().map_or(0, |(rarer, _)| *rarer) {
            best = Some((rarer, [left, right].map(|part| view.language.stem(part))));
        }
    }
    if let Some((_, parts)) = best {
        group.add_parts(parts);
        keep_if_found(group, view)?;
    }
    Ok(())
}

/// Each part may be known while no product has both.
fn keep_if_found(group: &mut Group, view: &View) -> Result<(), Error> {
    group.weigh(view)?;
    if matching::count(view, std::iter::once(&*group))? == 0 {
        group.alternatives.clear();
    }
    Ok(())
}

/// Nothing was found at all: the place of a word and a group for something at least similar to it. Better "Showing
/// results for bell" to one who asked for a doorbell than an empty page.
pub(crate) fn last_resort(plan: &Plan, view: &View) -> Result<Option<(usize, Group)>, Error> {
    for (place, asked) in plan.groups.iter().enumerate() {
        let neighbour = loose_neighbour(&asked.shown, view)?;
        let piece = known_piece(&asked.shown, view)?;
        let relative = relative(&asked.shown, view)?;
        for word in [neighbour, piece, relative].into_iter().flatten() {
            let mut group = Group::of(&Typed::of(&word, view.language));
            group.weigh(view)?;
            if matching::count(view, std::iter::once(&group))? > 0 {
                return Ok(Some((place, group)));
            }
        }
    }
    Ok(None)
}

/// Two typing errors in shorter words, and a wrong first letter, are let pass as well.
fn loose_neighbour(word: &str, view: &View) -> Result<Option<String>, Error> {
    if word.chars().count() < 5 || has_digits(word) {
        return Ok(None);
    }
    let found = view.similar(word, 2)?;
    let longer = |other: &&(String, u64)| other.0.chars().count() >= 4 && !has_digits(&other.0);
    Ok(found.iter().find(longer).map(|(other, _)| other.clone()))
}

/// The longest known word that this one begins or ends with, of at least four letters and half of it; of a code, its
/// letters or its digits.
fn known_piece(word: &str, view: &View) -> Result<Option<String>, Error> {
    if let Some((left, right)) = text::parts_of_code(word) {
        let known = [left, right].map(|part| Ok((frequency(part, view)?, part)));
        let [left, right]: [Result<_, Error>; 2] = known;
        let most = left?.max(right?);
        return Ok((most.0 > 0).then(|| most.1.to_owned()));
    }
    let length = word.chars().count();
    for piece in (4.max(length / 2)..length).rev() {
        let at = |n: usize| word.char_indices().nth(n).map_or(word.len(), |(at, _)| at);
        let (start, end) = (&word[..at(piece)], &word[at(length - piece)..]);
        let frequencies = [(frequency(start, view)?, start), (frequency(end, view)?, end)];
        if let Some((1.., known)) = frequencies.into_iter().max() {
            return Ok(Some(known.to_owned()));
        }
    }
    Ok(None)
}

/// The most frequent of the words that share the longest beginning with this one, of at least four letters and a third
/// of it: relatives that no stemmer knows, such as "humidity" for "humidifiers".
fn relative(word: &str, view: &View) -> Result<Option<String>, Error> {
    let length = word.chars().count();
    for shared in (4.max(length / 3)..length).rev() {
        let beginning: String = word.chars().take(shared).collect();
        let found = terms::beginning_with(&view.searcher, view.fields.word, &beginning)?;
        if let Some((relative, _)) = terms::most_frequent(found).into_iter().next() {
            return Ok(Some(relative));
        }
    }
    Ok(None)
}

fn has_digits(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Products that have the word in their name or the like.
fn frequency(word: &str, view: &View) -> Result<u64, Error> {
    view.n_with(&tantivy::Term::from_field_text(view.fields.word, word))
}

/// The group for the word that was probably meant: the one that goes best with the rest of the query.
fn correct(plan: &Plan, place: usize, word: &str, view: &View) -> Result<Option<Group>, Error> {
    let known: Vec<usize> = (0..plan.groups.len())
        .filter(|other| *other != place && !plan.groups[*other].is_unknown())
        .collect();
    let mut best: Option<(u64, Group)> = None;
    for (meant, _) in neighbours(word, view)?.into_iter().take(MOST_TRIED) {
        let mut group = Group::of(&Typed::of(&meant, view.language));
        group.weigh(view)?;
        if group.is_unknown() {
            continue;
        }
        if known.is_empty() {
            return Ok(Some(group));
        }
        let others = known.iter().map(|at| &plan.groups[*at]);
        let together = matching::count(view, others.chain([&group]))?;
        if best.as_ref().is_none_or(|(most, _)| together > *most) {
            best = Some((together, group));
        }
    }
    Ok(best.map(|(_, group)| group))
}

/// Words with the fewest typing errors between, the more frequent first; a wrong first letter is the rarest error.
fn neighbours(word: &str, view: &View) -> Result<Vec<(String, u64)>, Error> {
    let length = word.chars().count();
    if length < 4 || has_digits(word) {
        return Ok(Vec::new());
    }
    let most_errors = if length >= 7 { 2 } else { 1 };
    for n_errors in 1..=most_errors {
        let similar = view.similar(word, n_errors)?;
        let same_start = |other: &str| other.chars().next() == word.chars().next();
        let mut found: Vec<(String, u64)> = similar
            .iter()
            .filter(|(other, _)| other != word && other.chars().count() >= 3)
            .filter(|(other, _)| n_errors == 1 || same_start(other))
            .cloned()
            .collect();
        found.sort_by_key(|(other, _)| !same_start(other));
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// The text with rare words replaced by far more frequent ones close to them, if there are any.
pub(crate) fn offer(plan: &Plan, typed: &str, view: &View) -> Result<Option<String>, Error> {
    let mut words: Vec<String> = Vec::new();
    let mut changed = false;
    for group in &plan.groups {
        let better = neighbours(&group.shown, view)?.into_iter().next();
        let own = frequency(&group.shown, view)?.max(1);
        match better {
            Some((other, n)) if n >= own * FAR_MORE && !is_inflection(&other, group, view) => {
                words.push(other);
                changed = true;
            }
            _ => words.push(group.shown.clone()),
        }
    }
    let offered = words.join(" ");
    Ok((changed && offered != typed).then_some(offered))
}

/// "mouses" and "mouse" are no spelling matter.
fn is_inflection(other: &str, group: &Group, view: &View) -> bool {
    view.language.stem(other) == view.language.stem(&group.shown)
}
