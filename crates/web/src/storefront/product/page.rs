//! What the product page's template is given.

use serde::Serialize;

use crate::{
    storefront::{
        Head, Picture, PriceTag, RatingView, Tile,
        home::Row,
        listing::{Choice, Pair},
        samples,
    },
    templates::{Link, Page, SafeHtml, format::When},
    urls,
};

/// `GET /p/{slug}?v=…`
///
/// The form to add to the cart sends `product` (the slug), `qty`, and either `variant` (an id, when there is nothing to
/// choose) or one field for each option: `o1`, `o2`, `o3`, with the value's text.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ProductPage {
    pub(super) head: Head,
    pub(super) trail: Vec<Link>,
    /// The way back to the search that led straight here.
    pub(super) searched: Option<Link>,
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) url: String,
    pub(super) views: Vec<Picture>,
    pub(super) tile: Picture,
    pub(super) price: PriceTag,
    pub(super) tax_note: String,
    pub(super) rating: Option<RatingView>,
    pub(super) summary: Option<String>,
    pub(super) is_for_sale: bool,
    pub(super) variant_id: String,
    pub(super) options: Vec<OptionView>,
    pub(super) max: u32,
    pub(super) delivery: Option<Delivery>,
    pub(super) stock: StockLine,
    pub(super) returns: Option<String>,
    pub(super) description: Option<SafeHtml>,
    pub(super) specs: Vec<Spec>,
    pub(super) sku: Option<String>,
    pub(super) ask_url: String,
    pub(super) reviews: Option<ReviewsView>,
    /// Other products: what is bought with it, what is like it.
    pub(super) others: Vec<Row>,
    /// What the script needs to follow a choice without asking the server.
    pub(super) variants: Option<serde_json::Value>,
    /// What the script remembers for "Seen lately".
    pub(super) seen: Seen,
}

/// One option with its values.
#[derive(Debug, Clone, Serialize)]
pub(super) struct OptionView {
    pub(super) name: String,
    pub(super) field: String,
    pub(super) chosen: String,
    pub(super) is_colours: bool,
    pub(super) values: Vec<ValueView>,
}

/// A value one can choose.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ValueView {
    pub(super) label: String,
    pub(super) swatch: String,
    pub(super) checked: bool,
    pub(super) is_out: bool,
}

/// The promise, and its price.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Delivery {
    pub(super) days: String,
    pub(super) cost: String,
}

/// How much there is.
#[derive(Debug, Clone, Serialize)]
pub(super) struct StockLine {
    pub(super) text: String,
    pub(super) class: &'static str,
}

/// A property.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Spec {
    pub(super) name: String,
    pub(super) value: String,
}

/// What is remembered of a page that was looked at.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Seen {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) src: String,
    pub(super) srcset: String,
}

/// What buyers wrote.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ReviewsView {
    pub(super) average: String,
    /// The class of the row of stars: `45` is four and a half.
    pub(super) stars: &'static str,
    pub(super) count_line: String,
    pub(super) bars: Vec<Bar>,
    pub(super) sorts: Vec<Choice>,
    pub(super) sort: &'static str,
    pub(super) kept: Vec<Pair>,
    pub(super) all_url: Option<String>,
    /// These reviews again.
    pub(super) here: String,
    pub(super) shown_line: String,
    pub(super) items: Vec<ReviewView>,
    pub(super) more: Option<Link>,
}

/// How many gave so many stars.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) count: u64,
    pub(super) percent: u64,
    pub(super) url: String,
    pub(super) is_chosen: bool,
}

/// One review.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ReviewView {
    /// Its id, for saying that it helped.
    pub(super) id: String,
    pub(super) stars: i64,
    pub(super) title: String,
    pub(super) paragraphs: Vec<String>,
    pub(super) author: String,
    pub(super) is_sample: bool,
    pub(super) is_verified: bool,
    pub(super) bought: Option<String>,
    pub(super) at: When,
    pub(super) reply: Option<String>,
    /// "Helped 14 people. "
    pub(super) helped: String,
}

