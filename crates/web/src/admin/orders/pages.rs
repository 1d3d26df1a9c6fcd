//! What the order pages show.

use serde::Serialize;

use super::buyer::{Buyer, Vat};
use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Choice, Day, Filter, Index, Link, Moment, Nothing, State, Tab, Thumb},
        samples,
    },
    http::FormView,
    templates::Page,
    urls::admin as urls,
};

/// `admin/orders/list.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ListPage {
    pub(crate) panel: Panel,
    pub(crate) list: Index,
    /// Where the form for a file of all that the list shows goes.
    pub(crate) export_url: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) nothing: Nothing,
}

/// One order of the list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) number: String,
    pub(crate) url: String,
    pub(crate) placed: Moment,
    pub(crate) customer: String,
    pub(crate) country: String,
    pub(crate) n_items: String,
    pub(crate) total: String,
    pub(crate) order: State,
    pub(crate) payment: State,
    pub(crate) fulfilment: State,
    pub(crate) delivery: String,
}

/// `admin/orders/show.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OrderPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) number: String,
    pub(crate) order: State,
    pub(crate) payment: State,
    pub(crate) fulfilment: State,
    /// "Send 3 items", when there is something to send and one may.
    pub(crate) ship: Option<Link>,
    pub(crate) mark_paid: Option<Link>,
    /// Where authorised money is taken.
    pub(crate) capture: Option<String>,
    /// What must be known before anything is done with it: a dispute, an authorisation that ends.
    pub(crate) warning: Option<String>,
    pub(crate) refund: Option<String>,
    pub(crate) cancel: Option<String>,
    pub(crate) mails: Option<String>,
    pub(crate) activity: String,
    pub(crate) groups: Vec<LineGroup>,
    pub(crate) price_note: String,
    pub(crate) ledger: Vec<LedgerRow>,
    pub(crate) refundable: Option<String>,
    pub(crate) payments: Vec<Attempt>,
    /// Invoice and credit notes, the first one first.
    pub(crate) documents: Vec<Paper>,
    /// What goes into the parcel, to print, while something is to be sent.
    pub(crate) slip: Option<String>,
    pub(crate) timeline_tabs: Vec<Tab>,
    pub(crate) timeline: Vec<Day>,
    /// Where a note goes, for those who may write one.
    pub(crate) note_action: Option<String>,
    pub(crate) form: FormView,
    pub(crate) customer: Buyer,
    pub(crate) address: Vec<String>,
    /// The billing address, when it is another.
    pub(crate) billing: Option<Vec<String>>,
    pub(crate) delivery: Delivery,
    pub(crate) customer_note: Option<String>,
}

/// An invoice or a credit note.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Paper {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) issued: Moment,
    pub(crate) amount: String,
}

/// Lines in one state: still to send, one parcel, cancelled.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct LineGroup {
    pub(crate) mark: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) title: String,
    pub(crate) note: String,
    pub(crate) tracking: Option<Tracking>,
    pub(crate) ship: Option<String>,
    pub(crate) deliver: Option<String>,
    /// What is in it, to print.
    pub(crate) slip: Option<String>,
    pub(crate) lines: Vec<Line>,
}

/// A carrier with a tracking number, and where to follow it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Tracking {
    pub(crate) text: String,
    pub(crate) url: Option<String>,
}

/// One order line, or a part of it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Line {
    pub(crate) picture: Option<Thumb>,
    pub(crate) name: String,
    pub(crate) variant: String,
    pub(crate) sku: String,
    pub(crate) url: Option<String>,
    pub(crate) quantity: String,
    pub(crate) price: String,
    pub(crate) amount: String,
}

/// A figure of the money section and where it comes from.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct LedgerRow {
    pub(crate) name: String,
    pub(crate) code: Option<String>,
    pub(crate) aside: Option<String>,
    pub(crate) amount: String,
    /// `sum`, `bal` or empty.
    pub(crate) weight: &'static str,
    pub(crate) rows: Vec<Amount>,
    pub(crate) note: Option<String>,
}

/// A line of a derivation.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Amount {
    pub(crate) text: String,
    pub(crate) amount: String,
    pub(crate) is_total: bool,
}

