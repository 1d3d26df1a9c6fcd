//! What the pages of discounts show.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Choice, Index, Link, Moment, Nothing, State},
        picker::Picker,
        samples,
    },
    http::FormView,
    templates::Page,
    urls::admin as urls,
};

/// `admin/discounts/list.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ListPage {
    pub(crate) panel: Panel,
    pub(crate) list: Index,
    pub(crate) add: &'static str,
    pub(crate) rows: Vec<Row>,
    pub(crate) nothing: Nothing,
}

/// One discount of the list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) url: String,
    /// "10 % off, from €50.00".
    pub(crate) what: String,
    pub(crate) state: State,
    /// "84 of 500".
    pub(crate) used: String,
    pub(crate) given_away: String,
    /// What was sold with it.
    pub(crate) sales: String,
}

/// `admin/discounts/show.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DiscountPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) heading: String,
    pub(crate) action: String,
    pub(crate) kinds: Vec<Choice>,
    /// How one comes by it; cannot be changed once it is there.
    pub(crate) given: Vec<Choice>,
    /// What it is for.
    pub(crate) scope: Goods,
    /// What one gets, where that is something else.
    pub(crate) gets: Goods,
    pub(crate) currency: String,
    /// The shop's time zone.
    pub(crate) zone: String,
    /// What is known of one that is there.
    pub(crate) facts: Option<Facts>,
    pub(crate) form: FormView,
}

/// Goods to pick: whole categories, and products.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Goods {
    pub(crate) categories: Vec<Choice>,
    pub(crate) picker: Picker,
}

/// What is known of a discount that is there.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Facts {
    pub(crate) state: State,
    pub(crate) version: String,
    pub(crate) used: String,
    pub(crate) given_away: String,
    pub(crate) sales: String,
    /// All of it in sentences.
    pub(crate) plain: String,
    pub(crate) warnings: Vec<String>,
    pub(crate) uses: Vec<UseRow>,
    pub(crate) next: Option<String>,
    /// Ending it; nothing when it was ended.
    pub(crate) stop: Option<String>,
    /// Its single-use codes, where it is given by such.
    pub(crate) bulk: Option<Bulk>,
}

/// An order that has the discount.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct UseRow {
    pub(crate) order: Link,
    pub(crate) email: String,
    /// The code that was entered, or empty.
    pub(crate) code: String,
    pub(crate) state: State,
    pub(crate) given: String,
    pub(crate) total: String,
    pub(crate) at: Moment,
}

/// Single-use codes.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Bulk {
    pub(crate) n_codes: i64,
    /// Where the form to make more goes.
    pub(crate) make: String,
    /// All of them as a file.
    pub(crate) export: String,
    /// How many more, and how they begin.
    pub(crate) form: FormView,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "admin/discounts/list.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            panel: samples::panel(Spot::Discounts),
            list: samples::index(
                urls::discounts(),
                "Discounts",
                "Name or code",
                &["All", "Active", "Scheduled", "Used up", "Ended"],
            ),
            add: urls::add_discount(),
            rows: sample_rows(),
            nothing: Nothing::found("discounts", urls::discounts()),
        };
        let empty = Self {
            rows: Vec::new(),
            nothing: Nothing::new(
                "No discounts yet",
                "A discount takes something off.",
                Some(Link::new("Add discount", urls::add_discount())),
            ),
            ..full.clone()
        };
        vec![("full", full), ("empty", empty)]
    }
}

fn sample_rows() -> Vec<Row> {
    let row = |name: &str, what: &str, state, used: &str, [given, sales]: [&str; 2]| Row {
        name: name.into(),
        url: urls::discount(samples::id(1)),
        what: what.into(),
        state,
        used: used.into(),
        given_away: given.into(),
        sales: sales.into(),
    };
    let (live, later, over) = (State::live("Active"), State::draft("Scheduled"), State::ended("Ended"));
    let by_itself = "Free delivery, from €80.00, by itself";
    vec![
        row(
            "HEARTH10",
            "10 % off what was picked",
            live.clone(),
            "84 of 500",
            ["€512.30", "€4,610.70"],
        ),
        row("Free delivery", by_itself, live, "141", ["€690.90", "€11,230.00"]),
        row(
            "ADVENT26",
            "€10.00 off, from €100.00",
            later,
            "0 of 200",
            ["€0.00", "€0.00"],
        ),
        row("SUMMER", "20 % off", over, "63", ["€402.10", "€1,608.40"]),
    ]
}

