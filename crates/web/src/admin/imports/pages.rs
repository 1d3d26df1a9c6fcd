//! What the import pages show.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Link, Moment, State},
        samples,
    },
    http::FormView,
    templates::Page,
    urls::admin as urls,
};

/// `admin/imports/upload.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct UploadPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) action: &'static str,
    pub(crate) runs: Vec<Run>,
    pub(crate) form: FormView,
}

/// An earlier import.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Run {
    pub(crate) url: String,
    pub(crate) file: String,
    pub(crate) at: Moment,
    pub(crate) state: State,
    pub(crate) n_products: String,
}

/// `admin/imports/show.html`: the check, the progress, the result.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ImportPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) file: String,
    pub(crate) lede: String,
    pub(crate) is_check: bool,
    /// Whether it is being checked or imported right now: the page then renews itself.
    pub(crate) is_running: bool,
    /// This page, to look at it again.
    pub(crate) itself: String,
    pub(crate) progress: Option<Progress>,
    pub(crate) counts: Vec<Count>,
    pub(crate) errors_heading: String,
    pub(crate) errors: Vec<RowError>,
    /// All of them as a table to keep.
    pub(crate) download: Option<Link>,
    /// The button that begins the import.
    pub(crate) run: Option<Start>,
    pub(crate) products: &'static str,
}

/// How far it is.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Progress {
    pub(crate) text: String,
    pub(crate) done: u64,
    pub(crate) all: u64,
}

/// How many of something.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Count {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) note: String,
    /// `neg` or empty.
    pub(crate) tone: &'static str,
}

/// One row that is left out, and what to do.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RowError {
    pub(crate) line: String,
    pub(crate) column: String,
    pub(crate) value: String,
    pub(crate) message: String,
}

/// What begins the import.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Start {
    pub(crate) action: String,
    pub(crate) text: String,
}

impl Page for UploadPage {
    const TEMPLATE: &'static str = "admin/imports/upload.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let fresh = Self {
            panel: samples::panel(Spot::Import),
            back: Link::new("Products", urls::products()),
            action: urls::imports(),
            runs: vec![Run {
                url: urls::import(samples::id(1)),
                file: "autumn-2026.csv".into(),
                at: samples::moment("Yesterday 13:58"),
                state: State::done("Finished"),
                n_products: "308".into(),
            }],
            form: FormView::default(),
        };
        let wrong = Self {
            runs: Vec::new(),
            form: samples::mistaken(&fresh.form, "file", "Choose a file"),
            ..fresh.clone()
        };
        vec![("fresh", fresh), ("wrong", wrong)]
    }
}

fn sample_counts() -> Vec<Count> {
    let count = |name, value: &str, note: &str, tone| Count {
        name,
        value: value.into(),
        note: note.into(),
        tone,
    };
    vec![
        count("Rows", "312", "Shopify products", ""),
        count("Products", "28", "86 variants, 64 pictures", ""),
        count("New", "25", "2 changed, 1 as before", ""),
        count("Left out", "4", "because of errors", "neg"),
    ]
}

impl Page for ImportPage {
    const TEMPLATE: &'static str = "admin/imports/show.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let check = Self {
            panel: samples::panel(Spot::Import),
            back: Link::new("Import", urls::imports()),
            file: "autumn-2026.csv".into(),
            lede: "Nothing has been changed yet.".into(),
            is_check: true,
            is_running: false,
            itself: urls::import(samples::id(1)),
            progress: None,
            counts: sample_counts(),
            errors_heading: "What is wrong in the file".into(),
            errors: vec![RowError {
                line: "14".into(),
                column: "Variant Price".into(),
                value: "24,OO".into(),
                message: "Write the price in digits.".into(),
            }],
            download: Some(Link::new("Download all 4 as CSV", urls::import_errors(samples::id(1)))),
            run: Some(Start {
                action: urls::import(samples::id(1)),
                text: "Import 28 products".into(),
            }),
            products: urls::products(),
        };
        let running = Self {
            lede: "It started at 13:58.".into(),
            is_check: false,
            is_running: true,
            progress: Some(Progress {
                text: "196 of 308 products".into(),
                done: 196,
                all: 308,
            }),
            errors: Vec::new(),
            download: None,
            run: None,
            ..check.clone()
        };
        let checking = Self {
            lede: "The file is being checked. Nothing has been changed.".into(),
            is_check: true,
            progress: None,
            counts: Vec::new(),
            ..running.clone()
        };
        let done = Self {
            is_running: false,
            progress: None,
            ..running.clone()
        };
        vec![
            ("checking", checking),
            ("check", check),
            ("running", running),
            ("done", done),
        ]
    }
}
