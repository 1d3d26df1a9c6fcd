use std::ops::Deref;

use minijinja::Value;
use serde::Serialize;

use crate::urls;

/// What surrounds every page: the shop's name, its navigation, its footer. The same for everybody.
///
/// Built when the shop's settings or its category tree change, and shared by all pages until they change again: it is laid out for the
/// templates once, because a tree of a thousand categories takes longer than many a page.
#[derive(Debug, Clone)]
pub struct Frame {
    surroundings: Surroundings,
    value: Value,
}

impl From<Surroundings> for Frame {
    fn from(surroundings: Surroundings) -> Self {
        Self {
            value: Value::from_serialize(&surroundings),
            surroundings,
        }
    }
}

impl Deref for Frame {
    type Target = Surroundings;

    fn deref(&self) -> &Surroundings {
        &self.surroundings
    }
}

/// What a [`Frame`] is made of.
#[derive(Debug, Clone, Serialize)]
pub struct Surroundings {
    /// The shop's name.
    pub name: String,
    /// The language of the pages, as in `<html lang>`.
    pub language: String,
    /// The shop's own address, without a slash at the end, for links that must be absolute.
    pub base_url: String,
    /// One sentence above the header, if there is something to say.
    pub announcement: Option<String>,
    /// At most five categories, shown in the header.
    pub top: Vec<Link>,
    /// The collections that staff have put into the header; all of them are in the menu.
    pub collections: Vec<Link>,
    /// The whole tree, shown in the menu and at `/categories`.
    pub tree: Vec<Section>,
    /// The footer's columns of links.
    pub footer: Vec<FooterColumn>,
    /// Ways to pay, as a sentence.
    pub ways_to_pay: Option<String>,
    /// Currency and tax, as a sentence: "Prices in euro, incl. VAT."
    pub price_note: String,
    /// Who this is and when one hears back: "Fieldhouse, Cologne. Reply within one working day."
    pub contact_note: String,
    /// Telephone number, if the shop answers one.
    pub phone: Option<String>,
    /// When the telephone is answered.
    pub hours: Option<String>,
    /// Where customers write to.
    pub email: Option<String>,
    /// The stylesheet of the shop's own colour.
    pub accent: Option<String>,
}

/// A link with its text.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// What is read.
    pub text: String,
    /// Where it leads.
    pub url: String,
}

impl Link {
    /// A link reading `text` to `url`.
    pub fn new(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            url: url.into(),
        }
    }
}

/// A top category with those below it.
#[derive(Debug, Clone, Serialize)]
pub struct Section {
    /// The category.
    pub link: Link,
    /// The categories in it.
    pub children: Vec<Link>,
}

/// One column of the footer.
#[derive(Debug, Clone, Serialize)]
pub struct FooterColumn {
    /// Its heading.
    pub title: String,
    /// Its links.
    pub links: Vec<Link>,
}

impl Frame {
    pub(super) fn value(&self) -> Value {
        self.value.clone()
    }

    /// A shop like the demo's, for samples and tests.
    pub fn sample() -> Self {
        let section = |name: &str, children: &[&str]| Section {
            link: Link::new(name, urls::category(&slug(name))),
            children: children
                .iter()
                .map(|child| Link::new(*child, urls::category(&slug(child))))
                .collect(),
        };
        let tree = vec![
            section("Tableware", &["Cups and mugs", "Plates", "Bowls", "Serving", "Teapots"]),
            section("Glassware", &["Tumblers", "Carafes", "Wine"]),
            section("Kitchen", &["Boards", "Storage", "Tools"]),
            section("Textiles", &["Table linen", "Tea towels", "Throws", "Aprons"]),
            section("Vases and objects", &["Vases", "Candle holders"]),
            section("Lighting", &["Table lamps", "Pendants"]),
        ];
        Surroundings {
            name: "Fieldhouse".into(),
            language: "en".into(),
            base_url: "https://fieldhouse.example".into(),
            announcement: Some("Free delivery over €80 until 13 December".into()),
            top: ["Tableware", "Glassware", "Kitchen", "Textiles", "Lighting"]
                .map(|name| Link::new(name, urls::category(&slug(name))))
                .into(),
            collections: vec![Link::new(
                "For the breakfast table",
                urls::collection("for-the-breakfast-table"),
            )],
            footer: Self::footer_of("Fieldhouse", &tree),
            tree,
            ways_to_pay: Some("Pay by card, bank transfer or cash on delivery.".into()),
            price_note: "Prices in euro, incl. VAT.".into(),
            contact_note: "Fieldhouse, Cologne. Reply within one working day.".into(),
            phone: Some("+49 221 000 00 00".into()),
            hours: Some("Mon – Fri, 9:00 – 17:00".into()),
            email: Some("hello@fieldhouse.example".into()),
            accent: None,
        }
        .into()
    }

    /// The footer every shop starts with.
    pub fn footer_of(shop: &str, tree: &[Section]) -> Vec<FooterColumn> {
        let column = |title: &str, links: Vec<Link>| FooterColumn {
            title: title.into(),
            links,
        };
        let mut goods: Vec<Link> = tree.iter().take(3).map(|top| top.link.clone()).collect();
        goods.push(Link::new("All goods", urls::categories()));
        vec![
            column(
                "Help",
                vec![
                    Link::new("Contact us", urls::contact()),
                    Link::new("Track an order", urls::track()),
                    Link::new("Shipping and returns", urls::shipping_returns()),
                    Link::new("Ways to pay", urls::ways_to_pay()),
                ],
            ),
            column("Shop", goods),
            column(
                shop,
                vec![
                    Link::new("About", urls::content("about")),
                    Link::new("Accessibility", urls::content("accessibility")),
                ],
            ),
            column(
                "Legal",
                vec![
                    Link::new("Terms", urls::content("terms")),
                    Link::new("Privacy", urls::content("privacy")),
                    Link::new("Imprint", urls::content("imprint")),
                ],
            ),
        ]
    }
}

fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}
