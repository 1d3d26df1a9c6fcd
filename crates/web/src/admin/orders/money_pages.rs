//! What the pages about the money of an order show.

use serde::Serialize;

use super::pages::Amount;
use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Choice, Link, Moment, Thumb},
        samples,
    },
    http::FormView,
    templates::Page,
    urls::admin as urls,
};

/// `admin/orders/refund.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RefundPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) number: String,
    pub(crate) action: String,
    pub(crate) lines: Vec<RefundableLine>,
    /// "€4.90 paid", where something of it can go back.
    pub(crate) shipping: Option<String>,
    pub(crate) shipping_minor: i64,
    pub(crate) left_minor: i64,
    /// Decimal places of the currency.
    pub(crate) decimals: u32,
    pub(crate) symbol: String,
    pub(crate) ledger: Vec<Amount>,
    pub(crate) reasons: Vec<Choice>,
    pub(crate) verb: String,
    /// What stands at the field for the password, where there is one.
    pub(crate) password: Option<String>,
    /// How the money goes back.
    pub(crate) way: String,
    pub(crate) form: FormView,
}

/// `admin/orders/capture.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CapturePage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) number: String,
    pub(crate) action: String,
    pub(crate) effect: String,
    /// Until when the bank holds the money.
    pub(crate) until: Option<Moment>,
    pub(crate) lines: Vec<TakeLine>,
    /// What delivery costs, where it costs something.
    pub(crate) shipping: Option<String>,
    pub(crate) shipping_minor: i64,
    /// What was authorised, in minor units.
    pub(crate) most_minor: i64,
    /// Decimal places of the currency.
    pub(crate) decimals: u32,
    pub(crate) symbol: String,
    pub(crate) verb: String,
    pub(crate) form: FormView,
}

/// One line whose money can be taken.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TakeLine {
    pub(crate) field: String,
    pub(crate) picture: Option<Thumb>,
    pub(crate) name: String,
    pub(crate) variant: String,
    pub(crate) label: String,
    pub(crate) each: String,
    pub(crate) max: String,
    /// What one, two, three… pieces come to, in minor units.
    pub(crate) worth: String,
    /// "2 sent already", where some were.
    pub(crate) sent: Option<String>,
}

/// `admin/orders/cancel.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CancelPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) number: String,
    pub(crate) action: String,
    pub(crate) effect: String,
    pub(crate) ledger: Vec<Amount>,
    pub(crate) reasons: Vec<Choice>,
    pub(crate) verb: String,
    /// What stands at the field for the password, where there is one.
    pub(crate) password: Option<String>,
    pub(crate) form: FormView,
}

/// One line of which something can go back.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RefundableLine {
    pub(crate) field: String,
    /// The name of the box that puts it back to stock.
    pub(crate) restock: String,
    pub(crate) picture: Option<Thumb>,
    pub(crate) name: String,
    pub(crate) variant: String,
    pub(crate) label: String,
    pub(crate) each: String,
    pub(crate) max: String,
    /// What one, two, three… pieces come to, in minor units.
    pub(crate) worth: String,
    pub(crate) place: String,
}

/// `admin/orders/mark_paid.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MarkPaidPage {
    pub(crate) panel: Panel,
    pub(crate) back: Link,
    pub(crate) number: String,
    pub(crate) action: String,
    pub(crate) effect: String,
    pub(crate) verb: String,
    pub(crate) form: FormView,
}

/// The order of the samples.
const NUMBER: &str = "1001-4F7K";

fn back_to_order() -> Link {
    Link::new(format!("Order {NUMBER}"), urls::order(NUMBER))
}

/// The hint of samples in which the password is asked for.
const LIMIT: &str =
    "Asked for when you give back more than €100.00 of this order, with what you gave back of it before.";

impl Page for CapturePage {
    const TEMPLATE: &'static str = "admin/orders/capture.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let line = |n: u32, name: &str, sent: Option<&str>| TakeLine {
            field: format!("q-{n}"),
            picture: samples::thumb(),
            name: name.into(),
            variant: "Moss, 80 ml".into(),
            label: format!("{name}, Moss, 80 ml"),
            each: "€16.20".into(),
            max: "2".into(),
            worth: "1620 3240".into(),
            sent: sent.map(Into::into),
        };
        let fresh = Self {
            panel: samples::panel(Spot::Orders),
            back: back_to_order(),
            number: NUMBER.into(),
            action: urls::capture(NUMBER),
            effect: "€107.50 is authorised. It can be taken once; what you do not take now is let go.".into(),
            until: Some(samples::moment("Sat 28 November 14:04")),
            lines: vec![
                line(1, "Combe Teapot", None),
                line(2, "Tarn Espresso Cup", Some("1 sent already")),
            ],
            shipping: Some("€4.90".into()),
            shipping_minor: 490,
            most_minor: 10750,
            decimals: 2,
            symbol: "€".into(),
            verb: "Take the money".into(),
            form: FormView::prefilled([("q-1", "2".to_owned()), ("q-2", "2".into()), ("shipping", "1".into())]),
        };
        let wrong = Self {
            until: None,
            form: samples::mistaken(
                &fresh.form,
                "q-2",
                "1 of Tarn Espresso Cup were sent already: take the money for at least those",
            ),
            ..fresh.clone()
        };
        let looked = Self {
            shipping: None,
            verb: "Take €64.80".into(),
            ..fresh.clone()
        };
        vec![("fresh", fresh), ("wrong", wrong), ("looked", looked)]
    }
}

