//! What the product pages show.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Choice, Day, Hidden, Index, Link, Moment, Nothing, State, Thumb},
        samples,
    },
    http::FormView,
    templates::Page,
    urls::admin as urls,
};

/// `admin/products/list.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ListPage {
    pub(crate) panel: Panel,
    pub(crate) import: &'static str,
    pub(crate) add: Option<&'static str>,
    pub(crate) list: Index,
    pub(crate) rows: Vec<Row>,
    pub(crate) nothing: Nothing,
}

/// One product of the list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) title: String,
    pub(crate) url: String,
    pub(crate) picture: Option<Thumb>,
    pub(crate) state: State,
    /// "18 in 3 variants", "sold out".
    pub(crate) stock: String,
    /// `wn`, `neg`, `mut` or empty.
    pub(crate) stock_tone: &'static str,
    pub(crate) category: String,
    pub(crate) price: String,
    pub(crate) updated: Moment,
}

/// The choices both forms offer.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Offers {
    pub(crate) states: Vec<Choice>,
    pub(crate) categories: Vec<Choice>,
    pub(crate) tax_classes: Vec<Choice>,
    /// The shop's currency, as shown before an amount.
    pub(crate) currency: String,
    pub(crate) price_note: String,
}

/// `admin/products/add.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AddPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) action: &'static str,
    #[serde(flatten)]
    pub(crate) offers: Offers,
    pub(crate) form: FormView,
}

/// `admin/products/edit.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct EditPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) action: String,
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) state: State,
    pub(crate) available: String,
    pub(crate) sold: Option<String>,
    /// The product in the shop, when it is there.
    pub(crate) view: Option<String>,
    pub(crate) stock: String,
    pub(crate) activity: String,
    pub(crate) archive: Option<String>,
    /// What stands before the slug: `/p/`.
    pub(crate) slug_before: &'static str,
    pub(crate) pictures_action: String,
    pub(crate) pictures: Vec<Picture>,
    pub(crate) missing: Vec<MissingPicture>,
    pub(crate) variants_note: String,
    pub(crate) options: Vec<OptionField>,
    pub(crate) variants: Vec<VariantRow>,
    pub(crate) log: Vec<Day>,
    #[serde(flatten)]
    pub(crate) offers: Offers,
    pub(crate) rating: Option<Rating>,
    pub(crate) form: FormView,
}

/// One picture, with its alt text.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Picture {
    pub(crate) id: String,
    pub(crate) src: String,
    pub(crate) alt: String,
}

/// A picture of an import that is not there.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MissingPicture {
    pub(crate) address: String,
    /// "is being fetched", or why it could not be.
    pub(crate) state: String,
    pub(crate) is_wrong: bool,
}

/// The fields of one option; the spare ones wait for another.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OptionField {
    pub(crate) n: usize,
    pub(crate) is_spare: bool,
}

/// One line of the variant table. Its fields are in the form, named by the variant's id.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct VariantRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) on_hand: String,
    /// `neg b`, `wn b` or empty.
    pub(crate) tone: &'static str,
    pub(crate) stock: String,
}

/// What buyers think.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Rating {
    pub(crate) stars: String,
    pub(crate) text: String,
}

/// `admin/products/conflict.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ConflictPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) title: String,
    pub(crate) lede: String,
    pub(crate) action: String,
    /// The version the choice is saved on top of.
    pub(crate) version: String,
    /// Fields that are the same on both sides, carried along.
    pub(crate) same: Vec<Hidden>,
    pub(crate) fields: Vec<Disputed>,
}

/// One field that both changed.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Disputed {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) theirs: String,
    pub(crate) yours: String,
}

fn offers() -> Offers {
    Offers {
        states: samples::choices(&["Active", "Draft", "Archived"]),
        categories: samples::choices(&["None", "Table › Cups and mugs", "Table › Plates"]),
        tax_classes: samples::choices(&["Standard", "Reduced"]),
        currency: "€".into(),
        price_note: "With VAT in it.".into(),
    }
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "admin/products/list.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |title: &str, state, stock: &str, stock_tone, picture| Row {
            title: title.into(),
            url: urls::product(samples::id(1)),
            picture,
            state,
            stock: stock.into(),
            stock_tone,
            category: "Table › Bowls".into(),
            price: "€18.00 – €21.00".into(),
            updated: samples::moment("19 Nov"),
        };
        let full = Self {
            panel: samples::panel(Spot::Products),
            import: urls::imports(),
            add: Some(urls::add_product()),
            list: samples::index(
                urls::products(),
                "Products",
                "Name, SKU",
                &["All", "Active", "Draft", "Archived", "Sold out"],
            ),
            rows: vec![
                row(
                    "Combe Serving Bowl",
                    State::live("Active"),
                    "18 in 3 variants",
                    "",
                    samples::thumb(),
                ),
                row(
                    "Fell Linen Napkins",
                    State::draft("Draft"),
                    "0 in 4 variants",
                    "mut",
                    None,
                ),
                row(
                    "Rill Tumblers",
                    State::live("Active"),
                    "sold out",
                    "neg",
                    samples::thumb(),
                ),
                row("Whin Candle", State::ended("Archived"), "4 in 1 variant", "wn", None),
            ],
            nothing: Nothing::found("products", urls::products()),
        };
        let first = Self {
            rows: Vec::new(),
            nothing: Nothing::new(
                "No products yet",
                "A product is what customers find; its variants are what they buy.",
                Some(Link::new("Add product", urls::add_product())),
            ),
            ..full.clone()
        };
        vec![("full", full), ("first", first)]
    }
}

