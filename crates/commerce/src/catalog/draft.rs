//! Everything that is said about a product at once, by staff in a form or by a file, and the rules it must keep.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use wares_kernel::{CategoryId, ImageId, Sku, Slug, VariantId};

use super::description::Description;
use super::status::Status;

/// The most characters of a title.
pub const TITLE_MAX: usize = 300;
/// The most options of a product.
pub const OPTIONS_MAX: usize = 3;
/// The most variants of a product.
pub const VARIANTS_MAX: usize = 250;
/// The most pictures of a product.
pub const PICTURES_MAX: usize = 250;
/// The most minor units something may cost.
pub const PRICE_MAX_MINOR: i64 = 1_000_000_000_000;

/// A product as it shall be.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductDraft {
    /// Its address; made of the title when absent.
    pub slug: Option<Slug>,
    /// Its name.
    pub title: String,
    /// Its description.
    pub description: Description,
    /// Who makes it; may be empty.
    pub brand: String,
    /// The tax class its variants are charged with, such as `standard`.
    pub tax_class: String,
    /// Where it is listed; the first is its own category.
    pub categories: Vec<CategoryId>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// What can be filtered by.
    pub attributes: Vec<Attribute>,
    /// Whether it is shown.
    pub status: Status,
    /// The title for search engines; may be empty.
    pub seo_title: String,
    /// The description for search engines; may be empty.
    pub seo_description: String,
    /// What distinguishes its variants; empty when there is one without a choice.
    pub options: Vec<OptionDraft>,
    /// What is sold: at least one.
    pub variants: Vec<VariantDraft>,
    /// Its pictures, the main one first.
    pub images: Vec<ImageDraft>,
}

/// A name and its values, such as *material*: *oak*, *steel*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// What is described.
    pub name: String,
    /// How it is.
    pub values: Vec<String>,
}

/// An option and the values one can choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionDraft {
    /// Its name, such as *Colour*.
    pub name: String,
    /// Its values in the order they are shown.
    pub values: Vec<ValueDraft>,
}

/// A value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueDraft {
    /// Its text, such as *Moss*.
    pub value: String,
    /// A colour such as `#6e8a5a` to show with it; may be empty.
    pub swatch: String,
}

/// A variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantDraft {
    /// Which one, if it exists already; without it, it is recognised by its values or its SKU.
    pub id: Option<VariantId>,
    /// The shop's own code, unique in the shop.
    pub sku: Option<Sku>,
    /// EAN, UPC or ISBN; may be empty.
    pub barcode: String,
    /// One value for each option.
    pub values: Vec<String>,
    /// What it costs, in minor units of the shop's currency.
    pub price_minor: i64,
    /// What it cost before.
    pub was_minor: Option<i64>,
    /// What the shop pays for it.
    pub cost_minor: Option<i64>,
    /// Its weight in grams; 0 when it is not known.
    pub weight_g: i64,
    /// The picture that shows it, one of the product's.
    pub image: Option<ImageId>,
    /// Whether it is for sale.
    pub is_active: bool,
    /// Whether a parcel is sent for it.
    pub needs_shipping: bool,
    /// Whether it is sold beyond what there is, or not counted at all.
    pub may_backorder: bool,
    /// How many there are when the variant is new. Afterwards stock only changes by movements.
    pub opening_stock: i64,
}

/// A picture of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageDraft {
    /// Which.
    pub image_id: ImageId,
    /// What it shows, in words; may be empty.
    pub alt: String,
}

