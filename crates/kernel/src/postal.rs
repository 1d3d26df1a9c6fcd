//! What a postal address needs in a country: the form of its postcode and its regions.
//!
//! Only countries whose rules are simple and stable are listed; everywhere else a postcode is free text and may be empty.
//! To add one: a line in [`POSTCODES`] or an arm in [`regions`].

use crate::country::Country;

/// The form of a country's postcodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Postcode {
    /// `9` stands for a digit, `A` for a letter; several forms are separated by `|`.
    forms: &'static str,
    /// One to show: "50672".
    pub example: &'static str,
}

/// Why a postcode was not taken, in words for the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostcodeError {
    /// Nothing was entered where the country has postcodes.
    #[error("Enter your postcode")]
    Empty,
    /// The country's postcodes are so many digits.
    #[error("Postcode must be {0} digits")]
    NotDigits(usize),
    /// The country's postcodes look otherwise.
    #[error("Enter a postcode such as {0}")]
    OtherForm(&'static str),
}

const POSTCODES: &[(&str, &str, &str)] = &[
    ("AT", "9999", "1010"),
    ("AU", "9999", "3000"),
    ("BE", "9999", "1000"),
    ("BG", "9999", "1000"),
    ("BR", "99999999", "01310-100"),
    ("CA", "A9A9A9", "K1A 0B1"),
    ("CH", "9999", "8001"),
    ("CY", "9999", "1010"),
    ("CZ", "99999", "110 00"),
    ("DE", "99999", "50672"),
    ("DK", "9999", "1050"),
    ("EE", "99999", "10111"),
    ("ES", "99999", "28001"),
    ("FI", "99999", "00100"),
    ("FR", "99999", "75001"),
    ("GB", "A99AA|A999AA|AA99AA|AA999AA|A9A9AA|AA9A9AA", "SW1A 1AA"),
    ("GR", "99999", "105 57"),
    ("HR", "99999", "10000"),
    ("HU", "9999", "1051"),
    ("IS", "999", "101"),
    ("IT", "99999", "00118"),
    ("JP", "9999999", "100-0001"),
    ("LI", "9999", "9490"),
    ("LT", "99999|AA99999", "LT-01100"),
    ("LU", "9999|A9999", "1111"),
    ("LV", "9999|AA9999", "LV-1010"),
    ("MT", "AAA9999", "VLT 1117"),
    ("MX", "99999", "06000"),
    ("NL", "9999AA", "1012 AB"),
    ("NO", "9999", "0150"),
    ("NZ", "9999", "6011"),
    ("PL", "99999", "00-001"),
    ("PT", "9999999", "1100-148"),
    ("RO", "999999", "010011"),
    ("SE", "99999", "111 20"),
    ("SI", "9999|AA9999", "1000"),
    ("SK", "99999", "811 01"),
    ("US", "99999|999999999", "10001"),
];

impl Postcode {
    /// The form in `country`, or nothing where any text will do.
    pub fn of(country: Country) -> Option<Self> {
        POSTCODES
            .iter()
            .find(|(code, ..)| *code == country.code())
            .map(|&(_, forms, example)| Self { forms, example })
    }

    /// Whether a keypad of digits is enough to type one.
    pub fn is_digits(self) -> bool {
        !self.forms.contains('A') && self.example.bytes().all(|b| b.is_ascii_digit())
    }

    /// Checks what was typed; spaces, dashes and case do not matter, and the text is kept as typed.
    pub fn check(self, typed: &str) -> Result<(), PostcodeError> {
        let bare: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !"-–.".contains(*c))
            .collect();
        if bare.is_empty() {
            return Err(PostcodeError::Empty);
        }
        if self.forms.split('|').any(|form| has_form(&bare, form)) {
            return Ok(());
        }
        if self.is_digits() && !self.forms.contains('|') {
            return Err(PostcodeError::NotDigits(self.forms.len()));
        }
        Err(PostcodeError::OtherForm(self.example))
    }
}

fn has_form(bare: &str, form: &str) -> bool {
    bare.chars().count() == form.len()
        && bare.chars().zip(form.chars()).all(|(c, wanted)| match wanted {
            '9' => c.is_ascii_digit(),
            _ => c.is_ascii_alphabetic(),
        })
}

/// The regions an address in a country names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Regions {
    /// What they are called: "State".
    pub word: &'static str,
    /// Code and name, by name.
    pub list: &'static [(&'static str, &'static str)],
}

