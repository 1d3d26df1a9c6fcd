//! What the settings pages show.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Choice, Fact, Link, State, Tab},
        samples,
    },
    http::FormView,
    templates::Page,
    urls::admin as urls,
};

/// The sections of the settings, one of them current.
pub(crate) fn sections(current: &str) -> Vec<Tab> {
    [
        ("Store", urls::settings_store()),
        ("Shipping", urls::settings_shipping()),
        ("Taxes", urls::settings_taxes()),
        ("Payments", urls::settings_payments()),
        ("Invoices", urls::settings_invoices()),
        ("E-mail", urls::settings_email()),
        ("Staff and roles", urls::settings_staff()),
    ]
    .into_iter()
    .map(|(text, url)| Tab::new(text, url, url == current))
    .collect()
}

/// `admin/settings/store.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct StorePage {
    pub(crate) panel: Panel,
    pub(crate) sections: Vec<Tab>,
    pub(crate) action: &'static str,
    pub(crate) version: String,
    /// Who changed it last, and when.
    pub(crate) last: Option<String>,
    pub(crate) currency: String,
    pub(crate) currency_hint: String,
    pub(crate) time_zones: Vec<Choice>,
    pub(crate) countries: Vec<Choice>,
    pub(crate) form: FormView,
}

/// `admin/settings/payments.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PaymentsPage {
    pub(crate) panel: Panel,
    pub(crate) sections: Vec<Tab>,
    pub(crate) action: &'static str,
    pub(crate) version: String,
    pub(crate) last: Option<String>,
    /// The shop's currency.
    pub(crate) symbol: String,
    /// What is not for real money, if anything.
    pub(crate) test_mode: Option<String>,
    /// The gateways the program was started with.
    pub(crate) methods: Vec<PaymentMethod>,
    /// Whether a gateway for cards is set up, so that it can be switched on and off.
    pub(crate) has_card: bool,
    /// "Set, ends in x9Lm", where Stripe has a key.
    pub(crate) key: Option<String>,
    pub(crate) form: FormView,
}

/// A way to pay.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PaymentMethod {
    pub(crate) name: String,
    pub(crate) state: State,
    pub(crate) facts: Vec<Fact>,
}

/// `admin/settings/invoices.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct InvoicesPage {
    pub(crate) panel: Panel,
    pub(crate) sections: Vec<Tab>,
    pub(crate) action: &'static str,
    pub(crate) version: String,
    pub(crate) last: Option<String>,
    /// Who sells, line by line, as it stands on documents.
    pub(crate) seller: Vec<String>,
    /// What is missing there, or empty.
    pub(crate) missing: String,
    /// Where that is changed.
    pub(crate) store: Link,
    /// The numbers that come next.
    pub(crate) next: Vec<Fact>,
    pub(crate) form: FormView,
}

/// `admin/settings/email.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct EmailPage {
    pub(crate) panel: Panel,
    pub(crate) sections: Vec<Tab>,
    pub(crate) action: &'static str,
    pub(crate) test_action: &'static str,
    pub(crate) version: String,
    pub(crate) last: Option<String>,
    pub(crate) state: State,
    pub(crate) encryptions: Vec<Choice>,
    /// "set", never the password.
    pub(crate) password_note: String,
    /// Whether there is a server to be tested.
    pub(crate) is_on: bool,
    pub(crate) queue: Vec<Fact>,
    pub(crate) form: FormView,
}

/// `admin/settings/staff.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct StaffPage {
    pub(crate) panel: Panel,
    pub(crate) sections: Vec<Tab>,
    pub(crate) action: &'static str,
    pub(crate) staff: Vec<Person>,
    pub(crate) roles: Vec<Choice>,
    pub(crate) matrix: Matrix,
    pub(crate) form: FormView,
}

/// A member of staff.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) role: String,
    /// The roles to choose from; empty where it may not be changed (oneself, the last owner).
    pub(crate) roles: Vec<Choice>,
    pub(crate) state: State,
    pub(crate) seen: String,
    pub(crate) act: String,
    pub(crate) disable: Option<String>,
    pub(crate) enable: bool,
    /// Whether the invitation can be sent again.
    pub(crate) again: bool,
}

/// Which role may do what.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Matrix {
    pub(crate) roles: Vec<String>,
    pub(crate) rows: Vec<MatrixRow>,
}

/// One permission, with a cell for each role.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MatrixRow {
    pub(crate) may: String,
    pub(crate) cells: Vec<bool>,
}

impl Page for StorePage {
    const TEMPLATE: &'static str = "admin/settings/store.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            panel: samples::panel(Spot::Settings),
            sections: sections(urls::settings_store()),
            action: urls::settings_store(),
            version: "3".into(),
            last: Some("Changed by Ana Berger, 3 November".into()),
            currency: "Euro, EUR".into(),
            currency_hint: "Fixed after the first order.".into(),
            time_zones: vec![Choice::new("Europe/Berlin", "Europe/Berlin")],
            countries: vec![Choice::new("DE", "Germany")],
            form: FormView::prefilled([("name", "Fieldhouse".to_owned()), ("country", "DE".into())]),
        };
        let wrong = Self {
            form: samples::mistaken(&full.form, "email", "Enter an e-mail address like name@example.com"),
            ..full.clone()
        };
        vec![("full", full), ("wrong", wrong)]
    }
}

