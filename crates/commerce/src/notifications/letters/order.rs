//! Mails about orders.

use serde::Serialize;

use crate::notifications::letter::Letter;

/// An order as its mails show it.
#[derive(Debug, Clone, Serialize)]
pub(in crate::notifications) struct OrderFacts {
    pub(in crate::notifications) number: String,
    /// Its page, by its token.
    pub(in crate::notifications) url: String,
    pub(in crate::notifications) first_name: String,
    pub(in crate::notifications) lines: Vec<LineFacts>,
    /// Subtotal, discounts, delivery, tax.
    pub(in crate::notifications) sums: Vec<SumFacts>,
    pub(in crate::notifications) total: String,
    /// "Thu 26 – Fri 27 November"; empty when nothing is sent.
    pub(in crate::notifications) promise: String,
    /// The address in one line; empty when nothing is sent.
    pub(in crate::notifications) address: String,
    pub(in crate::notifications) delivery: String,
    /// Its invoice and credit notes, the first one first.
    pub(in crate::notifications) documents: Vec<DocumentFacts>,
}

/// An invoice or a credit note.
#[derive(Debug, Clone, Serialize)]
pub(in crate::notifications) struct DocumentFacts {
    /// "Invoice INV-00042".
    pub(in crate::notifications) name: String,
    pub(in crate::notifications) url: String,
}

/// One product of an order.
#[derive(Debug, Clone, Serialize)]
pub(in crate::notifications) struct LineFacts {
    pub(in crate::notifications) title: String,
    /// "Moss, set of two, × 2".
    pub(in crate::notifications) detail: String,
    /// Empty where only the goods matter.
    pub(in crate::notifications) total: String,
}

/// One figure above the total.
#[derive(Debug, Clone, Serialize)]
pub(in crate::notifications) struct SumFacts {
    pub(in crate::notifications) label: String,
    pub(in crate::notifications) amount: String,
}

/// Placed, and waiting for a bank transfer.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct OrderReceived {
    pub(in crate::notifications) order: OrderFacts,
    /// "Mon 30 November".
    pub(in crate::notifications) pay_by: String,
    /// Whose account, its number, and so on, by name.
    pub(in crate::notifications) account: Vec<SumFacts>,
}

/// Settled.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct OrderConfirmation {
    pub(in crate::notifications) order: OrderFacts,
    /// Whether the money has come; otherwise it is collected on delivery.
    pub(in crate::notifications) is_paid: bool,
    /// Whether the money is reserved and taken later.
    pub(in crate::notifications) is_authorised: bool,
    pub(in crate::notifications) return_days: u32,
}

/// The way back to an order.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct OrderLink {
    pub(in crate::notifications) order: OrderFacts,
}

/// Not paid in time.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct OrderExpired {
    pub(in crate::notifications) order: OrderFacts,
}

/// Cancelled.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct OrderCancelled {
    pub(in crate::notifications) order: OrderFacts,
    /// What goes back, if anything was paid.
    pub(in crate::notifications) refund: Option<String>,
}

/// A payment that came too late.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct PaymentReturned {
    pub(in crate::notifications) order: OrderFacts,
}

/// Less was charged than was authorised.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct PartReleased {
    pub(in crate::notifications) order: OrderFacts,
    pub(in crate::notifications) taken: String,
    pub(in crate::notifications) released: String,
    /// The pieces that are not sent, and delivery; nothing where only the price was lowered.
    pub(in crate::notifications) lines: Vec<LineFacts>,
}

/// Money went back.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct Refunded {
    pub(in crate::notifications) order: OrderFacts,
    pub(in crate::notifications) amount: String,
    /// What it is for; nothing where it is for no piece in particular.
    pub(in crate::notifications) lines: Vec<LineFacts>,
    /// A few words of the shop, or empty.
    pub(in crate::notifications) note: String,
}

/// Something about the money of an order, for the shop itself.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct MoneyNews {
    pub(in crate::notifications) number: String,
    pub(in crate::notifications) url: String,
    /// What: `authorisation_ends`, `dispute_opened` …
    pub(in crate::notifications) news: &'static str,
    pub(in crate::notifications) amount: String,
    /// When the authorisation ends, or empty.
    pub(in crate::notifications) until: String,
}

/// A parcel is on its way.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct Shipped {
    pub(in crate::notifications) order: OrderFacts,
    pub(in crate::notifications) carrier: String,
    pub(in crate::notifications) tracking_number: String,
    pub(in crate::notifications) tracking_url: Option<String>,
    /// What is in the parcel.
    pub(in crate::notifications) items_in_parcel: Vec<LineFacts>,
    /// Whether something follows in another parcel.
    pub(in crate::notifications) more_follows: bool,
}

/// A parcel has arrived.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct Delivered {
    pub(in crate::notifications) order: OrderFacts,
    pub(in crate::notifications) items_in_parcel: Vec<LineFacts>,
    pub(in crate::notifications) review_url: String,
    pub(in crate::notifications) return_days: u32,
}

