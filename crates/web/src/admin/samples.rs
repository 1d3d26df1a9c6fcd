//! Parts shared by the samples of the pages: a small shop on Sunday 22 November.

use wares_kernel::Id;

use super::{
    home::pages::{Chart, ChartRow},
    panel::{Me, Panel, Spot},
    parts::{Change, Choice, Day, Entry, Index, Link, Moment, Pager, Piece, State, Tab, Thumb},
    picker::{Item, Picker},
};
use crate::{
    http::{Entered, FormErrors, FormView},
    urls::admin as urls,
};

/// The frame as the owner sees it.
pub(crate) fn panel(spot: Spot) -> Panel {
    let me = Me {
        name: "Ana Berger".into(),
        initials: "AB".into(),
        role: "Owner".into(),
    };
    let mut panel = Panel::new(me, spot);
    panel.count(urls::orders(), 14, true);
    panel.count(urls::inquiries(), 3, true);
    panel.count(urls::reviews(), 5, false);
    panel
}

/// An id that is always the same.
pub(crate) fn id<K>(n: u128) -> Id<K> {
    format!("{n:032x}")
        .parse()
        .expect("thirty-two hexadecimal digits are an id")
}

pub(crate) fn moment(text: &str) -> Moment {
    Moment {
        text: text.into(),
        iso: "2026-11-22T13:52:00+01:00".into(),
    }
}

pub(crate) fn thumb() -> Option<Thumb> {
    Some(Thumb {
        src: "/media/tarn-espresso-cup-moss.webp".into(),
        alt: String::new(),
    })
}

/// A form with one mistake and what was typed.
pub(crate) fn mistaken(form: &FormView, field: &str, message: &str) -> FormView {
    let wrong = FormView::again(&Entered::default(), FormErrors::one(field, message), &[]);
    FormView {
        values: form.values.clone(),
        ..wrong
    }
}

pub(crate) fn choices(texts: &[&str]) -> Vec<Choice> {
    texts
        .iter()
        .map(|text| Choice::new(text.to_lowercase(), *text))
        .collect()
}

fn item(n: u128, title: &str, facts: &str, is_chosen: bool) -> Item {
    Item {
        id: id::<()>(n).to_string(),
        title: title.into(),
        url: urls::product(id(n)),
        picture: (n != 2).then(thumb).flatten(),
        facts: facts.into(),
        state: (n == 2).then(|| State::draft("Draft")),
        is_chosen,
    }
}

/// Two products that were chosen in an order.
pub(crate) fn picker() -> Picker {
    Picker {
        chosen: vec![
            item(1, "Tarn mug", "€24.00, Cups and mugs", true),
            item(2, "Tarn bowl", "from €18.00, Bowls", true),
        ],
        is_ordered: true,
        ..Picker::default()
    }
}

/// The same after a search.
pub(crate) fn searching() -> Picker {
    Picker {
        found_for: "tarn".into(),
        found: vec![
            item(1, "Tarn mug", "€24.00, Cups and mugs", true),
            item(3, "Tarn jug", "€39.00", false),
        ],
        said: "2 products found.".into(),
        is_unsaved: true,
        ..picker()
    }
}

/// A list with views, one filter in use and a next page.
pub(crate) fn index(action: &str, noun: &'static str, placeholder: &'static str, tabs: &[&str]) -> Index {
    Index {
        action: action.into(),
        noun,
        caption: noun.into(),
        q: "ines".into(),
        placeholder,
        view: String::new(),
        tabs: tabs
            .iter()
            .enumerate()
            .map(|(n, text)| Tab::new(*text, format!("{action}?view={n}"), n == 0).counted((n + 14).to_string()))
            .collect(),
        filters: Vec::new(),
        chips: vec![Link::new("“ines”", action)],
        clear: action.into(),
        pager: Pager {
            text: "50 shown, newest first".into(),
            first: None,
            next: Some(format!("{action}?after=x")),
        },
    }
}

fn entry(at: &str, mark: &'static str, tone: &'static str, what: Vec<Piece>, by: Option<&str>) -> Entry {
    Entry {
        at: moment(at),
        mark,
        tone,
        what,
        by: by.map(Into::into),
        comment: None,
        change: None,
    }
}

/// What happened lately.
pub(crate) fn timeline() -> Vec<Day> {
    let order = Piece::link("Order 1006-T3QD", urls::order("1006-T3QD"));
    vec![
        Day {
            text: "Today".into(),
            entries: vec![
                entry(
                    "13:52",
                    "full",
                    "",
                    vec![order, Piece::text(" placed by Moritz Lang, €86.90")],
                    None,
                ),
                entry(
                    "13:31",
                    "back",
                    "",
                    vec![Piece::text("€44.00 refunded")],
                    Some("Ana Berger"),
                ),
                Entry {
                    comment: Some("Two of the tumblers are chipped.\nRefund, no need to send them back.".into()),
                    ..entry("11:02", "ring", "", Vec::new(), Some("Jo Marchetti"))
                },
            ],
        },
        Day {
            text: "Sat 21 November".into(),
            entries: vec![
                Entry {
                    change: Some(Change {
                        field: None,
                        before: Some("Karl-Heine-Str. 41".into()),
                        after: Some("Karl-Heine-Straße 47, 2nd floor".into()),
                    }),
                    ..entry(
                        "16:40",
                        "ring",
                        "",
                        vec![Piece::text("Delivery address changed")],
                        Some("the customer"),
                    )
                },
                entry(
                    "14:02",
                    "cross",
                    "bad",
                    vec![Piece::text("Payment attempt 1 declined: limit reached")],
                    None,
                ),
            ],
        },
    ]
}

/// Net sales of thirty days.
pub(crate) fn chart() -> Chart {
    let sales = [
        312, 268, 402, 455, 390, 288, 210, 355, 420, 398, 512, 476, 301, 266, 380, 441, 468, 530, 497, 342, 318, 452,
        506, 488, 571, 540, 398, 360, 534, 602,
    ];
    let before: Vec<i64> = sales.iter().rev().map(|day| day * 4 / 5).collect();
    Chart {
        title: "Net sales by day".into(),
        description: "Net sales by day, 24 October to 22 November: between €210 and €602".into(),
        current_name: "Last 30 days".into(),
        before_name: "30 days before".into(),
        scale: ["€800", "€600", "€400", "€200", "€0"].map(Into::into).into(),
        grid: ["0", "50", "100", "150", "200"].map(Into::into).into(),
        current: points(&sales),
        before: points(&before),
        days: ["24 Oct", "31 Oct", "8 Nov", "15 Nov", "22 Nov"].map(Into::into).into(),
        rows: sales
            .iter()
            .zip(&before)
            .enumerate()
            .map(|(n, (current, before))| ChartRow {
                day: format!("Day {}", n + 1),
                current: format!("€{current}.00"),
                before: format!("€{before}.00"),
            })
            .collect(),
    }
}

fn points(values: &[i64]) -> String {
    let step = 1000 / (values.len().max(2) - 1);
    values
        .iter()
        .enumerate()
        .map(|(n, value)| format!("{},{}", n * step, 200 - value / 4))
        .collect::<Vec<_>>()
        .join(" ")
}
