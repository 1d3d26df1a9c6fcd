//! Public holidays that hold in a whole country, worked out for any year. They are the rows a new shop starts with; staff can edit them.
//!
//! To add a country: an arm in [`rules`].

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use wares_kernel::Country;

/// How a holiday's day is found.
#[derive(Debug, Clone, Copy)]
enum Rule {
    /// The same day each year: month, day.
    On(i8, i8),
    /// The same day, or the Monday after when it falls on a weekend.
    Observed(i8, i8),
    /// Days after Easter Sunday of the western churches.
    Easter(i64),
    /// Days after Easter Sunday of the eastern churches.
    EasternEaster(i64),
    /// The first such weekday on or after month, day.
    First(Weekday, i8, i8),
}
use Rule::{Easter, EasternEaster, First, Observed, On};
use Weekday::{Friday, Monday, Saturday, Thursday};

type Holiday = (Rule, &'static str);

const NEW_YEAR: Holiday = (On(1, 1), "New Year’s Day");
const EPIPHANY: Holiday = (On(1, 6), "Epiphany");
const GOOD_FRIDAY: Holiday = (Easter(-2), "Good Friday");
const EASTER_MONDAY: Holiday = (Easter(1), "Easter Monday");
const LABOUR: Holiday = (On(5, 1), "Labour Day");
const ASCENSION: Holiday = (Easter(39), "Ascension Day");
const WHIT_MONDAY: Holiday = (Easter(50), "Whit Monday");
const CORPUS_CHRISTI: Holiday = (Easter(60), "Corpus Christi");
const ASSUMPTION: Holiday = (On(8, 15), "Assumption Day");
const ALL_SAINTS: Holiday = (On(11, 1), "All Saints’ Day");
const IMMACULATE: Holiday = (On(12, 8), "Immaculate Conception");
const CHRISTMAS_EVE: Holiday = (On(12, 24), "Christmas Eve");
const CHRISTMAS: Holiday = (On(12, 25), "Christmas Day");
const SECOND_CHRISTMAS: Holiday = (On(12, 26), "Second Day of Christmas");
const EASTERN_GOOD_FRIDAY: Holiday = (EasternEaster(-2), "Orthodox Good Friday");
const EASTERN_EASTER_MONDAY: Holiday = (EasternEaster(1), "Orthodox Easter Monday");
const EASTERN_WHIT_MONDAY: Holiday = (EasternEaster(50), "Orthodox Whit Monday");

/// The holidays of a country; none where they are not known.
#[rustfmt::skip]
fn rules(country: Country) -> &'static [Holiday] {
    match country.code() {
        "AT" => &[NEW_YEAR, EPIPHANY, EASTER_MONDAY, LABOUR, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI, ASSUMPTION, (On(10, 26), "National Day"), ALL_SAINTS, IMMACULATE, CHRISTMAS, SECOND_CHRISTMAS],
        "BE" => &[NEW_YEAR, EASTER_MONDAY, LABOUR, ASCENSION, WHIT_MONDAY, (On(7, 21), "National Day"), ASSUMPTION, ALL_SAINTS, (On(11, 11), "Armistice Day"), CHRISTMAS],
        "BG" => &[NEW_YEAR, (On(3, 3), "Liberation Day"), EASTERN_GOOD_FRIDAY, EASTERN_EASTER_MONDAY, LABOUR, (On(5, 6), "St George’s Day"), (On(5, 24), "Day of Culture"), (On(9, 6), "Unification Day"), (On(9, 22), "Independence Day"), CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS],
        "CH" => &[NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY, (On(8, 1), "National Day"), CHRISTMAS, SECOND_CHRISTMAS],
        "CY" => &[NEW_YEAR, EPIPHANY, (EasternEaster(-48), "Green Monday"), (On(3, 25), "Independence Day of Greece"), (On(4, 1), "National Day"), EASTERN_GOOD_FRIDAY, EASTERN_EASTER_MONDAY, LABOUR, EASTERN_WHIT_MONDAY, ASSUMPTION, (On(10, 1), "Independence Day"), (On(10, 28), "Ochi Day"), CHRISTMAS, SECOND_CHRISTMAS],
        "CZ" => &[NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY, LABOUR, (On(5, 8), "Liberation Day"), (On(7, 5), "Cyril and Methodius Day"), (On(7, 6), "Jan Hus Day"), (On(9, 28), "Statehood Day"), (On(10, 28), "Independence Day"), (On(11, 17), "Freedom Day"), CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS],
        "DE" => &[NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY, LABOUR, ASCENSION, WHIT_MONDAY, (On(10, 3), "German Unity Day"), CHRISTMAS, SECOND_CHRISTMAS],
        "DK" => &[NEW_YEAR, (Easter(-3), "Maundy Thursday"), GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY, CHRISTMAS, SECOND_CHRISTMAS],
        "EE" => &[NEW_YEAR, (On(2, 24), "Independence Day"), GOOD_FRIDAY, LABOUR, (On(6, 23), "Victory Day"), (On(6, 24), "Midsummer Day"), (On(8, 20), "Restoration of Independence"), CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS],
        "ES" => &[NEW_YEAR, EPIPHANY, GOOD_FRIDAY, LABOUR, ASSUMPTION, (On(10, 12), "National Day"), ALL_SAINTS, (On(12, 6), "Constitution Day"), IMMACULATE, CHRISTMAS],
        "FI" => &[NEW_YEAR, EPIPHANY, GOOD_FRIDAY, EASTER_MONDAY, LABOUR, ASCENSION, (First(Friday, 6, 19), "Midsummer Eve"), (First(Saturday, 6, 20), "Midsummer Day"), (On(12, 6), "Independence Day"), CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS],
        "FR" => &[NEW_YEAR, EASTER_MONDAY, LABOUR, (On(5, 8), "Victory Day"), ASCENSION, WHIT_MONDAY, (On(7, 14), "National Day"), ASSUMPTION, ALL_SAINTS, (On(11, 11), "Armistice Day"), CHRISTMAS],
        "GB" => &[(Observed(1, 1), "New Year’s Day"), GOOD_FRIDAY, EASTER_MONDAY, (First(Monday, 5, 1), "Early May Bank Holiday"), (First(Monday, 5, 25), "Spring Bank Holiday"), (First(Monday, 8, 25), "Summer Bank Holiday"), CHRISTMAS, SECOND_CHRISTMAS],
        "GR" => &[NEW_YEAR, EPIPHANY, (EasternEaster(-48), "Clean Monday"), (On(3, 25), "Independence Day"), EASTERN_GOOD_FRIDAY, EASTERN_EASTER_MONDAY, LABOUR, EASTERN_WHIT_MONDAY, ASSUMPTION, (On(10, 28), "Ochi Day"), CHRISTMAS, SECOND_CHRISTMAS],
        "HR" => &[NEW_YEAR, EPIPHANY, EASTER_MONDAY, LABOUR, (On(5, 30), "Statehood Day"), CORPUS_CHRISTI, (On(6, 22), "Anti-Fascist Struggle Day"), (On(8, 5), "Victory Day"), ASSUMPTION, ALL_SAINTS, (On(11, 18), "Remembrance Day"), CHRISTMAS, SECOND_CHRISTMAS],
        "HU" => &[NEW_YEAR, (On(3, 15), "Revolution Day"), GOOD_FRIDAY, EASTER_MONDAY, LABOUR, WHIT_MONDAY, (On(8, 20), "St Stephen’s Day"), (On(10, 23), "Republic Day"), ALL_SAINTS, CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS],
        "IE" => &[(Observed(1, 1), "New Year’s Day"), (First(Monday, 2, 1), "St Brigid’s Day"), (Observed(3, 17), "St Patrick’s Day"), EASTER_MONDAY, (First(Monday, 5, 1), "May Day"), (First(Monday, 6, 1), "June Holiday"), (First(Monday, 8, 1), "August Holiday"), (First(Monday, 10, 25), "October Holiday"), CHRISTMAS, SECOND_CHRISTMAS],
        "IT" => &[NEW_YEAR, EPIPHANY, EASTER_MONDAY, (On(4, 25), "Liberation Day"), LABOUR, (On(6, 2), "Republic Day"), ASSUMPTION, ALL_SAINTS, IMMACULATE, CHRISTMAS, SECOND_CHRISTMAS],
        "LT" => &[NEW_YEAR, (On(2, 16), "Restoration of the State"), (On(3, 11), "Restoration of Independence"), EASTER_MONDAY, LABOUR, (On(6, 24), "St John’s Day"), (On(7, 6), "Statehood Day"), ASSUMPTION, ALL_SAINTS, (On(11, 2), "All Souls’ Day"), CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS],
        "LU" => &[NEW_YEAR, EASTER_MONDAY, LABOUR, (On(5, 9), "Europe Day"), ASCENSION, WHIT_MONDAY, (On(6, 23), "National Day"), ASSUMPTION, ALL_SAINTS, CHRISTMAS, SECOND_CHRISTMAS],
        "LV" => &[NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY, LABOUR, (On(5, 4), "Restoration of Independence"), (On(6, 23), "Midsummer Eve"), (On(6, 24), "Midsummer Day"), (On(11, 18), "Proclamation Day"), CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS, (On(12, 31), "New Year’s Eve")],
        "MT" => &[NEW_YEAR, (On(2, 10), "St Paul’s Shipwreck"), (On(3, 19), "St Joseph’s Day"), (On(3, 31), "Freedom Day"), GOOD_FRIDAY, LABOUR, (On(6, 7), "Sette Giugno"), (On(6, 29), "St Peter and St Paul"), ASSUMPTION, (On(9, 8), "Victory Day"), (On(9, 21), "Independence Day"), IMMACULATE, (On(12, 13), "Republic Day"), CHRISTMAS],
        "NL" => &[NEW_YEAR, EASTER_MONDAY, (On(4, 27), "King’s Day"), ASCENSION, WHIT_MONDAY, CHRISTMAS, SECOND_CHRISTMAS],
        "NO" => &[NEW_YEAR, (Easter(-3), "Maundy Thursday"), GOOD_FRIDAY, EASTER_MONDAY, LABOUR, (On(5, 17), "Constitution Day"), ASCENSION, WHIT_MONDAY, CHRISTMAS, SECOND_CHRISTMAS],
        "PL" => &[NEW_YEAR, EPIPHANY, EASTER_MONDAY, LABOUR, (On(5, 3), "Constitution Day"), CORPUS_CHRISTI, ASSUMPTION, ALL_SAINTS, (On(11, 11), "Independence Day"), CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS],
        "PT" => &[NEW_YEAR, GOOD_FRIDAY, (On(4, 25), "Freedom Day"), LABOUR, CORPUS_CHRISTI, (On(6, 10), "Portugal Day"), ASSUMPTION, (On(10, 5), "Republic Day"), ALL_SAINTS, (On(12, 1), "Restoration of Independence"), IMMACULATE, CHRISTMAS],
        "RO" => &[NEW_YEAR, (On(1, 2), "Second Day of January"), EPIPHANY, (On(1, 7), "St John’s Day"), (On(1, 24), "Unification Day"), EASTERN_GOOD_FRIDAY, EASTERN_EASTER_MONDAY, LABOUR, (On(6, 1), "Children’s Day"), EASTERN_WHIT_MONDAY, ASSUMPTION, (On(11, 30), "St Andrew’s Day"), (On(12, 1), "National Day"), CHRISTMAS, SECOND_CHRISTMAS],
        "SE" => &[NEW_YEAR, EPIPHANY, GOOD_FRIDAY, EASTER_MONDAY, LABOUR, ASCENSION, (On(6, 6), "National Day"), (First(Friday, 6, 19), "Midsummer Eve"), CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS, (On(12, 31), "New Year’s Eve")],
        "SI" => &[NEW_YEAR, (On(1, 2), "Second Day of January"), (On(2, 8), "Culture Day"), EASTER_MONDAY, (On(4, 27), "Resistance Day"), LABOUR, (On(5, 2), "Second Day of May"), (On(6, 25), "Statehood Day"), ASSUMPTION, (On(10, 31), "Reformation Day"), ALL_SAINTS, CHRISTMAS, (On(12, 26), "Independence Day")],
        "SK" => &[NEW_YEAR, EPIPHANY, GOOD_FRIDAY, EASTER_MONDAY, LABOUR, (On(5, 8), "Victory Day"), (On(7, 5), "Cyril and Methodius Day"), (On(8, 29), "National Uprising Day"), (On(9, 15), "Our Lady of Sorrows"), ALL_SAINTS, CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS],
        "US" => &[(Observed(1, 1), "New Year’s Day"), (First(Monday, 1, 15), "Martin Luther King Day"), (First(Monday, 2, 15), "Presidents’ Day"), (First(Monday, 5, 25), "Memorial Day"), (Observed(6, 19), "Juneteenth"), (Observed(7, 4), "Independence Day"), (First(Monday, 9, 1), "Labor Day"), (First(Monday, 10, 8), "Columbus Day"), (Observed(11, 11), "Veterans Day"), (First(Thursday, 11, 22), "Thanksgiving"), (Observed(12, 25), "Christmas Day")],
        _ => &[],
    }
}