impl Page for PaymentsPage {
    const TEMPLATE: &'static str = "admin/settings/payments.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            panel: samples::panel(Spot::Settings),
            sections: sections(urls::settings_payments()),
            action: urls::settings_payments(),
            version: "3".into(),
            last: Some("Changed by Ana Berger, 3 November".into()),
            symbol: "€".into(),
            test_mode: Some("Cards go to the sandbox gateway; no money moves.".into()),
            methods: vec![
                PaymentMethod {
                    name: "Card".into(),
                    state: State::draft("Test mode"),
                    facts: vec![
                        Fact::new("Takes", "Cards, on the page of the gateway"),
                        Fact::code("Webhook", "https://fieldhouse.example/webhooks/stripe"),
                    ],
                },
                PaymentMethod {
                    name: "Bank transfer".into(),
                    state: State::live("On"),
                    facts: vec![Fact::new("Takes", "Orders wait up to 7 days for the money")],
                },
            ],
            has_card: true,
            key: Some("Set, ends in x9Lm".into()),
            form: FormView::default(),
        };
        let wrong = Self {
            test_mode: None,
            has_card: false,
            last: None,
            form: samples::mistaken(&full.form, "iban", "Enter the IBAN or account number"),
            ..full.clone()
        };
        vec![("full", full), ("wrong", wrong)]
    }
}

impl Page for InvoicesPage {
    const TEMPLATE: &'static str = "admin/settings/invoices.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            panel: samples::panel(Spot::Settings),
            sections: sections(urls::settings_invoices()),
            action: urls::settings_invoices(),
            version: "2".into(),
            last: Some("Changed by Clara Novák, today 09:14".into()),
            seller: vec!["Fieldhouse GmbH".into(), "Musterstraße 1".into(), "50667 Köln".into()],
            missing: String::new(),
            store: Link::new("Change it under Store", urls::settings_store()),
            next: vec![
                Fact::new("Next invoice", "INV-00418"),
                Fact::new("Next credit note", "CN-00013"),
            ],
            form: FormView::default(),
        };
        let new = Self {
            seller: Vec::new(),
            missing: "An invoice needs the company, its address and its VAT number.".into(),
            last: None,
            ..full.clone()
        };
        vec![("full", full), ("new", new)]
    }
}

impl Page for EmailPage {
    const TEMPLATE: &'static str = "admin/settings/email.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            panel: samples::panel(Spot::Settings),
            sections: sections(urls::settings_email()),
            action: urls::settings_email(),
            test_action: urls::test_mail(),
            version: "3".into(),
            last: None,
            state: State::live("Mails leave through smtp.fieldhouse.example"),
            encryptions: vec![Choice::new("tls", "TLS"), Choice::new("start_tls", "STARTTLS")],
            password_note: "set on 4 March".into(),
            is_on: true,
            queue: vec![
                Fact::new("Waiting", "0"),
                Fact::new("Given up", "1").linked(urls::mailbox()),
            ],
            form: FormView::prefilled([
                ("encryption", "tls".to_owned()),
                ("test_to", "ana@fieldhouse.example".into()),
            ]),
        };
        let wrong = Self {
            state: State::failed("535 wrong password"),
            form: samples::mistaken(&full.form, "password", "The server does not take this password"),
            ..full.clone()
        };
        vec![("full", full), ("wrong", wrong)]
    }
}

impl Page for StaffPage {
    const TEMPLATE: &'static str = "admin/settings/staff.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let person = |name: &str, role: &str, state| Person {
            name: name.into(),
            email: "jo@fieldhouse.example".into(),
            role: role.into(),
            roles: Vec::new(),
            state,
            seen: "2 min ago".into(),
            act: urls::staff(samples::id(1)),
            disable: None,
            enable: false,
            again: false,
        };
        let full = Self {
            panel: samples::panel(Spot::Settings),
            sections: sections(urls::settings_staff()),
            action: urls::settings_staff(),
            staff: vec![
                person("Ana Berger", "Owner", State::live("Active")),
                Person {
                    roles: samples::choices(&["Owner", "Fulfilment"]),
                    disable: Some(urls::disable_staff(samples::id(2))),
                    ..person("Jo Marchetti", "Fulfilment", State::live("Active"))
                },
                Person {
                    enable: true,
                    ..person("Lia Schuster", "Catalogue", State::ended("Locked out"))
                },
                Person {
                    again: true,
                    ..person("Kim Noor", "Support", State::draft("Invited"))
                },
            ],
            roles: samples::choices(&["Owner", "Catalogue", "Fulfilment"]),
            matrix: Matrix {
                roles: vec!["Catalogue".into(), "Fulfilment".into()],
                rows: vec![MatrixRow {
                    may: "Send parcels".into(),
                    cells: vec![false, true],
                }],
            },
            form: FormView::default(),
        };
        let wrong = Self {
            form: samples::mistaken(&full.form, "email", "Somebody with this address works here already"),
            ..full.clone()
        };
        vec![("full", full), ("wrong", wrong)]
    }
}
