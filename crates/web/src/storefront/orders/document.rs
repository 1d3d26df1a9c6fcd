//! Invoices and credit notes as pages to print. They say what was written down when they were issued; nothing is reckoned anew.

use jiff::civil::Date;
use wares_commerce::invoicing::{self, DocumentLine, Series, Sheet};
use wares_kernel::{Money, MoneyError};

use super::{
    pages::{self, DocumentPage, TaxRow},
    view::way_to_pay,
};
use crate::{
    App,
    http::Error,
    storefront::{
        Head,
        parts::{Row, Sums},
    },
    templates::{Link, format::money},
};

/// What is to be printed.
pub(crate) struct Paper<'a> {
    /// Nothing while an order has no invoice: then the order itself is printed.
    pub(crate) series: Option<Series>,
    pub(crate) number: &'a str,
    pub(crate) sheet: &'a Sheet,
    pub(crate) lines: &'a [DocumentLine],
    /// Back to where it hangs.
    pub(crate) back: Link,
}

/// The page of a document.
pub(crate) fn page(app: &App, paper: Paper<'_>) -> Result<DocumentPage, Error> {
    let heading = paper.series.map_or("Order", Series::name);
    let is_credit = paper.series == Some(Series::CreditNote);
    let (sheet, lines) = (paper.sheet, paper.lines);
    let failed = |error: MoneyError| Error::from(anyhow::Error::from(error));
    let total = Money::sum(sheet.paid.currency(), lines.iter().map(|line| line.gross)).map_err(failed)?;
    let rows = if is_credit {
        credit_rows(sheet, lines)
    } else {
        invoice_rows(sheet, lines)
    };
    Ok(DocumentPage {
        head: Head::private(&app.shop_name(), format!("{heading} {}", paper.number)),
        back: paper.back,
        heading,
        number: paper.number.to_owned(),
        shop_name: sheet.shop.clone(),
        seller: sheet.seller.clone(),
        billed_to: sheet.buyer.clone(),
        to: sheet.delivered_to.clone(),
        facts: facts(sheet, paper.series),
        has_discounts: lines.iter().any(|line| !line.discount.is_zero()),
        has_prices: !is_credit,
        lines: lines.iter().map(|line| shown(line, is_credit)).collect(),
        sums_view: Sums {
            rows: rows.map_err(failed)?,
            total_label: if is_credit { "Credited" } else { "Total" }.into(),
            total: money(total),
            note: String::new(),
        },
        taxes: taxes(lines).map_err(failed)?,
        remarks: if is_credit {
            credit_remarks(sheet)
        } else {
            remarks(sheet, total)
        },
        notes: sheet.notes.clone(),
        footer: sheet.footer.lines().map(str::to_owned).collect(),
    })
}

