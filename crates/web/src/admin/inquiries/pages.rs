//! What the inquiry pages show.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Index, Link, Moment, Nothing, State},
        samples,
    },
    http::FormView,
    templates::Page,
    urls::admin as urls,
};

/// `admin/inquiries/list.html`: the inbox, and beside it one thread.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct InboxPage {
    pub(crate) panel: Panel,
    pub(crate) lede: String,
    pub(crate) list: Index,
    pub(crate) rows: Vec<Row>,
    pub(crate) nothing: Nothing,
    pub(crate) thread: Option<Thread>,
    pub(crate) form: FormView,
}

/// One inquiry of the inbox.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) url: String,
    pub(crate) subject: String,
    pub(crate) who: String,
    /// How the last message begins.
    pub(crate) start: String,
    pub(crate) age: String,
    pub(crate) is_late: bool,
    pub(crate) is_unread: bool,
    pub(crate) current: bool,
}

/// The thread that is open.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Thread {
    pub(crate) back: Link,
    pub(crate) subject: String,
    pub(crate) reference: String,
    pub(crate) state: State,
    pub(crate) who: String,
    pub(crate) email: String,
    pub(crate) order: Option<Link>,
    /// An order number somebody typed, which may be anybody's.
    pub(crate) claimed: Option<String>,
    pub(crate) product: Option<Link>,
    pub(crate) messages: Vec<Message>,
    /// Where an answer goes, for those who may write one.
    pub(crate) answer: Option<String>,
    pub(crate) close: Option<String>,
}

/// One message.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Message {
    /// `us`, `int` (a note for staff) or empty.
    pub(crate) kind: &'static str,
    pub(crate) who: String,
    pub(crate) from: String,
    pub(crate) at: Moment,
    pub(crate) paragraphs: Vec<String>,
    pub(crate) state: Option<State>,
}

impl Page for InboxPage {
    const TEMPLATE: &'static str = "admin/inquiries/list.html";

    #[expect(clippy::too_many_lines, reason = "a sample is data")]
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |subject: &str, who: &str, is_late, current| Row {
            url: urls::inquiry(samples::id(1)),
            subject: subject.into(),
            who: who.into(),
            start: "Hello, I unpacked the glasses this morning and two of".into(),
            age: "26 h".into(),
            is_late,
            is_unread: is_late,
            current,
        };
        let message = |kind, who: &str, text: &str, state| Message {
            kind,
            who: who.into(),
            from: "ines@albrecht.example".into(),
            at: samples::moment("Today 10:41"),
            paragraphs: text.split("\n\n").map(Into::into).collect(),
            state,
        };
        let open = Self {
            panel: samples::panel(Spot::Inquiries),
            lede: "3 open, 2 unread. The oldest has waited 26 hours; you promise 24.".into(),
            list: samples::index(urls::inquiries(), "Inquiries", "", &["Open", "Waiting", "Closed"]),
            rows: vec![
                row("Where is the second parcel?", "Clara Nováková", true, false),
                row("Two tumblers arrived chipped", "Ines Albrecht", false, true),
            ],
            nothing: Nothing::new("", "No open inquiries.", None),
            thread: Some(Thread {
                back: Link::new("Inquiries", urls::inquiries()),
                subject: "Two tumblers arrived chipped".into(),
                reference: "INQ-2291".into(),
                state: State::waiting("Open"),
                who: "Ines Albrecht".into(),
                email: "ines@albrecht.example".into(),
                order: Some(Link::new("1001-4F7K", urls::order("1001-4F7K"))),
                claimed: Some("0999-J7LA".into()),
                product: Some(Link::new("Rill Tumblers", urls::product(samples::id(1)))),
                messages: vec![
                    message(
                        "",
                        "Ines Albrecht",
                        "Hello,\n\ntwo of the four are chipped.\n<img src=x onerror=alert(1)>",
                        None,
                    ),
                    message("int", "Note for staff", "Clear from the photo.", None),
                    message(
                        "us",
                        "Fieldhouse",
                        "Hello Ines,\n\nit is on its way back.",
                        Some(State::done("Sent")),
                    ),
                ],
                answer: Some(urls::inquiry(samples::id(1))),
                close: Some(urls::close_inquiry(samples::id(1))),
            }),
            form: FormView::default(),
        };
        let wrong = Self {
            form: samples::mistaken(&open.form, "body", "Write a message"),
            ..open.clone()
        };
        let list = Self {
            thread: None,
            ..open.clone()
        };
        let none = Self {
            rows: Vec::new(),
            ..list.clone()
        };
        vec![("open", open), ("wrong", wrong), ("list", list), ("none", none)]
    }
}
