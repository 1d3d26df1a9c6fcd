//! `WooCommerce`'s product export: a row for each product; a variable product's variations are rows of their own that
//! name it by SKU or as `id:741`, anywhere in the file.
//!
//! So variable products and their variations wait until the file ends; everything else goes straight through.

use std::collections::HashMap;

use super::cell::WeightUnit;
use super::check::Names;
use super::product::{Picture, Product, Stock, Variant};
use super::sheet::{Column, Mapped, Sheet, WORD_MAX, add_attribute, slug_of, sources};
use super::table::{Header, Record};
use crate::catalog::{Attribute, Status, TITLE_MAX};

pub(super) struct Woocommerce {
    id: Column,
    kind: Column,
    sku: Column,
    name: Column,
    published: Column,
    featured: Column,
    visibility: Column,
    short: Column,
    description: Column,
    sale_starts: Column,
    sale_ends: Column,
    sale_price: Column,
    regular_price: Column,
    tax_status: Column,
    in_stock: Column,
    stock: Column,
    backorders: Column,
    weight: Option<(usize, WeightUnit)>,
    categories: Column,
    tags: Column,
    images: Column,
    parent: Column,
    barcode: Column,
    brands: Column,
    attributes: Vec<AttributeColumns>,
}

struct AttributeColumns {
    name: usize,
    values: Column,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Simple,
    Variable,
    Variation,
    Grouped,
    External,
}

impl Woocommerce {
    pub(super) fn of(header: &Header) -> Self {
        let find = |keys: &[&str]| header.find(keys);
        let weight = [
            ("weight kg", WeightUnit::Kilogram),
            ("weight g", WeightUnit::Gram),
            ("weight lbs", WeightUnit::Pound),
            ("weight oz", WeightUnit::Ounce),
        ];
        Self {
            id: find(&["id"]),
            kind: find(&["type"]),
            sku: find(&["sku"]),
            name: find(&["name"]),
            published: find(&["published"]),
            featured: find(&["is featured"]),
            visibility: find(&["visibility in catalog", "catalog visibility"]),
            short: find(&["short description"]),
            description: find(&["description"]),
            sale_starts: find(&["date sale price starts"]),
            sale_ends: find(&["date sale price ends"]),
            sale_price: find(&["sale price"]),
            regular_price: find(&["regular price"]),
            tax_status: find(&["tax status"]),
            in_stock: find(&["in stock"]),
            stock: find(&["stock"]),
            backorders: find(&["backorders allowed"]),
            weight: weight
                .into_iter()
                .find_map(|(key, unit)| find(&[key]).map(|column| (column, unit))),
            categories: find(&["categories"]),
            tags: find(&["tags"]),
            images: find(&["images"]),
            parent: find(&["parent"]),
            barcode: find(&["gtin upc ean or isbn"]),
            brands: find(&["brands"]),
            attributes: attribute_columns(header),
        }
    }

    pub(super) fn names(&self, header: &Header) -> Names {
        let name = |column: Column| column.map_or_else(String::new, |column| header.name(column).to_owned());
        Names {
            title: name(self.name),
            price: name(self.regular_price),
            sku: name(self.sku),
            handle: name(self.name),
            option: self
                .attributes
                .first()
                .map_or_else(String::new, |columns| name(columns.values)),
        }
    }

    /// What a row is; None where the cell says something else.
    pub(super) fn kind(&self, row: &Record) -> Option<Kind> {
        let cell = row.get(self.kind).to_ascii_lowercase();
        let mut words = cell.split(',').map(str::trim);
        let kind = words.find_map(|word| match word {
            "simple" => Some(Kind::Simple),
            "variable" => Some(Kind::Variable),
            "variation" => Some(Kind::Variation),
            "grouped" => Some(Kind::Grouped),
            "external" => Some(Kind::External),
            _ => None,
        });
        if cell.is_empty() { Some(Kind::Simple) } else { kind }
    }

