//! Invoices and credit notes as a file for whoever keeps the books: one line for each rate of tax.

use axum::{extract::State, response::Response};
use wares_commerce::invoicing::{self, Document, TaxRow};
use wares_kernel::MoneyError;

use super::list::filter;
use crate::{
    App,
    admin::{csv, lists::Wanted, rights::SeeOrders, staff::Staff},
    http::{Error, Query},
};

const HEADINGS: [&str; 13] = [
    "number",
    "kind",
    "issued_on",
    "order",
    "invoice",
    "buyer",
    "currency",
    "tax_rate",
    "net",
    "tax",
    "gross",
    "buyer_vat_id",
    "tax_treatment",
];

/// `GET /admin/invoices/export.csv`
pub(in crate::admin) async fn export(
    staff: Staff<SeeOrders>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let filter = filter(&wanted, &staff.desk(&app));
    let mut conn = app.db.read().await?;
    let mut file = csv::row(HEADINGS);
    for document in invoicing::all(&mut conn, &filter).await? {
        let lines = invoicing::lines(&mut conn, document.id).await?;
        let taxes = invoicing::taxes(&lines).map_err(|error: MoneyError| anyhow::Error::from(error))?;
        for tax in taxes {
            file.push_str(&row(&document, &tax));
        }
    }
    Ok(csv::file("invoices.csv", file))
}

fn row(document: &Document, tax: &TaxRow) -> String {
    let sheet = &document.sheet;
    let amounts = [tax.net, tax.tax, tax.gross].map(|amount| document.signed(amount).decimal());
    csv::row([
        document.number.as_str(),
        document.series.word(),
        &sheet.issued_on.to_string(),
        &sheet.order_number,
        &sheet.invoice_number,
        sheet.buyer.first().map_or("", String::as_str),
        document.currency.code(),
        &tax.rate.percent(),
        &amounts[0],
        &amounts[1],
        &amounts[2],
        &sheet.buyer_vat_id,
        if sheet.tax_note.is_empty() {
            ""
        } else {
            "reverse_charge"
        },
    ])
}