impl Amount {
    pub(crate) fn new(text: impl Into<String>, amount: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            amount: amount.into(),
            is_total: false,
        }
    }

    pub(crate) fn total(text: impl Into<String>, amount: impl Into<String>) -> Self {
        Self {
            is_total: true,
            ..Self::new(text, amount)
        }
    }
}

/// One attempt to be paid, or one refund.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Attempt {
    pub(crate) name: String,
    pub(crate) at: Moment,
    pub(crate) method: String,
    pub(crate) reference: String,
    pub(crate) state: State,
    pub(crate) reason: Option<String>,
    pub(crate) amount: String,
    pub(crate) is_void: bool,
    /// Where staff say that they have sent the money of this refund.
    pub(crate) sent: Option<String>,
}

/// How it is sent and what was promised.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Delivery {
    pub(crate) method: String,
    pub(crate) promised: String,
    /// Whether the promise was kept, once that is known.
    pub(crate) kept: Option<State>,
}

/// `admin/orders/ship.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ShipPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) number: String,
    pub(crate) action: String,
    pub(crate) lede: String,
    pub(crate) left: String,
    pub(crate) lines: Vec<ShipLine>,
    pub(crate) carriers: Vec<Choice>,
    pub(crate) customer: Recipient,
    pub(crate) verb: String,
    pub(crate) address: Vec<String>,
    pub(crate) customer_note: Option<String>,
    /// Whether the payment is disputed, so that sending needs to be insisted on.
    pub(crate) is_disputed: bool,
    pub(crate) form: FormView,
}

/// Who gets the mail.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Recipient {
    pub(crate) name: String,
    pub(crate) email: String,
}

/// One line that may go into the parcel.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ShipLine {
    pub(crate) field: String,
    pub(crate) picture: Option<Thumb>,
    pub(crate) name: String,
    pub(crate) variant: String,
    pub(crate) label: String,
    pub(crate) sku: String,
    pub(crate) on_hand: Option<String>,
    pub(crate) max: String,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "admin/orders/list.html";

    #[expect(clippy::too_many_lines, reason = "a sample is data")]
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |number: &str, customer: &str, payment, fulfilment| Row {
            number: number.into(),
            url: urls::order(number),
            placed: samples::moment("Today 13:52"),
            customer: customer.into(),
            country: "DE".into(),
            n_items: "2".into(),
            total: "€86.90".into(),
            order: State::running("Placed"),
            payment,
            fulfilment,
            delivery: "DHL Parcel".into(),
        };
        let mut list = samples::index(
            urls::orders(),
            "Orders",
            "Number, name, e-mail",
            &["Open", "To send", "Unpaid", "Cancelled", "All"],
        );
        list.filters = vec![Filter {
            name: "payment",
            label: "Payment",
            on: true,
            choices: vec![
                Choice::new("paid", "Paid").selected_if(true),
                Choice::new("unpaid", "Unpaid"),
            ],
        }];
        let full = Self {
            panel: samples::panel(Spot::Orders),
            list,
            export_url: format!("{}?view=sold", urls::export_orders()),
            rows: vec![
                row(
                    "1006-T3QD",
                    "Moritz Lang",
                    State::done("Paid"),
                    State::waiting("Unfulfilled"),
                ),
                row(
                    "1001-4F7K",
                    "Ines Albrecht",
                    State::back("Partly refunded"),
                    State::partly("Partly shipped"),
                ),
                row(
                    "0999-J7LA",
                    "Marguerite Dubois-Castellane",
                    State::waiting("Unpaid"),
                    State::done("Delivered"),
                ),
                row(
                    "0998-W4TK",
                    "<script>alert(1)</script>",
                    State::failed("Failed"),
                    State::back("Returned"),
                ),
            ],
            nothing: Nothing::found("orders", urls::orders()),
        };
        let none = Self {
            rows: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("none", none)]
    }
}

fn line(name: &str, quantity: &str, amount: &str) -> Line {
    Line {
        picture: samples::thumb(),
        name: name.into(),
        variant: "Moss, 80 ml".into(),
        sku: "TRN-ESP-MOS-80".into(),
        url: Some(urls::products().into()),
        quantity: quantity.into(),
        price: "€18.00".into(),
        amount: amount.into(),
    }
}