#[cfg(test)]
fn sample() -> OrderFacts {
    let line = |title: &str, detail: &str, total: &str| LineFacts {
        title: title.to_owned(),
        detail: detail.to_owned(),
        total: total.to_owned(),
    };
    let sum = |label: &str, amount: &str| SumFacts {
        label: label.to_owned(),
        amount: amount.to_owned(),
    };
    OrderFacts {
        number: "1001-4F7K".to_owned(),
        url: super::account::samples::link("orders"),
        first_name: "Ines".to_owned(),
        lines: vec![
            line("Tarn espresso cup", "Moss, set of two, × 2", "€80.00"),
            line("Combe teapot", "Iron, × 1", "€89.00"),
            line("Rill tumblers <b>, set of two", "Amber, × 1", "€22.40"),
        ],
        sums: vec![
            sum("Discount AUTUMN10", "−€19.14"),
            sum("Delivery", "Free"),
            sum("VAT 19 %, included", "€27.50"),
        ],
        total: "€172.26".to_owned(),
        promise: "Thu 26 – Fri 27 November".to_owned(),
        address: "Ines Roth, Ehrenstraße 12, 50672 Köln, Germany".to_owned(),
        delivery: "DHL Parcel".to_owned(),
        documents: vec![DocumentFacts {
            name: "Invoice INV-00042".to_owned(),
            url: "https://shop.example/orders/0f/documents/1".to_owned(),
        }],
    }
}

#[cfg(test)]
fn parcel() -> Vec<LineFacts> {
    let bare = |line: LineFacts| LineFacts {
        total: String::new(),
        ..line
    };
    sample().lines.into_iter().take(2).map(bare).collect()
}

impl Letter for OrderReceived {
    const NAME: &'static str = "order_received";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        let fact = |label: &str, amount: &str| SumFacts {
            label: label.to_owned(),
            amount: amount.to_owned(),
        };
        let made = Self {
            order: sample(),
            pay_by: "Thu 3 December".to_owned(),
            account: vec![
                fact("Account holder", "Fieldhouse GmbH"),
                fact("IBAN", "DE00 0000 0000 0000 0000 00"),
                fact("BIC", "EXAMPLEXXX"),
                fact("Amount", "€172.26"),
                fact("Reference", "1001-4F7K"),
            ],
        };
        vec![("plain", made)]
    }
}

impl Letter for OrderConfirmation {
    const NAME: &'static str = "order_confirmation";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        let make = |order, is_paid| Self {
            order,
            is_paid,
            is_authorised: false,
            return_days: 30,
        };
        let authorised = Self {
            is_authorised: true,
            ..make(sample(), false)
        };
        let nothing_sent = OrderFacts {
            promise: String::new(),
            address: String::new(),
            delivery: String::new(),
            ..sample()
        };
        vec![
            ("paid", make(sample(), true)),
            ("on_delivery", make(sample(), false)),
            ("authorised", authorised),
            ("nothing_sent", make(nothing_sent, true)),
        ]
    }
}

impl Letter for OrderLink {
    const NAME: &'static str = "order_link";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("plain", Self { order: sample() })]
    }
}

impl Letter for OrderExpired {
    const NAME: &'static str = "order_expired";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("plain", Self { order: sample() })]
    }
}

impl Letter for OrderCancelled {
    const NAME: &'static str = "order_cancelled";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        let make = |refund| Self {
            order: sample(),
            refund,
        };
        vec![("paid", make(Some("€172.26".to_owned()))), ("unpaid", make(None))]
    }
}

impl Letter for PaymentReturned {
    const NAME: &'static str = "payment_returned";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("plain", Self { order: sample() })]
    }
}

impl Letter for PartReleased {
    const NAME: &'static str = "part_released";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        let make = |lines| Self {
            order: sample(),
            taken: "€128.26".to_owned(),
            released: "€44.00".to_owned(),
            lines,
        };
        vec![("pieces", make(parcel())), ("lowered", make(Vec::new()))]
    }
}

impl Letter for Refunded {
    const NAME: &'static str = "refunded";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        let make = |lines, note: &str| Self {
            order: sample(),
            amount: "€44.00".to_owned(),
            lines,
            note: note.to_owned(),
        };
        let note = "We are sorry about the chipped rim.\nKeep the cup, please.";
        vec![("pieces", make(parcel(), note)), ("plain", make(Vec::new(), ""))]
    }
}

impl Letter for MoneyNews {
    const NAME: &'static str = "money_news";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        let make = |news: &'static str, until: &str| Self {
            number: "1001-4F7K".to_owned(),
            url: "https://shop.example/admin/orders/1001-4F7K".to_owned(),
            news,
            amount: "€172.26".to_owned(),
            until: until.to_owned(),
        };
        vec![
            ("ends", make("authorisation_ends", "Tomorrow 14:04")),
            ("lapsed", make("authorisation_lapsed", "")),
            ("opened", make("dispute_opened", "")),
            ("won", make("dispute_won", "")),
            ("lost", make("dispute_lost", "")),
        ]
    }
}

impl Letter for Shipped {
    const NAME: &'static str = "shipped";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        let make = |tracking_url: Option<&str>, more_follows| Self {
            order: sample(),
            carrier: "DHL".to_owned(),
            tracking_number: tracking_url
                .map(|_| "00340434161094042557".to_owned())
                .unwrap_or_default(),
            tracking_url: tracking_url.map(str::to_owned),
            items_in_parcel: parcel(),
            more_follows,
        };
        let url =
            Some("https://www.dhl.de/en/privatkunden/pakete-empfangen/verfolgen.html?piececode=00340434161094042557");
        vec![
            ("first", make(url, true)),
            ("last", make(url, false)),
            ("untracked", make(None, false)),
        ]
    }
}

impl Letter for Delivered {
    const NAME: &'static str = "delivered";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        let made = Self {
            order: sample(),
            items_in_parcel: parcel(),
            review_url: super::account::samples::link("reviews"),
            return_days: 30,
        };
        vec![("plain", made)]
    }
}
