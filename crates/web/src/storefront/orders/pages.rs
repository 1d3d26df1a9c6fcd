//! What the pages about one order show.

use serde::Serialize;

use crate::{
    http::FormView,
    storefront::{
        Head,
        checkout::PayChoice,
        parts::{Fact, Item, Notice, Row, Status, Step, Sums, Tracking},
    },
    templates::Link,
};

/// The payment is being confirmed; the page looks again by itself.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PendingPage {
    /// Title and the like.
    pub head: Head,
    /// Whether it still looks again by itself.
    pub looking: bool,
    /// The buyer's address, masked.
    pub email: String,
    /// The order's number.
    pub number: String,
    /// What was asked for.
    pub total: String,
    /// "All 4 items".
    pub held: String,
    /// "14:52".
    pub held_until: Option<String>,
    /// This page again.
    pub again_url: String,
}

/// Paying an order that waits for money.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PayPage {
    /// Title and the like.
    pub head: Head,
    /// Why one is here.
    pub said: Option<Notice>,
    /// The order's number.
    pub number: String,
    /// Until when the goods are held.
    pub until: String,
    /// What was ordered.
    pub lines: Vec<Item>,
    /// What it costs.
    pub sums_view: Sums,
    /// Ways to pay.
    pub methods: Vec<PayChoice>,
    /// Where the form goes.
    pub action: String,
    /// The order.
    pub order_url: String,
    /// The button's words: "Pay €172.26".
    pub button: String,
    /// What was entered.
    pub form: FormView,
}

/// The order is placed: what happens next.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ConfirmationPage {
    /// Title and the like.
    pub head: Head,
    /// Something that was just done.
    pub said: Option<Notice>,
    /// The order's number.
    pub number: String,
    /// Whether it is paid, or needs no payment beforehand.
    pub confirmed: bool,
    /// "Payment received".
    pub payment: Status,
    /// The buyer's address, masked.
    pub email: String,
    /// How to pay, for ways that need doing something.
    pub instructions: Vec<String>,
    /// The dates of what happens next.
    pub facts: Vec<Fact>,
    /// What was ordered.
    pub lines: Vec<Item>,
    /// What it cost.
    pub sums_view: Sums,
    /// Where it goes.
    pub to: Vec<String>,
    /// Who gets the bill, when that is somebody else.
    pub billed_to: Vec<String>,
    /// "Visa ending 4242".
    pub paid_with: Option<String>,
    /// The invoice.
    pub invoice_url: Option<String>,
    /// The order on its way.
    pub track_url: String,
    /// A question about it.
    pub ask_url: String,
    /// Cancelling it, while that is possible.
    pub cancel_url: Option<String>,
    /// Making an account of it, for a guest.
    pub account_url: Option<String>,
    /// The password entered for that account was not taken.
    pub form: FormView,
}

/// The order on its way.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OrderPage {
    /// Title and the like.
    pub head: Head,
    /// The way back, in the account.
    pub crumbs: Vec<Link>,
    /// Something that was just done.
    pub said: Option<Notice>,
    /// The order's number.
    pub number: String,
    /// "Arrives Thu 26 – Fri 27 November".
    pub headline: String,
    /// "Sun 22 November".
    pub placed: String,
    /// The total.
    pub total: String,
    /// "One of two parcels is on its way."
    pub summary: String,
    /// Paying now, while it is unpaid.
    pub pay_url: Option<String>,
    /// What travels together.
    pub parcels: Vec<ParcelView>,
    /// What it cost; left out where only part of the buyer's data may be shown.
    pub sums_view: Option<Sums>,
    /// What went back, or is on its way.
    pub refunds: Vec<Row>,
    /// Where it goes.
    pub to: Vec<String>,
    /// Who gets the bill, when that is somebody else.
    pub billed_to: Vec<String>,
    /// "Standard".
    pub method: String,
    /// "Visa ending 4242".
    pub paid_with: Option<String>,
    /// Its invoice and credit notes; the order itself while there is none.
    pub documents: Vec<Link>,
    /// What the buyer can do.
    pub actions: Vec<Action>,
    /// Cancelling it, while that is possible.
    pub cancel_url: Option<String>,
}

