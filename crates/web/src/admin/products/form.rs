//! The fields of a product, between a form and a draft.
//!
//! A variant's fields carry its id: `price-019a…`. What a form does not show (barcodes, costs, extra categories, tags,
//! attributes) stays as it is.

use std::collections::BTreeMap;

use wares_commerce::catalog::{
    self, Description, DraftProblem, ImageDraft, OptionDraft, ProductDraft, SaveError, Status, Stored, ValueDraft,
    VariantDraft,
};
use wares_kernel::{Currency, Money, Sku, Slug, text};

use crate::{
    admin::choices,
    http::{Check, Entered, FormErrors, FormView},
};

/// The title's limit.
const TITLE_MAX: usize = catalog::TITLE_MAX;
/// The longest description, in characters.
const DESCRIPTION_MAX: usize = 20_000;

/// What `GET` fills into the form.
pub(super) fn filled(stored: &Stored, currency: Currency) -> FormView {
    let draft = &stored.draft;
    let mut values = BTreeMap::from([
        ("title".to_owned(), draft.title.clone()),
        ("slug".to_owned(), stored.slug.to_string()),
        ("description".to_owned(), draft.description.as_html().to_owned()),
        ("state".to_owned(), draft.status.word().to_owned()),
        (
            "category".to_owned(),
            draft.categories.first().map_or_else(String::new, ToString::to_string),
        ),
        ("tax_class".to_owned(), draft.tax_class.clone()),
        ("seo_title".to_owned(), draft.seo_title.clone()),
        ("seo_description".to_owned(), draft.seo_description.clone()),
    ]);
    for (n, option) in draft.options.iter().enumerate() {
        let texts: Vec<&str> = option.values.iter().map(|value| value.value.as_str()).collect();
        values.insert(format!("option-{}", n + 1), option.name.clone());
        values.insert(format!("values-{}", n + 1), texts.join(", "));
    }
    for variant in &draft.variants {
        fill_variant(&mut values, variant, currency);
    }
    FormView {
        values,
        ..FormView::default()
    }
}

fn fill_variant(values: &mut BTreeMap<String, String>, variant: &VariantDraft, currency: Currency) {
    let id = key(variant);
    let amount = |minor: i64| Money::new(minor, currency).decimal();
    values.insert(
        format!("sku-{id}"),
        variant.sku.as_ref().map_or_else(String::new, ToString::to_string),
    );
    values.insert(format!("price-{id}"), amount(variant.price_minor));
    values.insert(format!("was-{id}"), variant.was_minor.map_or_else(String::new, amount));
    let weight = if variant.weight_g == 0 {
        String::new()
    } else {
        variant.weight_g.to_string()
    };
    values.insert(format!("weight-{id}"), weight);
    if variant.is_active {
        values.insert(format!("active-{id}"), "1".to_owned());
    }
}

/// By what a variant's fields are named.
pub(super) fn key(variant: &VariantDraft) -> String {
    variant.id.map_or_else(String::new, |id| id.uuid().simple().to_string())
}

/// The draft a new product starts from.
pub(super) fn added(
    entered: &Entered,
    currency: Currency,
    images: Vec<ImageDraft>,
) -> Result<ProductDraft, FormErrors> {
    let mut check = Check::new(entered);
    let title = check.text("title", TITLE_MAX, "Enter a title");
    let description = check.optional_long_text("description", DESCRIPTION_MAX);
    let sku_text = check.text("sku", 64, "Enter a SKU: a code of your own for it");
    let sku = check.parsed("sku", &sku_text, str::parse::<Sku>);
    let price = price(&mut check, "price", currency);
    let on_hand = number(&mut check, "on_hand", 1_000_000);
    let weight_g = number(&mut check, "weight", 1_000_000);
    let status = Status::from_word(entered.get("state")).unwrap_or(Status::Draft);
    check.done()?;
    Ok(ProductDraft {
        slug: None,
        title,
        description: described(&description),
        brand: String::new(),
        tax_class: tax_class(entered),
        categories: choices::category(entered.get("category")).into_iter().collect(),
        tags: Vec::new(),
        attributes: Vec::new(),
        status,
        seo_title: String::new(),
        seo_description: String::new(),
        options: Vec::new(),
        variants: vec![VariantDraft {
            sku,
            price_minor: price,
            weight_g,
            opening_stock: on_hand,
            ..blank_variant()
        }],
        images,
    })
}

