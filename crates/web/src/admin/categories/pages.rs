//! What the category pages show.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::Choice,
        samples,
    },
    http::FormView,
    templates::Page,
    urls::admin as urls,
};

/// `admin/categories/show.html`: the tree, and the form of one category or of a new one.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CategoryPage {
    pub(crate) panel: Panel,
    /// To a new one, from the page of an old one.
    pub(crate) add: Option<&'static str>,
    pub(crate) tree: Vec<Node>,
    pub(crate) action: String,
    pub(crate) is_new: bool,
    pub(crate) heading: String,
    pub(crate) version: String,
    pub(crate) slug_hint: String,
    pub(crate) parents: Vec<Choice>,
    /// The category in the shop.
    pub(crate) view: Option<String>,
    pub(crate) delete: Option<String>,
    pub(crate) form: FormView,
}

/// One category in the tree.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) n_products: String,
    pub(crate) current: bool,
    pub(crate) is_hidden: bool,
    /// Where a move goes, for those who may.
    pub(crate) r#move: Option<String>,
    pub(crate) children: Vec<Node>,
}

impl Page for CategoryPage {
    const TEMPLATE: &'static str = "admin/categories/show.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let node = |name: &str, current, children| Node {
            name: name.into(),
            url: urls::category(samples::id(1)),
            n_products: "6".into(),
            current,
            is_hidden: name == "Winter 2025",
            r#move: Some(urls::move_category(samples::id(1))),
            children,
        };
        let full = Self {
            panel: samples::panel(Spot::Categories),
            add: Some(urls::categories()),
            tree: vec![
                node(
                    "Table",
                    false,
                    vec![node("Cups and mugs", true, vec![]), node("Plates", false, vec![])],
                ),
                node("Textiles", false, vec![]),
                node("Winter 2025", false, vec![]),
            ],
            action: urls::category(samples::id(1)),
            is_new: false,
            heading: "Cups and mugs".into(),
            version: "3".into(),
            slug_hint: "If you change it, the old address leads to the new one.".into(),
            parents: samples::choices(&["Top level", "Table", "Textiles"]),
            view: Some(crate::urls::category("cups-and-mugs")),
            delete: Some(urls::delete_category(samples::id(1))),
            form: FormView::prefilled([("name", "Cups and mugs".to_owned()), ("visible", "1".into())]),
        };
        let first = Self {
            add: None,
            tree: Vec::new(),
            is_new: true,
            heading: "New category".into(),
            view: None,
            delete: None,
            form: FormView::default(),
            ..full.clone()
        };
        let wrong = Self {
            form: samples::mistaken(&full.form, "slug", "Another category has this address"),
            ..full.clone()
        };
        vec![("full", full), ("first", first), ("wrong", wrong)]
    }
}
