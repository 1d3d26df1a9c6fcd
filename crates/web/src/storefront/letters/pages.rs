//! What the pages show on which customers write: reviews, messages to the shop.

use serde::Serialize;

use crate::{
    http::{Entered, FormErrors, FormView},
    storefront::{
        Head, Picture,
        parts::{Notice, Status, sample},
    },
    templates::{Choice, Link, Page, format::When},
    urls,
};

/// Writing a review.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ReviewPage {
    /// Title and the like.
    pub head: Head,
    /// Something that was just done.
    pub said: Option<Notice>,
    /// The product's name.
    pub product: String,
    /// "Bought in oat, delivered Thu 17 September."
    pub bought: String,
    /// Where the form goes.
    pub action: String,
    /// The grades, the best first.
    pub ratings: Vec<Choice>,
    /// What was entered.
    pub form: FormView,
    /// The product's picture.
    pub photo: Picture,
}

/// The grades a product can get.
pub(crate) fn ratings() -> Vec<Choice> {
    [
        ("5", "Excellent"),
        ("4", "Very good"),
        ("3", "Good"),
        ("2", "Fair"),
        ("1", "Poor"),
    ]
    .map(|(value, label)| Choice::new(value, label))
    .into()
}

/// Writing to the shop.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ContactPage {
    /// Title and the like.
    pub head: Head,
    /// The product asked about.
    pub about: Option<About>,
    /// What it may be about.
    pub topics: Vec<Choice>,
    /// What was entered.
    pub form: FormView,
    /// The telephone number.
    pub phone: Option<Phone>,
    /// The shop's address, by line.
    pub place: Vec<String>,
}

/// The product asked about.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct About {
    /// Its name in addresses.
    pub slug: String,
    /// Its page.
    pub link: Link,
}

/// A telephone number.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Phone {
    /// As it is read.
    pub text: String,
    /// As it is dialled.
    pub dial: String,
}

impl Phone {
    /// The number `text`, dialled without what stands between its digits.
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            dial: text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(),
        }
    }
}

/// Asking for news by mail.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct NewsPage {
    /// Title and the like.
    pub head: Head,
    /// What was entered.
    pub form: FormView,
}

/// A thread with the shop.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ThreadPage {
    /// Title and the like.
    pub head: Head,
    /// Something that was just done.
    pub said: Option<Notice>,
    /// The thread's reference.
    pub number: String,
    /// What it is about.
    pub subject: String,
    /// Whose turn it is.
    pub state: Status,
    /// "Sun 22 November".
    pub asked: String,
    /// The order it is about.
    pub order: Option<String>,
    /// All that was written, oldest first.
    pub messages: Vec<MessageView>,
    /// Whether writing again opens it again.
    pub closed: bool,
    /// Where the form goes.
    pub action: String,
    /// What was entered.
    pub form: FormView,
}

/// One message.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MessageView {
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: When,
    /// Paragraphs of lines, so that no text ever becomes markup.
    pub paragraphs: Vec<Vec<String>>,
}

/// Plain text as paragraphs of lines.
pub(crate) fn paragraphs(text: &str) -> Vec<Vec<String>> {
    text.split("\n\n")
        .map(|paragraph| paragraph.lines().map(str::to_owned).collect())
        .collect()
}

impl Page for ReviewPage {
    const TEMPLATE: &'static str = "storefront/review.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let fresh = Self {
            head: sample::head("Review the Fell wool throw"),
            said: None,
            product: "Fell wool throw".into(),
            bought: "Bought in oat, delivered Thu 17 September.".into(),
            action: urls::write_review("0f"),
            ratings: ratings(),
            form: FormView::prefilled([("show", "Ines R.".to_owned())]),
            photo: sample::picture("Fell wool throw"),
        };
        let entered = Entered::parse(b"rating=4&text=Warm").unwrap_or_default();
        let mut errors = FormErrors::one("text", "Write at least 20 characters; this has 4");
        errors.add("ok", "Tick this to send the review");
        let wrong = Self {
            form: FormView::again(&entered, errors, &[]),
            ..fresh.clone()
        };
        vec![("fresh", fresh), ("error", wrong)]
    }
}

impl Page for ContactPage {
    const TEMPLATE: &'static str = "storefront/contact.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let fresh = Self {
            head: sample::head("Contact us"),
            about: None,
            topics: vec![Choice::new("order", "An order"), Choice::new("other", "Something else")],
            form: FormView::default(),
            phone: Some(Phone::new("+49 221 000 00 00")),
            place: vec!["Fieldhouse".into(), "Musterstraße 1".into(), "50667 Köln".into()],
        };
        let about = Self {
            about: Some(About {
                slug: "tarn-mug".into(),
                link: Link::new("Tarn mug", urls::product("tarn-mug")),
            }),
            phone: None,
            place: Vec::new(),
            ..fresh.clone()
        };
        let entered = Entered::parse(b"topic=other&email=x&message=hi").unwrap_or_default();
        let mut errors = FormErrors::one("name", "Enter your full name");
        errors.add("message", "Write at least 10 characters; this has 2");
        let wrong = Self {
            form: FormView::again(&entered, errors, &[]),
            ..fresh.clone()
        };
        vec![("fresh", fresh), ("product", about), ("error", wrong)]
    }
}

impl Page for ThreadPage {
    const TEMPLATE: &'static str = "storefront/thread.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let message = |by: &str, text: &str| MessageView {
            by: by.into(),
            at: sample::when("Sun 22 November, 14:37", "2026-11-22T14:37:00+01:00"),
            paragraphs: paragraphs(text),
        };
        let open = Self {
            head: sample::head("Inquiry INQ-1042"),
            said: Some(Notice::ok("Your message is sent")),
            number: "INQ-1042".into(),
            subject: "An order".into(),
            state: Status {
                icon: "mail",
                tone: "",
                text: "We are looking into it".into(),
            },
            asked: "Sun 22 November".into(),
            order: Some("1001-4F7K".into()),
            messages: vec![
                message(
                    "Ines Roth",
                    "One cup is chipped.\nSee below.\n\n<script>alert(1)</script>",
                ),
                message("Fieldhouse", "We send another one today."),
            ],
            closed: false,
            action: urls::inquiry("0f"),
            form: FormView::default(),
        };
        let closed = Self {
            said: None,
            closed: true,
            order: None,
            form: FormView::again(
                &Entered::default(),
                FormErrors::one("message", "Enter your message"),
                &[],
            ),
            ..open.clone()
        };
        vec![("open", open), ("closed-error", closed)]
    }
}

impl Page for NewsPage {
    const TEMPLATE: &'static str = "storefront/news.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |form| Self {
            head: sample::head("News by e-mail"),
            form,
        };
        let entered = Entered::parse(b"email=x").unwrap_or_default();
        let wrong = FormErrors::one("email", "Enter an e-mail address such as name@example.org");
        vec![
            ("plain", page(FormView::default())),
            ("error", page(FormView::again(&entered, wrong, &[]))),
        ]
    }
}
