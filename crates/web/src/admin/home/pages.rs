//! The dashboard, the checklist, search, and the pages that only say something.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Day, Hidden, Link, Nothing, Tab},
        samples,
    },
    templates::Page,
    urls::admin as urls,
};

/// `admin/home/dashboard.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DashboardPage {
    pub(crate) panel: Panel,
    pub(crate) greeting: String,
    pub(crate) lede: String,
    pub(crate) periods: Vec<Tab>,
    /// What is left of the set-up, until it is done.
    pub(crate) checklist: Option<Link>,
    pub(crate) figures_heading: String,
    pub(crate) figures: Vec<Figure>,
    pub(crate) chart: Option<Chart>,
    pub(crate) todo: Vec<Todo>,
    pub(crate) activity: &'static str,
    pub(crate) latest: Vec<Day>,
    pub(crate) health: Vec<Health>,
    pub(crate) version: String,
}

/// A figure with the one before it; its link leads to the list that reproduces it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) before: String,
    /// By how much it changed; none when it did not.
    pub(crate) change: Option<String>,
    pub(crate) rises: bool,
    /// `up` is good, `dn` is bad.
    pub(crate) tone: &'static str,
    pub(crate) url: String,
}

/// A line over days, against the days before.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) current_name: String,
    pub(crate) before_name: String,
    /// Labels of the scale from the top.
    pub(crate) scale: Vec<String>,
    /// Heights of the grid lines, 0 to 200.
    pub(crate) grid: Vec<String>,
    /// Points of the polylines: `x,y x,y …` in 1000 by 200.
    pub(crate) current: String,
    pub(crate) before: String,
    /// Labels under the line.
    pub(crate) days: Vec<String>,
    pub(crate) rows: Vec<ChartRow>,
}

/// The same figures as a table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ChartRow {
    pub(crate) day: String,
    pub(crate) current: String,
    pub(crate) before: String,
}

/// Something that waits, and where.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Todo {
    pub(crate) count: String,
    pub(crate) text: &'static str,
    pub(crate) note: Option<String>,
    /// `hot`, `zero` or empty.
    pub(crate) tone: &'static str,
    pub(crate) url: String,
}

/// How a part of the system is.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Health {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) mark: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) url: Option<String>,
}

/// `admin/home/checklist.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ChecklistPage {
    pub(crate) panel: Panel,
    pub(crate) n_done: usize,
    pub(crate) steps: Vec<Step>,
}

/// One thing to do before opening.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Step {
    pub(crate) title: &'static str,
    pub(crate) note: String,
    pub(crate) done: bool,
    /// Whether this is the first that is not done.
    pub(crate) next: bool,
    pub(crate) url: String,
}

/// `admin/home/search.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SearchPage {
    pub(crate) panel: Panel,
    pub(crate) q: String,
    pub(crate) lede: String,
    pub(crate) groups: Vec<Group>,
    pub(crate) nothing: Nothing,
}

/// Hits of one kind.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Group {
    pub(crate) title: &'static str,
    /// Heading of the last column.
    pub(crate) last: &'static str,
    /// Whether the titles are order numbers.
    pub(crate) numbers: bool,
    pub(crate) more: Option<Link>,
    pub(crate) hits: Vec<Hit>,
}

/// One hit.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Hit {
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) last: String,
    pub(crate) url: String,
}

/// `admin/message.html`: a page that only says something, such as a refusal.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MessagePage {
    pub(crate) panel: Panel,
    pub(crate) heading: String,
    pub(crate) body: String,
    pub(crate) link: Link,
}

/// `admin/confirm.html`: asks before something that cannot be undone, naming it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ConfirmPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) heading: String,
    pub(crate) effect: String,
    pub(crate) action: String,
    pub(crate) hidden: Vec<Hidden>,
    /// The way out: "Keep it".
    pub(crate) keep: String,
    /// What the button does: "Archive product".
    pub(crate) verb: String,
}

impl Page for DashboardPage {
    const TEMPLATE: &'static str = "admin/home/dashboard.html";

