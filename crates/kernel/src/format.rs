//! Money, dates and counts as a shopper reads them, on pages and in mails. Templates get these texts and compute nothing.

use crate::clock::Instant;
use crate::money::Money;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

/// `€84.90`, `−€19.14`, `¥1,200`, `CHF 12.00`.
pub fn money(amount: Money) -> String {
    let decimal = amount.decimal();
    let figures = decimal.trim_start_matches('-');
    let (whole, cents) = figures.split_once('.').unwrap_or((figures, ""));
    let mut text = String::new();
    if amount.is_negative() {
        text.push('\u{2212}');
    }
    let currency = amount.currency();
    text.push_str(currency.symbol());
    if currency.symbol() == currency.code() {
        text.push('\u{a0}');
    }
    text.push_str(&grouped(whole));
    if !cents.is_empty() {
        text.push('.');
        text.push_str(cents);
    }
    text
}

/// `€80` instead of `€80.00`, for round sums in a sentence; `€4.90` stays.
pub fn round_money(amount: Money) -> String {
    let text = money(amount);
    let zeros = usize::try_from(amount.currency().decimals()).unwrap_or_default();
    let ending = format!(".{}", "0".repeat(zeros));
    match text.strip_suffix(&ending) {
        Some(whole) if zeros > 0 => whole.to_owned(),
        _ => text,
    }
}

/// `1,240`.
pub fn count(n: u64) -> String {
    grouped(&n.to_string())
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A day or moment for `<time datetime="{{ at.iso }}">{{ at.text }}</time>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct When {
    /// For machines.
    pub iso: String,
    /// For people.
    pub text: String,
}

/// `12 March`, with the year when it is not this one: `12 March 2025`.
pub fn day(date: Date, today: Date) -> When {
    let pattern = if date.year() == today.year() {
        "%-d %B"
    } else {
        "%-d %B %Y"
    };
    When {
        iso: date.to_string(),
        text: date.strftime(pattern).to_string(),
    }
}

/// `12 March, 14:05` in the shop's time zone, with the year when it is not this one.
pub fn moment(at: Instant, zone: &TimeZone, today: Date) -> When {
    let at = at.timestamp().to_zoned_datetime(zone.clone());
    let day = day(at.date(), today);
    When {
        iso: at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        text: format!("{}, {}", day.text, at.strftime("%H:%M")),
    }
}

/// The day an instant falls on in the shop's time zone.
pub fn date_of(at: Instant, zone: &TimeZone) -> Date {
    at.timestamp().to_zoned_datetime(zone.clone()).date()
}

/// A promise of delivery: `Thu 12 – Fri 13 March`, `Mon 30 March – Wed 1 April`, `Thu 12 March`; with the year when it is not
/// this one.
pub fn day_range(first: Date, last: Date, today: Date) -> String {
    let year = if last.year() == today.year() { "" } else { " %Y" };
    let end = last.strftime(&format!("%a %-d %B{year}")).to_string();
    if first == last {
        return end;
    }
    let begin = if first.month() == last.month() && first.year() == last.year() {
        "%a %-d"
    } else {
        "%a %-d %B"
    };
    format!("{} – {end}", first.strftime(begin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use jiff::civil::date;

    #[test]
    fn money_is_read_as_on_a_price_tag() {
        let check = |minor, code: &str, expected: &str| {
            assert_eq!(money(Money::new(minor, code.parse().unwrap())), expected);
        };
        check(8490, "EUR", "€84.90");
        check(-1914, "EUR", "−€19.14");
        check(123_456_789, "USD", "$1,234,567.89");
        check(1200, "JPY", "¥1,200");
        check(1200, "CHF", "CHF\u{a0}12.00");
        check(5, "EUR", "€0.05");
        check(1005, "KWD", "KWD\u{a0}1.005");
    }

    #[test]
    fn round_sums_lose_their_zeros() {
        let euro = |minor| round_money(Money::new(minor, Currency::EUR));
        assert_eq!(euro(8000), "€80");
        assert_eq!(euro(490), "€4.90");
        assert_eq!(euro(1000), "€10");
        assert_eq!(round_money(Money::new(1000, Currency::JPY)), "¥1,000");
    }

    #[test]
    fn a_promise_is_a_range_of_days() {
        let today = date(2026, 3, 5);
        assert_eq!(
            day_range(date(2026, 3, 12), date(2026, 3, 13), today),
            "Thu 12 – Fri 13 March"
        );
        assert_eq!(
            day_range(date(2026, 3, 30), date(2026, 4, 1), today),
            "Mon 30 March – Wed 1 April"
        );
        assert_eq!(day_range(date(2026, 3, 12), date(2026, 3, 12), today), "Thu 12 March");
        assert_eq!(
            day_range(date(2026, 12, 31), date(2027, 1, 4), today),
            "Thu 31 December – Mon 4 January 2027"
        );
    }

    #[test]
    fn the_year_is_said_when_it_is_another() {
        let today = date(2026, 3, 5);
        assert_eq!(day(date(2026, 11, 12), today).text, "12 November");
        assert_eq!(day(date(2025, 11, 12), today).text, "12 November 2025");
    }
}
