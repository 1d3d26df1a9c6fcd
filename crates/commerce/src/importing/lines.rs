//! Our own form: one JSON object a line. `docs/import.md` describes every field.

use std::fmt::Display;

use serde_json::{Map, Value};
use wares_kernel::{Currency, Money, Sku, Slug, text};

use super::cell::{self, WeightUnit};
use super::check::Names;
use super::problem::Problems;
use super::product::{Picture, Product, Stock, Variant};
use super::sheet::{LINE_MAX, Mapped, WORD_MAX, add_attribute, description, slug_of, split_tags};
use crate::catalog::{Attribute, Status, TITLE_MAX};

/// The most characters of an attribute's value; longer ones are cut, not refused.
const VALUE_MAX: usize = 1_000;

/// One object, or one variant inside it, while its fields are read.
struct Object<'a> {
    line: u64,
    /// What stands before the name of a field in the report: `variants[2].`.
    prefix: String,
    fields: &'a Map<String, Value>,
    problems: &'a mut Problems,
}

pub(super) fn names() -> Names {
    let name = str::to_owned;
    Names {
        title: name("title"),
        price: name("price"),
        sku: name("sku"),
        handle: name("handle"),
        option: name("variants"),
    }
}

/// The product of a line; None if the line is not an object.
pub(super) fn product(line: u64, json: &str, currency: Currency, problems: &mut Problems) -> Option<Mapped> {
    let value: Value = match serde_json::from_str(json) {
        Ok(value) => value,
        Err(error) => {
            problems.refuse(line, "", json, format_args!("this line is not JSON: {error}"));
            return None;
        }
    };
    let Value::Object(fields) = &value else {
        problems.refuse(line, "", json, "a line is one JSON object in braces");
        return None;
    };
    Some(
        Object {
            line,
            prefix: String::new(),
            fields,
            problems,
        }
        .product(currency),
    )
}

/// The currency a line says its prices are in.
pub(super) fn currency(json: &str) -> Option<Currency> {
    #[derive(serde::Deserialize)]
    struct Head {
        currency: Option<String>,
    }
    serde_json::from_str::<Head>(json).ok()?.currency?.parse().ok()
}