/// The draft a form makes of a stored product.
pub(super) fn edited(entered: &Entered, stored: &Stored, currency: Currency) -> Result<ProductDraft, FormErrors> {
    let mut check = Check::new(entered);
    let mut draft = stored.draft.clone();
    draft.title = check.text("title", TITLE_MAX, "Enter a title");
    let slug = check.text("slug", 120, "Enter an address");
    draft.slug = check.parsed("slug", &slug, str::parse::<Slug>);
    let description = check.optional_long_text("description", DESCRIPTION_MAX);
    if description != stored.draft.description.as_html() {
        draft.description = described(&description);
    }
    draft.seo_title = check.optional_text("seo_title", 120);
    draft.seo_description = check.optional_text("seo_description", 320);
    draft.status = Status::from_word(entered.get("state")).unwrap_or(draft.status);
    draft.tax_class = tax_class(entered);
    put_category(&mut draft, entered);
    for variant in &mut draft.variants {
        read_variant(&mut check, variant, currency);
    }
    put_options(&mut check, &mut draft, entered.get("do") == "variants");
    check.done()?;
    Ok(draft)
}

/// The chosen category comes first; extra ones stay.
fn put_category(draft: &mut ProductDraft, entered: &Entered) {
    let own = draft.categories.first().copied();
    let chosen = choices::category(entered.get("category"));
    if chosen != own {
        draft.categories.retain(|id| Some(*id) != own && Some(*id) != chosen);
        if let Some(chosen) = chosen {
            draft.categories.insert(0, chosen);
        }
    }
}

fn read_variant(check: &mut Check<'_>, variant: &mut VariantDraft, currency: Currency) {
    let id = key(variant);
    let sku = check.optional_text(&format!("sku-{id}"), 64);
    variant.sku = check.parsed(&format!("sku-{id}"), &sku, str::parse::<Sku>);
    variant.price_minor = price(check, &format!("price-{id}"), currency);
    let was = check.optional_text(&format!("was-{id}"), 16);
    variant.was_minor = check
        .parsed(&format!("was-{id}"), &was, |text| Money::parse(text, currency))
        .map(Money::minor);
    variant.weight_g = number(check, &format!("weight-{id}"), 1_000_000);
    variant.is_active = check.ticked(&format!("active-{id}"));
}

/// Options as the form says, and a variant for each combination that has none.
fn put_options(check: &mut Check<'_>, draft: &mut ProductDraft, make_missing: bool) {
    let mut wanted = Vec::new();
    for n in 1..=catalog::OPTIONS_MAX {
        let name = check.optional_text(&format!("option-{n}"), 60);
        let list = check.optional_text(&format!("values-{n}"), 4_000);
        let values = split(&list);
        match (name.is_empty(), values.is_empty()) {
            (true, true) => {}
            (true, false) => check.wrong(&format!("option-{n}"), "Enter a name for this option"),
            (false, true) => check.wrong(&format!("values-{n}"), "Enter at least one value"),
            (false, false) => wanted.push(option(draft, name, values)),
        }
    }
    if make_missing || wanted != draft.options {
        remake(draft, wanted);
    }
}

fn option(draft: &ProductDraft, name: String, values: Vec<String>) -> OptionDraft {
    let known = draft.options.iter().find(|option| option.name == name);
    let swatch = |value: &str| {
        known
            .and_then(|option| option.values.iter().find(|known| known.value == value))
            .map_or_else(String::new, |known| known.swatch.clone())
    };
    let values = values
        .into_iter()
        .map(|value| ValueDraft {
            swatch: swatch(&value),
            value,
        })
        .collect();
    OptionDraft { name, values }
}

fn split(list: &str) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for value in list.split(',').map(str::trim).filter(|value| !value.is_empty()) {
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }
    values
}

/// Brings the variants in line with the options: those that fit stay, missing ones are made like the first, others go.
///
/// An option added to variants that exist gives them its first value, so that none is lost.
fn remake(draft: &mut ProductDraft, wanted: Vec<OptionDraft>) {
    let pattern = draft.variants.first().cloned().unwrap_or_else(blank_variant);
    let old: Vec<String> = draft.options.iter().map(|option| option.name.clone()).collect();
    let mut kept = std::mem::take(&mut draft.variants);
    for variant in &mut kept {
        variant.values = wanted
            .iter()
            .map(|option| {
                let before = old.iter().position(|name| *name == option.name);
                let value = before.and_then(|at| variant.values.get(at)).cloned();
                value
                    .or_else(|| option.values.first().map(|value| value.value.clone()))
                    .unwrap_or_default()
            })
            .collect();
    }
    let rows = catalog::combinations(&wanted);
    draft.variants = rows
        .into_iter()
        .map(
            |values| match kept.iter().position(|variant| variant.values == values) {
                Some(at) => kept.swap_remove(at),
                None => VariantDraft {
                    id: None,
                    sku: None,
                    barcode: String::new(),
                    image: None,
                    opening_stock: 0,
                    values,
                    ..pattern.clone()
                },
            },
        )
        .collect();
    draft.options = wanted;
}