impl Page for ProductPage {
    const TEMPLATE: &'static str = "storefront/product.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = sample();
        let name = "Withy bread board";
        let without_photographs = Self {
            name: name.into(),
            views: Vec::new(),
            tile: Tile::of(name, "Kitchen").picture(name),
            rating: None,
            is_for_sale: false,
            options: Vec::new(),
            stock: StockLine {
                text: "Sold out".into(),
                class: "bad",
            },
            delivery: None,
            sku: None,
            reviews: None,
            variants: None,
            ..full.clone()
        };
        let single = Self {
            views: full.views.iter().take(1).cloned().collect(),
            options: Vec::new(),
            variants: None,
            price: PriceTag {
                from_word: "",
                now: "€22.40".into(),
                was: Some("€28.00".into()),
            },
            others: Vec::new(),
            description: None,
            ..full.clone()
        };
        vec![
            ("full", full),
            ("without-photographs", without_photographs),
            ("single", single),
        ]
    }
}

#[expect(clippy::too_many_lines, reason = "a sample is data")]
fn sample() -> ProductPage {
    let (name, slug) = ("Tarn espresso cup", "tarn-espresso-cup");
    let value = |label: &str, swatch: &str, checked, is_out| ValueView {
        label: label.into(),
        swatch: swatch.into(),
        checked,
        is_out,
    };
    let views: Vec<Picture> = [
        ("tarn-espresso-cup-chalk", "Chalk cup on its saucer"),
        ("tarn-espresso-cup-alt", "Two cups seen from above"),
        ("tarn-espresso-cup-moss", "The cup in moss"),
        ("tarn-espresso-cup-iron", "The cup in iron"),
        ("tarn-espresso-cup-clay", "The cup in clay"),
    ]
    .map(|(photo, alt)| samples::photograph(photo, alt))
    .into();
    ProductPage {
        head: Head::public(
            "Fieldhouse",
            name,
            "Speckled stoneware espresso cup with saucer, 80 ml, in four glazes.".to_owned(),
            urls::product(slug),
        ),
        searched: None,
        trail: vec![
            Link::new("Tableware", urls::category("tableware")),
            Link::new("Cups and mugs", urls::category("cups-and-mugs")),
        ],
        name: name.into(),
        slug: slug.into(),
        url: urls::product(slug),
        tile: views[0].clone(),
        views,
        price: PriceTag {
            from_word: "",
            now: "€22.00".into(),
            was: None,
        },
        tax_note: "incl. VAT".into(),
        rating: Some(RatingView {
            average: "4.8".into(),
            count: 38,
        }),
        summary: None,
        is_for_sale: true,
        variant_id: "0199a1b2-0000-7000-8000-000000000000".into(),
        options: vec![
            OptionView {
                name: "Colour".into(),
                field: "o1".into(),
                chosen: "Chalk".into(),
                is_colours: true,
                values: vec![
                    value("Chalk", "#E9E5DC", true, false),
                    value("Moss", "#6E8A5A", false, false),
                    value("Iron", "#463E38", false, false),
                    value("Clay", "#C4603A", false, false),
                ],
            },
            OptionView {
                name: "Quantity in the box".into(),
                field: "o2".into(),
                chosen: "Single".into(),
                is_colours: false,
                values: vec![
                    value("Single", "", true, false),
                    value("Set of two", "", false, false),
                    value("Set of four", "", false, true),
                ],
            },
        ],
        max: 14,
        delivery: Some(Delivery {
            days: "Thu 26 – Fri 27 November".into(),
            cost: "€4.90 to Germany, free over €80.".into(),
        }),
        stock: StockLine {
            text: "In stock".into(),
            class: "okc",
        },
        returns: Some("30 days from delivery".into()),
        description: Some(SafeHtml::sanitised(
            "<p>A small cup with a wide foot and a saucer that holds it still. Thrown in speckled stoneware, glazed inside \
             and out, bare at the base.</p><ul><li>Holds 80 ml</li><li>Dishwasher safe</li></ul>"
                .into(),
        )),
        specs: [("Material", "Stoneware"), ("Holds", "80 ml")]
            .map(|(name, value)| Spec {
                name: name.into(),
                value: value.into(),
            })
            .into(),
        sku: Some("TRN-ESP-CH-1".into()),
        ask_url: urls::ask_about(slug),
        reviews: Some(sample_reviews(slug)),
        others: [("Often bought together", 1), ("More like it", 5)]
            .map(|(title, at)| Row {
                title: title.into(),
                more: None,
                cards: samples::cards().into_iter().skip(at).take(4).collect(),
            })
            .into(),
        variants: Some(serde_json::json!({ "variants": {
            "Chalk|Single": { "id": "1", "v": "TRN-ESP-CH-1", "price": "€22.00", "sku": "TRN-ESP-CH-1", "left": 14, "stock": "In stock", "class": "okc", "view": 0 },
            "Chalk|Set of four": { "id": "2", "v": "TRN-ESP-CH-4", "price": "€76.00", "sku": "TRN-ESP-CH-4", "left": 0, "stock": "Sold out in this choice", "class": "bad", "view": 0 },
        } })),
        seen: Seen {
            name: name.into(),
            url: urls::product(slug),
            src: "/samples/tarn-espresso-cup-chalk.webp".into(),
            srcset: String::new(),
        },
    }
}