fn groups() -> Vec<LineGroup> {
    let to_send = LineGroup {
        mark: "ring",
        tone: "warn",
        title: "To send, 3 items".into(),
        note: "promised Tue 24 – Wed 25 Nov".into(),
        tracking: None,
        ship: Some(urls::ship("1001-4F7K")),
        deliver: None,
        slip: None,
        lines: vec![
            line("Combe Teapot", "1", "€78.00"),
            line("Tarn Espresso Cup", "2", "€36.00"),
        ],
    };
    let parcel = LineGroup {
        mark: "full",
        tone: "info",
        title: "Parcel 1, shipped".into(),
        note: "today 09:14 · DHL".into(),
        tracking: Some(Tracking {
            text: "00340434161094042557".into(),
            url: Some("https://www.dhl.example/00340434161094042557".into()),
        }),
        ship: None,
        deliver: Some(urls::mark_delivered("1001-4F7K", samples::id(1))),
        slip: Some(urls::parcel_slip("1001-4F7K", samples::id(1))),
        lines: vec![Line {
            picture: None,
            url: None,
            variant: String::new(),
            ..line("Tarn Plates", "1", "€96.00")
        }],
    };
    vec![to_send, parcel]
}

fn ledger() -> Vec<LedgerRow> {
    let row = |name: &str, amount: &str, weight| LedgerRow {
        name: name.into(),
        code: None,
        aside: None,
        amount: amount.into(),
        weight,
        rows: Vec::new(),
        note: None,
    };
    vec![
        LedgerRow {
            aside: Some("3 lines, 4 items".into()),
            rows: vec![
                Amount::new("Combe Teapot, 1 × €78.00", "€78.00"),
                Amount::new("Tarn Espresso Cup, 2 × €18.00", "€36.00"),
                Amount::total("Lines", "€114.00"),
            ],
            ..row("Lines", "€114.00", "")
        },
        LedgerRow {
            code: Some("HEARTH10".into()),
            note: Some("Code valid 1 to 30 November, once for each customer.".into()),
            ..row("Discount", "−€11.40", "")
        },
        LedgerRow {
            aside: Some("DHL Parcel, Germany".into()),
            ..row("Shipping", "€4.90", "")
        },
        row("Total", "€107.50", "sum"),
        row("Captured", "€107.50", ""),
        row("Balance", "€0.00", "bal"),
    ]
}

impl Page for OrderPage {
    const TEMPLATE: &'static str = "admin/orders/show.html";

