//! What the mailbox shows.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Index, Link, Moment, Nothing, State, Tab},
        samples,
    },
    templates::Page,
    urls::admin as urls,
};

/// `admin/mailbox/list.html`: the list, and beside it one mail.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MailboxPage {
    pub(crate) panel: Panel,
    pub(crate) lede: String,
    pub(crate) list: Index,
    pub(crate) rows: Vec<Row>,
    pub(crate) nothing: Nothing,
    pub(crate) mail: Option<OpenMail>,
}

/// One mail of the list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) url: String,
    pub(crate) subject: String,
    pub(crate) to: String,
    pub(crate) at: Moment,
    pub(crate) state: State,
    pub(crate) current: bool,
}

/// The mail that is open.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OpenMail {
    pub(crate) subject: String,
    pub(crate) to: String,
    pub(crate) state: State,
    /// What the mail server said last, when it did not take it.
    pub(crate) error: Option<String>,
    pub(crate) about: Option<Link>,
    pub(crate) message_id: String,
    pub(crate) resend: Option<String>,
    /// Designed, plain text, source.
    pub(crate) forms: Vec<Tab>,
    /// Where the designed form is, for a sandboxed frame; else `source` is shown.
    pub(crate) frame: Option<String>,
    pub(crate) source: String,
}

impl Page for MailboxPage {
    const TEMPLATE: &'static str = "admin/mailbox/list.html";

    #[expect(clippy::too_many_lines, reason = "a sample is data")]
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |subject: &str, state, current| Row {
            url: urls::mail(samples::id(1)),
            subject: subject.into(),
            to: "Ines Albrecht".into(),
            at: samples::moment("13:52"),
            state,
            current,
        };
        let tab = |text: &str, form: &str, current| Tab::new(text, format!("?as={form}"), current);
        let open = Self {
            panel: samples::panel(Spot::Mailbox),
            lede: "Mails are kept here and not sent: no mail server is set up.".into(),
            list: samples::index(
                urls::mailbox(),
                "Mails",
                "Address, subject",
                &["All", "Waiting", "Failed"],
            ),
            rows: vec![
                row("Order 1006-T3QD received", State::done("Sent"), false),
                row(
                    "Order 1001-4F7K shipped, arrives Tue 24 November",
                    State::draft("Queued"),
                    true,
                ),
                row("Order 1004-R6XB received", State::failed("Given up"), false),
            ],
            nothing: Nothing::new(
                "",
                "No mails yet. Every mail to a customer is kept here as it was sent.",
                None,
            ),
            mail: Some(OpenMail {
                subject: "Order 1001-4F7K shipped, arrives Tue 24 November".into(),
                to: "ines@albrecht.example".into(),
                state: State::done("Accepted by the server, first try"),
                error: None,
                about: Some(Link::new("Order 1001-4F7K", urls::order("1001-4F7K"))),
                message_id: "<o1001.shipped.1@fieldhouse.example>".into(),
                resend: Some(urls::resend(samples::id(1))),
                forms: vec![
                    tab("Designed", "html", true),
                    tab("Plain text", "text", false),
                    tab("Source", "source", false),
                ],
                frame: Some(urls::mail_body(samples::id(1))),
                source: String::new(),
            }),
        };
        let mut source = open.clone();
        if let Some(mail) = &mut source.mail {
            mail.frame = None;
            mail.error = Some("451 greylisted, try later".into());
            mail.source = "Hello Ines Albrecht,\n\nthe first parcel left us today.\n<script>".into();
        }
        let list = Self {
            mail: None,
            ..open.clone()
        };
        let none = Self {
            rows: Vec::new(),
            ..list.clone()
        };
        vec![("open", open), ("source", source), ("list", list), ("none", none)]
    }
}
