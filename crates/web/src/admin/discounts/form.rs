//! The form of a discount: terms out of it, and into it.

use std::num::NonZeroU32;

use jiff::{civil::DateTime, tz::TimeZone};
use wares_commerce::pricing::discount::{Benefit, Code, Given, Limits, NAME_MAX, Promotion, Scope, Share, Window};
use wares_kernel::{CategoryId, Currency, Instant, Money, Quantity, Rate};

use crate::{
    admin::{desk::Desk, picker::Picked},
    http::{Check, Entered, FormErrors, FormView},
};

/// How one comes by it, as the form says it.
pub(super) const GIVEN: [(&str, &str); 3] = [
    ("code", "With a code"),
    ("automatic", "By itself"),
    ("codes", "With single-use codes"),
];

/// What it takes off, as the form says it.
pub(super) const KINDS: [(&str, &str); 4] = [
    ("percent", "Percent"),
    ("amount", "Amount"),
    ("shipping", "Free delivery"),
    ("buy_get", "Buy X get Y"),
];

/// How the names of fields begin: of what it is for, and of what one gets, where that is something else.
pub(super) const PREFIXES: [&str; 2] = ["", "gets_"];

/// The terms, or everything that is wrong with them.
pub(super) fn read(desk: &Desk, entered: &Entered, [picked, got]: &[Picked; 2]) -> Result<Promotion, FormErrors> {
    let mut check = Check::new(entered);
    let given = given(&mut check, entered);
    let name = match &given {
        Some(Given::Code(code)) if entered.get("name").trim().is_empty() => code.to_string(),
        _ => check.text("name", NAME_MAX, "Enter a name"),
    };
    let benefit = benefit(&mut check, entered, desk.currency());
    let minimum_minor = amount(&mut check, "minimum", desk.currency());
    picked.complain(&mut check);
    let is_buy_get = entered.get("kind") == "buy_get";
    if is_buy_get {
        got.complain(&mut check);
    }
    let window = window(&mut check, desk);
    let limits = Limits {
        in_all: number(&mut check, "limit"),
        each: number(&mut check, "each"),
    };
    let combines = check.ticked("combines");
    check.done()?;
    let wrong = || FormErrors::one("kind", "Choose what it takes off");
    Ok(Promotion {
        name,
        given: given.ok_or_else(wrong)?,
        benefit: benefit.ok_or_else(wrong)?,
        scope: scope(entered, picked, PREFIXES[0]),
        gets: Some(scope(entered, got, PREFIXES[1])).filter(|gets| is_buy_get && !gets.is_everything()),
        minimum_minor,
        window: window.ok_or_else(wrong)?,
        limits,
        combines,
    })
}

/// A scope is a set: the order it was chosen in says nothing.
fn scope(entered: &Entered, picked: &Picked, prefix: &str) -> Scope {
    let mut products = picked.products.clone();
    products.sort_unstable();
    Scope {
        products,
        categories: ticked(entered, prefix),
    }
}

/// The categories that were ticked.
pub(super) fn ticked(entered: &Entered, prefix: &str) -> Vec<CategoryId> {
    entered
        .all(&format!("{prefix}category"))
        .filter_map(|id| id.parse().ok())
        .collect()
}

fn given(check: &mut Check<'_>, entered: &Entered) -> Option<Given> {
    match entered.get("given") {
        "automatic" => Some(Given::Automatically),
        "codes" => Some(Given::UniqueCodes),
        _ => match entered.get("code").parse::<Code>() {
            Ok(code) => Some(Given::Code(code)),
            Err(refusal) => {
                check.wrong("code", refusal.to_string());
                None
            }
        },
    }
}

fn benefit(check: &mut Check<'_>, entered: &Entered, currency: Currency) -> Option<Benefit> {
    match entered.get("kind") {
        "percent" => share(check).map(|off| Benefit::Percent { off }),
        "amount" => match amount(check, "value", currency) {
            Some(off_minor) => Some(Benefit::Amount { off_minor }),
            None => {
                if !check.is_wrong("value") {
                    check.wrong("value", "Enter an amount above zero");
                }
                None
            }
        },
        "shipping" => Some(Benefit::FreeShipping {
            up_to_minor: amount(check, "value", currency),
        }),
        "buy_get" => {
            let (buy, get, off) = (pieces(check, "buy"), pieces(check, "get"), share(check));
            let (buy, get, off) = (buy?, get?, off?);
            Some(Benefit::BuyGet { buy, get, off })
        }
        _ => {
            check.wrong("kind", "Choose what it takes off");
            None
        }
    }
}

/// A percentage, with or without the sign.
fn share(check: &mut Check<'_>) -> Option<Share> {
    let typed = check.optional_text("value", 16);
    let bare = typed.trim_end_matches('%').trim().replace(',', ".");
    let share = percent(&bare).and_then(|rate| Share::try_from(rate).ok());
    if share.is_none() && !check.is_wrong("value") {
        check.wrong("value", "Enter a percentage above 0 and up to 100");
    }
    share
}

/// `12.5` as parts per million, without fractions of any.
fn percent(text: &str) -> Option<Rate> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 4 || !is_plain(whole) || !is_plain(part) {
        return None;
    }
    format!("{whole}{part:0<4}").parse().ok().map(Rate::from_ppm)
}