/// The countries whose holidays are known.
pub fn countries() -> impl Iterator<Item = Country> {
    Country::all().filter(|country| !rules(*country).is_empty())
}

/// The public holidays of a country in a year, with their names.
pub fn of(country: Country, year: i16) -> Vec<(Date, &'static str)> {
    rules(country)
        .iter()
        .filter_map(|(rule, name)| rule.day(year).map(|day| (day, *name)))
        .collect()
}

impl Rule {
    fn day(self, year: i16) -> Option<Date> {
        match self {
            On(month, day) => Date::new(year, month, day).ok(),
            Observed(month, day) => Date::new(year, month, day).ok().map(after_weekend),
            Easter(days) => easter(year).checked_add(days.days()).ok(),
            EasternEaster(days) => eastern_easter(year).checked_add(days.days()).ok(),
            First(weekday, month, day) => first(weekday, Date::new(year, month, day).ok()?),
        }
    }
}

fn after_weekend(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday | Weekday::Sunday => first(Monday, day).unwrap_or(day),
        _ => day,
    }
}

fn first(weekday: Weekday, day: Date) -> Option<Date> {
    let ahead = i64::from(day.weekday().until(weekday));
    day.checked_add(ahead.days()).ok()
}

/// Easter Sunday by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8).
#[expect(clippy::many_single_char_names, reason = "the letters are those of the book")]
fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    march(year, h + l - 7 * m + 22)
}

