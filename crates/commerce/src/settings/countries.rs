//! What is usual in a shop's country, to begin with.

use wares_kernel::{Country, Currency};

/// Currency, time zone, and whether prices are shown with tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountryDefaults {
    /// The currency.
    pub currency: Currency,
    /// The time zone of its largest city, by its IANA name.
    pub time_zone: &'static str,
    /// Whether prices for consumers include tax.
    pub prices_include_tax: bool,
}

const KNOWN: &[(&str, &str, &str)] = &[
    ("AT", "EUR", "Europe/Vienna"),
    ("AU", "AUD", "Australia/Sydney"),
    ("BE", "EUR", "Europe/Brussels"),
    ("BG", "EUR", "Europe/Sofia"),
    ("BR", "BRL", "America/Sao_Paulo"),
    ("CA", "CAD", "America/Toronto"),
    ("CH", "CHF", "Europe/Zurich"),
    ("CY", "EUR", "Asia/Nicosia"),
    ("CZ", "CZK", "Europe/Prague"),
    ("DE", "EUR", "Europe/Berlin"),
    ("DK", "DKK", "Europe/Copenhagen"),
    ("EE", "EUR", "Europe/Tallinn"),
    ("ES", "EUR", "Europe/Madrid"),
    ("FI", "EUR", "Europe/Helsinki"),
    ("FR", "EUR", "Europe/Paris"),
    ("GB", "GBP", "Europe/London"),
    ("GR", "EUR", "Europe/Athens"),
    ("HR", "EUR", "Europe/Zagreb"),
    ("HU", "HUF", "Europe/Budapest"),
    ("IE", "EUR", "Europe/Dublin"),
    ("IN", "INR", "Asia/Kolkata"),
    ("IS", "ISK", "Atlantic/Reykjavik"),
    ("IT", "EUR", "Europe/Rome"),
    ("JP", "JPY", "Asia/Tokyo"),
    ("LI", "CHF", "Europe/Vaduz"),
    ("LT", "EUR", "Europe/Vilnius"),
    ("LU", "EUR", "Europe/Luxembourg"),
    ("LV", "EUR", "Europe/Riga"),
    ("MT", "EUR", "Europe/Malta"),
    ("MX", "MXN", "America/Mexico_City"),
    ("NL", "EUR", "Europe/Amsterdam"),
    ("NO", "NOK", "Europe/Oslo"),
    ("NZ", "NZD", "Pacific/Auckland"),
    ("PL", "PLN", "Europe/Warsaw"),
    ("PT", "EUR", "Europe/Lisbon"),
    ("RO", "RON", "Europe/Bucharest"),
    ("SE", "SEK", "Europe/Stockholm"),
    ("SG", "SGD", "Asia/Singapore"),
    ("SI", "EUR", "Europe/Ljubljana"),
    ("SK", "EUR", "Europe/Bratislava"),
    ("US", "USD", "America/New_York"),
    ("ZA", "ZAR", "Africa/Johannesburg"),
];

/// What is usual in `country`. Where the table does not know it: US dollars, UTC, tax included.
pub fn country_defaults(country: Country) -> CountryDefaults {
    let known = KNOWN.iter().find(|(code, ..)| *code == country.code());
    let (currency, time_zone) = known.map_or(("USD", "UTC"), |(_, currency, zone)| (*currency, *zone));
    CountryDefaults {
        currency: currency.parse().unwrap_or(Currency::USD),
        time_zone,
        prices_include_tax: !matches!(country.code(), "US" | "CA"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_country_has_a_currency_and_a_time_zone_that_exist() {
        for (code, currency, zone) in KNOWN {
            assert!(code.parse::<Country>().is_ok(), "{code}");
            assert!(currency.parse::<Currency>().is_ok(), "{code} {currency}");
            assert!(jiff::tz::TimeZone::get(zone).is_ok(), "{code} {zone}");
        }
    }

    #[test]
    fn prices_in_america_are_shown_without_tax() {
        let usual = country_defaults("US".parse().expect("a country"));
        assert_eq!((usual.currency, usual.prices_include_tax), (Currency::USD, false));
        assert!(country_defaults(Country::DE).prices_include_tax);
    }
}