fn pieces(check: &mut Check<'_>, field: &str) -> Option<Quantity> {
    let typed = check.optional_text(field, 4);
    let pieces = typed.parse().ok();
    if pieces.is_none() && !check.is_wrong(field) {
        check.wrong(field, format!("Enter a number between 1 and {}", Quantity::MAX));
    }
    pieces
}

/// An amount above zero, or nothing where nothing was typed.
fn amount(check: &mut Check<'_>, field: &str, currency: Currency) -> Option<NonZeroU32> {
    let typed = check.optional_text(field, 16);
    check.parsed(field, &typed, |text| {
        let amount = Money::parse(text, currency).map_err(|error| error.to_string())?;
        let minor = u32::try_from(amount.minor()).ok().and_then(NonZeroU32::new);
        minor.ok_or_else(|| "Enter an amount above zero".to_owned())
    })
}

fn number(check: &mut Check<'_>, field: &str) -> Option<NonZeroU32> {
    let typed = check.optional_text(field, 9);
    check.parsed(field, &typed, |text| {
        text.parse::<NonZeroU32>()
            .map_err(|_| "Enter a whole number above zero, or nothing")
    })
}

fn window(check: &mut Check<'_>, desk: &Desk) -> Option<Window> {
    let from = check.text("from", 20, "Enter when it begins");
    let from = instant(check, "from", &from, &desk.zone);
    let until = check.optional_text("until", 20);
    let until = instant(check, "until", &until, &desk.zone);
    match Window::new(from?, until) {
        Ok(window) => Some(window),
        Err(refusal) => {
            check.wrong("until", refusal.to_string());
            None
        }
    }
}

/// A date and time of the shop's clock.
fn instant(check: &mut Check<'_>, field: &str, text: &str, zone: &TimeZone) -> Option<Instant> {
    check.parsed(field, text, |text| {
        let words = "Enter a date and a time, such as 2026-11-30T23:59";
        let local: DateTime = text.replace(' ', "T").parse().map_err(|_| words)?;
        let zoned = local.to_zoned_datetime(zone.clone()).map_err(|_| words)?;
        Ok::<Instant, &str>(zoned.timestamp().into())
    })
}

/// A new discount: a code for ten per cent, from now on.
pub(super) fn fresh(desk: &Desk) -> FormView {
    FormView::prefilled([
        ("kind", "percent".to_owned()),
        ("value", "10".to_owned()),
        ("buy", "2".to_owned()),
        ("get", "1".to_owned()),
        ("given", "code".to_owned()),
        ("from", local(desk.now, &desk.zone)),
    ])
}

/// The terms as they are, but for what they are for.
pub(super) fn filled(desk: &Desk, terms: &Promotion) -> FormView {
    let amount = |minor: NonZeroU32| Money::new(minor.get().into(), desk.currency()).decimal();
    let number = |number: Option<NonZeroU32>| number.map(|number| number.to_string()).unwrap_or_default();
    let bare = |share: Share| share.rate().percent().trim_end_matches([' ', '%']).to_owned();
    let (kind, value) = match terms.benefit {
        Benefit::Percent { off } => ("percent", bare(off)),
        Benefit::Amount { off_minor } => ("amount", amount(off_minor)),
        Benefit::FreeShipping { up_to_minor } => ("shipping", up_to_minor.map(amount).unwrap_or_default()),
        Benefit::BuyGet { off, .. } => ("buy_get", bare(off)),
    };
    let (buy, get) = match terms.benefit {
        Benefit::BuyGet { buy, get, .. } => (buy.to_string(), get.to_string()),
        _ => ("2".to_owned(), "1".to_owned()),
    };
    let (given, code) = match &terms.given {
        Given::Automatically => ("automatic", String::new()),
        Given::Code(code) => ("code", code.to_string()),
        Given::UniqueCodes => ("codes", String::new()),
    };
    let mut form = FormView::prefilled([
        ("name", terms.name.clone()),
        ("kind", kind.to_owned()),
        ("value", value),
        ("buy", buy),
        ("get", get),
        ("given", given.to_owned()),
        ("code", code),
        ("minimum", terms.minimum_minor.map(amount).unwrap_or_default()),
        ("from", local(terms.window.from(), &desk.zone)),
        (
            "until",
            terms
                .window
                .until()
                .map(|until| local(until, &desk.zone))
                .unwrap_or_default(),
        ),
        ("limit", number(terms.limits.in_all)),
        ("each", number(terms.limits.each)),
    ]);
    if terms.combines {
        form.values.insert("combines".into(), "1".into());
    }
    form
}

/// As a field for a date and a time takes it.
fn local(at: Instant, zone: &TimeZone) -> String {
    let local = at.timestamp().to_zoned_datetime(zone.clone());
    local.strftime("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_read_without_fractions() {
        let ppm = |text: &str| percent(text).map(Rate::ppm);
        assert_eq!(ppm("10"), Some(100_000));
        assert_eq!(ppm("12.5"), Some(125_000));
        assert_eq!(ppm("0.0001"), Some(1));
        for text in ["", ".", "-1", "1000", "1.00001", "ten", "1e2"] {
            assert_eq!(ppm(text), None, "{text}");
        }
    }
}
