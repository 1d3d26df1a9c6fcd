//! The tax rates a new shop starts with.
//!
//! Standard rate and the reduced rate that most goods of daily life fall under, for consumers in the EU, the United Kingdom,
//! Switzerland and Norway. Source: the European Commission's database "Taxes in Europe" and the national tax offices, as
//! of January 2026. They are rows staff can edit: a shopkeeper checks them before selling, and again when a country changes one.
//! The United States are not seeded: what is due there depends on where a shop has to collect.

/// Country, standard rate and reduced rate in hundredths of a per cent, and since when (both) they stand.
pub(in crate::pricing) type Seed = (&'static str, i64, Option<i64>, &'static str);

/// The rates, sorted by country.
#[rustfmt::skip]
pub(in crate::pricing) const RATES: &[Seed] = &[
    ("AT", 2000, Some(1000), "2021-01-01"),
    ("BE", 2100, Some(600), "2021-01-01"),
    ("BG", 2000, Some(900), "2021-01-01"),
    ("CH", 810, Some(260), "2024-01-01"),
    ("CY", 1900, Some(500), "2021-01-01"),
    ("CZ", 2100, Some(1200), "2024-01-01"),
    ("DE", 1900, Some(700), "2021-01-01"),
    ("DK", 2500, None, "2021-01-01"),
    ("EE", 2400, Some(900), "2025-07-01"),
    ("ES", 2100, Some(1000), "2021-01-01"),
    ("FI", 2550, Some(1350), "2026-01-01"),
    ("FR", 2000, Some(550), "2021-01-01"),
    ("GB", 2000, Some(500), "2021-01-01"),
    ("GR", 2400, Some(1300), "2021-01-01"),
    ("HR", 2500, Some(1300), "2021-01-01"),
    ("HU", 2700, Some(500), "2021-01-01"),
    ("IE", 2300, Some(1350), "2021-03-01"),
    ("IT", 2200, Some(1000), "2021-01-01"),
    ("LT", 2100, Some(1200), "2026-01-01"),
    ("LU", 1700, Some(800), "2024-01-01"),
    ("LV", 2100, Some(1200), "2021-01-01"),
    ("MT", 1800, Some(500), "2021-01-01"),
    ("NL", 2100, Some(900), "2021-01-01"),
    ("NO", 2500, Some(1500), "2021-01-01"),
    ("PL", 2300, Some(800), "2021-01-01"),
    ("PT", 2300, Some(600), "2021-01-01"),
    ("RO", 2100, Some(1100), "2025-08-01"),
    ("SE", 2500, Some(1200), "2021-01-01"),
    ("SI", 2200, Some(950), "2021-01-01"),
    ("SK", 2300, Some(1900), "2025-01-01"),
];

/// Parts per million in a hundredth of a per cent.
pub(in crate::pricing) const PPM: i64 = 100;
