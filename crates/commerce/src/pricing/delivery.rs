//! When an order arrives: a promise in whole days, made when the order is placed and kept with it.

use std::collections::BTreeSet;

use jiff::Unit;
use jiff::civil::{self, Date};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use wares_kernel::Instant;

use crate::settings::Weekday;

/// The longest way the arithmetic goes, in days; longer transit times are cut.
const MOST_DAYS: i64 = 365;

/// The days an order is expected on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The day the parcel has to leave the shop.
    pub leaves: Date,
    /// The first day it may arrive.
    pub from: Date,
    /// The last day it should arrive.
    pub to: Date,
}

/// How the shop works, and when nothing moves.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Where the shop's clock hangs.
    pub time_zone: TimeZone,
    /// Orders placed before this hour are worked on the same day, 0 to 24.
    pub cut_off_hour: i8,
    /// Business days to pack an order.
    pub processing_days: i64,
    /// Days of the week on which nothing is packed.
    pub closed: Vec<Weekday>,
    /// Days on which the shop rests.
    pub shop_holidays: BTreeSet<Date>,
    /// Days on which nothing is delivered at the destination.
    pub destination_holidays: BTreeSet<Date>,
}

impl Calendar {
    /// The promise for an order placed `now` that is `min` to `max` business days on its way.
    ///
    /// Work begins on the first business day whose cut-off is not over, takes `processing_days`, and the parcel leaves on the
    /// last of them; days on the way are business days at the destination.
    pub fn promise(&self, now: Instant, min: i64, max: i64) -> Promise {
        let leaves = self.leaves(now);
        let from = self.arrives(leaves, min);
        let to = self.arrives(leaves, max.max(min));
        Promise { leaves, from, to }
    }

    /// The day a parcel ordered `now` leaves the shop.
    fn leaves(&self, now: Instant) -> Date {
        let local = self.time_zone.to_datetime(now.timestamp());
        let today = local.date();
        let is_over = local.hour() >= self.cut_off_hour;
        let start = if is_over { next_day(today) } else { today };
        let is_open = |day: Date| !self.closed.contains(&day.weekday().into()) && !self.shop_holidays.contains(&day);
        add_business_days(first(start, is_open), self.processing_days, is_open)
    }

    /// The day a parcel arrives after so many business days on its way.
    fn arrives(&self, leaves: Date, transit: i64) -> Date {
        let is_delivered_on = |day: Date| {
            let is_weekend = matches!(day.weekday(), civil::Weekday::Saturday | civil::Weekday::Sunday);
            !is_weekend && !self.destination_holidays.contains(&day)
        };
        add_business_days(leaves, transit, is_delivered_on)
    }

    /// The shop's local date at an instant.
    pub fn today(&self, now: Instant) -> Date {
        self.time_zone.to_datetime(now.timestamp()).date()
    }

    /// How many days after the promise something arrived; negative when early, zero when within it.
    pub fn days_late(&self, promise: Promise, delivered: Instant) -> i64 {
        let day = self.today(delivered);
        if day > promise.to {
            days_between(promise.to, day)
        } else if day < promise.from {
            days_between(promise.from, day)
        } else {
            0
        }
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until((Unit::Day, to)).map_or(0, |span| i64::from(span.get_days()))
}

fn next_day(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

/// `day` itself, or the first day after it on which something moves.
fn first(day: Date, moves: impl Fn(Date) -> bool) -> Date {
    let mut day = day;
    for _ in 0..MOST_DAYS {
        if moves(day) {
            break;
        }
        day = next_day(day);
    }
    day
}

fn add_business_days(day: Date, n: i64, moves: impl Fn(Date) -> bool) -> Date {
    let mut day = day;
    for _ in 0..n.clamp(0, MOST_DAYS) {
        day = first(next_day(day), &moves);
    }
    day
}