impl Object<'_> {
    fn product(&mut self, currency: Currency) -> Mapped {
        let title = self.line(&["title", "name"], TITLE_MAX);
        let (handle, handle_is_given) = self.handle(&title);
        let (tags, mut attributes) = split_tags(self.strings(&["tags"], WORD_MAX));
        self.read_attributes(&mut attributes);
        let (options, variants) = self.variants(currency);
        let product = Product {
            line: self.line,
            handle,
            title,
            description: self.description(),
            brand: self.line(&["brand", "vendor"], WORD_MAX),
            categories: self.categories(),
            tags,
            attributes,
            status: self.status(),
            seo_title: self.line(&["seo_title"], LINE_MAX),
            seo_description: self.line(&["seo_description"], LINE_MAX),
            options,
            pictures: self.pictures(&variants),
            variants,
        };
        Mapped {
            product,
            handle_is_given,
        }
    }

    /// The handle that is given, or the title with the id, which keeps products of one title apart.
    fn handle(&mut self, title: &str) -> (Slug, bool) {
        let given = self.line(&["handle", "slug"], LINE_MAX);
        if let Ok(slug) = given.to_ascii_lowercase().parse() {
            return (slug, true);
        }
        if !given.is_empty() {
            return (slug_of(&given), true);
        }
        let id = self.line(&["id"], WORD_MAX);
        if id.is_empty() {
            return (slug_of(title), false);
        }
        let stem: String = slug_of(title).as_str().chars().take(80).collect();
        (slug_of(&format!("{stem} {id}")), true)
    }

    fn description(&mut self) -> crate::catalog::Description {
        if let Some(markdown) = self.get(&["description_markdown"]).and_then(Value::as_str) {
            return crate::catalog::Description::from_markdown(markdown);
        }
        let html = self
            .get(&["description_html", "description"])
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        description(self.problems, self.line, "description", &html)
    }

    /// `"A > B"`, `["A", "B"]` or, under `categories`, a list of such paths.
    fn categories(&mut self) -> Vec<Vec<String>> {
        let one = self.get(&["category", "product_type"]).map(path_of);
        let many = self
            .get(&["categories", "category_paths"])
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let mut paths: Vec<Vec<String>> = Vec::new();
        for path in many.iter().map(path_of).chain(one) {
            if !path.is_empty() && !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }

    fn status(&mut self) -> Status {
        match self.line(&["status"], WORD_MAX).as_str() {
            "active" | "" => Status::Active,
            "draft" => Status::Draft,
            "archived" => Status::Archived,
            other => {
                self.refuse("status", other, "write active, draft or archived");
                Status::Draft
            }
        }
    }

    fn read_attributes(&mut self, attributes: &mut Vec<Attribute>) {
        let Some(Value::Object(given)) = self.get(&["attributes", "attrs"]) else {
            return;
        };
        for (name, value) in given {
            let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            for value in values.iter().filter_map(scalar) {
                let value: String = value.chars().take(VALUE_MAX).collect();
                add_attribute(attributes, name, &value);
            }
        }
    }

    fn variants(&mut self, currency: Currency) -> (Vec<String>, Vec<Variant>) {
        let given = self
            .get(&["variants"])
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        if given.is_empty() {
            return (Vec::new(), vec![self.variant(&[], currency)]);
        }
        let options = self.options(&given);
        let mut variants = Vec::new();
        for (n, value) in given.iter().enumerate() {
            let Value::Object(fields) = value else {
                self.refuse("variants", &value.to_string(), "a variant is a JSON object in braces");
                continue;
            };
            let prefix = format!("variants[{n}].");
            let mut object = Object {
                line: self.line,
                prefix,
                fields,
                problems: self.problems,
            };
            variants.push(object.variant(&options, currency));
        }
        (options, variants)
    }

    /// The names in the order `options` gives, else in that of the alphabet.
    fn options(&mut self, variants: &[Value]) -> Vec<String> {
        let mut options = self.strings(&["options"], WORD_MAX);
        for name in variants
            .iter()
            .filter_map(|variant| variant.get("options")?.as_object())
            .flat_map(Map::keys)
        {
            if !options.contains(name) && !name.trim().is_empty() {
                options.push(name.clone());
            }
        }
        options
    }

    fn variant(&mut self, options: &[String], currency: Currency) -> Variant {
        let chosen = self.get(&["options"]).and_then(Value::as_object);
        let value_of = |name: &String| {
            chosen
                .and_then(|chosen| chosen.get(name))
                .and_then(scalar)
                .unwrap_or_default()
        };
        let picture = self
            .get(&["image"])
            .or_else(|| self.get(&["images"])?.get(0))
            .and_then(source_of);
        Variant {
            line: self.line,
            values: options.iter().map(value_of).collect(),
            sku: self.sku(),
            barcode: self
                .strings(&["barcode", "gtin"], WORD_MAX)
                .into_iter()
                .next()
                .unwrap_or_default(),
            price: self.money("price", currency),
            compare_at: self.money("compare_at", currency),
            cost: self.money("cost", currency),
            weight_g: self.weight(),
            stock: self.stock(),
            is_backorderable: self.flag(&["backorder"]).unwrap_or(false),
            needs_shipping: self.flag(&["needs_shipping"]).unwrap_or(true),
            is_taxable: self.flag(&["taxable"]).unwrap_or(true),
            picture,
        }
    }

    fn sku(&mut self) -> Option<Sku> {
        let text = self.line(&["sku", "id"], LINE_MAX);
        if text.is_empty() {
            return None;
        }
        text.parse().map_err(|error| self.refuse("sku", &text, error)).ok()
    }

    /// Text is an amount as people write it; a whole number counts minor units, so that no program has to round.
    fn money(&mut self, field: &str, currency: Currency) -> Option<Money> {
        let value = self.get(&[field])?;
        let amount = match value {
            Value::Null => return None,
            Value::String(text) if text.trim().is_empty() => return None,
            Value::String(text) => cell::amount(text, currency).map_err(|error| error.to_string()),
            Value::Number(number) => match number.as_i64() {
                Some(minor) if minor >= 0 => Ok(Money::new(minor, currency)),
                _ => Err(
                    "write amounts with decimals as text, such as \"12.50\"; a whole number counts cents".to_owned(),
                ),
            },
            _ => Err("write the price as text, such as \"12.50\"".to_owned()),
        };
        let shown = value.to_string();
        amount.map_err(|message| self.refuse(field, &shown, message)).ok()
    }

    fn weight(&mut self) -> Option<i64> {
        let units = [
            ("weight_g", WeightUnit::Gram),
            ("weight_kg", WeightUnit::Kilogram),
            ("weight_lb", WeightUnit::Pound),
        ];
        let (field, text, unit) = units
            .into_iter()
            .find_map(|(field, unit)| Some((field, scalar(self.get(&[field])?)?, unit)))?;
        let grams = cell::grams(&text, unit);
        if grams.is_none() {
            self.refuse(field, &text, "write the weight in digits, such as 250");
        }
        grams.filter(|grams| *grams > 0)
    }

    fn stock(&mut self) -> Stock {
        let Some(text) = self.get(&["stock"]).and_then(scalar) else {
            return Stock::NotCounted;
        };
        match cell::count(&text) {
            Some(pieces) if pieces >= 0 => return Stock::Counted(pieces),
            Some(_) => self
                .problems
                .keep(self.line, "stock", &text, "more was sold than there was: counted as 0"),
            None => self.refuse("stock", &text, "write the stock as a whole number"),
        }
        Stock::Counted(0)
    }

    fn pictures(&mut self, variants: &[Variant]) -> Vec<Picture> {
        let listed = self
            .get(&["images"])
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let mut pictures: Vec<Picture> = Vec::new();
        for value in self.get(&["image"]).into_iter().chain(listed) {
            let Some(source) = source_of(value) else { continue };
            let alt = value.get("alt").and_then(Value::as_str).unwrap_or_default();
            let alt = text::line(alt, LINE_MAX).unwrap_or_default();
            add_picture(&mut pictures, source, alt);
        }
        for source in variants.iter().filter_map(|variant| variant.picture.clone()) {
            add_picture(&mut pictures, source, String::new());
        }
        pictures
    }

    fn get(&self, names: &[&str]) -> Option<&'_ Value> {
        names
            .iter()
            .find_map(|name| self.fields.get(*name).filter(|value| !value.is_null()))
    }

    fn line(&mut self, names: &[&str], limit: usize) -> String {
        let found = names
            .iter()
            .find_map(|name| Some((*name, scalar(self.fields.get(*name)?)?)).filter(|(_, text)| !text.is_empty()));
        let Some((name, raw)) = found else { return String::new() };
        text::line(&raw, limit).unwrap_or_else(|error| {
            self.refuse(name, &raw, error);
            String::new()
        })
    }

    fn strings(&mut self, names: &[&str], limit: usize) -> Vec<String> {
        let Some(value) = self.get(names) else {
            return Vec::new();
        };
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let texts: Vec<String> = values.iter().filter_map(scalar).collect();
        let mut list = Vec::new();
        for raw in texts {
            match text::line(&raw, limit) {
                Ok(word) if word.is_empty() || list.contains(&word) => {}
                Ok(word) => list.push(word),
                Err(error) => self.refuse(names[0], &raw, error),
            }
        }
        list
    }

    fn flag(&mut self, names: &[&str]) -> Option<bool> {
        let text = scalar(self.get(names)?)?;
        let flag = cell::yes_no(&text);
        if flag.is_none() {
            self.refuse(names[0], &text, "write true or false");
        }
        flag
    }

    fn refuse(&mut self, field: &str, value: &str, message: impl Display) {
        let column = format!("{}{field}", self.prefix);
        self.problems.refuse(self.line, &column, value, message);
    }
}

fn add_picture(pictures: &mut Vec<Picture>, source: String, alt: String) {
    if pictures.iter().all(|picture| picture.source != source) {
        pictures.push(Picture { source, alt });
    }
}

/// An address by itself or as `source`, `src` or `url` of an object.
fn source_of(value: &Value) -> Option<String> {
    let text = value.as_str().or_else(|| {
        ["source", "src", "url"]
            .iter()
            .find_map(|name| value.get(name)?.as_str())
    })?;
    Some(text.trim().to_owned()).filter(|source| !source.is_empty())
}

/// A text, a number or yes and no, as text; whole numbers without the `.0` that some programs add.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Bool(flag) => Some(if *flag { "yes" } else { "no" }.to_owned()),
        Value::Number(number) => {
            let text = number.to_string();
            Some(text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned))
        }
        _ => None,
    }
}

fn path_of(value: &Value) -> Vec<String> {
    let parts: Vec<String> = match value {
        Value::Array(parts) => parts.iter().filter_map(scalar).collect(),
        Value::String(path) if path.contains('>') => path.split('>').map(str::to_owned).collect(),
        Value::String(path) => path.split('/').map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    parts
        .iter()
        .filter_map(|part| text::required_line(part, WORD_MAX).ok())
        .collect()
}
