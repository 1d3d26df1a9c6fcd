//! The figures of a period against the one before. Each leads to the list it was counted from.

use jiff::{Span, civil::Date};
use wares_commerce::reports::{self, Day, Figures};
use wares_db::Conn;

use super::pages::{Chart, ChartRow, Figure};
use crate::{
    admin::desk::Desk,
    http::Error,
    templates::format,
    urls::{admin as urls, with_query},
};

/// So many days until today, and as many before.
pub(super) struct Period {
    n_days: i32,
    first: Date,
    last: Date,
    before: Date,
}

impl Period {
    pub(super) fn until_today(desk: &Desk, n_days: i32) -> Self {
        let back = |days: i32| desk.today.saturating_sub(Span::new().days(days));
        Self {
            n_days,
            first: back(n_days - 1),
            last: desk.today,
            before: back(2 * n_days - 1),
        }
    }

    pub(super) fn heading(&self, desk: &Desk) -> String {
        let range = format::day_range(self.first, self.last, desk.today);
        let before = if self.n_days == 1 {
            "day".to_owned()
        } else {
            format!("{} days", self.n_days)
        };
        format!("Figures for {range}, compared with the {before} before")
    }

    /// The orders a figure was counted from.
    fn list(&self, more: &[(&str, &str)]) -> String {
        let (from, to) = (self.first.to_string(), self.last.to_string());
        let mut pairs = vec![("view", "sold"), ("from", from.as_str()), ("to", to.as_str())];
        pairs.extend_from_slice(more);
        with_query(urls::orders(), pairs)
    }
}

/// Sales, orders, average, pieces, refunds.
pub(super) async fn figures(conn: &mut Conn, desk: &Desk, period: &Period) -> Result<Vec<Figure>, Error> {
    let tomorrow = period.last.saturating_add(Span::new().days(1));
    let begin = desk.begin(period.first);
    let now = reports::figures(conn, begin, desk.begin(tomorrow)).await?;
    let before = reports::figures(conn, desk.begin(period.before), begin).await?;
    let money = |minor: i64| desk.money(minor);
    let number = |n: i64| format::count(n.unsigned_abs());
    let figure = |name, say: &dyn Fn(i64) -> String, of: fn(&Figures) -> i64, is_good, url: String| {
        let (current, past) = (of(&now), of(&before));
        Figure {
            name,
            value: say(current),
            before: say(past),
            change: change(current, past),
            rises: current > past,
            tone: if (current > past) == is_good { "up" } else { "dn" },
            url,
        }
    };
    let returned = with_query(
        urls::orders(),
        [
            ("view", "all"),
            ("from", period.first.to_string().as_str()),
            ("to", period.last.to_string().as_str()),
            ("payment", "refunded"),
        ],
    );
    Ok(vec![
        figure("Sales", &money, |f| f.sales_minor, true, period.list(&[])),
        figure("Orders", &number, |f| f.n_orders, true, period.list(&[])),
        figure("Average order", &money, average, true, period.list(&[])),
        figure("Units sold", &number, |f| f.n_pieces, true, period.list(&[])),
        figure("Given back", &money, |f| f.refunds_minor, false, returned),
    ])
}

fn average(figures: &Figures) -> i64 {
    figures.sales_minor.checked_div(figures.n_orders).unwrap_or_default()
}

/// By how many per cent, to one decimal place; nothing when equal or when there was nothing to compare with.
fn change(current: i64, before: i64) -> Option<String> {
    if before == 0 || current == before {
        return None;
    }
    let permille = (current - before).unsigned_abs() * 1_000 / before.unsigned_abs();
    Some(format!("{}.{} %", permille / 10, permille % 10))
}