    #[expect(clippy::too_many_lines, reason = "a sample is data")]
    fn samples() -> Vec<(&'static str, Self)> {
        let attempt = |name: &str, state, reason: Option<&str>| Attempt {
            name: name.into(),
            at: samples::moment("21 Nov 14:04"),
            method: "Card".into(),
            reference: "pi_3QKf1xLm".into(),
            state,
            reason: reason.map(Into::into),
            amount: "€237.90".into(),
            is_void: reason.is_some(),
            sent: None,
        };
        let number = "1001-4F7K";
        let full = Self {
            panel: samples::panel(Spot::Orders),
            back: Link::new("Orders", urls::orders()),
            number: number.into(),
            order: State::running("Placed"),
            payment: State::done("Paid"),
            fulfilment: State::partly("Partly shipped"),
            ship: Some(Link::new("Send 3 items", urls::ship(number))),
            mark_paid: Some(Link::new("The money has come", urls::mark_paid(number))),
            capture: Some(urls::capture(number)),
            warning: Some("The buyer's bank disputes €237.90 and has still to decide. Nothing should be sent.".into()),
            refund: Some(urls::refund(number)),
            cancel: Some(urls::cancel_order(number)),
            mails: Some(urls::mailbox().into()),
            activity: urls::activity_of("order", number),
            groups: groups(),
            price_note: "Prices include VAT.".into(),
            ledger: ledger(),
            refundable: Some("€193.90".into()),
            payments: vec![
                Attempt {
                    sent: Some(urls::refund_sent(number, samples::id(3))),
                    ..attempt("Refund 1", State::draft("To be sent"), Some("Goodwill"))
                },
                attempt("Attempt 2", State::done("Captured"), None),
                attempt(
                    "Attempt 1",
                    State::failed("Declined"),
                    Some("The card's limit is reached"),
                ),
            ],
            documents: vec![Paper {
                name: "Invoice INV-00417".into(),
                url: urls::document(samples::id(1)),
                issued: samples::moment("21 Nov 14:05"),
                amount: "€237.90".into(),
            }],
            slip: Some(urls::packing_slip(number)),
            timeline_tabs: vec![
                Tab::new("All", "?tl=#tl", true),
                Tab::new("Notes", "?tl=notes#tl", false),
            ],
            timeline: samples::timeline(),
            note_action: Some(urls::order_note(number)),
            form: FormView::default(),
            customer: Buyer {
                name: "Ines Albrecht".into(),
                initials: "IA".into(),
                since: "customer since March 2025".into(),
                n_orders: "4".into(),
                spent: "€612.40".into(),
                email: "ines@albrecht.example".into(),
                phone: Some("+49 341 5550 182".into()),
                vat: Some(Vat {
                    id: "ATU13585627".into(),
                    decided: "Ordered without VAT: reverse charge".into(),
                    state: "its form is right, not checked".into(),
                }),
                url: Some(urls::customer(samples::id(1))),
            },
            address: ["Ines Albrecht", "Karl-Heine-Straße 47", "04229 Leipzig", "Germany"]
                .map(Into::into)
                .into(),
            billing: None,
            delivery: Delivery {
                method: "DHL Parcel".into(),
                promised: "Tue 24 – Wed 25 November".into(),
                kept: None,
            },
            customer_note: Some("Please leave with the neighbour if nobody is in.".into()),
        };
        let read_only = Self {
            ship: None,
            mark_paid: None,
            capture: None,
            warning: None,
            refund: None,
            cancel: None,
            note_action: None,
            refundable: None,
            payments: Vec::new(),
            customer_note: None,
            billing: Some(vec!["Studio Albrecht".into(), "Leipzig".into()]),
            delivery: Delivery {
                kept: Some(State::done("On time")),
                ..full.delivery.clone()
            },
            ..full.clone()
        };
        let wrong = Self {
            form: samples::mistaken(&full.form, "note", "Enter a note"),
            ..full.clone()
        };
        vec![("full", full), ("read-only", read_only), ("wrong", wrong)]
    }
}

impl Page for ShipPage {
    const TEMPLATE: &'static str = "admin/orders/ship.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let number = "1001-4F7K";
        let mut dhl = Choice::new("dhl", "DHL");
        dhl.data = Some("^00340\\d{15}$|^JJD".into());
        let line = |n: u32, name: &str, max: &str| ShipLine {
            field: format!("q-{n}"),
            picture: samples::thumb(),
            name: name.into(),
            variant: "Moss, 80 ml".into(),
            label: format!("{name}, Moss, 80 ml"),
            sku: "TRN-ESP-MOS-80".into(),
            on_hand: Some("22 on hand".into()),
            max: max.into(),
        };
        let fresh = Self {
            panel: samples::panel(Spot::Orders),
            back: Link::new(format!("Order {number}"), urls::order(number)),
            number: number.into(),
            action: urls::ship(number),
            lede: "Promised Tue 24 – Wed 25 November.".into(),
            left: "3 items left to send".into(),
            lines: vec![line(1, "Combe Teapot", "1"), line(2, "Tarn Espresso Cup", "2")],
            carriers: vec![dhl, Choice::new("ups", "UPS"), Choice::new("", "Own delivery")],
            customer: Recipient {
                name: "Ines Albrecht".into(),
                email: "ines@albrecht.example".into(),
            },
            verb: "Send 3 items".into(),
            address: vec!["Ines Albrecht".into(), "04229 Leipzig".into()],
            customer_note: None,
            is_disputed: false,
            form: FormView::prefilled([("q-1", "1".to_owned()), ("q-2", "2".into()), ("tell", "1".into())]),
        };
        let wrong = Self {
            form: samples::mistaken(&fresh.form, "q-2", "Only 2 are left to send"),
            customer_note: Some("Ring twice.".into()),
            is_disputed: true,
            ..fresh.clone()
        };
        vec![("fresh", fresh), ("wrong", wrong)]
    }
}
