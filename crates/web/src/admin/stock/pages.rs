//! What the inventory pages show.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Choice, Index, Link, Moment, Nothing, Pager, Piece, Thumb},
        samples,
    },
    http::FormView,
    templates::Page,
    urls::admin as urls,
};

/// `admin/stock/list.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ListPage {
    pub(crate) panel: Panel,
    pub(crate) list: Index,
    pub(crate) rows: Vec<Row>,
    pub(crate) nothing: Nothing,
}

/// One variant's stock.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) url: String,
    pub(crate) picture: Option<Thumb>,
    pub(crate) product: String,
    pub(crate) variant: String,
    pub(crate) sku: String,
    pub(crate) on_hand: String,
    pub(crate) reserved: String,
    pub(crate) available: String,
    /// `neg`, `wn` or empty.
    pub(crate) tone: &'static str,
    /// From how many on it counts as low.
    pub(crate) low_at: String,
}

/// `admin/stock/show.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct StockPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) title: String,
    pub(crate) sku: String,
    pub(crate) on_hand: String,
    pub(crate) reserved: String,
    pub(crate) available: String,
    pub(crate) product: String,
    pub(crate) movements: Vec<Movement>,
    pub(crate) pager: Pager,
    /// Where a change goes, for those who may make one.
    pub(crate) action: Option<String>,
    pub(crate) reasons: Vec<Choice>,
    pub(crate) delta_hint: String,
    pub(crate) reservations: Vec<Held>,
    pub(crate) others: Vec<Held>,
    pub(crate) form: FormView,
}

/// One line of the ledger.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Movement {
    pub(crate) at: Moment,
    pub(crate) reason: Vec<Piece>,
    pub(crate) note: Option<String>,
    pub(crate) by: String,
    pub(crate) change: String,
    pub(crate) is_plus: bool,
    pub(crate) balance: String,
}

/// A quantity with whom or what it belongs to.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Held {
    pub(crate) text: String,
    pub(crate) url: Option<String>,
    pub(crate) quantity: String,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "admin/stock/list.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |product: &str, variant: &str, on_hand: &str, tone| Row {
            url: urls::stock_of(samples::id(1)),
            picture: samples::thumb(),
            product: product.into(),
            variant: variant.into(),
            sku: "TRN-ESP-IRN-120".into(),
            on_hand: on_hand.into(),
            reserved: "0".into(),
            available: on_hand.into(),
            tone,
            low_at: "5".into(),
        };
        let full = Self {
            panel: samples::panel(Spot::Inventory),
            list: samples::index(
                urls::stock(),
                "Inventory",
                "SKU, name",
                &["All variants", "Sold out", "Low"],
            ),
            rows: vec![
                row("Rill Tumblers, set of 4", "", "0", "neg"),
                row("Tarn Espresso Cup", "Iron, 120 ml", "3", "wn"),
                row("Combe Teapot", "Iron", "40", ""),
            ],
            nothing: Nothing::found("variants", urls::stock()),
        };
        let none = Self {
            rows: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("none", none)]
    }
}

impl Page for StockPage {
    const TEMPLATE: &'static str = "admin/stock/show.html";

    #[expect(clippy::too_many_lines, reason = "a sample is data")]
    fn samples() -> Vec<(&'static str, Self)> {
        let movement = |reason: Vec<Piece>, note: Option<&str>, change: &str, balance: &str| Movement {
            at: samples::moment("Today 11:40"),
            reason,
            note: note.map(Into::into),
            by: "Jo Marchetti".into(),
            change: change.into(),
            is_plus: change.starts_with('+'),
            balance: balance.into(),
        };
        let held = |text: &str, quantity: &str, url| Held {
            text: text.into(),
            quantity: quantity.into(),
            url,
        };
        let full = Self {
            panel: samples::panel(Spot::Inventory),
            back: Link::new("Inventory", urls::stock()),
            title: "Tarn Espresso Cup, Moss, 80 ml".into(),
            sku: "TRN-ESP-MOS-80".into(),
            on_hand: "22".into(),
            reserved: "4".into(),
            available: "18".into(),
            product: urls::product(samples::id(1)),
            movements: vec![
                movement(
                    vec![
                        Piece::text("Sold, "),
                        Piece::link("1003-K8RA", urls::order("1003-K8RA")),
                    ],
                    None,
                    "−1",
                    "22",
                ),
                movement(vec![Piece::text("Received")], Some("purchase P-118"), "+23", "23"),
            ],
            pager: Pager {
                text: "2 changes, newest first".into(),
                first: None,
                next: None,
            },
            action: Some(urls::stock_of(samples::id(1))),
            reasons: samples::choices(&["Received", "Damaged", "Count", "Return"]),
            delta_hint: "With + or −. On hand: 22, of which 4 are reserved.".into(),
            reservations: vec![
                held("1001-4F7K", "2", Some(urls::order("1001-4F7K"))),
                held("Checkout, until 14:16", "2", None),
            ],
            others: vec![held("Iron, 80 ml", "13", Some(urls::stock_of(samples::id(2))))],
            form: FormView::default(),
        };
        let bare = Self {
            movements: Vec::new(),
            action: None,
            reservations: Vec::new(),
            others: Vec::new(),
            ..full.clone()
        };
        let wrong = Self {
            form: samples::mistaken(&full.form, "delta", "Only 18 can be taken: 4 are reserved"),
            ..full.clone()
        };
        vec![("full", full), ("bare", bare), ("wrong", wrong)]
    }
}
