//! All customers.

use axum::{extract::State, response::Response};
use wares_commerce::accounts::{self, Customer, Which};
use wares_db::Conn;
use wares_kernel::After;

use super::pages::{ListPage, Row};
use crate::{
    App,
    admin::{
        desk::Desk,
        lists::{Listing, ROWS, Wanted},
        panel::Spot,
        parts::{Nothing, Pager, State as Mark},
        rights::SeeCustomers,
        staff::{Staff, ok},
    },
    http::{Error, Query},
    urls::admin as urls,
};

const VIEWS: [(&str, &str, Which); 3] = [
    ("", "All", Which::All),
    ("accounts", "With account", Which::Accounts),
    ("guests", "Guests", Which::Guests),
];

/// `GET /admin/customers`
pub(in crate::admin) async fn list(
    staff: Staff<SeeCustomers>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let desk = staff.desk(&app);
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Customers).await?;
    let listing = Listing {
        action: urls::customers(),
        noun: "Customers",
        placeholder: "Name, e-mail",
        wanted: &wanted,
    };
    let (found, pager) = find(&mut conn, &listing).await?;
    let tabs = VIEWS.iter().map(|(word, text, _)| (*word, *text, None)).collect();
    let index = listing.index(tabs, Vec::new(), Vec::new(), pager);
    let nothing = if wanted.words().is_empty() {
        Nothing::new(
            "No customers yet",
            "Whoever orders or opens an account comes here.",
            None,
        )
    } else {
        Nothing::found("customers", &index.clear)
    };
    let rows = found.iter().map(|customer| row(&desk, customer)).collect();
    ok(
        &app,
        &ListPage {
            panel,
            list: index,
            rows,
            nothing,
        },
    )
    .await
}

async fn find(conn: &mut Conn, listing: &Listing<'_>) -> Result<(Vec<Customer>, Pager), Error> {
    let words = listing.wanted.words();
    if !words.is_empty() {
        let found = accounts::search(conn, &words, ROWS).await?;
        let pager = listing.found(found.len());
        return Ok((found, pager));
    }
    let which = VIEWS
        .iter()
        .find(|(word, ..)| *word == listing.wanted.view)
        .map_or(Which::All, |(.., which)| *which);
    let page = accounts::list(conn, which, listing.wanted.place(After::NEWEST), ROWS).await?;
    let next = page.next.map(|after| after.to_string());
    let pager = listing.pager(page.items.len(), "newest first", next);
    Ok((page.items, pager))
}

fn row(desk: &Desk, customer: &Customer) -> Row {
    Row {
        url: urls::customer(customer.id),
        name: name(customer),
        email: customer.email.to_string(),
        account: account(customer),
        n_orders: customer.n_orders.to_string(),
        spent: desk.money(customer.spent_minor),
        last_order: customer
            .last_order_at
            .map_or_else(|| "never".into(), |at| desk.moment(at).text),
    }
}

/// A guest who gave no name goes by the address.
pub(super) fn name(customer: &Customer) -> String {
    if customer.name.is_empty() {
        customer.email.to_string()
    } else {
        customer.name.clone()
    }
}

pub(super) fn account(customer: &Customer) -> Mark {
    match (customer.disabled_at, customer.has_account, customer.verified_at) {
        (Some(_), ..) => Mark::ended("Locked out"),
        (None, false, _) => Mark::draft("Guest"),
        (None, true, None) => Mark::partly("Account, e-mail not confirmed"),
        (None, true, Some(_)) => Mark::live("Account"),
    }
}
