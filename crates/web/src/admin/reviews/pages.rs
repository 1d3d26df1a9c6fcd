//! What the review pages show.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Index, Link, Moment, Nothing, Thumb},
        samples,
    },
    http::FormView,
    templates::Page,
    urls::admin as urls,
};

/// `admin/reviews/list.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ListPage {
    pub(crate) panel: Panel,
    pub(crate) list: Index,
    pub(crate) rows: Vec<Row>,
    pub(crate) nothing: Nothing,
}

/// One review.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) stars: String,
    pub(crate) rating: String,
    pub(crate) title: String,
    pub(crate) text: String,
    /// Why it was rejected.
    pub(crate) reason: Option<String>,
    pub(crate) reply: Option<String>,
    pub(crate) picture: Option<Thumb>,
    pub(crate) product: Link,
    pub(crate) author: String,
    /// Whether its writer is known to have bought the product.
    pub(crate) is_bought: bool,
    pub(crate) at: Moment,
    /// Where decisions go, for those who may make them.
    pub(crate) act: Option<String>,
    pub(crate) can_publish: bool,
    pub(crate) can_reject: bool,
    pub(crate) reject: String,
    pub(crate) answer: String,
}

/// `admin/reviews/answer.html`: rejecting with a reason, or replying.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AnswerPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) heading: String,
    pub(crate) lede: String,
    pub(crate) review: Reviewed,
    pub(crate) action: String,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) max: usize,
    pub(crate) verb: &'static str,
    pub(crate) is_dangerous: bool,
    pub(crate) form: FormView,
}

/// The review that is answered.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Reviewed {
    pub(crate) author: String,
    pub(crate) product: String,
    pub(crate) stars: String,
    pub(crate) rating: String,
    pub(crate) title: String,
    pub(crate) text: String,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "admin/reviews/list.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |title: &str, rating: &str, stars: &str, can_publish| Row {
            stars: stars.into(),
            rating: rating.into(),
            title: title.into(),
            text: "The glaze has a depth you cannot see on the screen.\nTwo months of daily use.".into(),
            reason: None,
            reply: None,
            picture: samples::thumb(),
            product: Link::new("Tarn Espresso Cup, Moss", urls::product(samples::id(1))),
            author: "Amira Haddad, 4 orders".into(),
            is_bought: can_publish,
            at: samples::moment("20 Nov"),
            act: Some(urls::review(samples::id(1))),
            can_publish,
            can_reject: true,
            reject: urls::reject_review(samples::id(1)),
            answer: urls::reply_review(samples::id(1)),
        };
        let full = Self {
            panel: samples::panel(Spot::Reviews),
            list: samples::index(urls::reviews(), "Reviews", "", &["To check", "Published", "Rejected"]),
            rows: vec![
                row("Better than the photo", "5", "★★★★★", true),
                Row {
                    reply: Some("Thank you, Amira.".into()),
                    reason: Some("Names a competitor".into()),
                    ..row("Lid does not sit", "2", "★★☆☆☆", false)
                },
                Row {
                    act: None,
                    ..row("Heavy", "4", "★★★★☆", false)
                },
            ],
            nothing: Nothing::new(
                "Nothing to check",
                "New reviews come here before they are published.",
                None,
            ),
        };
        let none = Self {
            rows: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("none", none)]
    }
}

impl Page for AnswerPage {
    const TEMPLATE: &'static str = "admin/reviews/answer.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let reject = Self {
            panel: samples::panel(Spot::Reviews),
            back: Link::new("Reviews", urls::reviews()),
            heading: "Reject this review".into(),
            lede: "It is not shown in the shop. The buyer is not told.".into(),
            review: Reviewed {
                author: "Owen G.".into(),
                product: "Combe Teapot, Iron".into(),
                stars: "★★☆☆☆".into(),
                rating: "2".into(),
                title: "Lid does not sit".into(),
                text: "Saw the same one for less elsewhere.".into(),
            },
            action: urls::reject_review(samples::id(1)),
            label: "Reason",
            hint: "For staff; kept in the activity list.",
            max: 500,
            verb: "Reject review",
            is_dangerous: true,
            form: FormView::default(),
        };
        let wrong = Self {
            form: samples::mistaken(&reject.form, "text", "Say why"),
            ..reject.clone()
        };
        let reply = Self {
            is_dangerous: false,
            verb: "Publish reply",
            label: "Reply",
            ..reject.clone()
        };
        vec![("reject", reject), ("wrong", wrong), ("reply", reply)]
    }
}
