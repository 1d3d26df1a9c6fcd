//! Parts that the pages of cart, checkout, orders and account have in common, ready to print.

use serde::Serialize;

use super::{Head, Picture};
use crate::{http::FormView, templates::format::When};

/// The `<head>` of a page with a form: its title says when there is a mistake.
pub(crate) fn head(shop: &str, title: impl Into<String>, form: &FormView) -> Head {
    let head = Head::private(shop, title);
    if form.errors.is_empty() {
        head
    } else {
        head.with_errors()
    }
}

/// A column of figures that adds up: rows, then the total.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Sums {
    /// Subtotal, discounts, delivery, tax.
    pub rows: Vec<Row>,
    /// What the total is called: "Total", "Total paid".
    pub total_label: String,
    /// The total.
    pub total: String,
    /// What a VAT id does to the tax, or empty.
    pub note: String,
}

/// A label and its figure.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    /// What it is.
    pub label: String,
    /// How much, with the currency, or a word such as "Free".
    pub amount: String,
}

impl Row {
    /// A row reading `label` … `amount`.
    pub(crate) fn new(label: impl Into<String>, amount: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            amount: amount.into(),
        }
    }
}

/// A product in a short list: checkout's summary, an order, a parcel.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Item {
    /// A small picture or the tile.
    pub picture: Picture,
    /// The product's name.
    pub name: String,
    /// The option values: "Moss, set of two". Empty for a product without options.
    pub options: String,
    /// How many.
    pub quantity: u32,
    /// The line's total.
    pub total: String,
}

/// How something stands: always an icon and words. The colour only repeats the words.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Status {
    /// Its symbol in `icons.svg`.
    pub icon: &'static str,
    /// `okc`, `low`, `bad` or nothing.
    pub tone: &'static str,
    /// The words.
    pub text: String,
}

/// A strip above the page that says what just happened.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Notice {
    /// `ok`, `warn`, `danger` or nothing.
    pub tone: &'static str,
    /// One sentence.
    pub title: String,
    /// More sentences.
    pub lines: Vec<String>,
}

impl Notice {
    /// Something went as it should.
    pub(crate) fn ok(title: impl Into<String>) -> Self {
        Self {
            tone: "ok",
            title: title.into(),
            lines: Vec::new(),
        }
    }

    /// Something to know before going on.
    pub(crate) fn warn(title: impl Into<String>) -> Self {
        Self {
            tone: "warn",
            title: title.into(),
            lines: Vec::new(),
        }
    }

    /// The same with one more sentence.
    #[must_use]
    pub(crate) fn with(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }
}

/// One step of a parcel or an order on its way.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Step {
    /// Whether it is behind us, where we are, or still to come.
    pub state: StepState,
    /// "Shipped".
    pub label: String,
    /// When it happened.
    pub at: Option<When>,
    /// More about it, or empty.
    pub note: String,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StepState {
    /// Behind us.
    Done,
    /// Where we are.
    Now,
    /// Still to come.
    Todo,
}

/// A tracking number, with the carrier's page when it has one.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Tracking {
    /// "DHL 00340434161094015902".
    pub text: String,
    /// The carrier's page about it.
    pub url: Option<String>,
}

/// A label and what it says, as rows of facts.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Fact {
    /// "Arrives".
    pub label: String,
    /// "Thu 26 – Fri 27 November".
    pub text: String,
    /// A smaller line below, or empty.
    pub note: String,
}

impl Fact {
    /// A fact without a note.
    pub(crate) fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            text: text.into(),
            note: String::new(),
        }
    }

    /// The same with a smaller line below.
    #[must_use]
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// Goods and figures for the samples of every page here.
pub(crate) mod sample {
    use super::{Item, Row, Sums};
    use crate::{
        storefront::{Head, Picture, samples},
        templates::format::When,
    };

    pub(crate) fn head(title: &str) -> Head {
        Head::private("Fieldhouse", title)
    }

    pub(crate) fn picture(name: &str) -> Picture {
        let photograph = match name {
            "Tarn espresso cup" => "tarn-espresso-cup-moss",
            "Combe teapot" => "combe-teapot-iron",
            "Fell wool throw" => "fell-wool-throw-oat",
            "Rill tumblers, set of two" => "rill-tumblers-amber",
            _ => "tarn-mug-oat",
        };
        samples::photograph(photograph, name)
    }

    pub(crate) fn when(text: &str, iso: &str) -> When {
        When {
            iso: iso.into(),
            text: text.into(),
        }
    }

    pub(crate) fn items() -> Vec<Item> {
        let item = |name: &str, options: &str, quantity, total: &str| Item {
            picture: picture(name),
            name: name.into(),
            options: options.into(),
            quantity,
            total: total.into(),
        };
        vec![
            item("Tarn espresso cup", "Moss, set of two", 2, "€80.00"),
            item("Combe teapot", "Iron", 1, "€89.00"),
            item("Rill tumblers, set of two", "Amber", 1, "€22.40"),
        ]
    }

    pub(crate) fn sums() -> Sums {
        Sums {
            rows: vec![
                Row::new("Subtotal", "€191.40"),
                Row::new("Discount AUTUMN10", "−€19.14"),
                Row::new("Delivery", "Free"),
                Row::new("VAT 19 %, included", "€27.50"),
            ],
            total_label: "Total".into(),
            total: "€172.26".into(),
            note: String::new(),
        }
    }

    pub(crate) fn address() -> Vec<String> {
        ["Ines Roth", "Ehrenstraße 12", "50672 Köln", "Germany"]
            .map(String::from)
            .into()
    }
}
