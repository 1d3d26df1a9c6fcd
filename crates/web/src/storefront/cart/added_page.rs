use serde::Serialize;

use crate::{
    storefront::{Head, Picture, parts::sample},
    templates::Page,
    urls,
};

/// The strip beside the buy button that confirms what was put into the cart.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AddedPage {
    /// Title and the like.
    pub head: Head,
    /// "Tarn espresso cup, chalk, single × 1".
    pub text: String,
    /// "5 items".
    pub count: String,
    /// The cart's subtotal.
    pub subtotal: String,
    /// A small picture or the tile.
    pub picture_view: Picture,
    /// Why it is fewer than asked for.
    pub limited: Option<String>,
}

impl Page for AddedPage {
    const TEMPLATE: &'static str = "storefront/added.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let added = Self {
            head: sample::head("Cart"),
            text: "Tarn espresso cup, chalk, single × 1".into(),
            count: "5 items".into(),
            subtotal: "€194.26".into(),
            picture_view: sample::picture("Tarn espresso cup"),
            limited: None,
        };
        let limited = Self {
            limited: Some("Only 3 available; quantity set to 3".into()),
            ..added.clone()
        };
        vec![("added", added), ("limited", limited)]
    }
}

/// What the strip says instead when nothing was added.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct NotAddedPage {
    /// Title and the like.
    pub head: Head,
    /// Why, in a sentence.
    pub reason: String,
    /// Back to the product.
    pub back_url: String,
    /// The form once more, when only the quantity has to be mended.
    pub again: Option<AddAgain>,
}

/// What was asked for, to be asked for again with another quantity.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AddAgain {
    /// Where it is sent: to the cart, or to checkout.
    pub action: &'static str,
    /// The button's words.
    pub verb: &'static str,
    /// The quantity as typed.
    pub quantity: String,
    /// What names the product and its variant.
    pub kept: Vec<Kept>,
}

/// A field that goes along unseen.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Kept {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Page for NotAddedPage {
    const TEMPLATE: &'static str = "storefront/not_added.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let sold_out = Self {
            head: sample::head("Cart"),
            reason: "This is sold out".into(),
            back_url: urls::product("tarn-mug"),
            again: None,
        };
        let kept = Kept {
            name: "product".into(),
            value: "tarn-mug".into(),
        };
        let again = AddAgain {
            action: urls::cart_lines(),
            verb: "Add to cart",
            quantity: "1.5".into(),
            kept: vec![kept],
        };
        let mistyped = Self {
            reason: "Enter a quantity between 1 and 999".into(),
            again: Some(again),
            ..sold_out.clone()
        };
        vec![("sold-out", sold_out), ("mistyped", mistyped)]
    }
}
