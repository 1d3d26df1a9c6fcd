//! All invoices and credit notes, the latest first.

use axum::{extract::State, response::Response};
use jiff::{Span, civil::Date};
use wares_commerce::invoicing::{self, Document, Filter, Series};
use wares_kernel::After;

use super::pages::{ListPage, Row};
use crate::{
    App,
    admin::{
        desk::Desk,
        lists::{Listing, ROWS, Wanted},
        panel::Spot,
        parts::Nothing,
        rights::SeeOrders,
        staff::{Staff, ok},
    },
    http::{Error, Query},
    templates::format,
    urls::{admin as urls, with_query},
};

const VIEWS: [(&str, &str, Option<Series>); 3] = [
    ("", "All", None),
    ("invoices", "Invoices", Some(Series::Invoice)),
    ("credit_notes", "Credit notes", Some(Series::CreditNote)),
];

/// `GET /admin/invoices`
pub(in crate::admin) async fn list(
    staff: Staff<SeeOrders>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let desk = staff.desk(&app);
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Documents).await?;
    let listing = Listing {
        action: urls::documents(),
        noun: "Invoices",
        placeholder: "Number of a document or an order",
        wanted: &wanted,
    };
    let filter = filter(&wanted, &desk);
    let page = invoicing::list(&mut conn, &filter, wanted.place(After::NEWEST), ROWS).await?;
    let next = page.next.map(|after| after.to_string());
    let pager = listing.pager(page.items.len(), "newest first", next);
    let tabs = VIEWS.iter().map(|(word, text, _)| (*word, *text, None)).collect();
    let list = listing.index(tabs, Vec::new(), Vec::new(), pager);
    let nothing = if filter == Filter::default() {
        Nothing::new(
            "No invoices yet",
            "An invoice is issued by itself when an order is paid or its first parcel leaves; a credit note when money has gone back.",
            None,
        )
    } else {
        Nothing::found("documents", &list.clear)
    };
    let rows = page.items.iter().map(|document| row(&desk, document)).collect();
    ok(
        &app,
        &ListPage {
            panel,
            list,
            rows,
            nothing,
            from: wanted.from.clone(),
            to: wanted.to.clone(),
            export_url: with_query(urls::export_documents(), wanted.pairs()),
        },
    )
    .await
}

/// What the address asks for; days are the shop's, both included.
pub(super) fn filter(wanted: &Wanted, desk: &Desk) -> Filter {
    let view = VIEWS.iter().find(|(word, ..)| *word == wanted.view);
    let from: Option<Date> = wanted.from.parse().ok();
    let to: Option<Date> = wanted.to.parse().ok();
    Filter {
        series: view.and_then(|(.., series)| *series),
        number: wanted.words(),
        from: from.map(|day| desk.begin(day)),
        to: to.map(|day| desk.begin(day.saturating_add(Span::new().days(1)))),
    }
}

fn row(desk: &Desk, document: &Document) -> Row {
    Row {
        number: document.number.clone(),
        url: urls::document(document.id),
        kind: document.series.name(),
        issued: desk.moment(document.issued_at),
        buyer: document.sheet.buyer.first().cloned().unwrap_or_default(),
        order: document.sheet.order_number.clone(),
        order_url: urls::order(&document.sheet.order_number),
        tax: format::money(document.signed(document.tax)),
        total: format::money(document.signed(document.total)),
    }
}