/// "24 November 2026": papers are kept for years.
pub(crate) fn full(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

fn facts(sheet: &Sheet, series: Option<Series>) -> Vec<Row> {
    let mut facts = Vec::new();
    if series.is_some() {
        facts.push(Row::new("Date of issue", full(sheet.issued_on)));
    }
    if let (Some(Series::CreditNote), Some(day)) = (series, sheet.invoiced_on) {
        facts.push(Row::new("For invoice", sheet.invoice_number.as_str()));
        facts.push(Row::new("Invoice date", full(day)));
    }
    if let Some(day) = sheet.supplied_on {
        facts.push(Row::new("Date of supply", full(day)));
    }
    facts.push(Row::new("Order", sheet.order_number.as_str()));
    facts.push(Row::new("Order date", full(sheet.ordered_on)));
    facts.push(Row::new("Payment", way_to_pay(&sheet.payment_method)));
    if !sheet.buyer_vat_id.is_empty() {
        facts.push(Row::new("Buyer’s VAT id", sheet.buyer_vat_id.as_str()));
    }
    if !sheet.payment_reference.is_empty() {
        facts.push(Row::new("Reference", sheet.payment_reference.as_str()));
    }
    facts
}

fn shown(line: &DocumentLine, is_credit: bool) -> pages::DocumentLine {
    let is_lowered = is_credit && line.quantity == 0;
    pages::DocumentLine {
        sku: line.sku.clone(),
        name: if is_lowered {
            format!("{}, price lowered", line.title)
        } else {
            line.title.clone()
        },
        quantity: if is_lowered {
            String::new()
        } else {
            line.quantity.to_string()
        },
        price: money(line.unit),
        discount: if line.discount.is_zero() {
            String::new()
        } else {
            money(line.discount.negated())
        },
        tax_rate: line.tax_rate.percent(),
        net: money(line.net),
        total: money(line.gross),
    }
}

/// From the lines before discounts to the total.
fn invoice_rows(sheet: &Sheet, lines: &[DocumentLine]) -> Result<Vec<Row>, MoneyError> {
    let zero = sheet.paid.currency().zero();
    let (mut goods, mut delivery) = (zero, zero);
    for line in lines {
        let sum = line.unit.times(line.quantity)?;
        if line.order_line_id.is_some() {
            goods = goods.plus(sum)?;
        } else {
            delivery = delivery.plus(sum)?;
        }
    }
    let mut rows = vec![Row::new("Items", money(goods))];
    for (name, amount) in &sheet.discounts {
        rows.push(Row::new(format!("Discount {name}"), money(amount.negated())));
    }
    rows.push(Row::new("Delivery", money(delivery)));
    if !sheet.prices_include_tax {
        rows.extend(tax_rows(lines)?);
    }
    Ok(rows)
}

fn credit_rows(sheet: &Sheet, lines: &[DocumentLine]) -> Result<Vec<Row>, MoneyError> {
    let net = Money::sum(sheet.paid.currency(), lines.iter().map(|line| line.net))?;
    let mut rows = vec![Row::new("Net", money(net))];
    rows.extend(tax_rows(lines)?);
    Ok(rows)
}

fn tax_rows(lines: &[DocumentLine]) -> Result<impl Iterator<Item = Row>, MoneyError> {
    let rows = invoicing::taxes(lines)?.into_iter();
    Ok(rows
        .filter(|row| !row.tax.is_zero())
        .map(|row| Row::new(name(&row), money(row.tax))))
}

fn taxes(lines: &[DocumentLine]) -> Result<Vec<TaxRow>, MoneyError> {
    let row = |row: invoicing::TaxRow| TaxRow {
        rate: name(&row),
        net: money(row.net),
        tax: money(row.tax),
        gross: money(row.gross),
    };
    Ok(invoicing::taxes(lines)?.into_iter().map(row).collect())
}

fn name(row: &invoicing::TaxRow) -> String {
    if row.name.is_empty() {
        row.rate.percent()
    } else {
        row.name.clone()
    }
}

fn remarks(sheet: &Sheet, total: Money) -> Vec<String> {
    let mut remarks = vec![if sheet.prices_include_tax {
        "Prices include tax.".to_owned()
    } else {
        "Prices are without tax.".to_owned()
    }];
    remarks.extend(tax_note(sheet));
    remarks.push(match sheet.paid_on {
        Some(day) => format!("Paid {} on {}.", money(sheet.paid), full(day)),
        None => format!("Not paid yet: {} is due.", money(total)),
    });
    if sheet.supplied_on.is_none() {
        remarks.push("Invoiced in advance: the date of supply is the day the goods leave us.".to_owned());
    }
    remarks
}

/// Why there is no tax.
fn tax_note(sheet: &Sheet) -> Option<String> {
    Some(sheet.tax_note.clone()).filter(|note| !note.is_empty())
}

fn credit_remarks(sheet: &Sheet) -> Vec<String> {
    let mut remarks: Vec<String> = tax_note(sheet).into_iter().collect();
    if !sheet.reason.is_empty() {
        remarks.push(format!("Reason: {}.", sheet.reason.trim_end_matches('.')));
    }
    if let Some(day) = sheet.paid_on {
        remarks.push(format!("{} went back on {}.", money(sheet.paid), full(day)));
    }
    remarks
}
