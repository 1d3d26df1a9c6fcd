//! Vendure's import file: the first row of a product names it, the rows below with an empty name are its variants.

use super::cell;
use super::check::Names;
use super::product::{Picture, Product, Stock, Variant};
use super::sheet::{Column, Mapped, Sheet, add_attribute, slug_of};
use super::table::{Header, Record};
use crate::catalog::{Attribute, Status, TITLE_MAX};

pub(super) struct Vendure {
    name: Column,
    slug: Column,
    description: Column,
    assets: Column,
    facets: Column,
    option_groups: Column,
    option_values: Column,
    sku: Column,
    price: Column,
    stock: Column,
    is_counted: Column,
    variant_assets: Column,
}

impl Vendure {
    pub(super) fn of(header: &Header) -> Self {
        let find = |key: &str| header.find(&[key]);
        Self {
            name: find("name"),
            slug: find("slug"),
            description: find("description"),
            assets: find("assets"),
            facets: find("facets"),
            option_groups: find("optiongroups"),
            option_values: find("optionvalues"),
            sku: find("sku"),
            price: find("price"),
            stock: find("stockonhand"),
            is_counted: find("trackinventory"),
            variant_assets: find("variantassets"),
        }
    }

    pub(super) fn names(&self, header: &Header) -> Names {
        let name = |column: Column| column.map_or_else(String::new, |column| header.name(column).to_owned());
        Names {
            title: name(self.name),
            price: name(self.price),
            sku: name(self.sku),
            handle: name(self.slug),
            option: name(self.option_values),
        }
    }

    pub(super) fn continues(&self, row: &Record) -> bool {
        row.get(self.name).is_empty() && row.get(self.slug).is_empty()
    }

    pub(super) fn product(&self, rows: &[Record], sheet: &mut Sheet) -> Mapped {
        let first = &rows[0];
        let title = sheet.line(first, self.name, TITLE_MAX);
        let handle_is_given = !first.get(self.slug).is_empty();
        let handle = if handle_is_given {
            sheet.slug(first, self.slug)
        } else {
            slug_of(&title)
        };
        let options = sheet.list(first, self.option_groups, '|');
        let (categories, brand, attributes) = facets(sheet.list(first, self.facets, '|'));
        let product = Product {
            line: first.line,
            handle,
            title,
            description: sheet.description(first, self.description, first.get(self.description)),
            brand,
            categories,
            tags: Vec::new(),
            attributes,
            status: Status::Active,
            seo_title: String::new(),
            seo_description: String::new(),
            variants: rows.iter().map(|row| self.variant(row, options.len(), sheet)).collect(),
            options,
            pictures: self.pictures(rows),
        };
        Mapped {
            product,
            handle_is_given,
        }
    }

    fn variant(&self, row: &Record, n_options: usize, sheet: &mut Sheet) -> Variant {
        let mut values: Vec<String> = row
            .get(self.option_values)
            .split('|')
            .map(|value| value.trim().to_owned())
            .collect();
        if values.len() > n_options.max(1) {
            sheet.refuse(row, self.option_values, "there are more values than options");
        }
        values.resize(n_options, String::new());
        let is_counted = cell::yes_no(row.get(self.is_counted)).unwrap_or(true);
        let picture = row
            .get(self.variant_assets)
            .split('|')
            .next()
            .unwrap_or("")
            .trim()
            .to_owned();
        Variant {
            line: row.line,
            sku: sheet.sku(row, self.sku),
            barcode: String::new(),
            values,
            price: sheet.money(row, self.price),
            compare_at: None,
            cost: None,
            weight_g: None,
            stock: if is_counted {
                sheet.stock(row, self.stock)
            } else {
                Stock::NotCounted
            },
            is_backorderable: false,
            needs_shipping: true,
            is_taxable: true,
            picture: Some(picture).filter(|source| !source.is_empty()),
        }
    }

    fn pictures(&self, rows: &[Record]) -> Vec<Picture> {
        let columns = [(self.assets, 1), (self.variant_assets, rows.len())];
        let cells = columns
            .iter()
            .flat_map(|(column, n)| rows.iter().take(*n).map(|row| row.get(*column)));
        let mut pictures: Vec<Picture> = Vec::new();
        for source in cells
            .flat_map(|cell| cell.split('|'))
            .map(str::trim)
            .filter(|source| !source.is_empty())
        {
            if pictures.iter().all(|picture| picture.source != source) {
                pictures.push(Picture {
                    source: source.to_owned(),
                    alt: String::new(),
                });
            }
        }
        pictures
    }
}

/// `category:Electronics`, `category:Computers` are levels of one path; `brand:Apple` is the brand.
fn facets(facets: Vec<String>) -> (Vec<Vec<String>>, String, Vec<Attribute>) {
    let mut path = Vec::new();
    let mut brand = String::new();
    let mut attributes = Vec::new();
    for facet in facets {
        let (name, value) = facet.split_once(':').unwrap_or(("", &facet));
        match name.trim() {
            "category" => path.push(value.trim().to_owned()),
            "brand" if brand.is_empty() => value.trim().clone_into(&mut brand),
            name => add_attribute(&mut attributes, name, value),
        }
    }
    let categories = if path.is_empty() { Vec::new() } else { vec![path] };
    (categories, brand, attributes)
}
