//! Discounts in plain words.

use jiff::tz::TimeZone;
use wares_commerce::pricing::discount::{Benefit, Given, Kept, Promotion, Scope, Share, State};
use wares_kernel::{Instant, text};

use crate::admin::{desk::Desk, parts::State as Mark};

/// Where it stands.
pub(super) fn state(kept: &Kept, now: Instant) -> Mark {
    match kept.state(now) {
        State::Active => Mark::live("Active"),
        State::Scheduled => Mark::draft("Scheduled"),
        State::UsedUp => Mark::done("Used up"),
        State::Ended => Mark::ended("Ended"),
    }
}

/// What it does, in a line: "10 % off, from €50.00".
pub(super) fn short(desk: &Desk, terms: &Promotion) -> String {
    let benefit = terms.benefit.words(|minor| desk.money(minor));
    let scope = match &terms.gets {
        Some(_) => " of something else",
        None if terms.scope.is_everything() => "",
        None => " what was picked",
    };
    let minimum = terms.minimum_minor.map(|minimum| desk.money(minimum.get().into()));
    let minimum = minimum.map(|minimum| format!(", from {minimum}")).unwrap_or_default();
    let given = match terms.given {
        Given::Automatically => ", by itself",
        Given::UniqueCodes => ", single-use codes",
        Given::Code(_) => "",
    };
    text::capital(&format!("{benefit}{scope}{minimum}{given}"))
}

/// All of it, as sentences. `picked` names what it is for, where that is not everything, and what one gets.
pub(super) fn plain(desk: &Desk, terms: &Promotion, [picked, got]: &[Vec<String>; 2]) -> String {
    let benefit = terms.benefit.words(|minor| desk.money(minor));
    let names = |scope: &Scope, names: &[String]| match names {
        [] if scope.is_everything() => "anything".to_owned(),
        [] => "what was picked".to_owned(),
        names => names.join(", "),
    };
    let scope = match &terms.gets {
        Some(gets) => format!(" (buy {}; get {})", names(&terms.scope, picked), names(gets, got)),
        None if terms.scope.is_everything() => String::new(),
        None => format!(" on {}", names(&terms.scope, picked)),
    };
    let minimum = terms.minimum_minor.map(|minimum| desk.money(minimum.get().into()));
    let minimum = minimum.map(|minimum| format!(" from {minimum} on")).unwrap_or_default();
    let from = day(terms.window.from(), &desk.zone);
    let time = match terms.window.until() {
        Some(until) => format!(", {from} until {}", day(until, &desk.zone)),
        None => format!(", from {from} with no end"),
    };
    let each = terms.limits.each.map(|each| match each.get() {
        1 => ", once for each customer".to_owned(),
        n => format!(", {n} times for each customer"),
    });
    let in_all = terms.limits.in_all.map(|n| format!(", {n} times in all"));
    let together = if terms.combines {
        "also together with others that may be"
    } else {
        "not together with others"
    };
    let given = match &terms.given {
        Given::Automatically => "Given by itself.".to_owned(),
        Given::Code(code) => format!("Code {code}."),
        Given::UniqueCodes => "By single-use codes.".to_owned(),
    };
    let (each, in_all) = (each.unwrap_or_default(), in_all.unwrap_or_default());
    text::capital(&format!(
        "{benefit}{scope}{minimum}{time}{each}{in_all}, {together}. {given}"
    ))
}

/// What whoever made it may not have meant.
pub(super) fn warnings(terms: &Promotion) -> Vec<String> {
    let everything = matches!(terms.benefit, Benefit::Percent { off } if off == Share::ALL);
    let endless = terms.window.until().is_none() && terms.limits.in_all.is_none();
    let stacked = terms.combines && !matches!(terms.benefit, Benefit::FreeShipping { .. });
    [
        (everything, "It makes everything it is for free."),
        (endless, "It has no end and no limit in all."),
        (
            stacked,
            "Together with others it may take off more than you earn on a product.",
        ),
    ]
    .into_iter()
    .filter(|(is_so, _)| *is_so)
    .map(|(_, text)| text.to_owned())
    .collect()
}

/// "1 November 2026, 00:00".
fn day(at: Instant, zone: &TimeZone) -> String {
    let local = at.timestamp().to_zoned_datetime(zone.clone());
    local.strftime("%-d %B %Y, %H:%M").to_string()
}
