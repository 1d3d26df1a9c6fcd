//! What the ids of each country look like.
//!
//! A pattern stands for what follows the prefix: `9` is a digit, `A` a letter, `*` either, anything else itself. Check digits are looked at
//! only where it is certain how a country makes them; elsewhere a right length has to do.

use super::check;
use crate::country::Country;

/// The form of a country's ids.
pub(super) struct Form {
    /// The two letters they begin with.
    pub(super) prefix: &'static str,
    /// Whether they count within the EU.
    pub(super) is_eu: bool,
    /// An id of that form.
    pub(super) example: &'static str,
    /// What may follow the prefix.
    pub(super) patterns: &'static [&'static str],
    /// Whether the digits go together, of something that fits a pattern.
    pub(super) check: fn(&str) -> bool,
    /// Whether every single mistyped digit of the example is found by that.
    #[cfg(test)]
    pub(super) finds_a_wrong_digit: bool,
}

impl Form {
    /// The country they are of.
    pub(super) fn country(&self) -> Country {
        let code = match self.prefix {
            "EL" => "GR",
            "XI" => "GB",
            code => code,
        };
        code.parse().unwrap_or(Country::DE)
    }
}

/// Whether a text is of a pattern.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    pattern.len() == text.len()
        && pattern.bytes().zip(text.bytes()).all(|(wanted, b)| match wanted {
            b'9' => b.is_ascii_digit(),
            b'A' => b.is_ascii_uppercase(),
            b'*' => b.is_ascii_digit() || b.is_ascii_uppercase(),
            itself => itself == b,
        })
}

macro_rules! forms {
    ($($prefix:literal $eu:literal $example:literal [$($pattern:literal),+] $check:path, $finds:literal;)+) => {
        /// The form of every country's ids.
        pub(super) const FORMS: &[Form] = &[$(Form {
            prefix: $prefix,
            is_eu: $eu,
            example: $example,
            patterns: &[$($pattern),+],
            check: $check,
            #[cfg(test)]
            finds_a_wrong_digit: $finds,
        }),+];
    };
}

#[rustfmt::skip]
forms! {
    "AT" true  "ATU13585627"     ["U99999999"]                                  check::austria, true;
    "BE" true  "BE0428759497"    ["0999999999", "1999999999"]                   check::belgium, true;
    "BG" true  "BG831650349"     ["999999999", "9999999999"]                    check::nothing, false;
    "CH" false "CHE107787577"    ["E999999999"]                                 check::switzerland, true;
    "CY" true  "CY10137629O"     ["99999999A"]                                  check::nothing, false;
    "CZ" true  "CZ46505334"      ["99999999", "999999999", "9999999999"]        check::nothing, false;
    "DE" true  "DE136695976"     ["999999999"]                                  check::germany, true;
    "DK" true  "DK13585628"      ["99999999"]                                   check::denmark, true;
    "EE" true  "EE100931558"     ["999999999"]                                  check::estonia, true;
    "EL" true  "EL094259216"     ["999999999"]                                  check::greece, false;
    "ES" true  "ESB58378431"     ["A9999999*", "99999999A"]                     check::nothing, false;
    "FI" true  "FI09853608"      ["99999999"]                                   check::finland, true;
    "FR" true  "FR40303265045"   ["**999999999"]                                check::france, true;
    "GB" false "GB980780684"     ["999999999", "999999999999", "GD999", "HA999"] check::britain, false;
    "HR" true  "HR33392005961"   ["99999999999"]                                check::croatia, true;
    "HU" true  "HU12892312"      ["99999999"]                                   check::hungary, true;
    "IE" true  "IE6433435F"      ["9999999A", "9999999AA", "9A99999A"]          check::nothing, false;
    "IT" true  "IT00743110157"   ["99999999999"]                                check::italy, true;
    "LT" true  "LT119511515"     ["999999999", "999999999999"]                  check::nothing, false;
    "LU" true  "LU15027442"      ["99999999"]                                   check::luxembourg, true;
    "LV" true  "LV40003521600"   ["99999999999"]                                check::nothing, false;
    "MT" true  "MT11679112"      ["99999999"]                                   check::nothing, false;
    "NL" true  "NL004495445B01"  ["999999999B99"]                               check::netherlands, false;
    "NO" false "NO995525828"     ["999999999"]                                  check::norway, true;
    "PL" true  "PL8567346215"    ["9999999999"]                                 check::poland, true;
    "PT" true  "PT501964843"     ["999999999"]                                  check::portugal, false;
    "RO" true  "RO18547290"      ["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"]
                                                                                check::nothing, false;
    "SE" true  "SE556188840401"  ["999999999999"]                               check::sweden, false;
    "SI" true  "SI50223054"      ["99999999"]                                   check::nothing, false;
    "SK" true  "SK2022749619"    ["9999999999"]                                 check::nothing, false;
    "XI" true  "XI980780684"     ["999999999", "999999999999", "GD999", "HA999"] check::britain, false;
}
