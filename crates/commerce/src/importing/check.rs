//! Rules every product must keep, whatever file it comes from.

use std::collections::{HashMap, HashSet};

use wares_kernel::Sku;

use super::problem::Problems;
use super::product::Product;
use super::sheet::{Mapped, fingerprint};
use crate::catalog::{OPTIONS_MAX, Status, VARIANTS_MAX};

/// The columns a file has for what is checked here, for the report; empty where it has none.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    pub(super) title: String,
    pub(super) price: String,
    pub(super) sku: String,
    pub(super) handle: String,
    pub(super) option: String,
}

/// Checks a product by itself.
pub(super) fn check(product: &mut Product, names: &Names, problems: &mut Problems) {
    if product.title.is_empty() {
        problems.refuse(product.line, &names.title, "", "enter a title");
    }
    if product.options.len() > OPTIONS_MAX {
        problems.refuse(
            product.line,
            &names.option,
            &product.options.join(", "),
            "a product has at most 3 options",
        );
    }
    if product.variants.len() > VARIANTS_MAX {
        let count = product.variants.len().to_string();
        problems.refuse(
            product.line,
            "",
            &count,
            "a product has at most 250 variants: make several products of it",
        );
        return;
    }
    check_values(product, names, problems);
    check_prices(product, names, problems);
}

/// Each variant has a value for each option, and no two the same ones.
fn check_values(product: &Product, names: &Names, problems: &mut Problems) {
    let mut seen: HashMap<&[String], u64> = HashMap::new();
    for variant in &product.variants {
        for (option, value) in product.options.iter().zip(&variant.values) {
            if value.is_empty() {
                problems.refuse(
                    variant.line,
                    &names.option,
                    "",
                    format_args!("enter a value for {option}"),
                );
            }
        }
        if let Some(line) = seen.insert(&variant.values, variant.line) {
            let shown = variant.values.join(" / ");
            problems.refuse(
                variant.line,
                &names.option,
                &shown,
                format_args!("the variant on line {line} has the same options"),
            );
        }
    }
}

/// A product without any price waits as a draft; a variant without one cannot be sold.
fn check_prices(product: &mut Product, names: &Names, problems: &mut Problems) {
    if product.variants.iter().all(|variant| variant.price.is_none()) {
        problems.keep(
            product.line,
            &names.price,
            "",
            "no price: kept as a draft until it has one",
        );
        if product.status == Status::Active {
            product.status = Status::Draft;
        }
        return;
    }
    for variant in product.variants.iter().filter(|variant| variant.price.is_none()) {
        problems.keep(
            variant.line,
            &names.price,
            "",
            "no price: this variant is not for sale until it has one",
        );
    }
}

/// What has come before in the file, as fingerprints: a million SKUs take some tens of megabytes.
#[derive(Debug, Default)]
pub(super) struct Seen {
    handles: HashMap<u64, u64>,
    skus: HashMap<u64, Use>,
}

#[derive(Debug, Clone, Copy)]
struct Use {
    line: u64,
    times: u32,
}

impl Seen {
    /// Checks a product against those before it: handles and SKUs are used once.
    pub(super) fn check(&mut self, mapped: &mut Mapped, names: &Names, problems: &mut Problems) {
        self.check_handle(mapped, names, problems);
        let handle = mapped.product.handle.clone();
        for variant in &mut mapped.product.variants {
            let Some(sku) = &variant.sku else { continue };
            let Some(first) = self.first_use(sku, variant.line) else {
                continue;
            };
            let numbered = self.numbered(sku, variant.line);
            let message = format!(
                "this SKU is also on line {}: kept as {numbered} (product {handle})",
                first.line
            );
            problems.keep(variant.line, &names.sku, sku.as_str(), message);
            variant.sku = Some(numbered);
        }
    }

    fn check_handle(&mut self, mapped: &mut Mapped, names: &Names, problems: &mut Problems) {
        let line = mapped.product.line;
        let first = *self
            .handles
            .entry(fingerprint(mapped.product.handle.as_str()))
            .or_insert(line);
        if first == line {
            return;
        }
        if mapped.handle_is_given {
            let message = format!(
                "another product with this handle begins on line {first}: rows of one product must follow one another"
            );
            problems.refuse(line, &names.handle, mapped.product.handle.as_str(), message);
            return;
        }
        let stem = mapped.product.handle.clone();
        let free = (2..=u32::MAX)
            .map(|n| stem.numbered(n))
            .find(|slug| !self.handles.contains_key(&fingerprint(slug.as_str())));
        if let Some(slug) = free {
            self.handles.insert(fingerprint(slug.as_str()), line);
            mapped.product.handle = slug;
        }
    }

    /// The earlier use of a SKU, if there is one; this one is remembered.
    fn first_use(&mut self, sku: &Sku, line: u64) -> Option<Use> {
        let key = fingerprint(sku.as_str());
        if let Some(earlier) = self.skus.get_mut(&key) {
            earlier.times += 1;
            return Some(*earlier);
        }
        self.skus.insert(key, Use { line, times: 1 });
        None
    }

    fn numbered(&mut self, sku: &Sku, line: u64) -> Sku {
        let mut n = self
            .skus
            .get(&fingerprint(sku.as_str()))
            .map_or(2, |earlier| earlier.times);
        loop {
            let suffix = format!("-{n}");
            let stem: String = sku.as_str().chars().take(Sku::MAX - suffix.len()).collect();
            let candidate = format!("{}{suffix}", stem.trim_end());
            let key = fingerprint(&candidate);
            if let (Ok(sku), false) = (candidate.parse::<Sku>(), self.skus.contains_key(&key)) {
                self.skus.insert(key, Use { line, times: 1 });
                return sku;
            }
            n += 1;
        }
    }
}

/// Names variants that nothing else tells apart: 1, 2, 3…
pub(super) fn number_variants(product: &mut Product, problems: &mut Problems) {
    let values: HashSet<&[String]> = product
        .variants
        .iter()
        .map(|variant| variant.values.as_slice())
        .collect();
    if !product.options.is_empty() || product.variants.len() < 2 || values.len() > 1 {
        return;
    }
    product.options = vec!["Version".to_owned()];
    for (n, variant) in product.variants.iter_mut().enumerate() {
        variant.values = vec![(n + 1).to_string()];
    }
    let count = product.variants.len();
    problems.keep(
        product.line,
        "",
        "",
        format_args!("nothing tells the {count} variants apart: they are named Version 1 to {count}"),
    );
}