/// Something one can do with an order.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Action {
    /// "Ask about this order".
    pub text: String,
    /// Where that is done.
    pub url: String,
    /// A limit, or empty.
    pub note: String,
}

impl Action {
    /// Something without a limit.
    pub(crate) fn new(text: &str, url: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            url: url.into(),
            note: String::new(),
        }
    }
}

/// Things that travel together.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ParcelView {
    /// "Parcel 1 of 2".
    pub title: String,
    /// Its tracking number.
    pub tracking: Option<Tracking>,
    /// Said while there is no number.
    pub note: String,
    /// Newest first.
    pub events: Vec<Step>,
    /// "In this parcel, 3 items".
    pub contents: String,
    /// What is in it.
    pub lines: Vec<Item>,
}

/// Looking an order up.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FindPage {
    /// Title and the like.
    pub head: Head,
    /// What was entered.
    pub form: FormView,
}

/// Asks before an order is cancelled.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CancelPage {
    /// Title and the like.
    pub head: Head,
    /// The order's number.
    pub number: String,
    /// What that means for the money.
    pub effect: String,
    /// Doing it.
    pub cancel_url: String,
    /// Not doing it.
    pub back_url: String,
}

/// An invoice, a credit note, or an order that has no invoice yet, to print.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DocumentPage {
    /// Title and the like.
    pub head: Head,
    /// Back to where it hangs.
    pub back: Link,
    /// "Invoice", "Credit note", "Order".
    pub heading: &'static str,
    /// Its number.
    pub number: String,
    /// The shop's name.
    pub shop_name: String,
    /// Legal name, address, VAT id.
    pub seller: Vec<String>,
    /// Who pays.
    pub billed_to: Vec<String>,
    /// Where it goes.
    pub to: Vec<String>,
    /// Dates, order, payment.
    pub facts: Vec<Row>,
    /// The lines.
    pub lines: Vec<DocumentLine>,
    /// Whether some line has a discount of its own column.
    pub has_discounts: bool,
    /// Whether lines have the price of one piece.
    pub has_prices: bool,
    /// From subtotal to total.
    pub sums_view: Sums,
    /// Tax by rate.
    pub taxes: Vec<TaxRow>,
    /// What is to be said of the payment and the supply, a sentence each.
    pub remarks: Vec<String>,
    /// How figures came to be.
    pub notes: Vec<String>,
    /// The shop's own words below, line by line.
    pub footer: Vec<String>,
}

/// One line of a document.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DocumentLine {
    /// The article's code.
    pub sku: String,
    /// Name and options.
    pub name: String,
    /// How many; empty where only a price was lowered.
    pub quantity: String,
    /// The price of one.
    pub price: String,
    /// What was taken off, or empty.
    pub discount: String,
    /// Its tax rate.
    pub tax_rate: String,
    /// Without tax.
    pub net: String,
    /// With tax.
    pub total: String,
}

/// What one tax rate comes to.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TaxRow {
    /// "VAT 19 %".
    pub rate: String,
    /// Before tax.
    pub net: String,
    /// The tax.
    pub tax: String,
    /// With tax.
    pub gross: String,
}

/// What is in a parcel, to print and put into it. It says no prices: what is sent may be a present.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SlipPage {
    /// Title and the like.
    pub head: Head,
    /// Back to the order.
    pub back: Link,
    /// The order's number.
    pub number: String,
    /// The shop's name.
    pub shop_name: String,
    /// Legal name, address, VAT id.
    pub seller: Vec<String>,
    /// Where it goes.
    pub to: Vec<String>,
    /// Dates, order, parcel.
    pub facts: Vec<Row>,
    /// What is in it.
    pub lines: Vec<SlipLine>,
    /// Pieces in it.
    pub n_pieces: i64,
    /// What follows in another parcel, or empty.
    pub rest: String,
    /// What the buyer wants to be written on a card, or empty.
    pub gift_note: String,
}

/// One line of a packing slip.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SlipLine {
    /// The article's code.
    pub sku: String,
    /// Name and options.
    pub name: String,
    /// How many are in the parcel.
    pub quantity: i64,
    /// How many were ordered.
    pub ordered: i64,
}
