//! A document as it is kept.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wares_kernel::{Currency, DocumentId, Instant, Money, MoneyError, OrderId, OrderLineId, Rate};

/// Which of the two kinds of documents; each is numbered by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// What is owed or was paid.
    Invoice,
    /// What of an invoice has gone back.
    CreditNote,
}

impl Series {
    /// The word kept in the table, and the name of the series' counter.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
        }
    }

    /// What it is called: "Invoice".
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invoice => "Invoice",
            Self::CreditNote => "Credit note",
        }
    }

    /// The series a stored word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Invoice, Self::CreditNote]
            .into_iter()
            .find(|series| series.word() == word)
    }

    /// The number people read: the prefix and at least five digits.
    pub fn number(prefix: &str, serial: i64) -> String {
        format!("{prefix}{serial:05}")
    }
}

/// A document that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Invoice or credit note.
    pub series: Series,
    /// Its place in the series, from 1.
    pub serial: i64,
    /// What people call it, with the prefix of that day.
    pub number: String,
    /// What it was issued for: the order of an invoice, the refund of a credit note.
    pub cause_id: Uuid,
    /// The order it is about.
    pub order_id: OrderId,
    /// The invoice a credit note belongs to.
    pub invoice_id: Option<DocumentId>,
    /// The currency of every amount on it.
    pub currency: Currency,
    /// Everything without tax.
    pub net: Money,
    /// All tax.
    pub tax: Money,
    /// Everything with tax.
    pub total: Money,
    /// When it was issued.
    pub issued_at: Instant,
    /// Its words and dates.
    pub sheet: Sheet,
}

impl Document {
    /// One of its amounts as the books have it: less than nothing on a credit note.
    pub fn signed(&self, amount: Money) -> Money {
        match self.series {
            Series::Invoice => amount,
            Series::CreditNote => amount.negated(),
        }
    }
}

/// What a document says besides its figures, as it was when it was issued. Days are those of the shop's time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The shop's name.
    pub shop: String,
    /// Company, postal address and VAT id of the seller, line by line.
    pub seller: Vec<String>,
    /// Whom it is addressed to, line by line.
    pub buyer: Vec<String>,
    /// Where the goods go, line by line.
    pub delivered_to: Vec<String>,
    /// The day of issue.
    pub issued_on: Date,
    /// The order's number.
    pub order_number: String,
    /// The day of the order.
    pub ordered_on: Date,
    /// The day the first parcel left, if one had when the document was issued.
    pub supplied_on: Option<Date>,
    /// The day the money came, if it had.
    pub paid_on: Option<Date>,
    /// How much had come.
    pub paid: Money,
    /// The name of the way to pay, as orders keep it.
    pub payment_method: String,
    /// The gateway's name for the payment, or for the refund of a credit note; or empty.
    pub payment_reference: String,
    /// Whether unit prices have the tax in them.
    pub prices_include_tax: bool,
    /// What was taken off and by which discount, as positive amounts.
    pub discounts: Vec<(String, Money)>,
    /// How figures came to be, a sentence each.
    pub notes: Vec<String>,
    /// The number of the invoice a credit note belongs to, or empty.
    pub invoice_number: String,
    /// The day of that invoice.
    pub invoiced_on: Option<Date>,
    /// Why a credit note was issued, or empty.
    pub reason: String,
    /// What the shop writes below every document, or empty.
    pub footer: String,
    /// The buyer's VAT id, or empty.
    #[serde(default)]
    pub buyer_vat_id: String,
    /// Why no tax was taken, in the words a document without tax has to carry; or empty.
    #[serde(default)]
    pub tax_note: String,
}

/// A line of a document. Amounts on credit notes are positive: they are what goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// The order's line; nothing where it is delivery.
    pub order_line_id: Option<OrderLineId>,
    /// What it is.
    pub title: String,
    /// The article's code, or empty.
    pub sku: String,
    /// Pieces; zero on a credit note that lowers a price only.
    pub quantity: i64,
    /// The price of one, with tax or without as the sheet says.
    pub unit: Money,
    /// What was taken off, as a positive amount, as the prices are.
    pub discount: Money,
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// With tax.
    pub gross: Money,
    /// The rate.
    pub tax_rate: Rate,
    /// What the rate is called, such as `VAT 19 %`; empty where no tax is collected.
    pub tax_name: String,
}

/// Everything of a document at one rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxRow {
    /// The rate.
    pub rate: Rate,
    /// What it is called, or empty.
    pub name: String,
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// With tax.
    pub gross: Money,
}

/// The table of taxes: one row for each rate, in order of appearance.
pub fn taxes(lines: &[DocumentLine]) -> Result<Vec<TaxRow>, MoneyError> {
    let mut rows: Vec<TaxRow> = Vec::new();
    for line in lines {
        let known = rows
            .iter_mut()
            .find(|row| row.rate == line.tax_rate && row.name == line.tax_name);
        if let Some(row) = known {
            row.net = row.net.plus(line.net)?;
            row.tax = row.tax.plus(line.tax)?;
            row.gross = row.gross.plus(line.gross)?;
        } else {
            rows.push(TaxRow {
                rate: line.tax_rate,
                name: line.tax_name.clone(),
                net: line.net,
                tax: line.tax,
                gross: line.gross,
            });
        }
    }
    Ok(rows)
}
