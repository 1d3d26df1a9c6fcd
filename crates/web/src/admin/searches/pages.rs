//! What the pages about searches show.

use serde::Serialize;

use super::tabs;
use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Choice, Index, Link, Nothing, State, Tab},
        samples,
    },
    http::FormView,
    templates::Page,
    urls::{self as store, admin as urls},
};

/// `admin/searches/report.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ReportPage {
    pub(crate) panel: Panel,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) action: &'static str,
    /// The view, kept when another period is chosen.
    pub(crate) view: Option<&'static str>,
    pub(crate) periods: Vec<Choice>,
    pub(crate) summary: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) nothing: Nothing,
}

/// Some words that were searched for.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) words: String,
    /// What shoppers see.
    pub(crate) url: String,
    pub(crate) n_searches: String,
    /// What the words find now.
    pub(crate) finds: State,
    /// What can be done about it.
    pub(crate) acts: Vec<Link>,
}

/// `admin/searches/rules.html`: synonyms, or redirects.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RulesPage {
    pub(crate) panel: Panel,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) heading: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) columns: [&'static str; 2],
    pub(crate) add: Option<Link>,
    pub(crate) list: Index,
    pub(crate) rows: Vec<RuleRow>,
    pub(crate) nothing: Nothing,
}

/// A rule.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RuleRow {
    pub(crate) url: String,
    pub(crate) words: String,
    /// Whether it leads from the words to something else, and not between them.
    pub(crate) is_one_way: bool,
    pub(crate) to: String,
}

/// `admin/searches/rule.html`: a synonym, or a redirect.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RulePage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) heading: &'static str,
    pub(crate) is_redirect: bool,
    pub(crate) action: String,
    pub(crate) verb: &'static str,
    pub(crate) delete: Option<Link>,
    pub(crate) form: FormView,
}

impl Page for ReportPage {
    const TEMPLATE: &'static str = "admin/searches/report.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |words: &str, n: &str, finds, acts: &[&str]| Row {
            words: words.into(),
            url: store::search_for(words),
            n_searches: n.into(),
            finds,
            acts: acts.iter().map(|text| Link::new(*text, urls::add_synonym())).collect(),
        };
        let acts = ["Add synonym", "Add redirect"];
        let full = Self {
            panel: samples::panel(Spot::Searches),
            tabs: tabs(urls::searches()),
            action: urls::searches(),
            view: None,
            periods: vec![
                Choice::new("7", "Last 7 days"),
                Choice::new("30", "Last 30 days").selected_if(true),
            ],
            summary: "1,204 searches; 31 of them (2.5 %) found nothing that has all the words.".into(),
            rows: vec![
                row("linen shirt", "212", State::live("38"), &[]),
                row("returns", "61", State::live("Leads to /pages/shipping-returns"), &[]),
                row("brass samovar", "9", State::partly("0, and 7 like it"), &acts),
                row("samovar", "4", State::attention("0"), &acts),
            ],
            nothing: Nothing::new("Nobody has searched yet", "What shoppers type is counted here.", None),
        };
        let none = Self {
            view: Some("none"),
            rows: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("none", none)]
    }
}

impl Page for RulesPage {
    const TEMPLATE: &'static str = "admin/searches/rules.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |words: &str, to: &str| RuleRow {
            url: urls::synonym(samples::id(1)),
            words: words.into(),
            is_one_way: !to.is_empty(),
            to: to.into(),
        };
        let full = Self {
            panel: samples::panel(Spot::Searches),
            tabs: tabs(urls::synonyms()),
            heading: "Synonyms",
            lede: "Words that mean the same.",
            columns: ["Words", "Also find"],
            add: Some(Link::new("Add synonym", urls::add_synonym())),
            list: samples::index(urls::synonyms(), "Synonyms", "A word in the rule", &["Synonyms"]),
            rows: vec![row("couch, settee, sofa", ""), row("telephone", "phone")],
            nothing: Nothing::found("rules", urls::synonyms()),
        };
        let none = Self {
            add: None,
            rows: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("none", none)]
    }
}

impl Page for RulePage {
    const TEMPLATE: &'static str = "admin/searches/rule.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let synonym = Self {
            panel: samples::panel(Spot::Searches),
            back: Link::new("Synonyms", urls::synonyms()),
            heading: "Synonym",
            is_redirect: false,
            action: urls::synonym(samples::id(1)),
            verb: "Save synonym",
            delete: Some(Link::new("Delete synonym…", urls::delete_synonym(samples::id(1)))),
            form: FormView::prefilled([("words", "telephone".to_owned()), ("finds", "phone".into())]),
        };
        let redirect = Self {
            heading: "New redirect",
            is_redirect: true,
            delete: None,
            form: samples::mistaken(&synonym.form, "page", "There is no such page"),
            ..synonym.clone()
        };
        vec![("synonym", synonym), ("redirect", redirect)]
    }
}