fn blank_variant() -> VariantDraft {
    VariantDraft {
        id: None,
        sku: None,
        barcode: String::new(),
        values: Vec::new(),
        price_minor: 0,
        was_minor: None,
        cost_minor: None,
        weight_g: 0,
        image: None,
        is_active: true,
        needs_shipping: true,
        may_backorder: false,
        opening_stock: 0,
    }
}

fn price(check: &mut Check<'_>, field: &str, currency: Currency) -> i64 {
    let text = check.text(field, 16, "Enter a price");
    check
        .parsed(field, &text, |text| Money::parse(text, currency))
        .map_or(0, Money::minor)
}

fn number(check: &mut Check<'_>, field: &str, max: i64) -> i64 {
    let text = check.optional_text(field, 12);
    if text.is_empty() {
        return 0;
    }
    match text.parse::<i64>() {
        Ok(n) if (0..=max).contains(&n) => n,
        _ => {
            check.wrong(field, format!("Enter a whole number from 0 to {max}"));
            0
        }
    }
}

fn tax_class(entered: &Entered) -> String {
    let chosen = entered.get("tax_class");
    let is_known = choices::tax_classes().iter().any(|class| class.value == chosen);
    if is_known {
        chosen.to_owned()
    } else {
        "standard".to_owned()
    }
}

/// Markdown, or HTML as it was stored.
fn described(text: &str) -> Description {
    if text.trim_start().starts_with('<') {
        Description::from_html(text).0
    } else {
        Description::from_markdown(text)
    }
}

/// What a refused draft says at which field.
pub(super) fn errors_of(refusal: &SaveError, draft: &ProductDraft) -> FormErrors {
    match refusal {
        SaveError::Problems(problems) => {
            let mut errors = FormErrors::default();
            for problem in problems {
                errors.add(field_of(problem, draft), text::capital(&problem.to_string()));
            }
            errors
        }
        SaveError::SlugTaken(_) => FormErrors::one("slug", text::capital(&refusal.to_string())),
        SaveError::SkuTaken { sku, .. } => {
            let holder = draft.variants.iter().find(|variant| variant.sku.as_ref() == Some(sku));
            let field = holder.map_or_else(String::new, |variant| variant_field("sku", variant));
            FormErrors::one(field, text::capital(&refusal.to_string()))
        }
        _ => FormErrors::one("", text::capital(&refusal.to_string())),
    }
}

fn field_of(problem: &DraftProblem, draft: &ProductDraft) -> String {
    let at = |name: &str, place: &usize| {
        draft
            .variants
            .get(*place)
            .map_or_else(String::new, |v| variant_field(name, v))
    };
    match problem {
        DraftProblem::TitleMissing | DraftProblem::TitleTooLong => "title".into(),
        DraftProblem::OptionNameMissing { option } => format!("option-{}", option + 1),
        DraftProblem::SkuTwice { variant, .. } => at("sku", variant),
        DraftProblem::PriceOutOfRange { variant } => at("price", variant),
        DraftProblem::NegativeFigure { variant } => at("weight", variant),
        DraftProblem::NothingForSale => "state".into(),
        DraftProblem::TooManyPictures => "files".into(),
        DraftProblem::NoVariants
        | DraftProblem::TooManyVariants
        | DraftProblem::TooManyOptions
        | DraftProblem::OptionTwice { .. }
        | DraftProblem::NothingToChoose
        | DraftProblem::ValueMissing { .. }
        | DraftProblem::VariantTwice { .. } => "variants".into(),
    }
}

/// The field of a variant; a new product has one variant, whose fields have no id.
fn variant_field(name: &str, variant: &VariantDraft) -> String {
    match variant.id {
        Some(_) => format!("{name}-{}", key(variant)),
        None => name.to_owned(),
    }
}
