//! The address form: the same fields in checkout, for the bill, and in the address book.

use std::sync::LazyLock;

use serde::Serialize;
use wares_kernel::{
    VatId,
    address::Address,
    country::Country,
    postal::{self, Postcode},
};

use crate::{
    http::{Check, Entered, FormView},
    templates::{Choice, Choices},
};

/// All countries there are, for a bill.
static ANYWHERE: LazyLock<Choices> = LazyLock::new(|| by_name(Country::all()));

/// What the form's macro needs besides the values: countries, and what the chosen one asks for.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AddressFields {
    /// Countries to choose from, by name.
    pub countries: Choices,
    /// `numeric` where postcodes are digits, else nothing.
    pub postcode_mode: &'static str,
    /// What regions are called in this country, or nothing where an address does without.
    pub region_label: Option<&'static str>,
    /// The regions of this country, after an entry that asks to choose.
    pub regions: Vec<Choice>,
    /// Whether the field for flat and building stands open, because something is in it.
    pub is_open: bool,
    /// Whether the fields of a company stand open, because something is in them.
    pub for_company: bool,
}

impl AddressFields {
    /// The fields for an address in `chosen`, out of the `countries` the shop delivers to.
    pub(crate) fn of(countries: &[Country], chosen: Country) -> Self {
        Self::among(by_name(countries.iter().copied()), chosen)
    }

    /// The fields for an address in `chosen`, where it may be anywhere.
    pub(crate) fn anywhere(chosen: Country) -> Self {
        Self::among(ANYWHERE.clone(), chosen)
    }

    fn among(countries: Choices, chosen: Country) -> Self {
        let regions = postal::regions(chosen);
        let list = regions.iter().flat_map(|regions| {
            std::iter::once(Choice::new("", format!("Choose a {}", regions.word.to_lowercase())))
                .chain(regions.list.iter().map(|&(code, name)| Choice::new(code, name)))
        });
        Self {
            countries,
            postcode_mode: if Postcode::of(chosen).is_some_and(Postcode::is_digits) {
                "numeric"
            } else {
                ""
            },
            region_label: regions.map(|regions| regions.word),
            regions: list.collect(),
            is_open: false,
            for_company: false,
        }
    }

    /// The same with the fields for flat and for a company open when there is something in them.
    #[must_use]
    pub(crate) fn opened_for(mut self, form: &FormView) -> Self {
        let has = |field: &str| {
            form.error.contains_key(field) || form.values.get(field).is_some_and(|value| !value.is_empty())
        };
        self.is_open = has("line2");
        self.for_company = has("company") || has("vat_id");
        self
    }

    pub(crate) fn sample(chosen: &str) -> Self {
        let country = |code: &str| code.parse().unwrap_or(Country::DE);
        let all: Vec<Country> = ["AT", "BE", "FR", "DE", "IE", "NL", "US"].map(country).into();
        Self::of(&all, country(chosen))
    }
}

fn by_name(countries: impl Iterator<Item = Country>) -> Choices {
    let mut countries: Vec<Choice> = countries
        .map(|country| Choice::new(country.code(), country.name()))
        .collect();
    countries.sort_by(|a, b| a.text.cmp(&b.text));
    countries.into_iter().collect()
}

/// Reads an address from a form, collecting what is wrong with it. Only `countries` may be chosen.
///
/// Returns nothing when something was wrong with one of its fields.
pub(crate) fn read(check: &mut Check<'_>, entered: &Entered, countries: &[Country]) -> Option<Address> {
    let before = check.errors().0.len();
    let name = check.text("name", 120, "Enter your full name");
    let country = country(check, entered, countries);
    let line1 = check.text("line1", 120, "Enter your street and house number");
    let line2 = check.optional_text("line2", 120);
    let company = check.optional_text("company", 120);
    let vat_id = vat_id(check);
    let postcode = postcode(check, country);
    let city = check.text("city", 80, "Enter your city");
    let region = region(check, country);
    let phone = phone(check);
    (check.errors().0.len() == before).then_some(())?;
    Some(Address {
        name,
        company,
        vat_id,
        line1,
        line2,
        postcode,
        city,
        region,
        country: country?,
        phone,
    })
}

/// The same without a VAT id, where an order has that of its delivery address.
pub(crate) fn read_plain(check: &mut Check<'_>, entered: &Entered, countries: &[Country]) -> Option<Address> {
    let address = read(check, entered, countries)?;
    Some(Address {
        vat_id: String::new(),
        ..address
    })
}

/// A VAT id however it was typed, or nothing.
fn vat_id(check: &mut Check<'_>) -> String {
    let typed = check.optional_text("vat_id", 32);
    if typed.is_empty() || check.is_wrong("vat_id") {
        return String::new();
    }
    let read = check.parsed("vat_id", &typed, str::parse::<VatId>);
    read.map_or_else(String::new, |id| id.to_string())
}

/// The country chosen in a form, or the first of `countries` while none is, for showing the form.
pub(crate) fn country_of(entered: &Entered, countries: &[Country]) -> Country {
    chosen(entered, countries)
        .or_else(|| countries.first().copied())
        .unwrap_or(Country::DE)
}

