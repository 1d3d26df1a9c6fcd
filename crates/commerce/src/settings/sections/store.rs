//! Who the shop is.

use jiff::{civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use wares_kernel::{Country, Currency, EmailAddress, Instant, format};

use crate::settings::accent::Accent;
use crate::settings::countries::country_defaults;
use crate::settings::section::{Problems, Section};

/// Name, company, currency, looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// What the shop is called; "My shop" until somebody names it.
    pub name: String,
    /// A line under the name, or empty.
    pub tagline: String,
    /// One line above every page, or empty.
    pub announcement: String,
    /// The company for invoices and the imprint, or empty.
    pub legal_name: String,
    /// Its postal address, several lines, or empty.
    pub address: String,
    /// Its VAT id, or empty.
    pub vat_id: String,
    /// Where customers write to; shown in the shop and in mails.
    pub email: Option<EmailAddress>,
    /// Where customers call, or empty.
    pub phone: String,
    /// When somebody is there, or empty.
    pub opening_hours: String,
    /// Within how many hours inquiries are answered; 24.
    pub reply_hours: u32,
    /// Within how many days goods may be sent back; 30.
    pub return_days: u32,
    /// The one currency of all prices; EUR. Not changed any more once there are orders.
    pub currency: Currency,
    /// Where the shop is; DE.
    pub country: Country,
    /// The shop's time zone by its IANA name; Europe/Berlin.
    pub time_zone: String,
    /// Whether prices include tax; yes.
    pub prices_include_tax: bool,
    /// The colour of buttons and links; #1D4B39, the green of the default theme.
    pub accent: Accent,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            name: "My shop".to_owned(),
            tagline: String::new(),
            announcement: String::new(),
            legal_name: String::new(),
            address: String::new(),
            vat_id: String::new(),
            email: None,
            phone: String::new(),
            opening_hours: String::new(),
            reply_hours: 24,
            return_days: 30,
            currency: Currency::EUR,
            country: Country::DE,
            time_zone: "Europe/Berlin".to_owned(),
            prices_include_tax: true,
            accent: Accent::default(),
        }
    }
}

impl Store {
    /// A shop of this name with what is usual in its country: currency, time zone, prices with or without tax.
    pub fn in_country(name: String, country: Country) -> Self {
        let usual = country_defaults(country);
        Self {
            name,
            country,
            currency: usual.currency,
            time_zone: usual.time_zone.to_owned(),
            prices_include_tax: usual.prices_include_tax,
            ..Self::default()
        }
    }

    /// Company, postal address and VAT id, line by line, as they stand on papers.
    pub fn seller(&self) -> Vec<String> {
        let mut lines: Vec<String> = std::iter::once(self.legal_name.as_str())
            .chain(self.address.lines())
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        if !self.vat_id.is_empty() {
            lines.push(format!("VAT id {}", self.vat_id));
        }
        lines
    }

    /// The shop's time zone, for days and delivery dates.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// The day it is in the shop at an instant.
    pub fn day(&self, at: Instant) -> Date {
        format::date_of(at, &self.zone())
    }
}

impl Section for Store {
    const NAME: &'static str = "store";

    fn check(&self, problems: &mut Problems) {
        problems.unless(!self.name.trim().is_empty(), "name", "Enter the shop's name");
        for (text, limit, field) in [
            (&self.name, 60, "name"),
            (&self.tagline, 120, "tagline"),
            (&self.announcement, 160, "announcement"),
            (&self.legal_name, 120, "legal_name"),
            (&self.address, 400, "address"),
            (&self.vat_id, 40, "vat_id"),
            (&self.phone, 32, "phone"),
            (&self.opening_hours, 120, "opening_hours"),
        ] {
            problems.limit(text, limit, field);
        }
        problems.unless(
            (1..=240).contains(&self.reply_hours),
            "reply_hours",
            "Enter a number of hours between 1 and 240",
        );
        problems.unless(
            self.return_days <= 365,
            "return_days",
            "Enter a number of days between 0 and 365",
        );
        let is_zone = TimeZone::get(&self.time_zone).is_ok();
        problems.unless(is_zone, "time_zone", "Choose a time zone");
        problems.unless(
            self.accent.is_readable(),
            "accent",
            "Choose a darker colour: text in it cannot be read on paper, nor white text on it",
        );
    }
}