/// Sales by day; nothing for a single day, or while there are none.
pub(super) async fn chart(conn: &mut Conn, desk: &Desk, period: &Period) -> Result<Option<Chart>, Error> {
    if period.n_days < 2 {
        return Ok(None);
    }
    let current = reports::sales_by_day(conn, period.first, period.n_days, &desk.zone).await?;
    let before = reports::sales_by_day(conn, period.before, period.n_days, &desk.zone).await?;
    let highest = current
        .iter()
        .chain(&before)
        .map(|day| day.sales_minor)
        .max()
        .unwrap_or_default();
    if highest == 0 {
        return Ok(None);
    }
    let top = round_up(highest);
    let (least, most) = (extreme(&current, true), extreme(&current, false));
    let range = format::day_range(period.first, period.last, desk.today);
    Ok(Some(Chart {
        title: "Sales by day".into(),
        description: format!(
            "Sales by day, {range}: between {} and {}",
            desk.money(least),
            desk.money(most)
        ),
        current_name: format!("Last {} days", period.n_days),
        before_name: format!("{} days before", period.n_days),
        scale: (0..=4).rev().map(|n| desk.money(top / 4 * n)).collect(),
        grid: (0..=4).map(|n| (n * 50).to_string()).collect(),
        current: points(&current, top),
        before: points(&before, top),
        days: labels(&current),
        rows: rows(desk, &current, &before),
    }))
}

fn extreme(days: &[Day], least: bool) -> i64 {
    let sales = days.iter().map(|day| day.sales_minor);
    if least { sales.min() } else { sales.max() }.unwrap_or_default()
}

/// The next figure that is easy to read: 1, 2, 4 or 8 with zeros, and divisible by four.
fn round_up(highest: i64) -> i64 {
    let mut step: i64 = 4;
    while step < highest {
        for factor in [2, 4, 8] {
            if step / 4 * factor >= highest && step / 4 * factor % 4 == 0 {
                return step / 4 * factor;
            }
        }
        step = step.saturating_mul(10);
    }
    step
}

/// Points of a line in 1000 by 200, in tenths.
fn points(days: &[Day], top: i64) -> String {
    let last = i64::try_from(days.len().saturating_sub(1)).unwrap_or(1).max(1);
    let tenths = |n: i64| format!("{}.{}", n / 10, n % 10);
    (0_i64..)
        .zip(days)
        .map(|(n, day)| {
            let x = n * 10_000 / last;
            let height = i128::from(day.sales_minor.max(0)) * 2_000 / i128::from(top.max(1));
            let y = 2_000 - i64::try_from(height).unwrap_or(2_000);
            format!("{},{}", tenths(x), tenths(y))
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn labels(days: &[Day]) -> Vec<String> {
    let step = (days.len().saturating_sub(1) / 4).max(1);
    days.iter()
        .step_by(step)
        .map(|day| day.date.strftime("%-d %b").to_string())
        .collect()
}

fn rows(desk: &Desk, current: &[Day], before: &[Day]) -> Vec<ChartRow> {
    current
        .iter()
        .zip(before)
        .map(|(now, then)| ChartRow {
            day: now.date.strftime("%a %-d %b").to_string(),
            current: desk.money(now.sales_minor),
            before: desk.money(then.sales_minor),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_in_per_cent() {
        assert_eq!(change(1202, 1000).as_deref(), Some("20.2 %"));
        assert_eq!(change(690, 1000).as_deref(), Some("31.0 %"));
        assert_eq!(change(5, 5), None);
        assert_eq!(change(5, 0), None);
    }

    #[test]
    fn the_scale_ends_at_an_easy_figure() {
        for (highest, top) in [
            (1, 4),
            (30, 40),
            (41, 80),
            (60_200, 80_000),
            (9_000, 20_000),
            (100, 200),
        ] {
            let found = round_up(highest);
            assert!(found >= highest && found % 4 == 0, "{highest}: {found}");
            assert!(found <= top * 2, "{highest}: {found}");
        }
    }

    #[test]
    fn the_line_ends_at_the_right_edge() {
        let day = |minor| Day {
            date: Date::constant(2026, 11, 22),
            sales_minor: minor,
        };
        assert_eq!(
            points(&[day(0), day(400), day(200)], 400),
            "0.0,200.0 500.0,0.0 1000.0,100.0"
        );
    }
}
