//! What the collection pages show.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::Choice,
        picker::Picker,
        samples,
    },
    http::FormView,
    templates::Page,
    urls::admin as urls,
};

/// `admin/collections/show.html`: all collections, and the form of one or of a new one.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CollectionPage {
    pub(crate) panel: Panel,
    /// To a new one, from the page of an old one.
    pub(crate) add: Option<&'static str>,
    pub(crate) collections: Vec<Entry>,
    pub(crate) action: String,
    pub(crate) is_new: bool,
    pub(crate) heading: String,
    pub(crate) version: String,
    pub(crate) slug_hint: String,
    /// How many products it shows now: a rule that was mistyped finds none.
    pub(crate) size: Option<String>,
    pub(crate) picker: Picker,
    pub(crate) hows: Vec<Choice>,
    pub(crate) categories: Vec<Choice>,
    pub(crate) currency: String,
    /// The collection in the shop.
    pub(crate) view: Option<String>,
    /// Where its picture is sent, once it is there.
    pub(crate) picture_action: Option<String>,
    /// The address of its picture.
    pub(crate) picture: Option<String>,
    pub(crate) delete: Option<String>,
    pub(crate) may: bool,
    pub(crate) form: FormView,
}

/// One collection in the list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) url: String,
    /// "By rule, in the header".
    pub(crate) facts: String,
    pub(crate) current: bool,
    pub(crate) is_hidden: bool,
}

impl Page for CollectionPage {
    const TEMPLATE: &'static str = "admin/collections/show.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let by_hand = Self::by_hand();
        let first = Self {
            add: None,
            collections: Vec::new(),
            is_new: true,
            heading: "New collection".into(),
            picker: Picker::default(),
            size: None,
            view: None,
            picture_action: None,
            delete: None,
            form: FormView::prefilled([("how", "rule".to_owned())]),
            ..by_hand.clone()
        };
        let wrong = Self {
            form: samples::mistaken(
                &by_hand.form,
                "products",
                "There is no product with the address or SKU “mugg”",
            ),
            ..by_hand.clone()
        };
        let searched = Self {
            picker: samples::searching(),
            picture: None,
            ..by_hand.clone()
        };
        vec![
            ("by-hand", by_hand),
            ("searched", searched),
            ("first", first),
            ("wrong", wrong),
        ]
    }
}

impl CollectionPage {
    fn by_hand() -> Self {
        let entry = |name: &str, facts: &str, current| Entry {
            name: name.into(),
            url: urls::collection(samples::id(1)),
            facts: facts.into(),
            current,
            is_hidden: name == "Winter 2025",
        };
        Self {
            panel: samples::panel(Spot::Collections),
            add: Some(urls::collections()),
            collections: vec![
                entry("For the breakfast table", "By hand, on the first page", true),
                entry("On sale", "By rule, in the header", false),
                entry("Winter 2025", "By hand", false),
            ],
            action: urls::collection(samples::id(1)),
            is_new: false,
            heading: "For the breakfast table".into(),
            version: "3".into(),
            slug_hint: "If you change it, the old address leads to the new one.".into(),
            size: Some("2 products in the shop now.".into()),
            picker: samples::picker(),
            hows: super::form::HOWS.map(|(word, text)| Choice::new(word, text)).into(),
            categories: samples::choices(&["Any category", "Table", "Textiles"]),
            currency: "EUR".into(),
            view: Some(crate::urls::collection("for-the-breakfast-table")),
            picture_action: Some(urls::collection_picture(samples::id(1))),
            picture: Some("/media/tarn-espresso-cup-moss.webp".into()),
            delete: Some(urls::delete_collection(samples::id(1))),
            may: true,
            form: FormView::prefilled([
                ("name", "For the breakfast table".to_owned()),
                ("how", "hand".into()),
                ("visible", "1".into()),
            ]),
        }
    }
}