impl Page for AddPage {
    const TEMPLATE: &'static str = "admin/products/add.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let fresh = Self {
            panel: samples::panel(Spot::Products),
            back: Link::new("Products", urls::products()),
            action: urls::add_product(),
            offers: offers(),
            form: FormView::prefilled([("state", "active".to_owned())]),
        };
        let wrong = Self {
            form: samples::mistaken(&fresh.form, "price", "Enter an amount such as 18.00"),
            ..fresh.clone()
        };
        vec![("fresh", fresh), ("wrong", wrong)]
    }
}

impl Page for EditPage {
    const TEMPLATE: &'static str = "admin/products/edit.html";

    #[expect(clippy::too_many_lines, reason = "a sample is data")]
    fn samples() -> Vec<(&'static str, Self)> {
        let picture = |id: &str, alt: &str| Picture {
            id: id.into(),
            src: "/media/tarn-espresso-cup-moss.webp".into(),
            alt: alt.into(),
        };
        let variant = |id: &str, name: &str, on_hand: &str, tone| VariantRow {
            id: id.into(),
            name: name.into(),
            on_hand: on_hand.into(),
            tone,
            stock: urls::stock_of(samples::id(1)),
        };
        let text = |value: &str| value.to_owned();
        let full = Self {
            panel: samples::panel(Spot::Products),
            back: Link::new("Products", urls::products()),
            action: urls::product(samples::id(1)),
            title: "Tarn Espresso Cup".into(),
            version: "17".into(),
            state: State::live("Active"),
            available: "61 in 2 variants".into(),
            sold: Some("48".into()),
            view: Some(crate::urls::product("tarn-espresso-cup")),
            stock: urls::stock().into(),
            activity: urls::activity_of("product", "1"),
            archive: Some(urls::archive(samples::id(1))),
            slug_before: "/p/",
            pictures_action: urls::pictures(samples::id(1)),
            pictures: vec![picture("1", "Moss green espresso cup on its saucer"), picture("2", "")],
            missing: vec![MissingPicture {
                address: "https://cdn.example.com/products/tarn-espresso-cup-with-a-very-long-name-and-its-saucer.jpg"
                    .into(),
                state: "The server answered 404 Not Found".into(),
                is_wrong: true,
            }],
            variants_note: "2 variants, at most 250".into(),
            options: vec![
                OptionField { n: 1, is_spare: false },
                OptionField { n: 2, is_spare: true },
            ],
            variants: vec![variant("a", "Chalk", "14", ""), variant("b", "Moss", "0", "neg b")],
            log: samples::timeline(),
            offers: offers(),
            rating: Some(Rating {
                stars: "★★★★★".into(),
                text: "4.7 out of 5, 31 reviews".into(),
            }),
            form: FormView::prefilled([
                ("title", text("Tarn Espresso Cup")),
                ("slug", text("tarn-espresso-cup")),
                (
                    "description",
                    text("A small, heavy cup.\n\n- Holds 80 ml\n</textarea><script>"),
                ),
                ("state", text("active")),
                ("option-1", text("Colour")),
                ("values-1", text("Chalk, Moss")),
                ("sku-a", text("TRN-ESP-CHK-80")),
                ("price-a", text("18.00")),
                ("active-a", text("1")),
                ("sku-b", text("TRN-ESP-MOS-80")),
            ]),
        };
        let bare = Self {
            sold: None,
            view: None,
            archive: None,
            pictures: Vec::new(),
            missing: Vec::new(),
            log: Vec::new(),
            rating: None,
            options: vec![OptionField { n: 1, is_spare: true }],
            ..full.clone()
        };
        let wrong = Self {
            form: samples::mistaken(&full.form, "sku-b", "Another variant has this SKU"),
            ..full.clone()
        };
        vec![("full", full), ("bare", bare), ("wrong", wrong)]
    }
}

impl Page for ConflictPage {
    const TEMPLATE: &'static str = "admin/products/conflict.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let two = Self {
            panel: samples::panel(Spot::Products),
            back: Link::new("Tarn Espresso Cup", urls::product(samples::id(1))),
            title: "Tarn Espresso Cup".into(),
            lede: "Somebody saved this product while you had it open.".into(),
            action: urls::product(samples::id(1)),
            version: "18".into(),
            same: vec![Hidden {
                name: "slug".into(),
                value: "tarn-espresso-cup".into(),
            }],
            fields: vec![Disputed {
                name: "title".into(),
                label: "Title".into(),
                theirs: "Tarn Espresso Cup, stoneware".into(),
                yours: String::new(),
            }],
        };
        let none = Self {
            fields: Vec::new(),
            ..two.clone()
        };
        vec![("two", two), ("none", none)]
    }
}
