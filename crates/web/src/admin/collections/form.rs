//! The form of a collection: a draft out of it, and into it.

use wares_commerce::catalog::{ABOUT_MAX, Choice, Collection, CollectionDraft, ImageDraft, NAME_MAX, Rule};
use wares_kernel::{Currency, Money, Slug};

use crate::{
    admin::{choices, picker::Picked},
    http::{Check, Entered, FormErrors, FormView},
};

/// How a collection comes by its products, as the form says it.
pub(super) const HOWS: [(&str, &str); 2] = [("hand", "Chosen by hand"), ("rule", "Found by a rule")];

/// The draft, or everything that is wrong with it. Its picture has a form of its own.
pub(super) fn read(
    entered: &Entered,
    picked: &Picked,
    picture: Option<ImageDraft>,
    currency: Currency,
) -> Result<CollectionDraft, FormErrors> {
    let mut check = Check::new(entered);
    let name = check.text("name", NAME_MAX, "Enter a name");
    let slug = check.optional_text("slug", 120);
    let slug = check.parsed("slug", &slug, str::parse::<Slug>);
    let description = check.optional_long_text("intro", ABOUT_MAX);
    let choice = match entered.get("how") {
        "rule" => Choice::ByRule(rule(&mut check, entered, currency)),
        _ => {
            picked.complain(&mut check);
            Choice::ByHand(picked.products.clone())
        }
    };
    let (in_header, on_home, is_visible) = (check.ticked("header"), check.ticked("home"), check.ticked("visible"));
    check.done()?;
    Ok(CollectionDraft {
        slug,
        name,
        description,
        choice,
        picture,
        in_header,
        on_home,
        is_visible,
    })
}

fn rule(check: &mut Check<'_>, entered: &Entered, currency: Currency) -> Rule {
    Rule {
        category: choices::category(entered.get("category")),
        brand: check.optional_text("brand", NAME_MAX),
        tag: check.optional_text("tag", NAME_MAX),
        price_min_minor: price(check, "min", currency),
        price_max_minor: price(check, "max", currency),
        on_sale: check.ticked("sale"),
        newer_than_days: days(check),
    }
}

fn price(check: &mut Check<'_>, field: &str, currency: Currency) -> Option<i64> {
    let typed = check.optional_text(field, 16);
    check.parsed(field, &typed, |text| {
        let amount = Money::parse(text, currency).map_err(|error| error.to_string())?;
        if amount.is_negative() {
            return Err("Enter an amount that is not below zero".to_owned());
        }
        Ok(amount.minor())
    })
}

fn days(check: &mut Check<'_>) -> Option<u32> {
    let typed = check.optional_text("days", 4);
    check.parsed("days", &typed, |text| {
        let days = text.parse::<u32>().ok().filter(|days| (1..=3650).contains(days));
        days.ok_or("Enter a number of days between 1 and 3650")
    })
}

/// A new collection: shown, chosen by hand.
pub(super) fn fresh() -> FormView {
    FormView::prefilled([("how", "hand".to_owned()), ("visible", "1".to_owned())])
}

/// A collection as it is, but for its products.
pub(super) fn filled(collection: &Collection, currency: Currency) -> FormView {
    let row = &collection.row;
    let mut values = vec![
        ("name", row.name.clone()),
        ("slug", row.slug.to_string()),
        ("intro", row.description.clone()),
        ("alt", row.image_alt.clone()),
    ];
    match &collection.choice {
        Choice::ByHand(_) => values.push(("how", "hand".to_owned())),
        Choice::ByRule(rule) => values.extend(rule_values(rule, currency)),
    }
    let ticks = [
        ("header", row.in_header),
        ("home", row.on_home),
        ("visible", row.is_visible),
    ];
    values.extend(
        ticks
            .into_iter()
            .filter(|(_, is_on)| *is_on)
            .map(|(name, _)| (name, "1".to_owned())),
    );
    FormView::prefilled(values)
}

fn rule_values(rule: &Rule, currency: Currency) -> Vec<(&'static str, String)> {
    let price = |minor: Option<i64>| minor.map_or_else(String::new, |minor| Money::new(minor, currency).decimal());
    let mut values = vec![
        ("how", "rule".to_owned()),
        ("category", rule.category.map_or_else(String::new, |id| id.to_string())),
        ("brand", rule.brand.clone()),
        ("tag", rule.tag.clone()),
        ("min", price(rule.price_min_minor)),
        ("max", price(rule.price_max_minor)),
        (
            "days",
            rule.newer_than_days.map_or_else(String::new, |days| days.to_string()),
        ),
    ];
    if rule.on_sale {
        values.push(("sale", "1".to_owned()));
    }
    values
}