    /// The names a variation may call a product by.
    pub(super) fn calls(&self, row: &Record) -> Vec<String> {
        let id = row.get(self.id);
        let sku = row.get(self.sku);
        let mut calls = Vec::new();
        if !id.is_empty() {
            calls.push(format!("id:{id}"));
        }
        if !sku.is_empty() {
            calls.push(sku.to_owned());
        }
        calls
    }

    /// The name a variation calls its product by.
    pub(super) fn parent<'a>(&self, row: &'a Record) -> &'a str {
        row.get(self.parent)
    }

    pub(super) fn refuse_kind(&self, row: &Record, sheet: &mut Sheet) {
        sheet.refuse(
            row,
            self.kind,
            "this kind of product is not known: simple, variable, variation, grouped or external",
        );
    }

    pub(super) fn refuse_orphan(&self, row: &Record, sheet: &mut Sheet) {
        sheet.refuse(
            row,
            self.parent,
            "the product this variation belongs to is not in the file",
        );
    }

    /// A product with its variations; a simple one has none.
    pub(super) fn product(&self, row: &Record, variations: &[Record], sheet: &mut Sheet) -> Mapped {
        let title = sheet.line(row, self.name, TITLE_MAX);
        let given = self.row_attributes(row);
        let (options, variants) = if variations.is_empty() {
            (Vec::new(), vec![self.variant(row, Vec::new(), sheet)])
        } else {
            self.variations(&given, variations, sheet)
        };
        let attributes = given
            .into_iter()
            .filter(|attribute| !options.contains(&attribute.name))
            .collect();
        let product = Product {
            line: row.line,
            handle: slug_of(&title),
            title,
            description: self.description(row, sheet),
            brand: sheet.list(row, self.brands, ',').into_iter().next().unwrap_or_default(),
            categories: self.category_paths(row, sheet),
            tags: self.tags(row, sheet),
            attributes,
            status: self.status(row, variations.is_empty(), sheet),
            seo_title: String::new(),
            seo_description: String::new(),
            options,
            variants,
            pictures: self.pictures(row, variations),
        };
        Mapped {
            product,
            handle_is_given: false,
        }
    }

    /// The short description leads; the long one follows. The exporter writes line ends as `\n`.
    fn description(&self, row: &Record, sheet: &mut Sheet) -> crate::catalog::Description {
        let (short, long) = (row.get(self.short), row.get(self.description));
        let html = match (short.is_empty(), long.is_empty() || short == long) {
            (false, true) => short.to_owned(),
            (true, _) => long.to_owned(),
            (false, false) => format!("{short}\n\n{long}"),
        };
        sheet.description(row, self.description.or(self.short), &html.replace("\\n", "\n"))
    }

    fn status(&self, row: &Record, is_single: bool, sheet: &mut Sheet) -> Status {
        let draft_because = match self.kind(row) {
            Some(Kind::Grouped) => Some("grouped products are not sold here: kept as a draft"),
            Some(Kind::External) => Some("this product is sold elsewhere: kept as a draft"),
            Some(Kind::Variable) if is_single => Some("this product has no variations in the file: kept as a draft"),
            _ if row.get(self.kind).contains("downloadable") => Some("downloads are not sold here: kept as a draft"),
            _ => None,
        };
        if let Some(reason) = draft_because {
            sheet.keep(row, self.kind, reason);
            return Status::Draft;
        }
        let is_hidden = row.get(self.visibility).eq_ignore_ascii_case("hidden");
        match row.get(self.published) {
            "1" | "" if !is_hidden => Status::Active,
            "1" | "" | "0" | "-1" => Status::Draft,
            _ => {
                sheet.refuse(
                    row,
                    self.published,
                    "write 1 for published, 0 for private or -1 for a draft",
                );
                Status::Draft
            }
        }
    }

    /// What the shop put forward is told by a tag.
    fn tags(&self, row: &Record, sheet: &mut Sheet) -> Vec<String> {
        let mut tags = sheet.list(row, self.tags, ',');
        if sheet.flag(row, self.featured) == Some(true) {
            tags.push("featured".to_owned());
        }
        tags
    }

    fn category_paths(&self, row: &Record, sheet: &mut Sheet) -> Vec<Vec<String>> {
        let mut paths: Vec<Vec<String>> = Vec::new();
        for path in sheet.list(row, self.categories, ',') {
            let path: Vec<String> = path
                .split('>')
                .map(|part| part.trim().to_owned())
                .filter(|part| !part.is_empty())
                .collect();
            if !path.is_empty() && !paths.contains(&path) {
                paths.push(path);
            }
        }
        // The deepest path says most, and its parents are in it.
        paths.sort_by_key(|path| std::cmp::Reverse(path.len()));
        let deepest = paths.clone();
        paths.retain(|path| {
            !deepest
                .iter()
                .any(|other| other.len() > path.len() && other.starts_with(path))
        });
        paths
    }

    fn row_attributes(&self, row: &Record) -> Vec<Attribute> {
        let mut attributes = Vec::new();
        for columns in &self.attributes {
            for value in row.get(columns.values).split(',') {
                add_attribute(&mut attributes, row.get(columns.name), value);
            }
        }
        attributes
    }

    /// What a variation says for an attribute of its product: nothing means *any*.
    fn value_of<'a>(&self, row: &'a Record, name: &str) -> &'a str {
        let columns = self
            .attributes
            .iter()
            .find(|columns| row.get(columns.name).eq_ignore_ascii_case(name));
        columns.map_or("", |columns| row.get(columns.values))
    }

    /// The attributes that variations name are the options. A variation for *any* value stands for one variant each.
    fn variations(&self, given: &[Attribute], rows: &[Record], sheet: &mut Sheet) -> (Vec<String>, Vec<Variant>) {
        let names: Vec<&str> = rows
            .iter()
            .flat_map(|row| self.attributes.iter().map(|columns| row.get(columns.name)))
            .collect();
        let mut options: Vec<&Attribute> = given
            .iter()
            .filter(|attribute| names.iter().any(|name| name.eq_ignore_ascii_case(&attribute.name)))
            .collect();
        options.retain(|option| {
            rows.iter().any(|row| !self.value_of(row, &option.name).is_empty()) || option.values.len() > 1
        });
        let mut variants: Vec<Variant> = Vec::new();
        // What is said for one value goes before what is said for any.
        let mut rows: Vec<&Record> = rows.iter().collect();
        rows.sort_by_key(|row| self.combinations(&options, row).len() > 1);
        for row in rows {
            let combinations = self.combinations(&options, row);
            let any = combinations.len() > 1;
            for (n, values) in combinations.into_iter().enumerate() {
                let mut variant = self.variant(row, values, sheet);
                if any && n > 0 {
                    // One code and one count cannot be two variants': the rest begin without them.
                    variant.sku = None;
                    variant.stock = if variant.stock == Stock::NotCounted {
                        Stock::NotCounted
                    } else {
                        Stock::Counted(0)
                    };
                }
                if variants.iter().all(|known| known.values != variant.values) || !any {
                    variants.push(variant);
                }
            }
            if any {
                sheet.keep(
                    row,
                    self.sku,
                    "this variation stands for several variants: its SKU and stock went to the first of them",
                );
            }
        }
        (
            options.into_iter().map(|option| option.name.clone()).collect(),
            variants,
        )
    }

    fn combinations(&self, options: &[&Attribute], row: &Record) -> Vec<Vec<String>> {
        let mut combinations = vec![Vec::new()];
        for option in options {
            let value = self.value_of(row, &option.name);
            let values = if value.is_empty() {
                option.values.clone()
            } else {
                vec![value.to_owned()]
            };
            combinations = combinations
                .into_iter()
                .flat_map(|known| {
                    values
                        .iter()
                        .map(move |value| [known.as_slice(), std::slice::from_ref(value)].concat())
                })
                .take(1_000)
                .collect();
        }
        combinations
    }

    fn variant(&self, row: &Record, values: Vec<String>, sheet: &mut Sheet) -> Variant {
        let regular = sheet.money(row, self.regular_price);
        let sale = sheet.money(row, self.sale_price);
        let is_dated = [self.sale_starts, self.sale_ends]
            .iter()
            .any(|column| !row.get(*column).is_empty());
        if sale.is_some() && is_dated {
            sheet.keep(
                row,
                self.sale_price,
                "a sale with dates is not taken over: the regular price counts",
            );
        }
        let sale = sale.filter(|_| !is_dated);
        let picture = sources(row.get(self.images)).into_iter().next();
        Variant {
            line: row.line,
            sku: sheet.sku(row, self.sku),
            barcode: sheet.line(row, self.barcode, WORD_MAX),
            values,
            price: sale.or(regular),
            compare_at: sale.and(regular),
            cost: None,
            weight_g: self
                .weight
                .and_then(|(column, unit)| sheet.weight(row, Some(column), unit)),
            stock: self.stock(row, sheet),
            is_backorderable: matches!(row.get(self.backorders), "1" | "notify" | "yes"),
            needs_shipping: !row.get(self.kind).contains("virtual"),
            is_taxable: !matches!(row.get(self.tax_status), "none" | "shipping"),
            picture,
        }
    }

    /// A stock that is not counted is only in or out.
    fn stock(&self, row: &Record, sheet: &mut Sheet) -> Stock {
        if !row.get(self.stock).is_empty() {
            return sheet.stock(row, self.stock);
        }
        if row.get(self.in_stock) == "0" {
            Stock::Counted(0)
        } else {
            Stock::NotCounted
        }
    }

    fn pictures(&self, row: &Record, variations: &[Record]) -> Vec<Picture> {
        let mut pictures: Vec<Picture> = Vec::new();
        for row in std::iter::once(row).chain(variations) {
            for source in sources(row.get(self.images)) {
                if pictures.iter().all(|picture| picture.source != source) {
                    pictures.push(Picture {
                        source,
                        alt: String::new(),
                    });
                }
            }
        }
        pictures
    }
}

