//! Shopify's product export: one row for each variant and each further picture, tied together by the handle.
//!
//! Two layouts: the long one (`Handle`, `Body (HTML)`, `Variant Price`…) and the template of 2024 (`URL handle`,
//! `Description`, `Price`…). Both are found by the names of their columns, so a file may have any of them.

use super::cell::{self, WeightUnit};
use super::check::Names;
use super::product::{Picture, Product, Stock, Variant};
use super::sheet::{Column, LINE_MAX, Mapped, Sheet, WORD_MAX, add_attribute, slug_of, split_tags};
use super::table::{Header, Record};
use crate::catalog::{Attribute, PICTURES_MAX, Status, TITLE_MAX};

pub(super) struct Shopify {
    handle: Column,
    title: Column,
    body: Column,
    vendor: Column,
    category: Column,
    kind: Column,
    collection: Column,
    tags: Column,
    published: Column,
    status: Column,
    gift_card: Column,
    seo_title: Column,
    seo_description: Column,
    option_names: [Column; 3],
    option_values: [Column; 3],
    sku: Column,
    barcode: Column,
    price: Column,
    compare_at: Column,
    cost: Column,
    grams: Column,
    tracker: Column,
    quantity: Column,
    policy: Column,
    shipping: Column,
    taxable: Column,
    image: Column,
    image_position: Column,
    image_alt: Column,
    variant_image: Column,
    /// Columns such as `Color (product.metafields.shopify.color-pattern)`, with the part before the bracket.
    metafields: Vec<(usize, String)>,
}

impl Shopify {
    pub(super) fn of(header: &Header) -> Self {
        let find = |keys: &[&str]| header.find(keys);
        Self {
            handle: find(&["handle", "url handle"]),
            title: find(&["title"]),
            body: find(&["body html", "body", "description"]),
            vendor: find(&["vendor"]),
            category: find(&["product category", "standard product type", "standardized product type"]),
            kind: find(&["type", "custom product type"]),
            collection: find(&["collection"]),
            tags: find(&["tags"]),
            published: find(&["published", "published on online store"]),
            status: find(&["status"]),
            gift_card: find(&["gift card"]),
            seo_title: find(&["seo title"]),
            seo_description: find(&["seo description"]),
            option_names: [
                find(&["option1 name"]),
                find(&["option2 name"]),
                find(&["option3 name"]),
            ],
            option_values: [
                find(&["option1 value"]),
                find(&["option2 value"]),
                find(&["option3 value"]),
            ],
            sku: find(&["variant sku", "sku"]),
            barcode: find(&["variant barcode", "barcode"]),
            price: find(&["variant price", "price"]),
            compare_at: find(&["variant compare at price", "compare at price"]),
            cost: find(&["cost per item"]),
            grams: find(&["variant grams", "weight value grams"]),
            tracker: find(&["variant inventory tracker", "inventory tracker"]),
            quantity: find(&[
                "variant inventory qty",
                "variant inventory quantity",
                "inventory quantity",
            ]),
            policy: find(&["variant inventory policy", "continue selling when out of stock"]),
            shipping: find(&["variant requires shipping", "requires shipping"]),
            taxable: find(&["variant taxable", "charge tax"]),
            image: find(&["image src", "product image url"]),
            image_position: find(&["image position"]),
            image_alt: find(&["image alt text"]),
            variant_image: find(&["variant image", "variant image url"]),
            metafields: metafields(header),
        }
    }

    pub(super) fn names(&self, header: &Header) -> Names {
        let name = |column: Column| column.map_or_else(String::new, |column| header.name(column).to_owned());
        Names {
            title: name(self.title),
            price: name(self.price),
            sku: name(self.sku),
            handle: name(self.handle),
            option: name(self.option_values[0]),
        }
    }

    /// Counted variants need a column that says how many there are.
    pub(super) fn lacks_stock(&self) -> bool {
        self.tracker.is_some() && self.quantity.is_none()
    }

    pub(super) fn continues(&self, first: &Record, row: &Record) -> bool {
        !row.get(self.handle).is_empty() && row.get(self.handle) == first.get(self.handle)
    }