impl Page for RefundPage {
    const TEMPLATE: &'static str = "admin/orders/refund.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let line = |n: u32, name: &str, max: &str| RefundableLine {
            field: format!("q-{n}"),
            restock: format!("restock-{n}"),
            picture: samples::thumb(),
            name: name.into(),
            variant: "Moss, 80 ml".into(),
            label: format!("{name}, Moss, 80 ml"),
            each: "€16.20".into(),
            max: max.into(),
            worth: "1620 3240".into(),
            place: "2 not sent yet, 1 sent".into(),
        };
        let fresh = Self {
            panel: samples::panel(Spot::Orders),
            back: back_to_order(),
            number: NUMBER.into(),
            action: urls::refund(NUMBER),
            lines: vec![line(1, "Combe Teapot", "1"), line(2, "Tarn Espresso Cup", "2")],
            shipping: Some("€4.90 paid".into()),
            shipping_minor: 490,
            left_minor: 19390,
            decimals: 2,
            symbol: "€".into(),
            ledger: vec![
                Amount::new("Captured", "€237.90"),
                Amount::new("Went back before", "€44.00"),
                Amount::total("Can go back", "€193.90"),
            ],
            reasons: samples::choices(&["Customer changed their mind", "Damaged", "Other"]),
            verb: "Refund".into(),
            password: None,
            way: "The money goes back the way it came. The bank usually books it in 3 to 5 days.".into(),
            form: FormView::prefilled([("restock-1", "1".to_owned()), ("q-2", "1".into())]),
        };
        let wrong = Self {
            form: samples::mistaken(&fresh.form, "amount", "Only 193.90 can still be refunded"),
            ..fresh.clone()
        };
        let large = Self {
            password: Some(LIMIT.into()),
            form: samples::mistaken(&fresh.form, "password", "This is not your current password"),
            ..fresh.clone()
        };
        let over = Self {
            lines: Vec::new(),
            shipping: None,
            form: samples::mistaken(&fresh.form, "amount", "Only 0.00 can still be refunded"),
            ..fresh.clone()
        };
        vec![("fresh", fresh), ("wrong", wrong), ("large", large), ("over", over)]
    }
}

impl Page for MarkPaidPage {
    const TEMPLATE: &'static str = "admin/orders/mark_paid.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let fresh = Self {
            panel: samples::panel(Spot::Orders),
            back: back_to_order(),
            number: NUMBER.into(),
            action: urls::mark_paid(NUMBER),
            effect: "€107.50 by bank transfer is recorded as received. The customer gets the confirmation.".into(),
            verb: "Record €107.50".into(),
            form: FormView::default(),
        };
        let wrong = Self {
            form: samples::mistaken(&fresh.form, "", "This order is not waiting for a bank transfer or cash"),
            ..fresh.clone()
        };
        vec![("fresh", fresh), ("wrong", wrong)]
    }
}

impl Page for CancelPage {
    const TEMPLATE: &'static str = "admin/orders/cancel.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let fresh = Self {
            panel: samples::panel(Spot::Orders),
            back: back_to_order(),
            number: NUMBER.into(),
            action: urls::cancel_order(NUMBER),
            effect: "€107.50 goes back the way it came, and 3 items are put back to stock.".into(),
            ledger: vec![
                Amount::new("Captured", "€107.50"),
                Amount::total("Goes back", "€107.50"),
            ],
            reasons: samples::choices(&["Customer asked", "Out of stock", "Other"]),
            verb: "Cancel order, refund €107.50".into(),
            password: None,
            form: FormView::default(),
        };
        let wrong = Self {
            form: samples::mistaken(&fresh.form, "", "A parcel of this order has been sent"),
            ..fresh.clone()
        };
        let large = Self {
            password: Some(LIMIT.into()),
            ..fresh.clone()
        };
        vec![("fresh", fresh), ("wrong", wrong), ("large", large)]
    }
}