/// A rule a draft does not keep.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftProblem {
    /// There is no title.
    #[error("enter a title")]
    TitleMissing,
    /// The title is too long.
    #[error("use at most {TITLE_MAX} characters for the title")]
    TitleTooLong,
    /// There is nothing to sell.
    #[error("a product has at least one variant")]
    NoVariants,
    /// Too many variants.
    #[error("a product has at most {VARIANTS_MAX} variants")]
    TooManyVariants,
    /// Too many options.
    #[error("a product has at most {OPTIONS_MAX} options")]
    TooManyOptions,
    /// Too many pictures.
    #[error("a product has at most {PICTURES_MAX} pictures")]
    TooManyPictures,
    /// An option has no name.
    #[error("give every option a name")]
    OptionNameMissing {
        /// The place of the option, counted from 0.
        option: usize,
    },
    /// Two options share a name.
    #[error("two options are called {name}")]
    OptionTwice {
        /// The name.
        name: String,
    },
    /// Several variants, but nothing to tell them apart.
    #[error("several variants need an option that tells them apart")]
    NothingToChoose,
    /// A variant lacks a value.
    #[error("enter a value for every option")]
    ValueMissing {
        /// The place of the variant, counted from 0.
        variant: usize,
    },
    /// Two variants have the same values.
    #[error("two variants have the same options: {values}")]
    VariantTwice {
        /// The place of the second one, counted from 0.
        variant: usize,
        /// The values.
        values: String,
    },
    /// Two variants have the same SKU.
    #[error("two variants have the SKU {sku}")]
    SkuTwice {
        /// The place of the second one, counted from 0.
        variant: usize,
        /// The SKU.
        sku: Sku,
    },
    /// A price below zero or beyond all measure.
    #[error("a price is between 0 and ten thousand million")]
    PriceOutOfRange {
        /// The place of the variant, counted from 0.
        variant: usize,
    },
    /// A weight or an opening stock below zero.
    #[error("weights and stocks are not below zero")]
    NegativeFigure {
        /// The place of the variant, counted from 0.
        variant: usize,
    },
    /// An active product needs something that can be bought.
    #[error("a product that is shown needs at least one variant for sale")]
    NothingForSale,
}

impl ProductDraft {
    /// Every rule it does not keep.
    pub fn problems(&self) -> Vec<DraftProblem> {
        let mut problems = Vec::new();
        if self.title.trim().is_empty() {
            problems.push(DraftProblem::TitleMissing);
        }
        if self.title.chars().count() > TITLE_MAX {
            problems.push(DraftProblem::TitleTooLong);
        }
        if self.images.len() > PICTURES_MAX {
            problems.push(DraftProblem::TooManyPictures);
        }
        self.check_options(&mut problems);
        self.check_variants(&mut problems);
        problems
    }

    fn check_options(&self, problems: &mut Vec<DraftProblem>) {
        if self.options.len() > OPTIONS_MAX {
            problems.push(DraftProblem::TooManyOptions);
        }
        let mut names = HashSet::new();
        for (i, option) in self.options.iter().enumerate() {
            if option.name.trim().is_empty() {
                problems.push(DraftProblem::OptionNameMissing { option: i });
            } else if !names.insert(option.name.as_str()) {
                let name = option.name.clone();
                problems.push(DraftProblem::OptionTwice { name });
            }
        }
    }

    fn check_variants(&self, problems: &mut Vec<DraftProblem>) {
        match self.variants.len() {
            0 => problems.push(DraftProblem::NoVariants),
            n if n > VARIANTS_MAX => problems.push(DraftProblem::TooManyVariants),
            n if n > 1 && self.options.is_empty() => problems.push(DraftProblem::NothingToChoose),
            _ => {}
        }
        if self.status == Status::Active && !self.variants.iter().any(|variant| variant.is_active) {
            problems.push(DraftProblem::NothingForSale);
        }
        let mut values = HashSet::new();
        let mut skus = HashSet::new();
        for (i, variant) in self.variants.iter().enumerate() {
            if variant.values.len() != self.options.len() || variant.values.iter().any(|value| value.trim().is_empty())
            {
                problems.push(DraftProblem::ValueMissing { variant: i });
            } else if !self.options.is_empty() && !values.insert(&variant.values) {
                let values = variant.values.join(" / ");
                problems.push(DraftProblem::VariantTwice { variant: i, values });
            }
            if let Some(sku) = variant.sku.as_ref().filter(|sku| !skus.insert(*sku)) {
                problems.push(DraftProblem::SkuTwice {
                    variant: i,
                    sku: sku.clone(),
                });
            }
            let amounts = [Some(variant.price_minor), variant.was_minor, variant.cost_minor];
            if amounts
                .iter()
                .flatten()
                .any(|minor| !(0..=PRICE_MAX_MINOR).contains(minor))
            {
                problems.push(DraftProblem::PriceOutOfRange { variant: i });
            }
            if variant.weight_g < 0 || variant.opening_stock < 0 {
                problems.push(DraftProblem::NegativeFigure { variant: i });
            }
        }
    }

