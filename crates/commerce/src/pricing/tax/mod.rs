//! Tax rates by country, region, class and date.
//!
//! A class that has no rate of its own in a country is taxed at that country's standard rate, the safe side. Where no
//! rate is known at all, no tax is collected. To add a rate: a row in the table, by staff or in `seed.rs`. Who has a VAT id may owe the
//! tax themselves: [`business`].

pub mod business;
pub mod seed;

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wares_kernel::Rate;

pub use business::{Business, Offering, Treatment};

/// What kind of goods something is in the eyes of the tax office: `standard`, `reduced`, `zero`, or the shop's own word.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaxClass(String);

/// The text is not a tax class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tax class is a short word in small letters, such as standard")]
pub struct TaxClassError;

impl TaxClass {
    /// The class of everything that is nothing else.
    pub fn standard() -> Self {
        Self("standard".to_owned())
    }

    /// The class of books, food and whatever else a country taxes less.
    pub fn reduced() -> Self {
        Self("reduced".to_owned())
    }

    /// The class a product carries; a word that is none counts as standard.
    pub fn of_product(word: &str) -> Self {
        word.parse().unwrap_or_else(|_| Self::standard())
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TaxClass {
    type Err = TaxClassError;

    fn from_str(text: &str) -> Result<Self, TaxClassError> {
        let word = text.trim();
        let plain = word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
        if plain && (1..=40).contains(&word.len()) {
            Ok(Self(word.to_owned()))
        } else {
            Err(TaxClassError)
        }
    }
}
impl TryFrom<String> for TaxClass {
    type Error = TaxClassError;

    fn try_from(text: String) -> Result<Self, TaxClassError> {
        text.parse()
    }
}
impl From<TaxClass> for String {
    fn from(class: TaxClass) -> Self {
        class.0
    }
}
impl fmt::Display for TaxClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A rate as it stands in the table of a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxRate {
    /// The state or province it is for; empty for the whole country.
    pub region: String,
    /// The class.
    pub class: TaxClass,
    /// What it is called on invoices.
    pub name: String,
    /// The rate.
    pub rate: Rate,
    /// The first day it applies.
    pub from: Date,
    /// The last day it applies, if it ends.
    pub to: Option<Date>,
}

impl TaxRate {
    fn applies_on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// The rates that apply at one destination on one day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaxTable(Vec<TaxRate>);

impl TaxTable {
    /// No tax at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// Picks from all rates of a country those for `region` on `day`: the region's own before the country's, the later before the earlier.
    pub fn pick(rates: &[TaxRate], region: &str, day: Date) -> Self {
        let is_there = |rate: &TaxRate| rate.region.is_empty() || rate.region.eq_ignore_ascii_case(region);
        let applying = rates.iter().filter(|rate| rate.applies_on(day) && is_there(rate));
        let mut rates: Vec<TaxRate> = applying.cloned().collect();
        rates.sort_by(|a, b| (a.region.is_empty(), b.from).cmp(&(b.region.is_empty(), a.from)));
        Self(rates)
    }

    /// The rate of a class.
    pub fn rate(&self, class: &TaxClass) -> Rate {
        self.find(class).map_or(Rate::ZERO, |found| found.rate)
    }

    /// What that rate is called on invoices; empty where there is none.
    pub fn name(&self, class: &TaxClass) -> &str {
        self.find(class).map_or("", |found| &found.name)
    }

    fn find(&self, class: &TaxClass) -> Option<&TaxRate> {
        let of = |wanted: &str| self.0.iter().find(|rate| rate.class.as_str() == wanted);
        of(class.as_str()).or_else(|| of("standard"))
    }
}