impl Page for DiscountPage {
    const TEMPLATE: &'static str = "admin/discounts/show.html";

    #[expect(clippy::too_many_lines, reason = "a sample is data")]
    fn samples() -> Vec<(&'static str, Self)> {
        let choices = |all: &[(&str, &str)]| {
            all.iter()
                .map(|(value, text)| Choice::new(*value, *text))
                .collect::<Vec<_>>()
        };
        let new = Self {
            panel: samples::panel(Spot::Discounts),
            back: Link::new("Discounts", urls::discounts()),
            heading: "New discount".into(),
            action: urls::add_discount().into(),
            kinds: choices(&super::form::KINDS),
            given: choices(&super::form::GIVEN),
            scope: sample_goods(""),
            gets: sample_goods("gets_"),
            currency: "€".into(),
            zone: "Europe/Berlin".into(),
            facts: None,
            form: FormView::prefilled([
                ("kind", "percent".to_owned()),
                ("value", "10".into()),
                ("given", "code".into()),
                ("from", "2026-11-01T00:00".into()),
            ]),
        };
        let mistaken = Self {
            form: samples::mistaken(&new.form, "code", "Another discount has this code; choose another one"),
            ..new.clone()
        };
        let mut gets = new.clone();
        gets.form.values.insert("kind".into(), "buy_get".into());
        gets.gets.picker = sample_search("gets_");
        let there = Self {
            scope: Goods {
                picker: sample_search(""),
                ..sample_goods("")
            },
            heading: "HEARTH10".into(),
            action: urls::discount(samples::id(1)),
            facts: Some(sample_facts()),
            ..new.clone()
        };
        let mut bulk = there.clone();
        bulk.form.values.insert("given".into(), "codes".into());
        bulk.facts = Some(Facts {
            uses: Vec::new(),
            next: None,
            stop: None,
            bulk: Some(Bulk {
                n_codes: 1200,
                make: urls::make_codes(samples::id(1)),
                export: urls::export_codes(samples::id(1)),
                form: FormView::prefilled([("n", "100".to_owned())]),
            }),
            ..sample_facts()
        });
        let mut too_many = bulk.clone();
        if let Some(facts) = &mut too_many.facts {
            facts.stop = Some(urls::stop_discount(samples::id(1)));
            if let Some(codes) = &mut facts.bulk {
                codes.form = samples::mistaken(&codes.form, "n", "Enter a number between 1 and 10000");
            }
        }
        vec![
            ("new", new),
            ("error", mistaken),
            ("gets", gets),
            ("there", there),
            ("bulk", bulk),
            ("too_many", too_many),
        ]
    }
}

fn sample_goods(prefix: &'static str) -> Goods {
    Goods {
        categories: samples::choices(&["Table", "Table › Cups", "Light"]),
        picker: Picker {
            prefix,
            ..Picker::default()
        },
    }
}

fn sample_search(prefix: &'static str) -> Picker {
    Picker {
        prefix,
        is_ordered: false,
        ..samples::searching()
    }
}

fn sample_facts() -> Facts {
    let used = UseRow {
        order: Link::new("1006-T3QD", urls::order("1006-T3QD")),
        email: "ines.roth@example.com".into(),
        code: "HEARTH10".into(),
        state: State::running("Placed"),
        given: "−€21.00".into(),
        total: "€237.90".into(),
        at: samples::moment("Today 13:52"),
    };
    Facts {
        state: State::live("Active"),
        version: "3".into(),
        used: "84 of 500".into(),
        given_away: "€512.30".into(),
        sales: "€4,610.70".into(),
        plain: "10 % off on Table, 1 November 2026, 00:00 until 1 December 2026, 00:00, once for each customer, 500 times in all, \
                not together with others. Code HEARTH10."
            .into(),
        warnings: vec!["It has no end and no limit in all.".into()],
        uses: vec![used.clone(), used],
        next: Some(format!("{}?after=x", urls::discount(samples::id(1)))),
        stop: Some(urls::stop_discount(samples::id(1))),
        bulk: None,
    }
}