    /// The options with every value a variant has, in the given order and then in that of the variants.
    pub(super) fn full_options(&self) -> Vec<OptionDraft> {
        let mut options = self.options.clone();
        for (i, option) in options.iter_mut().enumerate() {
            let mut known: HashSet<String> = option.values.iter().map(|value| value.value.clone()).collect();
            for value in self.variants.iter().filter_map(|variant| variant.values.get(i)) {
                if known.insert(value.clone()) {
                    option.values.push(ValueDraft {
                        value: value.clone(),
                        swatch: String::new(),
                    });
                }
            }
        }
        options
    }
}

/// Every combination of the options' values, in order: the rows of a new variant matrix. At most [`VARIANTS_MAX`].
pub fn combinations(options: &[OptionDraft]) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = vec![Vec::new()];
    for option in options.iter().filter(|option| !option.values.is_empty()) {
        rows = rows
            .iter()
            .flat_map(|row| {
                option
                    .values
                    .iter()
                    .map(move |value| [row.as_slice(), std::slice::from_ref(&value.value)].concat())
            })
            .take(VARIANTS_MAX)
            .collect();
    }
    rows
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    /// A mug in one colour for each price, in minor units.
    pub(crate) fn mug(prices: &[(&str, i64)]) -> ProductDraft {
        let variant = |(colour, price): &(&str, i64)| VariantDraft {
            id: None,
            sku: Some(format!("MUG-{colour}").parse().unwrap()),
            barcode: String::new(),
            values: vec![(*colour).to_owned()],
            price_minor: *price,
            was_minor: None,
            cost_minor: None,
            weight_g: 380,
            image: None,
            is_active: true,
            needs_shipping: true,
            may_backorder: false,
            opening_stock: 5,
        };
        ProductDraft {
            slug: None,
            title: "Tarn Mug".to_owned(),
            description: Description::from_html("<p>A mug to be used daily. It holds 350 ml.</p>").0,
            brand: "Tarn".to_owned(),
            tax_class: "standard".to_owned(),
            categories: Vec::new(),
            tags: vec!["new".to_owned()],
            attributes: vec![Attribute {
                name: "material".to_owned(),
                values: vec!["stoneware".to_owned()],
            }],
            status: Status::Active,
            seo_title: String::new(),
            seo_description: String::new(),
            options: vec![OptionDraft {
                name: "Colour".to_owned(),
                values: Vec::new(),
            }],
            variants: prices.iter().map(variant).collect(),
            images: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::samples::mug;
    use super::*;

    #[test]
    fn a_sound_draft_has_no_problems() {
        assert_eq!(mug(&[("Chalk", 2_400), ("Moss", 2_600)]).problems(), []);
    }

    #[test]
    fn each_rule_names_its_variant() {
        let mut draft = mug(&[("Chalk", 2_400), ("Chalk", -1)]);
        draft.title = " ".to_owned();
        draft.variants[0].values.clear();
        draft.variants[1].sku = draft.variants[0].sku.clone();
        let sku = draft.variants[0].sku.clone().unwrap();
        assert_eq!(
            draft.problems(),
            [
                DraftProblem::TitleMissing,
                DraftProblem::ValueMissing { variant: 0 },
                DraftProblem::SkuTwice { variant: 1, sku },
                DraftProblem::PriceOutOfRange { variant: 1 },
            ]
        );
    }

    #[test]
    fn what_is_shown_can_be_bought() {
        let mut draft = mug(&[("Chalk", 2_400)]);
        draft.variants[0].is_active = false;
        assert_eq!(draft.problems(), [DraftProblem::NothingForSale]);
        draft.status = Status::Draft;
        assert_eq!(draft.problems(), []);
    }

    #[test]
    fn a_matrix_is_every_combination_up_to_the_limit() {
        let option = |name: &str, n: usize| OptionDraft {
            name: name.to_owned(),
            values: (0..n)
                .map(|i| ValueDraft {
                    value: format!("{name}{i}"),
                    swatch: String::new(),
                })
                .collect(),
        };
        assert_eq!(
            combinations(&[option("a", 2), option("b", 2)]),
            [["a0", "b0"], ["a0", "b1"], ["a1", "b0"], ["a1", "b1"]]
        );
        assert_eq!(
            combinations(&[option("a", 20), option("b", 20), option("c", 20)]).len(),
            VARIANTS_MAX
        );
        assert_eq!(combinations(&[]), [Vec::<String>::new()]);
    }
}
