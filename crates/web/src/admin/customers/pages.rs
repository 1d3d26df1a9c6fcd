//! What the customer pages show.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Day, Fact, Index, Link, Moment, Nothing, State},
        samples,
    },
    templates::Page,
    urls::admin as urls,
};

/// `admin/customers/list.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ListPage {
    pub(crate) panel: Panel,
    pub(crate) list: Index,
    pub(crate) rows: Vec<Row>,
    pub(crate) nothing: Nothing,
}

/// One customer: an account, or an e-mail address that has ordered.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) url: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) account: State,
    pub(crate) n_orders: String,
    pub(crate) spent: String,
    pub(crate) last_order: String,
}

/// `admin/customers/show.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CustomerPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) phone: Option<String>,
    pub(crate) n_orders: String,
    pub(crate) spent: String,
    pub(crate) since: String,
    pub(crate) account: State,
    pub(crate) orders: Vec<OrderRow>,
    pub(crate) orders_more: Option<String>,
    pub(crate) timeline: Vec<Day>,
    pub(crate) addresses: Vec<Vec<String>>,
    pub(crate) consents: Vec<Fact>,
}

/// One of the customer's orders.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OrderRow {
    pub(crate) number: String,
    pub(crate) url: String,
    pub(crate) placed: Moment,
    pub(crate) payment: State,
    pub(crate) fulfilment: State,
    pub(crate) total: String,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "admin/customers/list.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |name: &str, account| Row {
            url: urls::customer(samples::id(1)),
            name: name.into(),
            email: "ines@albrecht.example".into(),
            account,
            n_orders: "4".into(),
            spent: "€612.40".into(),
            last_order: "Yesterday".into(),
        };
        let full = Self {
            panel: samples::panel(Spot::Customers),
            list: samples::index(
                urls::customers(),
                "Customers",
                "Name, e-mail",
                &["All", "With account", "Guests"],
            ),
            rows: vec![
                row("Ines Albrecht", State::live("Account")),
                row("Clara Nováková", State::draft("Guest")),
            ],
            nothing: Nothing::found("customers", urls::customers()),
        };
        let none = Self {
            rows: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("none", none)]
    }
}

impl Page for CustomerPage {
    const TEMPLATE: &'static str = "admin/customers/show.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            panel: samples::panel(Spot::Customers),
            back: Link::new("Customers", urls::customers()),
            name: "Ines Albrecht".into(),
            email: "ines@albrecht.example".into(),
            phone: Some("+49 341 5550 182".into()),
            n_orders: "4".into(),
            spent: "€612.40".into(),
            since: "March 2025".into(),
            account: State::live("Account, e-mail confirmed"),
            orders: vec![OrderRow {
                number: "1001-4F7K".into(),
                url: urls::order("1001-4F7K"),
                placed: samples::moment("Yesterday"),
                payment: State::done("Paid"),
                fulfilment: State::partly("Partly shipped"),
                total: "€237.90".into(),
            }],
            orders_more: Some(urls::orders().into()),
            timeline: samples::timeline(),
            addresses: vec![vec!["Karl-Heine-Straße 47".into(), "04229 Leipzig".into()]],
            consents: vec![Fact::new("News", "no, since 9 March 2025")],
        };
        let guest = Self {
            phone: None,
            account: State::draft("Guest"),
            orders: Vec::new(),
            orders_more: None,
            timeline: Vec::new(),
            addresses: Vec::new(),
            consents: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("guest", guest)]
    }
}
