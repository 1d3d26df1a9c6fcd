//! What the page of the account's reviews shows.

use serde::Serialize;

use super::pages::Side;
use crate::{
    storefront::{
        Head, Picture,
        parts::{Notice, Status, sample},
    },
    templates::Page,
    urls,
};

/// What was bought and reviewed, or not yet.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ReviewsPage {
    /// Title and the like.
    pub head: Head,
    /// The account's pages.
    pub account: Side,
    /// Something that was just done.
    pub said: Option<Notice>,
    /// What arrived and has no review.
    pub waiting: Vec<ToReview>,
    /// What was written.
    pub written: Vec<WrittenReview>,
}

/// Something that arrived and has no review.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ToReview {
    /// A small picture or the tile.
    pub picture: Picture,
    /// The product's name.
    pub name: String,
    /// The option values, or empty.
    pub options: String,
    /// "Thu 17 September".
    pub delivered: String,
    /// Writing it.
    pub url: String,
}

/// A review of one's own.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct WrittenReview {
    /// A small picture or the tile.
    pub picture: Picture,
    /// The product's name.
    pub name: String,
    /// The product's page, while there is one.
    pub product_url: Option<String>,
    /// Whether others see it.
    pub status: Status,
    /// 1 to 5.
    pub stars: i64,
    /// May be empty.
    pub title: String,
    /// The text.
    pub paragraphs: Vec<String>,
    /// What the shop said to it.
    pub reply: Option<String>,
    /// Changing it, until it was checked.
    pub change_url: Option<String>,
}

impl Page for ReviewsPage {
    const TEMPLATE: &'static str = "storefront/account/reviews.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let status = |icon, tone, text: &str| Status {
            icon,
            tone,
            text: text.into(),
        };
        let checked = WrittenReview {
            picture: sample::picture("Combe teapot"),
            name: "Combe teapot".into(),
            product_url: Some(urls::product("combe-teapot")),
            status: status("check", "okc", "On the product’s page"),
            stars: 4,
            title: "Pours well".into(),
            paragraphs: vec!["No drops on the table, and the lid stays on.".into()],
            reply: Some("Thank you, Ines.".into()),
            change_url: None,
        };
        let pending = WrittenReview {
            status: status("alert", "", "Being checked"),
            title: String::new(),
            reply: None,
            product_url: None,
            change_url: Some(urls::account_review("1001-4F7K", "1")),
            ..checked.clone()
        };
        let full = Self {
            head: sample::head("Your reviews"),
            account: Side::at(urls::account_reviews()),
            said: Some(Notice::ok("Thank you for your review")),
            waiting: vec![ToReview {
                picture: sample::picture("Tarn espresso cup"),
                name: "Tarn espresso cup".into(),
                options: "Moss, set of two".into(),
                delivered: "Thu 17 September".into(),
                url: urls::account_review("1001-4F7K", "2"),
            }],
            written: vec![pending, checked],
        };
        let empty = Self {
            said: None,
            waiting: Vec::new(),
            written: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("empty", empty)]
    }
}
