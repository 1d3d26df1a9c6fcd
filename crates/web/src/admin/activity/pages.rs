//! What the activity page shows.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Change, Hidden, Index, Moment, Nothing, Piece},
        samples,
    },
    templates::Page,
    urls::admin as urls,
};

/// `admin/activity/list.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ListPage {
    pub(crate) panel: Panel,
    pub(crate) list: Index,
    /// Filters that came from another page: one order's entries.
    pub(crate) hidden: Vec<Hidden>,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) nothing: Nothing,
}

/// One entry of the audit log.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) at: Moment,
    pub(crate) who: String,
    pub(crate) role: Option<String>,
    /// A mark before what needs a second look: failed sign-ins, changed rights.
    pub(crate) mark: Option<&'static str>,
    pub(crate) tone: &'static str,
    pub(crate) what: Vec<Piece>,
    pub(crate) changes: Vec<Change>,
    pub(crate) address: String,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "admin/activity/list.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |who: &str, what: &str| Row {
            at: samples::moment("Today 13:31:07"),
            who: who.into(),
            role: Some("Owner".into()),
            mark: None,
            tone: "",
            what: vec![Piece::text(what), Piece::link("1001-4F7K", urls::order("1001-4F7K"))],
            changes: vec![Change {
                field: Some("Price".into()),
                before: Some("€24.00".into()),
                after: Some("€21.00".into()),
            }],
            address: "91.12.40.7".into(),
        };
        let failed = Row {
            role: None,
            mark: Some("cross"),
            tone: "bad",
            changes: Vec::new(),
            ..row("unknown", "Failed sign-in as jo@fieldhouse.example")
        };
        let full = Self {
            panel: samples::panel(Spot::Activity),
            list: samples::index(
                urls::activity(),
                "Activity",
                "",
                &["All", "Staff", "Customers", "Sign-ins"],
            ),
            hidden: vec![Hidden {
                name: "object".into(),
                value: "order".into(),
            }],
            from: "2026-11-16".into(),
            to: "2026-11-22".into(),
            rows: vec![row("Ana Berger", "Refunded on "), failed],
            nothing: Nothing::found("entries", urls::activity()),
        };
        let none = Self {
            rows: Vec::new(),
            hidden: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("none", none)]
    }
}