fn sample_reviews(slug: &str) -> ReviewsView {
    let url = |stars: u32| urls::with_query(&urls::product(slug), [("stars", stars.to_string().as_str())]) + "#reviews";
    let review = |stars: i64, title: &str, text: &str, author: &str, reply: Option<&str>| ReviewView {
        stars,
        title: title.into(),
        paragraphs: vec![text.into()],
        author: author.into(),
        is_sample: false,
        is_verified: true,
        bought: Some("Moss, set of two".into()),
        at: When {
            iso: "2026-11-12".into(),
            text: "12 November".into(),
        },
        reply: reply.map(Into::into),
        id: format!("0199a1b2-0000-7000-8000-00000000000{stars}"),
        helped: "Helped 14 people. ".into(),
    };
    ReviewsView {
        average: "4.8".into(),
        stars: "45",
        count_line: "38 reviews, all from buyers".into(),
        bars: [(5, 32, 84), (4, 4, 11), (3, 1, 3), (2, 0, 0), (1, 1, 3)]
            .map(|(stars, count, percent)| Bar {
                label: if stars == 1 {
                    "1 star".into()
                } else {
                    format!("{stars} stars")
                },
                count,
                percent,
                url: url(stars),
                is_chosen: false,
            })
            .into(),
        sorts: REVIEW_SORTS.to_vec(),
        sort: REVIEW_SORTS[0].value,
        kept: Vec::new(),
        all_url: None,
        here: urls::product(slug) + "#reviews",
        shown_line: "3 of 38 reviews".into(),
        items: vec![
            review(
                5,
                "Exactly the right size",
                "Bought two in moss in the spring, came back for four more. They stack four high without wobbling.",
                "Ines R.",
                None,
            ),
            review(
                3,
                "Good, but the iron shows spoon marks",
                "The grey marks wipe off with bicarbonate, as the note in the box says. I would have liked to know before.",
                "Tomasz W.",
                Some("Thank you, Tomasz. We have added this to the care notes on this page."),
            ),
        ],
        more: Some(Link::new("Read 10 more of 38", url(5))),
    }
}

/// How reviews can be ordered, the usual way first.
pub(super) const REVIEW_SORTS: [Choice; 4] = [
    Choice {
        value: "helpful",
        text: "Most helpful",
    },
    Choice {
        value: "newest",
        text: "Newest",
    },
    Choice {
        value: "highest",
        text: "Highest rated",
    },
    Choice {
        value: "lowest",
        text: "Lowest rated",
    },
];
