//! The pages about one order with their templates, and examples of each.

use super::pages::{
    Action, CancelPage, ConfirmationPage, DocumentLine, DocumentPage, FindPage, OrderPage, ParcelView, PayPage,
    PendingPage, SlipLine, SlipPage, TaxRow,
};
use crate::{
    http::{FormErrors, FormView},
    storefront::{
        checkout::PayChoice,
        parts::{Fact, Notice, Row, Status, Step, StepState, Tracking, sample},
    },
    templates::{Link, Page, format::When},
    urls,
};

impl Page for PendingPage {
    const TEMPLATE: &'static str = "storefront/order/pending.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let looking = Self {
            head: sample::head("Confirming your payment"),
            looking: true,
            email: "i•••@example.com".into(),
            number: "1001-4F7K".into(),
            total: "€172.26".into(),
            held: "All 4 items".into(),
            held_until: Some("14:52".into()),
            again_url: urls::order("0f"),
        };
        let given_up = Self {
            looking: false,
            held_until: None,
            ..looking.clone()
        };
        vec![("looking", looking), ("given-up", given_up)]
    }
}

impl Page for PayPage {
    const TEMPLATE: &'static str = "storefront/order/pay.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let declined = Self {
            head: sample::head("Pay your order"),
            said: Some(Notice::warn("Your bank declined the payment").with("Nothing was charged.")),
            number: "1001-4F7K".into(),
            until: "22 November, 14:52".into(),
            lines: sample::items(),
            sums_view: sample::sums(),
            methods: vec![PayChoice {
                value: "stripe".into(),
                name: "Card".into(),
                note: "You enter the card on our payment provider’s page.".into(),
                chosen: true,
            }],
            action: urls::pay_order("0f"),
            order_url: urls::order("0f"),
            button: "Pay €172.26".into(),
            form: FormView::default(),
        };
        let mut wrong = declined.clone();
        wrong.said = None;
        wrong.form = FormView::again(
            &crate::http::Entered::default(),
            FormErrors::one("pay", "Choose how to pay"),
            &[],
        );
        vec![("declined", declined), ("error", wrong)]
    }
}

impl Page for ConfirmationPage {
    const TEMPLATE: &'static str = "storefront/order/confirmation.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let paid = Self {
            head: sample::head("Order 1001-4F7K confirmed"),
            said: None,
            number: "1001-4F7K".into(),
            confirmed: true,
            payment: Status {
                icon: "check",
                tone: "okc",
                text: "Payment received".into(),
            },
            email: "i•••@example.com".into(),
            instructions: Vec::new(),
            facts: vec![
                Fact::new("Packed", "Mon 23 November").note("You can cancel until then"),
                Fact::new("Leaves us", "Tue 24 November").note("We send the tracking number"),
                Fact::new("Arrives", "Thu 26 – Fri 27 November").note("Standard, DHL"),
            ],
            lines: sample::items(),
            sums_view: sample::sums(),
            to: sample::address(),
            billed_to: Vec::new(),
            paid_with: Some("Visa ending 4242".into()),
            invoice_url: Some(urls::invoice("0f")),
            track_url: urls::order("0f"),
            ask_url: urls::contact().into(),
            cancel_url: Some(urls::order("0f")),
            account_url: Some(urls::keep_orders("0f")),
            form: FormView::default(),
        };
        let transfer = Self {
            confirmed: false,
            payment: Status {
                icon: "alert",
                tone: "",
                text: "Waiting for your transfer".into(),
            },
            instructions: vec!["Send €172.26 to DE02 1203 0000 0000 2020 51, with the words 1001-4F7K.".into()],
            billed_to: vec!["Roth GmbH".into(), "50672 Köln".into()],
            paid_with: None,
            invoice_url: None,
            account_url: None,
            cancel_url: None,
            ..paid.clone()
        };
        let mut refused = paid.clone();
        refused.form = FormView::again(
            &crate::http::Entered::default(),
            FormErrors::one("password", "Choose a password that fewer people use"),
            &[],
        );
        vec![("paid", paid), ("transfer", transfer), ("password-error", refused)]
    }
}

fn step(state: StepState, label: &str, at: Option<When>, note: &str) -> Step {
    Step {
        state,
        label: label.into(),
        at,
        note: note.into(),
    }
}

