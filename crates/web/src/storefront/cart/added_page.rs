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
}

impl Page for NotAddedPage {
    const TEMPLATE: &'static str = "storefront/not_added.html";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![(
            "sold-out",
            Self {
                head: sample::head("Cart"),
                reason: "This is sold out".into(),
                back_url: urls::product("tarn-mug"),
            },
        )]
    }
}