/// The regions of `country`, or nothing where its addresses do without.
pub fn regions(country: Country) -> Option<Regions> {
    match country.code() {
        "AU" => Some(Regions {
            word: "State",
            list: AUSTRALIA,
        }),
        "CA" => Some(Regions {
            word: "Province",
            list: CANADA,
        }),
        "US" => Some(Regions {
            word: "State",
            list: UNITED_STATES,
        }),
        _ => None,
    }
}

const AUSTRALIA: &[(&str, &str)] = &[
    ("ACT", "Australian Capital Territory"),
    ("NSW", "New South Wales"),
    ("NT", "Northern Territory"),
    ("QLD", "Queensland"),
    ("SA", "South Australia"),
    ("TAS", "Tasmania"),
    ("VIC", "Victoria"),
    ("WA", "Western Australia"),
];

const CANADA: &[(&str, &str)] = &[
    ("AB", "Alberta"),
    ("BC", "British Columbia"),
    ("MB", "Manitoba"),
    ("NB", "New Brunswick"),
    ("NL", "Newfoundland and Labrador"),
    ("NT", "Northwest Territories"),
    ("NS", "Nova Scotia"),
    ("NU", "Nunavut"),
    ("ON", "Ontario"),
    ("PE", "Prince Edward Island"),
    ("QC", "Quebec"),
    ("SK", "Saskatchewan"),
    ("YT", "Yukon"),
];

const UNITED_STATES: &[(&str, &str)] = &[
    ("AL", "Alabama"),
    ("AK", "Alaska"),
    ("AS", "American Samoa"),
    ("AZ", "Arizona"),
    ("AR", "Arkansas"),
    ("CA", "California"),
    ("CO", "Colorado"),
    ("CT", "Connecticut"),
    ("DE", "Delaware"),
    ("DC", "District of Columbia"),
    ("FL", "Florida"),
    ("GA", "Georgia"),
    ("GU", "Guam"),
    ("HI", "Hawaii"),
    ("ID", "Idaho"),
    ("IL", "Illinois"),
    ("IN", "Indiana"),
    ("IA", "Iowa"),
    ("KS", "Kansas"),
    ("KY", "Kentucky"),
    ("LA", "Louisiana"),
    ("ME", "Maine"),
    ("MD", "Maryland"),
    ("MA", "Massachusetts"),
    ("MI", "Michigan"),
    ("MN", "Minnesota"),
    ("MS", "Mississippi"),
    ("MO", "Missouri"),
    ("MT", "Montana"),
    ("NE", "Nebraska"),
    ("NV", "Nevada"),
    ("NH", "New Hampshire"),
    ("NJ", "New Jersey"),
    ("NM", "New Mexico"),
    ("NY", "New York"),
    ("NC", "North Carolina"),
    ("ND", "North Dakota"),
    ("MP", "Northern Mariana Islands"),
    ("OH", "Ohio"),
    ("OK", "Oklahoma"),
    ("OR", "Oregon"),
    ("PA", "Pennsylvania"),
    ("PR", "Puerto Rico"),
    ("RI", "Rhode Island"),
    ("SC", "South Carolina"),
    ("SD", "South Dakota"),
    ("TN", "Tennessee"),
    ("TX", "Texas"),
    ("UT", "Utah"),
    ("VT", "Vermont"),
    ("VA", "Virginia"),
    ("VI", "Virgin Islands"),
    ("WA", "Washington"),
    ("WV", "West Virginia"),
    ("WI", "Wisconsin"),
    ("WY", "Wyoming"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(country: &str, typed: &str) -> Result<(), PostcodeError> {
        Postcode::of(country.parse().unwrap()).unwrap().check(typed)
    }

    #[test]
    fn every_example_has_the_form_of_its_country() {
        for (country, _, example) in POSTCODES {
            assert_eq!(check(country, example), Ok(()), "{country} {example}");
        }
    }

    #[test]
    fn spaces_dashes_and_case_do_not_matter() {
        for (country, typed) in [
            ("NL", "1012ab"),
            ("GB", "sw1a1aa"),
            ("PL", "00 001"),
            ("SE", "11120"),
            ("US", "10001-1234"),
        ] {
            assert_eq!(check(country, typed), Ok(()), "{country} {typed}");
        }
    }

    #[test]
    fn a_wrong_postcode_is_told_what_it_should_be() {
        assert_eq!(check("DE", ""), Err(PostcodeError::Empty));
        assert_eq!(
            check("DE", "5066").unwrap_err().to_string(),
            "Postcode must be 5 digits"
        );
        assert_eq!(
            check("DE", "٥٠٦٧٢").unwrap_err().to_string(),
            "Postcode must be 5 digits"
        );
        assert_eq!(
            check("NL", "1012").unwrap_err().to_string(),
            "Enter a postcode such as 1012 AB"
        );
    }
}