    #[expect(clippy::too_many_lines, reason = "a sample is data")]
    fn samples() -> Vec<(&'static str, Self)> {
        let figure = |name, value: &str, before: &str, change: Option<&str>, rises, tone| Figure {
            name,
            value: value.into(),
            before: before.into(),
            change: change.map(Into::into),
            rises,
            tone,
            url: urls::orders().into(),
        };
        let todo = |count: &str, text, note: Option<&str>, tone, url: &str| Todo {
            count: count.into(),
            text,
            note: note.map(Into::into),
            tone,
            url: url.into(),
        };
        let health = |name, value: &str, mark, tone| Health {
            name,
            value: value.into(),
            mark,
            tone,
            url: None,
        };
        let full = Self {
            panel: samples::panel(Spot::Home),
            greeting: "Good afternoon, Ana".into(),
            lede: "Sunday 22 November. 14 orders to send, the oldest has waited 2 days.".into(),
            periods: vec![
                Tab::new("Today", "?days=1", false),
                Tab::new("7 days", "?days=7", false),
                Tab::new("30 days", "?days=30", true),
            ],
            checklist: None,
            figures_heading: "Figures for 24 October to 22 November, compared with the 30 days before".into(),
            figures: vec![
                figure("Net sales", "€12,480.00", "€10,383.00", Some("20.2 %"), true, "up"),
                figure("Orders", "188", "167", Some("12.6 %"), true, "up"),
                figure("Average order", "€66.38", "€62.17", Some("6.8 %"), true, "up"),
                figure("Refunds", "€412.40", "€314.80", Some("31.0 %"), true, "dn"),
                figure("Units sold", "431", "431", None, true, "up"),
            ],
            chart: Some(samples::chart()),
            todo: vec![
                todo("14", "Orders to send", Some("oldest Fri 20 Nov"), "", urls::orders()),
                todo(
                    "2",
                    "Unpaid for more than 24 hours",
                    Some("€143.80"),
                    "",
                    urls::orders(),
                ),
                todo(
                    "3",
                    "Inquiries to answer",
                    Some("1 past 24 hours"),
                    "hot",
                    urls::inquiries(),
                ),
                todo("5", "Reviews to check", None, "", urls::reviews()),
                todo("6", "Variants sold out or low", None, "", urls::stock()),
                todo("1", "E-mail that could not be delivered", None, "hot", urls::mailbox()),
                todo("0", "Failed jobs", None, "zero", urls::mailbox()),
            ],
            activity: urls::activity(),
            latest: samples::timeline(),
            health: vec![
                health("Database", "41 MB, 2 ms", "done", "ok"),
                health("Mail queue", "empty", "done", "ok"),
                health("Jobs, oldest", "4 s", "done", "ok"),
                health("Jobs, failed", "1", "tri", "warn"),
            ],
            version: "Wares 1.0.0".into(),
        };
        let first_day = Self {
            checklist: Some(Link::new("3 of 7 steps are left before you open.", urls::checklist())),
            chart: None,
            latest: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("first-day", first_day)]
    }
}

impl Page for ChecklistPage {
    const TEMPLATE: &'static str = "admin/home/checklist.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let step = |title, note: &str, done, next| Step {
            title,
            note: note.into(),
            done,
            next,
            url: urls::settings_store().into(),
        };
        vec![(
            "half-way",
            Self {
                panel: samples::panel(Spot::Home),
                n_done: 2,
                steps: vec![
                    step(
                        "Name, address and legal details",
                        "Fieldhouse GmbH, Leipzig",
                        true,
                        false,
                    ),
                    step("Where you ship and for how much", "Germany, Austria", true, false),
                    step(
                        "Take payments",
                        "Orders can only be paid by bank transfer.",
                        false,
                        true,
                    ),
                    step("Send a test e-mail", "Mails are kept here until then.", false, false),
                ],
            },
        )]
    }
}

impl Page for SearchPage {
    const TEMPLATE: &'static str = "admin/home/search.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let hit = |title: &str, about: &str, last: &str| Hit {
            title: title.into(),
            about: about.into(),
            last: last.into(),
            url: urls::orders().into(),
        };
        let found = Self {
            panel: samples::panel(Spot::Home),
            q: "albrecht".into(),
            lede: "2 results".into(),
            groups: vec![
                Group {
                    title: "Orders",
                    last: "Total",
                    numbers: true,
                    more: Some(Link::new("All orders with “albrecht”", urls::orders())),
                    hits: vec![hit("1001-4F7K", "Ines Albrecht, yesterday", "€237.90")],
                },
                Group {
                    title: "Customers",
                    last: "Orders",
                    numbers: false,
                    more: None,
                    hits: vec![hit("Ines Albrecht", "ines@albrecht.example", "4")],
                },
            ],
            nothing: Nothing::new("", "", None),
        };
        let none = Self {
            lede: "Nothing found".into(),
            groups: Vec::new(),
            nothing: Nothing::new(
                "Nothing found",
                "Search for a whole order number, SKU or e-mail address, or the beginning of a name.",
                None,
            ),
            ..found.clone()
        };
        let asked = Self {
            q: String::new(),
            ..none.clone()
        };
        vec![("found", found), ("none", none), ("asked", asked)]
    }
}

impl Page for MessagePage {
    const TEMPLATE: &'static str = "admin/message.html";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![(
            "denied",
            Self {
                panel: samples::panel(Spot::Home),
                heading: "Your role cannot open this page".into(),
                body: "Settings are for the role Owner; yours is Fulfilment. Nothing has been changed.".into(),
                link: Link::new("Go to Home", urls::home()),
            },
        )]
    }
}

impl Page for ConfirmPage {
    const TEMPLATE: &'static str = "admin/confirm.html";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![(
            "archive",
            Self {
                panel: samples::panel(Spot::Products),
                back: Link::new("Tarn Espresso Cup", urls::products()),
                heading: "Archive Tarn Espresso Cup".into(),
                effect: "It leaves the shop at once. Its orders and reviews are kept.".into(),
                action: urls::products().into(),
                hidden: vec![Hidden {
                    name: "version".into(),
                    value: "17".into(),
                }],
                keep: "Keep it".into(),
                verb: "Archive product".into(),
            },
        )]
    }
}