    /// The product of rows that share a handle; there is at least one.
    pub(super) fn product(&self, rows: &[Record], sheet: &mut Sheet) -> Mapped {
        let first = &rows[0];
        let title = sheet.line(first, self.title, TITLE_MAX);
        let handle_is_given = !first.get(self.handle).is_empty();
        let handle = if handle_is_given {
            sheet.slug(first, self.handle)
        } else {
            slug_of(&title)
        };
        let (tags, mut attributes) = split_tags(sheet.list(first, self.tags, ','));
        self.read_metafields(first, &mut attributes);
        let (options, option_columns) = self.options(first, sheet);
        let variants = self.variants(rows, &option_columns, sheet);
        let mut product = Product {
            line: first.line,
            handle,
            title,
            description: sheet.description(first, self.body, first.get(self.body)),
            brand: sheet.line(first, self.vendor, WORD_MAX),
            categories: self.categories(first, sheet),
            tags,
            attributes,
            status: self.status(first, sheet),
            seo_title: sheet.line(first, self.seo_title, LINE_MAX),
            seo_description: sheet.line(first, self.seo_description, LINE_MAX),
            options,
            variants,
            pictures: self.pictures(rows, sheet),
        };
        drop_the_only_choice(&mut product);
        Mapped {
            product,
            handle_is_given,
        }
    }

    fn status(&self, first: &Record, sheet: &mut Sheet) -> Status {
        if sheet.flag(first, self.gift_card) == Some(true) {
            sheet.keep(first, self.gift_card, "gift cards are not sold here: kept as a draft");
            return Status::Draft;
        }
        let published = sheet.flag(first, self.published).unwrap_or(true);
        match first.get(self.status).to_ascii_lowercase().as_str() {
            "archived" => Status::Archived,
            "active" | "" if published => Status::Active,
            "active" | "" | "draft" | "unlisted" => Status::Draft,
            _ => {
                sheet.refuse(first, self.status, "write active, draft or archived");
                Status::Draft
            }
        }
    }

    /// The shop's own type comes first: its customers know it; the standard category may be deeper than they think.
    fn categories(&self, first: &Record, sheet: &mut Sheet) -> Vec<Vec<String>> {
        let own = [self.kind, self.collection].map(|column| sheet.list(first, column, '\n'));
        let mut paths: Vec<Vec<String>> = own.into_iter().filter(|path| !path.is_empty()).collect();
        if paths.is_empty() {
            paths.push(sheet.list(first, self.category, '>'));
        }
        paths.retain(|path| !path.is_empty());
        paths.dedup();
        paths
    }

    fn read_metafields(&self, first: &Record, attributes: &mut Vec<Attribute>) {
        for (column, name) in &self.metafields {
            for value in first.get(*column).split(';') {
                add_attribute(attributes, name, value);
            }
        }
    }

    /// The names of the options and the columns of their values.
    fn options(&self, first: &Record, sheet: &mut Sheet) -> (Vec<String>, Vec<usize>) {
        let mut names = Vec::new();
        let mut columns = Vec::new();
        for (i, (name, value)) in self.option_names.iter().zip(self.option_values).enumerate() {
            let Some(value) = value else { continue };
            let mut text = sheet.line(first, *name, WORD_MAX);
            if text.is_empty() && first.get(value).is_empty() {
                continue;
            }
            if text.is_empty() {
                text = format!("Option {}", i + 1);
                sheet.keep(
                    first,
                    Some(value),
                    format_args!("the option has no name: it is called {text}"),
                );
            }
            names.push(text);
            columns.push(value);
        }
        (names, columns)
    }

    fn variants(&self, rows: &[Record], option_columns: &[usize], sheet: &mut Sheet) -> Vec<Variant> {
        let mut variants = Vec::new();
        for (i, row) in rows.iter().enumerate() {
            let is_variant = i == 0
                || [self.price, self.sku].iter().any(|column| !row.get(*column).is_empty())
                || option_columns.iter().any(|column| !row.get(*column).is_empty());
            if is_variant {
                variants.push(self.variant(row, option_columns, sheet));
            }
        }
        variants
    }