fn sample_events() -> Vec<Step> {
    vec![
        step(StepState::Todo, "Delivered", None, "Expected Thu 26 – Fri 27 November"),
        step(
            StepState::Now,
            "Shipped",
            Some(sample::when("Tue 24 November, 16:40", "2026-11-24T16:40:00+01:00")),
            "handed to DHL",
        ),
        step(
            StepState::Done,
            "Paid",
            Some(sample::when("Sun 22 November, 14:38", "2026-11-22T14:38:00+01:00")),
            "",
        ),
        step(
            StepState::Done,
            "Placed",
            Some(sample::when("Sun 22 November, 14:37", "2026-11-22T14:37:00+01:00")),
            "",
        ),
    ]
}

fn sample_tracking() -> Tracking {
    Tracking {
        text: "DHL 00340434161094015902".into(),
        url: Some(
            "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode=00340434161094015902".into(),
        ),
    }
}

impl Page for OrderPage {
    const TEMPLATE: &'static str = "storefront/order/order.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let shipped = Self {
            head: sample::head("Order 1001-4F7K"),
            crumbs: vec![
                Link::new("Account", urls::account()),
                Link::new("Orders", urls::account_orders()),
            ],
            said: None,
            number: "1001-4F7K".into(),
            headline: "Arrives Thu 26 – Fri 27 November".into(),
            placed: "Sun 22 November".into(),
            total: "€172.26".into(),
            summary: "One of two parcels is on its way.".into(),
            pay_url: None,
            parcels: vec![
                ParcelView {
                    title: "Parcel 1 of 2".into(),
                    tracking: Some(sample_tracking()),
                    note: String::new(),
                    events: sample_events(),
                    contents: "In this parcel, 3 items".into(),
                    lines: sample::items(),
                },
                ParcelView {
                    title: "Parcel 2 of 2".into(),
                    tracking: None,
                    note: "Tracking number follows".into(),
                    events: vec![step(StepState::Todo, "Shipped", None, "Expected Fri 27 November")],
                    contents: "In this parcel, 1 item".into(),
                    lines: sample::items()[..1].to_vec(),
                },
            ],
            sums_view: Some(sample::sums()),
            refunds: vec![Row::new("Refunded Mon 23 November", "−€22.40")],
            to: sample::address(),
            billed_to: Vec::new(),
            method: "Standard".into(),
            paid_with: Some("Visa ending 4242".into()),
            documents: vec![Link::new("Invoice INV-00417", urls::document("0f", "1"))],
            actions: vec![Action {
                text: "Ask about this order".into(),
                url: urls::contact().into(),
                note: String::new(),
            }],
            cancel_url: None,
        };
        let unpaid = Self {
            crumbs: Vec::new(),
            said: Some(Notice::warn("Your bank declined the card").with("Try another card.")),
            headline: "Waiting for your payment".into(),
            summary: "We keep the goods for you until 14:52.".into(),
            pay_url: Some(urls::order("0f")),
            parcels: shipped.parcels[1..].to_vec(),
            documents: Vec::new(),
            paid_with: None,
            cancel_url: Some(urls::order("0f")),
            ..shipped.clone()
        };
        vec![("shipped", shipped), ("unpaid", unpaid)]
    }
}

impl Page for FindPage {
    const TEMPLATE: &'static str = "storefront/order/find.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let entered = crate::http::Entered::parse(b"number=1001-4F7X&email=ines%40example.com").unwrap_or_default();
        let missed = FormErrors::one(
            "number",
            "We could not find an order with these details. Check both and try again",
        );
        vec![
            (
                "empty",
                Self {
                    head: sample::head("Track an order"),
                    form: FormView::default(),
                },
            ),
            (
                "missed",
                Self {
                    head: sample::head("Track an order"),
                    form: FormView::again(&entered, missed, &[]),
                },
            ),
        ]
    }
}

impl Page for CancelPage {
    const TEMPLATE: &'static str = "storefront/order/cancel.html";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![(
            "paid",
            Self {
                head: sample::head("Cancel order 1001-4F7K"),
                number: "1001-4F7K".into(),
                effect: "You get €172.26 back the way you paid it, usually within a week.".into(),
                cancel_url: urls::order("0f"),
                back_url: urls::order("0f"),
            },
        )]
    }
}

