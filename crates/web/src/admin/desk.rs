//! What a handler needs to say things in the shop's own currency, time zone and words.

use std::sync::Arc;

use jiff::{civil::Date, tz::TimeZone};
use wares_commerce::settings::Settings;
use wares_kernel::{Currency, Instant, Money};

use super::parts::{Day, Entry, Moment};
use crate::{App, templates::format};

/// The shop as one answer sees it.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) settings: Arc<Settings>,
    pub(super) zone: TimeZone,
    pub(super) now: Instant,
    pub(super) today: Date,
}

impl Desk {
    pub(super) fn new(app: &App) -> Self {
        let settings = app.settings.get();
        let zone = TimeZone::get(&settings.store.time_zone).unwrap_or(TimeZone::UTC);
        let now = app.now();
        let today = format::date_of(now, &zone);
        Self {
            settings,
            zone,
            now,
            today,
        }
    }

    pub(super) fn currency(&self) -> Currency {
        self.settings.store.currency
    }

    /// An amount of the shop's currency as people read it.
    pub(super) fn money(&self, minor: i64) -> String {
        format::money(Money::new(minor, self.currency()))
    }

    /// The day of an instant.
    pub(super) fn date(&self, at: Instant) -> Date {
        format::date_of(at, &self.zone)
    }

    /// The first instant of a day.
    pub(super) fn begin(&self, date: Date) -> Instant {
        date.to_zoned_datetime(self.zone.clone())
            .map_or(Instant::from_micros(0), |day| day.timestamp().into())
    }

    /// For lists: "Today 13:52", "Yesterday 09:10", "Fri 20 Nov", "9 Mar 2025".
    pub(super) fn moment(&self, at: Instant) -> Moment {
        let local = at.timestamp().to_zoned_datetime(self.zone.clone());
        let time = local.strftime("%H:%M");
        let text = match self.days_ago(local.date()) {
            0 => format!("Today {time}"),
            1 => format!("Yesterday {time}"),
            2..=300 => local.strftime("%a %-d %b").to_string(),
            _ => local.strftime("%-d %b %Y").to_string(),
        };
        Moment {
            text,
            iso: iso(at, &self.zone),
        }
    }

    /// To the second, for the activity list.
    pub(super) fn exactly(&self, at: Instant) -> Moment {
        let local = at.timestamp().to_zoned_datetime(self.zone.clone());
        let text = match self.days_ago(local.date()) {
            0 => local.strftime("Today %H:%M:%S").to_string(),
            1 => local.strftime("Yesterday %H:%M:%S").to_string(),
            _ => local.strftime("%-d %b %Y %H:%M:%S").to_string(),
        };
        Moment {
            text,
            iso: iso(at, &self.zone),
        }
    }

    /// The time of day alone, for timelines whose days have headings.
    pub(super) fn time(&self, at: Instant) -> Moment {
        let local = at.timestamp().to_zoned_datetime(self.zone.clone());
        Moment {
            text: local.strftime("%H:%M").to_string(),
            iso: iso(at, &self.zone),
        }
    }

    /// A day as a heading: "Today", "Yesterday", "Sat 21 November".
    pub(super) fn heading(&self, date: Date) -> String {
        match self.days_ago(date) {
            0 => "Today".into(),
            1 => "Yesterday".into(),
            2..=300 => date.strftime("%a %-d %B").to_string(),
            _ => date.strftime("%-d %B %Y").to_string(),
        }
    }

    /// How long ago, roughly: "48 min", "26 h", "5 days".
    pub(super) fn age(&self, at: Instant) -> String {
        let minutes = self.now.since(at).as_secs() / 60;
        match minutes {
            0..60 => format!("{minutes} min"),
            60..2880 => format!("{} h", minutes / 60),
            _ => format!("{} days", minutes / 1440),
        }
    }

    /// Entries, newest first, under the headings of their days.
    pub(super) fn timeline(&self, entries: impl IntoIterator<Item = (Instant, Entry)>) -> Vec<Day> {
        let mut days: Vec<(Date, Day)> = Vec::new();
        for (at, entry) in entries {
            let date = self.date(at);
            match days.last_mut() {
                Some((last, day)) if *last == date => day.entries.push(entry),
                _ => days.push((
                    date,
                    Day {
                        text: self.heading(date),
                        entries: vec![entry],
                    },
                )),
            }
        }
        days.into_iter().map(|(_, day)| day).collect()
    }

    fn days_ago(&self, date: Date) -> i64 {
        let seconds = |date: Date| {
            let noon = date.at(12, 0, 0, 0).to_zoned_datetime(TimeZone::UTC);
            noon.map_or(0, |noon| noon.timestamp().as_second())
        };
        (seconds(self.today) - seconds(date)) / 86_400
    }
}

fn iso(at: Instant, zone: &TimeZone) -> String {
    let local = at.timestamp().to_zoned_datetime(zone.clone());
    local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