fn attribute_columns(header: &Header) -> Vec<AttributeColumns> {
    let mut found = Vec::new();
    for n in 1..=50 {
        let Some(name) = header.find(&[&format!("attribute {n} name")]) else {
            continue;
        };
        found.push(AttributeColumns {
            name,
            values: header.find(&[&format!("attribute {n} value s")]),
        });
    }
    found
}

/// Variable products and their variations, until the file ends.
#[derive(Default)]
pub(super) struct Waiting {
    products: Vec<(Record, Vec<Record>)>,
    by_call: HashMap<String, usize>,
    variations: Vec<Record>,
}

impl Waiting {
    pub(super) fn add_product(&mut self, row: Record, calls: Vec<String>) {
        for call in calls {
            self.by_call.entry(call).or_insert(self.products.len());
        }
        self.products.push((row, Vec::new()));
    }

    pub(super) fn add_variation(&mut self, row: Record) {
        self.variations.push(row);
    }

    /// Gives every variation to its product; those without one are left over.
    pub(super) fn settle(self, mapper: &Woocommerce) -> (Vec<(Record, Vec<Record>)>, Vec<Record>) {
        let Self {
            mut products,
            by_call,
            variations,
        } = self;
        let mut orphans = Vec::new();
        for row in variations {
            match by_call.get(mapper.parent(&row)).and_then(|at| products.get_mut(*at)) {
                Some((_, rows)) => rows.push(row),
                None => orphans.push(row),
            }
        }
        (products, orphans)
    }
}
