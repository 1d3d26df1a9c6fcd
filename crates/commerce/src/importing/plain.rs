//! Any table with a title and a price: what a spreadsheet or a small exporter writes.

use super::cell::WeightUnit;
use super::check::Names;
use super::product::{Picture, Product, Stock, Variant};
use super::sheet::{Column, Mapped, Sheet, WORD_MAX, slug_of, sources, split_tags};
use super::table::{Header, Record};
use crate::catalog::{Status, TITLE_MAX};

pub(super) struct Plain {
    /// Rows that follow one another with the same id are variants of one product.
    id: Column,
    handle: Column,
    title: Column,
    description: Column,
    brand: Column,
    category: Column,
    tags: Column,
    status: Column,
    sku: Column,
    barcode: Column,
    price: Column,
    compare_at: Column,
    weight: Column,
    stock: Column,
    images: Column,
}

impl Plain {
    pub(super) fn of(header: &Header) -> Self {
        let find = |keys: &[&str]| header.find(keys);
        Self {
            id: find(&["product id", "id"]),
            handle: find(&["handle", "slug"]),
            title: find(&["title", "name", "product name"]),
            description: find(&["description", "description html", "body", "body html"]),
            brand: find(&["brand", "vendor", "manufacturer"]),
            category: find(&["category", "categories", "type", "product type"]),
            tags: find(&["tags"]),
            status: find(&["status"]),
            sku: find(&["sku", "variant sku"]),
            barcode: find(&["barcode", "ean", "gtin", "upc", "isbn"]),
            price: find(&["price", "regular price", "variant price"]),
            compare_at: find(&["compare at price", "was price"]),
            weight: find(&["weight g", "grams", "weight grams"]),
            stock: find(&["stock", "quantity", "qty", "inventory quantity", "stock on hand"]),
            images: find(&["images", "image", "image url", "image src"]),
        }
    }

    pub(super) fn names(&self, header: &Header) -> Names {
        let name = |column: Column| column.map_or_else(String::new, |column| header.name(column).to_owned());
        Names {
            title: name(self.title),
            price: name(self.price),
            sku: name(self.sku),
            handle: name(self.handle.or(self.title)),
            option: String::new(),
        }
    }

    pub(super) fn continues(&self, first: &Record, row: &Record) -> bool {
        let key = self.id.or(self.handle);
        !row.get(key).is_empty() && row.get(key) == first.get(key)
    }

    pub(super) fn product(&self, rows: &[Record], sheet: &mut Sheet) -> Mapped {
        let first = &rows[0];
        let title = sheet.line(first, self.title, TITLE_MAX);
        let handle_is_given = !first.get(self.handle).is_empty();
        let handle = if handle_is_given {
            sheet.slug(first, self.handle)
        } else {
            slug_of(&title)
        };
        let (tags, attributes) = split_tags(sheet.list(first, self.tags, ','));
        let category = sheet.list(first, self.category, '>');
        let product = Product {
            line: first.line,
            handle,
            title,
            description: sheet.description(first, self.description, first.get(self.description)),
            brand: sheet.line(first, self.brand, WORD_MAX),
            categories: if category.is_empty() {
                Vec::new()
            } else {
                vec![category]
            },
            tags,
            attributes,
            status: self.status(first, sheet),
            seo_title: String::new(),
            seo_description: String::new(),
            options: Vec::new(),
            variants: rows.iter().map(|row| self.variant(row, sheet)).collect(),
            pictures: self.pictures(rows),
        };
        Mapped {
            product,
            handle_is_given,
        }
    }

    fn status(&self, first: &Record, sheet: &mut Sheet) -> Status {
        match first.get(self.status).to_ascii_lowercase().as_str() {
            "active" | "published" | "" => Status::Active,
            "draft" => Status::Draft,
            "archived" => Status::Archived,
            _ => {
                sheet.refuse(first, self.status, "write active, draft or archived");
                Status::Draft
            }
        }
    }

    fn variant(&self, row: &Record, sheet: &mut Sheet) -> Variant {
        Variant {
            line: row.line,
            sku: sheet.sku(row, self.sku),
            barcode: sheet.line(row, self.barcode, WORD_MAX),
            values: Vec::new(),
            price: sheet.money(row, self.price),
            compare_at: sheet.money(row, self.compare_at),
            cost: None,
            weight_g: sheet.weight(row, self.weight, WeightUnit::Gram),
            stock: if self.stock.is_some() {
                sheet.stock(row, self.stock)
            } else {
                Stock::NotCounted
            },
            is_backorderable: false,
            needs_shipping: true,
            is_taxable: true,
            picture: None,
        }
    }

    fn pictures(&self, rows: &[Record]) -> Vec<Picture> {
        let mut pictures: Vec<Picture> = Vec::new();
        for source in rows.iter().flat_map(|row| sources(row.get(self.images))) {
            if pictures.iter().all(|picture| picture.source != source) {
                pictures.push(Picture {
                    source,
                    alt: String::new(),
                });
            }
        }
        pictures
    }
}
