//! When parcels leave. Where they go and what that costs are shipping zones and methods.

use serde::{Deserialize, Serialize};

use crate::settings::section::{Problems, Section};

/// How long the shop takes to pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Delivery {
    /// How many working days until a parcel leaves; 1.
    pub processing_days: u32,
    /// Orders until this hour (0–24, the shop's time) count for the same day; 14.
    pub cut_off_hour: u32,
    /// Days of the week on which nothing is packed; Saturday and Sunday.
    pub closed_weekdays: Vec<Weekday>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the days are called what they are called")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// The week, from Monday.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];
}

impl From<jiff::civil::Weekday> for Weekday {
    fn from(day: jiff::civil::Weekday) -> Self {
        match day {
            jiff::civil::Weekday::Monday => Self::Monday,
            jiff::civil::Weekday::Tuesday => Self::Tuesday,
            jiff::civil::Weekday::Wednesday => Self::Wednesday,
            jiff::civil::Weekday::Thursday => Self::Thursday,
            jiff::civil::Weekday::Friday => Self::Friday,
            jiff::civil::Weekday::Saturday => Self::Saturday,
            jiff::civil::Weekday::Sunday => Self::Sunday,
        }
    }
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            processing_days: 1,
            cut_off_hour: 14,
            closed_weekdays: vec![Weekday::Saturday, Weekday::Sunday],
        }
    }
}

impl Delivery {
    /// Whether parcels are packed on this day of the week.
    pub fn is_open(&self, day: Weekday) -> bool {
        !self.closed_weekdays.contains(&day)
    }
}

impl Section for Delivery {
    const NAME: &'static str = "delivery";

    fn check(&self, problems: &mut Problems) {
        problems.unless(
            self.processing_days <= 60,
            "processing_days",
            "Enter a number of days between 0 and 60",
        );
        problems.unless(
            self.cut_off_hour <= 24,
            "cut_off_hour",
            "Enter an hour between 0 and 24",
        );
        let is_open_some_day = Weekday::ALL.iter().any(|day| self.is_open(*day));
        problems.unless(
            is_open_some_day,
            "closed_weekdays",
            "Leave at least one day on which parcels are packed",
        );
    }
}