impl Page for DocumentPage {
    const TEMPLATE: &'static str = "storefront/order/document.html";

    #[expect(clippy::too_many_lines, reason = "a sample is data")]
    fn samples() -> Vec<(&'static str, Self)> {
        let line = |sku: &str, name: &str, quantity: &str, price: &str, net: &str, total: &str| DocumentLine {
            sku: sku.into(),
            name: name.into(),
            quantity: quantity.into(),
            price: price.into(),
            discount: String::new(),
            tax_rate: "19 %".into(),
            net: net.into(),
            total: total.into(),
        };
        let invoice = Self {
            head: sample::head("Invoice INV-00417"),
            back: Link::new("Back to the order", urls::order("0f")),
            heading: "Invoice",
            number: "INV-00417".into(),
            shop_name: "Fieldhouse".into(),
            seller: vec![
                "Fieldhouse GmbH".into(),
                "Musterstraße 1".into(),
                "50667 Köln".into(),
                "VAT id DE000000000".into(),
            ],
            billed_to: sample::address(),
            to: sample::address(),
            facts: vec![
                Row::new("Date of issue", "22 November 2026"),
                Row::new("Order", "1001-4F7K"),
                Row::new("Order date", "22 November 2026"),
                Row::new("Payment", "Card"),
            ],
            lines: vec![
                DocumentLine {
                    discount: "−€8.00".into(),
                    ..line(
                        "TRN-ESP-MO-2",
                        "Tarn espresso cup, moss, set of two",
                        "2",
                        "€40.00",
                        "€60.50",
                        "€72.00",
                    )
                },
                line("CMB-TEA-IR", "Combe teapot, iron", "1", "€89.00", "€74.79", "€89.00"),
                line("RIL-TUM-AM", "Rill tumblers, amber, set of two", "1", "€22.40", "€18.82", "€22.40"),
            ],
            has_discounts: true,
            has_prices: true,
            sums_view: sample::sums(),
            taxes: vec![TaxRow {
                rate: "VAT 19 %".into(),
                net: "€154.11".into(),
                tax: "€29.29".into(),
                gross: "€183.40".into(),
            }],
            remarks: vec!["Paid €183.40 on 22 November 2026.".into()],
            notes: vec![
                "Autumn: 10 % of €80.00, what the goods it is for cost; rounded once and shared out to the lines in proportion.".into(),
                "VAT 19 %: Contained at 19 %: everything at this rate is added up and rounded once.".into(),
            ],
            footer: vec!["HRB 00000 Köln".into()],
        };
        let credit = Self {
            head: sample::head("Credit note CN-00012"),
            heading: "Credit note",
            number: "CN-00012".into(),
            lines: vec![line(
                "RIL-TUM-AM",
                "Rill tumblers, amber, set of two",
                "1",
                "",
                "€18.82",
                "€22.40",
            )],
            has_discounts: false,
            has_prices: false,
            notes: Vec::new(),
            remarks: vec![
                "Reason: damaged.".into(),
                "€22.40 went back on 24 November 2026.".into(),
            ],
            ..invoice.clone()
        };
        vec![("invoice", invoice), ("credit", credit)]
    }
}

impl Page for SlipPage {
    const TEMPLATE: &'static str = "storefront/order/slip.html";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![(
            "parcel",
            Self {
                head: sample::head("Packing slip 1001-4F7K"),
                back: Link::new("Back to the order", urls::order("0f")),
                number: "1001-4F7K".into(),
                shop_name: "Fieldhouse".into(),
                seller: vec!["Fieldhouse GmbH".into(), "Musterstraße 1".into(), "50667 Köln".into()],
                to: sample::address(),
                facts: vec![Row::new("Order", "1001-4F7K"), Row::new("Parcel", "1")],
                lines: vec![SlipLine {
                    sku: "TRN-ESP-MO-2".into(),
                    name: "Tarn espresso cup, moss, set of two".into(),
                    quantity: 1,
                    ordered: 2,
                }],
                n_pieces: 1,
                rest: "1 piece follows in another parcel.".into(),
                gift_note: "Happy birthday!".into(),
            },
        )]
    }
}
