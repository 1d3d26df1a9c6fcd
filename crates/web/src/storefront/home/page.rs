//! What the first page's template is given.

use serde::Serialize;

use crate::{
    storefront::{Card, Head, IndexEntry, Picture, samples},
    templates::{Link, Page},
    urls,
};

/// `GET /`
#[derive(Debug, Clone, Serialize)]
pub(super) struct HomePage {
    pub(super) head: Head,
    pub(super) hero: Hero,
    pub(super) categories: Vec<IndexEntry>,
    pub(super) newest: Option<Row>,
    /// The beginnings of collections.
    pub(super) collections: Vec<Shelf>,
    pub(super) story: Option<Story>,
    pub(super) best: Option<Row>,
    pub(super) facts: Vec<Fact>,
}

/// What the page opens with: words, and two photographs where there are some.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Hero {
    pub(super) title: String,
    pub(super) lead: Option<String>,
    pub(super) action: Option<Link>,
    pub(super) big: Option<Figure>,
    pub(super) second: Option<Figure>,
}

/// A photograph with its caption.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Figure {
    pub(super) picture: Picture,
    pub(super) caption: String,
}

/// A row of products.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) title: String,
    pub(crate) more: Option<Link>,
    pub(crate) cards: Vec<Card>,
}

/// The beginning of a collection.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Shelf {
    /// A picture across the page above it.
    pub(crate) banner: Option<Picture>,
    #[serde(flatten)]
    pub(crate) row: Row,
}

/// One product, told.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Story {
    pub(super) title: String,
    pub(super) text: String,
    pub(super) link: Link,
    pub(super) left: Picture,
    pub(super) right: Option<Picture>,
}

/// Delivery, returns, payment: a term and what is to be said about it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Fact {
    pub(super) term: &'static str,
    pub(super) lines: Vec<String>,
}

impl Page for HomePage {
    const TEMPLATE: &'static str = "storefront/home.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = sample();
        let without_photographs = Self {
            hero: Hero {
                big: None,
                second: None,
                ..full.hero.clone()
            },
            newest: Some(Row {
                title: "New this month".into(),
                more: None,
                cards: samples::cards_without_photographs().into_iter().take(5).collect(),
            }),
            collections: Vec::new(),
            story: None,
            best: None,
            ..full.clone()
        };
        let empty = Self {
            hero: Hero {
                title: "Opening soon".into(),
                lead: None,
                action: None,
                big: None,
                second: None,
            },
            categories: Vec::new(),
            newest: None,
            collections: Vec::new(),
            story: None,
            best: None,
            facts: Vec::new(),
            ..full.clone()
        };
        vec![
            ("full", full),
            ("without-photographs", without_photographs),
            ("empty", empty),
        ]
    }
}

fn sample() -> HomePage {
    let cards = samples::cards();
    let figure = |name: &str, caption: &str| Figure {
        picture: samples::photograph(name, caption),
        caption: caption.into(),
    };
    HomePage {
        head: Head::home(
            "Fieldhouse",
            "goods for the home",
            "Stoneware, glass, linen and wood for daily use, from nine small makers.".to_owned(),
        ),
        hero: Hero {
            title: "Plain things, made to be used daily.".into(),
            lead: Some("Stoneware, glass and linen from nine small makers. Few colours, no seasons, parts you can replace.".into()),
            action: Some(Link::new("Shop tableware", urls::category("tableware"))),
            big: Some(figure("combe-teapot-iron", "Combe teapot, iron")),
            second: Some(figure("tarn-espresso-cup-chalk", "Tarn espresso cup, chalk")),
        },
        categories: samples::index(),
        newest: Some(Row {
            title: "New this month".into(),
            more: Some(Link::new("See all 14 new", urls::categories())),
            cards: [3, 5, 23, 1, 17].map(|n: usize| cards[n].clone()).into(),
        }),
        collections: vec![breakfast(&cards)],
        story: Some(Story {
            title: "Left bare on purpose".into(),
            text: "The Scar vase is fired once and only sealed inside, so the outside keeps the colour of the ground it came from.".into(),
            link: Link::new("Scar vase, €64.00", urls::product("scar-vase")),
            left: samples::photograph("scar-vase-clay", "A tall unglazed clay vase"),
            right: Some(samples::photograph("tarn-mug-oat", "An oat-coloured mug with a bare clay foot")),
        }),
        best: Some(Row {
            title: "Bought again and again".into(),
            more: Some(Link::new("See all bestsellers", urls::categories())),
            cards: cards.iter().take(7).cloned().collect(),
        }),
        facts: vec![
            Fact {
                term: "Delivery",
                lines: vec!["€4.90, free over €80".into(), "To 14 countries, price shown before you pay".into()],
            },
            Fact {
                term: "Order today, have it",
                lines: vec!["Thu 26 – Fri 27 November".into(), "For an address in Germany".into()],
            },
            Fact {
                term: "Returns",
                lines: vec!["30 days".into(), "From the day it arrives".into()],
            },
            Fact {
                term: "Payment",
                lines: vec!["Card, bank transfer".into(), "We never see your card".into()],
            },
        ],
    }
}

fn breakfast(cards: &[Card]) -> Shelf {
    Shelf {
        banner: Some(samples::photograph("tarn-mug-oat", "")),
        row: Row {
            title: "For the breakfast table".into(),
            more: Some(Link::new("See all", urls::collection("for-the-breakfast-table"))),
            cards: cards.iter().skip(8).take(4).cloned().collect(),
        },
    }
}
