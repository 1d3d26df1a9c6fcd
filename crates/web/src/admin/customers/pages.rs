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
    /// The VAT ids the customer gave.
    pub(crate) vat_ids: Vec<VatRow>,
    /// Where it is said that one was looked up, for those who may.
    pub(crate) check_vat_id: Option<String>,
    pub(crate) consents: Vec<Fact>,
}

/// A VAT id of the customer.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct VatRow {
    pub(crate) id: String,
    /// Who looked it up, or that nobody has.
    pub(crate) state: String,
    pub(crate) is_checked: bool,
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
            vat_ids: vec![
                VatRow {
                    id: "ATU13585627".into(),
                    state: "its form is right, not checked".into(),
                    is_checked: false,
                },
                VatRow {
                    id: "EL094259216".into(),
                    state: "checked by Ana Duarte, yesterday".into(),
                    is_checked: true,
                },
            ],
            check_vat_id: Some(urls::customer_vat_ids(samples::id(1))),
            consents: vec![Fact::new("News", "no, since 9 March 2025")],
        };
        let guest = Self {
            phone: None,
            account: State::draft("Guest"),
            orders: Vec::new(),
            orders_more: None,
            timeline: Vec::new(),
            addresses: Vec::new(),
            vat_ids: Vec::new(),
            check_vat_id: None,
            consents: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("guest", guest)]
    }
}