/// Easter Sunday of the Julian calendar (Meeus), thirteen days later in the Gregorian one between 1900 and 2099.
fn eastern_easter(year: i16) -> Date {
    let y = i32::from(year);
    let d = (19 * (y % 19) + 15) % 30;
    let e = (2 * (y % 4) + 4 * (y % 7) - d + 34) % 7;
    march(year, d + e + 22 + 13)
}

/// The `n`th day counted from the first of March.
fn march(year: i16, n: i32) -> Date {
    date(year, 3, 1).saturating_add((n - 1).days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_where_the_churches_have_it() {
        for (year, west, east) in [
            (2024, date(2024, 3, 31), date(2024, 5, 5)),
            (2025, date(2025, 4, 20), date(2025, 4, 20)),
            (2026, date(2026, 4, 5), date(2026, 4, 12)),
            (2027, date(2027, 3, 28), date(2027, 5, 2)),
            (2038, date(2038, 4, 25), date(2038, 4, 25)),
        ] {
            assert_eq!((easter(year), eastern_easter(year)), (west, east), "{year}");
        }
    }

    #[test]
    fn the_holidays_of_germany_are_complete() {
        let days: Vec<Date> = of(Country::DE, 2026).into_iter().map(|(day, _)| day).collect();
        let expected = [
            (1, 1),
            (4, 3),
            (4, 6),
            (5, 1),
            (5, 14),
            (5, 25),
            (10, 3),
            (12, 25),
            (12, 26),
        ];
        assert_eq!(days, expected.map(|(month, day)| date(2026, month, day)));
    }

    #[test]
    fn american_holidays_move_with_the_week() {
        let us = "US".parse().unwrap();
        let named = |name: &str| of(us, 2026).into_iter().find(|(_, n)| *n == name).map(|(day, _)| day);
        assert_eq!(named("Thanksgiving"), Some(date(2026, 11, 26)));
        assert_eq!(named("Memorial Day"), Some(date(2026, 5, 25)));
        assert_eq!(named("Independence Day"), Some(date(2026, 7, 6)));
    }
}