    fn variant(&self, row: &Record, option_columns: &[usize], sheet: &mut Sheet) -> Variant {
        let picture = row.get(self.variant_image);
        Variant {
            line: row.line,
            sku: sheet.sku(row, self.sku),
            barcode: sheet.line(row, self.barcode, WORD_MAX),
            values: option_columns
                .iter()
                .map(|column| sheet.line(row, Some(*column), WORD_MAX))
                .collect(),
            price: sheet.money(row, self.price),
            compare_at: sheet.money(row, self.compare_at),
            cost: sheet.money(row, self.cost),
            weight_g: sheet.weight(row, self.grams, WeightUnit::Gram),
            stock: self.stock(row, sheet),
            is_backorderable: self.is_backorderable(row, sheet),
            needs_shipping: sheet.flag(row, self.shipping).unwrap_or(true),
            is_taxable: sheet.flag(row, self.taxable).unwrap_or(true),
            picture: (!picture.is_empty()).then(|| picture.to_owned()),
        }
    }

    /// Without a tracker Shopify does not count, whatever the quantity says.
    fn stock(&self, row: &Record, sheet: &mut Sheet) -> Stock {
        if row.get(self.tracker).is_empty() && self.tracker.is_some() {
            return Stock::NotCounted;
        }
        if self.tracker.is_none() && self.quantity.is_none() {
            return Stock::NotCounted;
        }
        sheet.stock(row, self.quantity)
    }

    fn is_backorderable(&self, row: &Record, sheet: &mut Sheet) -> bool {
        let cell = row.get(self.policy);
        match cell.to_ascii_lowercase().as_str() {
            "continue" => true,
            "deny" | "" => false,
            _ => cell::yes_no(cell).unwrap_or_else(|| {
                sheet.refuse(row, self.policy, "write continue or deny");
                false
            }),
        }
    }

    /// The pictures in the order of their positions, then those that only a variant names.
    fn pictures(&self, rows: &[Record], sheet: &mut Sheet) -> Vec<Picture> {
        let mut placed: Vec<(i64, Picture)> = Vec::new();
        for row in rows {
            let source = row.get(self.image);
            if source.is_empty() || placed.iter().any(|(_, picture)| picture.source == source) {
                continue;
            }
            let position = cell::count(row.get(self.image_position)).unwrap_or(i64::MAX);
            let alt = sheet.line(row, self.image_alt, LINE_MAX);
            placed.push((
                position,
                Picture {
                    source: source.to_owned(),
                    alt,
                },
            ));
        }
        placed.sort_by_key(|(position, _)| *position);
        let mut pictures: Vec<Picture> = placed.into_iter().map(|(_, picture)| picture).collect();
        for row in rows {
            let source = row.get(self.variant_image);
            if !source.is_empty() && pictures.iter().all(|picture| picture.source != source) {
                pictures.push(Picture {
                    source: source.to_owned(),
                    alt: String::new(),
                });
            }
        }
        if pictures.len() > PICTURES_MAX {
            sheet.refuse(&rows[0], self.image, "a product has at most 250 pictures");
        }
        pictures
    }
}

/// Shopify writes the option *Title* with the value *Default Title* where there is nothing to choose.
fn drop_the_only_choice(product: &mut Product) {
    let only = match product.variants.as_slice() {
        [variant] => variant.values.as_slice(),
        _ => return,
    };
    if product.options == ["Title"] && matches!(only, [value] if value == "Default Title" || value.is_empty()) {
        product.options.clear();
        product.variants[0].values.clear();
    }
}

/// Metafields that describe the goods; ratings, feeds and lists of other products are not taken over.
fn metafields(header: &Header) -> Vec<(usize, String)> {
    let described = |(column, _): (usize, &str)| {
        let (name, path) = header.name(column).split_once('(')?;
        let is_attribute =
            path.starts_with("product.metafields.shopify.") || path.starts_with("product.metafields.custom.");
        is_attribute.then(|| (column, name.trim().to_owned()))
    };
    header.keys().filter_map(described).collect()
}
