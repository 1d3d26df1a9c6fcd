//! A product's page.

use serde::Serialize;

use super::{
    Head, Picture, PriceTag, RatingView,
    home::Row,
    listing::{Choice, Pair},
    samples,
    tile::Tile,
};
use crate::{
    templates::{Link, Page, Registry, SafeHtml, format::When},
    urls,
};

pub(super) fn pages(pages: &mut Registry) {
    pages.add::<ProductPage>();
}

/// `GET /p/{slug}?v=…`
///
/// The form to add to the cart sends `product` (the slug), `qty`, and either `variant` (an id, when there is nothing to
/// choose) or one field for each option: `o1`, `o2`, `o3`, with the value's text.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ProductPage {
    head: Head,
    trail: Vec<Link>,
    name: String,
    slug: String,
    url: String,
    views: Vec<Picture>,
    tile: Picture,
    price: PriceTag,
    tax_note: String,
    rating: Option<RatingView>,
    summary: Option<String>,
    is_for_sale: bool,
    variant_id: String,
    options: Vec<OptionView>,
    max: u32,
    delivery: Option<Delivery>,
    stock: StockLine,
    returns: Option<String>,
    description: Option<SafeHtml>,
    specs: Vec<Spec>,
    sku: Option<String>,
    ask_url: String,
    reviews: Option<ReviewsView>,
    related: Option<Row>,
    /// What the script needs to follow a choice without asking the server.
    variants: Option<serde_json::Value>,
    /// What the script remembers for "Seen lately".
    seen: Seen,
}

/// One option with its values.
#[derive(Debug, Clone, Serialize)]
struct OptionView {
    name: String,
    field: String,
    chosen: String,
    is_colours: bool,
    values: Vec<ValueView>,
}

/// A value one can choose.
#[derive(Debug, Clone, Serialize)]
struct ValueView {
    label: String,
    swatch: String,
    checked: bool,
    is_out: bool,
}

/// The promise, and its price.
#[derive(Debug, Clone, Serialize)]
struct Delivery {
    days: String,
    cost: String,
}

/// How much there is.
#[derive(Debug, Clone, Serialize)]
struct StockLine {
    text: String,
    class: &'static str,
}

/// A property.
#[derive(Debug, Clone, Serialize)]
struct Spec {
    name: String,
    value: String,
}

/// What is remembered of a page that was looked at.
#[derive(Debug, Clone, Serialize)]
struct Seen {
    name: String,
    url: String,
    price: String,
    src: String,
    srcset: String,
}

/// What buyers wrote.
#[derive(Debug, Clone, Serialize)]
struct ReviewsView {
    average: String,
    /// The class of the row of stars: `45` is four and a half.
    stars: &'static str,
    count_line: String,
    bars: Vec<Bar>,
    sorts: Vec<Choice>,
    sort: &'static str,
    kept: Vec<Pair>,
    all_url: Option<String>,
    shown_line: String,
    items: Vec<ReviewView>,
    more: Option<Link>,
}

/// How many gave so many stars.
#[derive(Debug, Clone, Serialize)]
struct Bar {
    label: String,
    count: u64,
    percent: u64,
    url: String,
    is_chosen: bool,
}

/// One review.
#[derive(Debug, Clone, Serialize)]
struct ReviewView {
    stars: i64,
    title: String,
    paragraphs: Vec<String>,
    author: String,
    is_sample: bool,
    is_verified: bool,
    bought: Option<String>,
    at: When,
    reply: Option<String>,
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
            related: None,
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
        related: Some(Row {
            title: "Goes with it".into(),
            more: None,
            cards: samples::cards().into_iter().skip(1).take(4).collect(),
        }),
        variants: Some(serde_json::json!({ "variants": {
            "Chalk|Single": { "id": "1", "v": "TRN-ESP-CH-1", "price": "€22.00", "sku": "TRN-ESP-CH-1", "left": 14, "stock": "In stock", "class": "okc", "view": 0 },
            "Chalk|Set of four": { "id": "2", "v": "TRN-ESP-CH-4", "price": "€76.00", "sku": "TRN-ESP-CH-4", "left": 0, "stock": "Sold out in this choice", "class": "bad", "view": 0 },
        } })),
        seen: Seen {
            name: name.into(),
            url: urls::product(slug),
            price: "€22.00".into(),
            src: "/samples/tarn-espresso-cup-chalk.webp".into(),
            srcset: String::new(),
        },
    }
}

fn sample_reviews(slug: &str) -> ReviewsView {
    let url = |stars: u32| urls::with_query(&urls::product(slug), [("stars", stars.to_string().as_str())]) + "#reviews";
    let review = |stars, title: &str, text: &str, author: &str, reply: Option<&str>| ReviewView {
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
const REVIEW_SORTS: [Choice; 3] = [
    Choice {
        value: "helpful",
        text: "Most helpful",
    },
    Choice {
        value: "newest",
        text: "Newest",
    },
    Choice {
        value: "lowest",
        text: "Lowest rated",
    },
];