/// An address as the values of the form.
pub(crate) fn values(address: &Address) -> Vec<(&'static str, String)> {
    vec![
        ("name", address.name.clone()),
        ("company", address.company.clone()),
        ("vat_id", address.vat_id.clone()),
        ("line1", address.line1.clone()),
        ("line2", address.line2.clone()),
        ("postcode", address.postcode.clone()),
        ("city", address.city.clone()),
        ("region", address.region.clone()),
        ("country", address.country.code().to_owned()),
        ("phone", address.phone.clone()),
    ]
}

/// The lines of a label, with the country's name as the last.
pub(crate) fn lines(address: &Address) -> Vec<String> {
    let mut lines = address.lines();
    lines.push(address.country.name().to_owned());
    lines
}

fn chosen(entered: &Entered, countries: &[Country]) -> Option<Country> {
    let country = entered.get("country").parse().ok()?;
    countries.contains(&country).then_some(country)
}

fn country(check: &mut Check<'_>, entered: &Entered, countries: &[Country]) -> Option<Country> {
    let country = chosen(entered, countries);
    if country.is_none() {
        check.wrong("country", "Choose a country we deliver to");
    }
    country
}

fn postcode(check: &mut Check<'_>, country: Option<Country>) -> String {
    let typed = check.optional_text("postcode", 16);
    if let Some(form) = country.and_then(Postcode::of)
        && !check.is_wrong("postcode")
        && let Err(refusal) = form.check(&typed)
    {
        check.wrong("postcode", refusal.to_string());
    }
    typed
}

fn region(check: &mut Check<'_>, country: Option<Country>) -> String {
    let Some(regions) = country.and_then(postal::regions) else {
        return String::new();
    };
    let typed = check.optional_text("region", 80);
    if !regions.list.iter().any(|(code, _)| *code == typed) {
        check.wrong("region", format!("Choose your {}", regions.word.to_lowercase()));
    }
    typed
}

/// A telephone number as typed: digits with what people put between them.
pub(crate) fn phone(check: &mut Check<'_>) -> String {
    let typed = check.optional_text("phone", 32);
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let only = typed.chars().all(|c| c.is_ascii_digit() || " +-–/().".contains(c));
    if !typed.is_empty() && !only {
        check.wrong("phone", "Enter the phone number in digits, like +49 221 123456");
    } else if !typed.is_empty() && digits < 5 {
        check.wrong("phone", "Enter the whole phone number");
    }
    typed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::FormErrors;

    fn countries() -> Vec<Country> {
        ["DE", "IE", "US"].map(|code| code.parse().unwrap()).into()
    }

    fn checked(form: &str) -> Result<Address, FormErrors> {
        let entered = Entered::parse(form.as_bytes()).unwrap();
        let mut check = Check::new(&entered);
        let address = read(&mut check, &entered, &countries());
        check.done().map(|()| address.unwrap())
    }

    fn messages(form: &str) -> Vec<(String, String)> {
        let errors = checked(form).unwrap_err().0;
        errors.into_iter().map(|e| (e.field, e.message)).collect()
    }

    const GOOD: &str = "name=Ines+Roth&country=DE&line1=Ehrenstra%C3%9Fe+12&postcode=50672&city=K%C3%B6ln";

    #[test]
    fn an_address_is_read_as_typed() {
        let address = checked(GOOD).unwrap();
        assert_eq!(
            lines(&address),
            ["Ines Roth", "Ehrenstraße 12", "50672 Köln", "Germany"]
        );
    }

    #[test]
    fn an_empty_form_asks_for_what_is_needed_and_nothing_else() {
        let fields: Vec<String> = messages("country=DE").into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["name", "line1", "postcode", "city"]);
    }

    #[test]
    fn a_country_the_shop_does_not_deliver_to_is_refused() {
        let fields = messages(&GOOD.replace("country=DE", "country=JP"));
        assert_eq!(
            fields,
            [("country".to_owned(), "Choose a country we deliver to".to_owned())]
        );
    }

    #[test]
    fn a_country_with_states_needs_one() {
        let form = GOOD.replace("country=DE", "country=US").replace("50672", "10001");
        assert_eq!(messages(&form), [("region".to_owned(), "Choose your state".to_owned())]);
        assert_eq!(checked(&format!("{form}&region=NY")).unwrap().region, "NY");
    }

    #[test]
    fn a_vat_id_is_read_however_it_is_typed_and_a_wrong_one_is_said() {
        let of = |typed: &str| checked(&format!("{GOOD}&vat_id={typed}"));
        assert_eq!(of("de+136.695+976").unwrap().vat_id, "DE136695976");
        assert_eq!(of("").unwrap().vat_id, "");
        for (typed, message) in [
            (
                "DE136695977",
                "This VAT id has a wrong digit. Compare it with your papers",
            ),
            ("DE12", "A VAT id of Germany looks like DE136695976"),
            (
                "136695976",
                "Begin the VAT id with the two letters of its country, like DE136695976",
            ),
        ] {
            assert_eq!(
                messages(&format!("{GOOD}&vat_id={typed}")),
                [("vat_id".to_owned(), message.to_owned())]
            );
        }
    }

    #[test]
    fn a_phone_number_may_have_what_people_put_between_the_digits() {
        for good in ["%2B49+%28221%29+12-34+56", "0221.123456", ""] {
            assert!(checked(&format!("{GOOD}&phone={good}")).is_ok(), "{good}");
        }
        for bad in ["call+me", "12", "0221123456%0D%0ABcc%3A+x"] {
            assert_eq!(messages(&format!("{GOOD}&phone={bad}"))[0].0, "phone", "{bad}");
        }
    }
}
