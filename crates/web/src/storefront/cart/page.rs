use serde::Serialize;

use super::code::{CodeView, sample_codes};
use crate::{
    http::{Entered, FormErrors, FormView},
    storefront::{
        Head, IndexEntry, Picture,
        parts::{self, Notice, Row, Sums, sample},
    },
    templates::Page,
};

/// The cart.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CartPage {
    head: Head,
    cart: CartView,
}

impl CartPage {
    /// The page about `cart` in the shop of that name.
    pub(crate) fn new(shop: &str, cart: CartView) -> Self {
        Self {
            head: parts::head(shop, "Cart", &cart.form),
            cart,
        }
    }
}

/// What the cart shows: lines, what changed since last time, figures, or where to go when it is empty.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct CartView {
    /// What to read out after a change: "Quantity 3, total €212.26".
    pub announce: Option<String>,
    /// The lines, oldest first.
    pub lines: Vec<LineView>,
    /// A line that was just taken out, to put back.
    pub removed: Option<Removed>,
    /// Said once: something was added, two carts became one.
    pub said: Option<Notice>,
    /// What changed since the last visit.
    pub changes: Vec<Change>,
    /// Subtotal to total.
    pub sums: Option<Sums>,
    /// When it would arrive if ordered today: "Thu 26 – Fri 27 November".
    pub arrives: Option<String>,
    /// Why this cart cannot be ordered as it is.
    pub blocked: Option<String>,
    /// Errors of the form that was sent.
    pub form: FormView,
    /// The discount codes that were entered.
    pub codes: Vec<CodeView>,
    /// Whether somebody is signed in.
    pub signed_in: bool,
    /// Ways on from an empty cart.
    pub categories: Vec<IndexEntry>,
}

/// One line of the cart.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct LineView {
    /// The variant's id, which is the line's name in forms.
    pub variant: String,
    /// Where its changes are sent.
    pub change_url: String,
    /// The product's page with this variant chosen.
    pub url: String,
    /// The product's name.
    pub name: String,
    /// Its option values, or empty.
    pub options: String,
    /// A small picture or the tile.
    pub picture: Picture,
    /// The price of one.
    pub unit_price: String,
    /// The old price of one, when it is reduced.
    pub was: Option<String>,
    /// How many; what was typed when that was refused.
    pub quantity: String,
    /// What the minus button sets.
    pub fewer: u32,
    /// What the plus button sets.
    pub more: u32,
    /// Price times quantity.
    pub total: String,
    /// "Only 1 left".
    pub low: Option<String>,
    /// Why it cannot be bought any more.
    pub gone: Option<String>,
    /// Why the quantity that was sent was not taken.
    pub wrong: Option<String>,
}

/// A line that was just taken out.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Removed {
    /// The product's name.
    pub name: String,
    /// The variant's id.
    pub variant: String,
    /// How many there were.
    pub quantity: u32,
}

/// Something that is not as it was at the last visit.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Change {
    /// The product's name.
    pub name: String,
    /// The old price, when the price changed.
    pub old_price: Option<String>,
    /// The new price, when the price changed.
    pub new_price: Option<String>,
    /// What happened, when it is not the price.
    pub text: String,
}

impl Page for CartPage {
    const TEMPLATE: &'static str = "storefront/cart.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = CartView {
            lines: sample_lines(),
            sums: Some(sample_sums()),
            arrives: Some("Thu 26 – Fri 27 November".into()),
            ..CartView::default()
        };
        let changed = CartView {
            changes: sample_changes(),
            said: Some(Notice::ok("The cart from your last visit and this one are now one.")),
            ..full.clone()
        };
        let removed = CartView {
            removed: Some(Removed {
                name: "Scar vase".into(),
                variant: "01890a5d-ac96-774b-bcce-b302099a8057".into(),
                quantity: 1,
            }),
            announce: Some("Removed Scar vase. Undo".into()),
            ..full.clone()
        };
        let mut refused = full.clone();
        refused.lines[1].wrong = Some("Enter a quantity between 1 and 999".into());
        refused.lines[1].quantity = "-3".into();
        let wrong = FormErrors::one("qty-teapot", "Enter a quantity between 1 and 999");
        refused.form = FormView::again(&Entered::default(), wrong, &[]);
        let mut gone = full.clone();
        gone.lines[0].gone = Some("Sold out".into());
        gone.blocked = Some("Remove what is sold out to go on.".into());
        let mut coded = full.clone();
        coded.codes = sample_codes();
        coded.form = FormView::again(
            &Entered::parse(b"code=SPRING").unwrap_or_default(),
            FormErrors::one("code", "This code has expired"),
            &[],
        );
        let mut without_tax = full.clone();
        without_tax.sums = Some(Sums {
            note: "Without VAT: reverse charge for VAT id ATU13585627. You account for the tax in Austria.".into(),
            ..sample_sums()
        });
        let empty = CartView {
            categories: vec![IndexEntry {
                name: "Tableware".into(),
                url: crate::urls::category("tableware"),
                count: 24,
                picture: sample::picture("Tarn mug"),
            }],
            ..CartView::default()
        };
        vec![
            ("full", Self::new("Fieldhouse", full)),
            ("changed", Self::new("Fieldhouse", changed)),
            ("removed", Self::new("Fieldhouse", removed)),
            ("refused", Self::new("Fieldhouse", refused)),
            ("codes", Self::new("Fieldhouse", coded)),
            ("reverse-charge", Self::new("Fieldhouse", without_tax)),
            ("sold-out", Self::new("Fieldhouse", gone)),
            ("empty", Self::new("Fieldhouse", empty)),
        ]
    }
}

fn sample_lines() -> Vec<LineView> {
    let line = |variant: &str, name: &str, options: &str, price: &str, quantity: u32, total: &str| LineView {
        variant: variant.into(),
        change_url: crate::urls::cart_line(variant),
        url: crate::urls::product(variant),
        name: name.into(),
        options: options.into(),
        picture: sample::picture(name),
        unit_price: price.into(),
        was: None,
        quantity: quantity.to_string(),
        fewer: quantity - 1,
        more: quantity + 1,
        total: total.into(),
        low: None,
        gone: None,
        wrong: None,
    };
    let mut lines = vec![
        line("cup", "Tarn espresso cup", "Moss, set of two", "€40.00", 2, "€80.00"),
        line("teapot", "Combe teapot", "Iron", "€89.00", 1, "€89.00"),
        line("tumblers", "Rill tumblers, set of two", "Amber", "€22.40", 1, "€22.40"),
    ];
    lines[1].low = Some("Only 1 left".into());
    lines[2].was = Some("€28.00".into());
    lines
}

fn sample_sums() -> Sums {
    Sums {
        rows: vec![
            Row::new("Subtotal, 4 items", "€191.40"),
            Row::new("Delivery to Germany", "Free"),
            Row::new("VAT 19 %, included", "€30.56"),
        ],
        total_label: "Total".into(),
        total: "€191.40".into(),
        note: String::new(),
    }
}

fn sample_changes() -> Vec<Change> {
    vec![
        Change {
            name: "Rill tumblers".into(),
            old_price: Some("€28.00".into()),
            new_price: Some("€22.40".into()),
            text: String::new(),
        },
        Change {
            name: "Combe teapot".into(),
            old_price: None,
            new_price: None,
            text: "only 1 left, so the quantity went from 2 to 1.".into(),
        },
    ]
}
