//! What the newsletter's page shows.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Index, Moment, Nothing, State},
        samples,
    },
    templates::Page,
    urls::admin as urls,
};

/// `admin/newsletter/list.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ListPage {
    pub(crate) panel: Panel,
    pub(crate) list: Index,
    pub(crate) rows: Vec<Row>,
    pub(crate) nothing: Nothing,
    pub(crate) export_url: &'static str,
}

/// One address.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) email: String,
    pub(crate) state: State,
    /// Since when it is in that state.
    pub(crate) since: Moment,
    pub(crate) entered: Moment,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "admin/newsletter/list.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |email: &str, state| Row {
            email: email.into(),
            state,
            since: samples::moment("Yesterday"),
            entered: samples::moment("2 November"),
        };
        let full = Self {
            panel: samples::panel(Spot::Newsletter),
            list: samples::index(
                urls::newsletter(),
                "Newsletter",
                "Beginning of an e-mail address",
                &["Confirmed", "Not confirmed", "Left"],
            ),
            rows: vec![
                row("clara@novakova.example", State::live("Confirmed")),
                row("ines@albrecht.example", State::live("Confirmed")),
            ],
            nothing: Nothing::found("addresses", urls::newsletter()),
            export_url: urls::export_newsletter(),
        };
        let none = Self {
            rows: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("none", none)]
    }
}
