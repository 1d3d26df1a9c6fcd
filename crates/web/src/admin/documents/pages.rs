//! What the list of invoices and credit notes shows.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Index, Moment, Nothing},
        samples,
    },
    templates::Page,
    urls::admin as urls,
};

/// `admin/documents/list.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ListPage {
    pub(crate) panel: Panel,
    pub(crate) list: Index,
    pub(crate) rows: Vec<Row>,
    pub(crate) nothing: Nothing,
    /// The first and the last day, or empty.
    pub(crate) from: String,
    pub(crate) to: String,
    /// The same documents as a file.
    pub(crate) export_url: String,
}

/// One document.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) number: String,
    pub(crate) url: String,
    pub(crate) kind: &'static str,
    pub(crate) issued: Moment,
    pub(crate) buyer: String,
    pub(crate) order: String,
    pub(crate) order_url: String,
    pub(crate) tax: String,
    pub(crate) total: String,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "admin/documents/list.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |number: &str, kind, tax: &str, total: &str| Row {
            number: number.into(),
            url: urls::document(samples::id(1)),
            kind,
            issued: samples::moment("Yesterday 14:05"),
            buyer: "Ines Albrecht".into(),
            order: "1001-4F7K".into(),
            order_url: urls::order("1001-4F7K"),
            tax: tax.into(),
            total: total.into(),
        };
        let full = Self {
            panel: samples::panel(Spot::Documents),
            list: samples::index(
                urls::documents(),
                "Invoices",
                "Number of a document or an order",
                &["All", "Invoices", "Credit notes"],
            ),
            rows: vec![
                row("CN-00012", "Credit note", "−€3.58", "−€22.40"),
                row("INV-00417", "Invoice", "€37.98", "€237.90"),
            ],
            nothing: Nothing::found("documents", urls::documents()),
            from: "2026-11-01".into(),
            to: String::new(),
            export_url: urls::export_documents().into(),
        };
        let none = Self {
            rows: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("none", none)]
    }
}
