//! Buyers with a VAT id, and whether the tax becomes theirs to pay ("reverse charge").
//!
//! It does where goods go from one member state of the EU into another to somebody who has an id of that other one (articles 138 and 196
//! of directive 2006/112/EC), the shop wants it, and the id counts: because its form is right or, where the shop says so, because staff have
//! looked it up. Nobody is asked over the network; what was decided is kept in the quote.

use serde::{Deserialize, Serialize};
use wares_kernel::{Country, VatId, vat_id};

use crate::settings::{Settings, Taxes};

/// What is known of a buyer who gave a VAT id, and what it does. Frozen into the order as part of its quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Business {
    /// The id.
    pub vat_id: VatId,
    /// Whether staff had looked it up for this customer.
    pub is_checked: bool,
    /// What it does to the tax.
    pub treatment: Treatment,
}

/// What a VAT id does to the tax of a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// The buyer owes the tax; none is taken.
    ReverseCharge,
    /// Nothing: the shop does not offer it.
    NotOffered,
    /// Nothing: the goods stay in the shop's country.
    SameCountry,
    /// Nothing: the shop, the id or the destination is not in the EU.
    OutsideEu,
    /// Nothing: the id is of another country than the goods go to.
    OtherCountry,
    /// Nothing yet: staff have to look the id up first.
    NotChecked,
}

/// The shop's side of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offering {
    /// Where the shop is.
    pub home: Country,
    /// Whether it sells without tax at all.
    pub is_offered: bool,
    /// Whether an id counts only once staff have looked it up.
    pub only_checked: bool,
}

impl Offering {
    /// Takes it from the settings.
    pub fn of(settings: &Settings) -> Self {
        let Taxes {
            reverse_charge,
            only_checked_ids,
        } = settings.taxes;
        Self {
            home: settings.store.country,
            is_offered: reverse_charge,
            only_checked: only_checked_ids,
        }
    }

    /// Decides for an id, and a destination by country and postcode.
    pub fn decide(self, vat_id: VatId, is_checked: bool, (country, postcode): (Country, &str)) -> Business {
        let treatment = self.treatment(&vat_id, is_checked, country, postcode);
        Business {
            vat_id,
            is_checked,
            treatment,
        }
    }

    fn treatment(self, id: &VatId, is_checked: bool, country: Country, postcode: &str) -> Treatment {
        let is_eu = vat_id::is_in_eu(country) || is_northern_ireland(country, postcode);
        if !self.is_offered {
            Treatment::NotOffered
        } else if country == self.home {
            Treatment::SameCountry
        } else if !vat_id::is_in_eu(self.home) || !is_eu || !id.is_of_eu() {
            Treatment::OutsideEu
        } else if id.country() != country {
            Treatment::OtherCountry
        } else if self.only_checked && !is_checked {
            Treatment::NotChecked
        } else {
            Treatment::ReverseCharge
        }
    }
}

/// For goods Northern Ireland is still in the EU. All of its postcodes, and no others, begin with BT.
fn is_northern_ireland(country: Country, postcode: &str) -> bool {
    country.code() == "GB" && postcode.trim_start().to_ascii_uppercase().starts_with("BT")
}

impl Business {
    /// Whether no tax is taken.
    pub fn is_reverse_charge(&self) -> bool {
        self.treatment == Treatment::ReverseCharge
    }

    /// What the id does, as a sentence for the buyer; empty where the shop does not offer anything for it.
    pub fn says(&self) -> String {
        let id = &self.vat_id;
        let country = id.country();
        let country = country.name();
        match self.treatment {
            Treatment::ReverseCharge => {
                format!("Without VAT: reverse charge for VAT id {id}. You account for the tax in {country}.")
            }
            Treatment::NotOffered => String::new(),
            Treatment::SameCountry => format!("With tax: VAT id {id} changes nothing within our own country."),
            Treatment::OutsideEu => format!("VAT id {id} does not change the tax outside the EU."),
            Treatment::OtherCountry => {
                format!("With tax: VAT id {id} is of {country}, and the parcel goes somewhere else.")
            }
            Treatment::NotChecked => {
                format!("With tax: VAT id {id} counts once we have checked it. Write to us first.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> Offering {
        Offering {
            home: Country::DE,
            is_offered: true,
            only_checked: false,
        }
    }

    fn treated(shop: Offering, id: &str, checked: bool, to: &str, postcode: &str) -> Treatment {
        let to = to.parse().unwrap();
        shop.decide(id.parse().unwrap(), checked, (to, postcode)).treatment
    }

    #[test]
    fn the_tax_is_the_buyers_only_across_a_border_within_the_eu_with_an_id_of_the_destination() {
        for (id, to, postcode, expected) in [
            ("ATU13585627", "AT", "1010", Treatment::ReverseCharge),
            ("EL094259216", "GR", "104 31", Treatment::ReverseCharge),
            ("XI980780684", "GB", "bt1 5GS", Treatment::ReverseCharge),
            ("XI980780684", "GB", "SW1A 1AA", Treatment::OutsideEu),
            ("GB980780684", "GB", "BT1 5GS", Treatment::OutsideEu),
            ("DE136695976", "DE", "50672", Treatment::SameCountry),
            ("ATU13585627", "DE", "50672", Treatment::SameCountry),
            ("ATU13585627", "FR", "75001", Treatment::OtherCountry),
            ("DE136695976", "AT", "1010", Treatment::OtherCountry),
            ("CHE107787577", "CH", "8001", Treatment::OutsideEu),
            ("CHE107787577", "AT", "1010", Treatment::OutsideEu),
            ("ATU13585627", "US", "10001", Treatment::OutsideEu),
        ] {
            assert_eq!(treated(shop(), id, false, to, postcode), expected, "{id} to {to}");
        }
    }

    #[test]
    fn the_shop_says_whether_it_is_offered_and_which_ids_count() {
        let off = Offering {
            is_offered: false,
            ..shop()
        };
        assert_eq!(treated(off, "ATU13585627", true, "AT", "1010"), Treatment::NotOffered);
        let strict = Offering {
            only_checked: true,
            ..shop()
        };
        assert_eq!(
            treated(strict, "ATU13585627", false, "AT", "1010"),
            Treatment::NotChecked
        );
        assert_eq!(
            treated(strict, "ATU13585627", true, "AT", "1010"),
            Treatment::ReverseCharge
        );
        let swiss = Offering {
            home: "CH".parse().unwrap(),
            ..shop()
        };
        assert_eq!(treated(swiss, "ATU13585627", true, "AT", "1010"), Treatment::OutsideEu);
    }
}
