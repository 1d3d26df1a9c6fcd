//! Search over everything: orders, products, customers.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use wares_commerce::{
    accounts,
    reports::{self, ProductView},
    staff::Permission,
};
use wares_db::Conn;

use super::pages::{Group, Hit, SearchPage};
use crate::{
    App,
    admin::{
        desk::Desk,
        panel::Spot,
        parts::{Link, Nothing},
        rights::Anybody,
        staff::{Staff, ok},
    },
    http::{Error, Query},
    templates::format,
    urls::{admin as urls, with_query},
};

/// Hits shown of each kind.
const HITS: usize = 8;

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::admin) struct Wanted {
    q: String,
}

/// `GET /admin/search?q=`
///
/// A single hit is opened at once: a scanned SKU or a pasted order number leads where it belongs.
pub(in crate::admin) async fn show(
    staff: Staff<Anybody>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let desk = staff.desk(&app);
    let q: String = wanted.q.trim().chars().take(200).collect();
    let mut conn = app.db.read().await?;
    let groups = if q.is_empty() {
        Vec::new()
    } else {
        groups(&app, &staff, &desk, &mut conn, &q).await?
    };
    if let [Group { hits, .. }] = groups.as_slice()
        && let [only] = hits.as_slice()
    {
        return Ok(Redirect::to(&only.url).into_response());
    }
    let n: usize = groups.iter().map(|group| group.hits.len()).sum();
    let lede = match n {
        0 => "Nothing found".to_owned(),
        n => format!("{n} results"),
    };
    let nothing = Nothing::new(
        "Nothing found",
        "Search for a whole SKU or e-mail address, or the beginning of an order number, a title or a name.",
        None,
    );
    let panel = staff.panel(&mut conn, Spot::Home).await?;
    ok(
        &app,
        &SearchPage {
            panel,
            q,
            lede,
            groups,
            nothing,
        },
    )
    .await
}

async fn groups<R>(app: &App, staff: &Staff<R>, desk: &Desk, conn: &mut Conn, q: &str) -> Result<Vec<Group>, Error> {
    let mut groups = Vec::new();
    if staff.may(Permission::SeeOrders) {
        groups.push(orders(desk, conn, q).await?);
    }
    if staff.may(Permission::SeeProducts) {
        groups.push(products(app, desk, conn, q).await?);
    }
    if staff.may(Permission::SeeCustomers) {
        groups.push(customers(conn, q).await?);
    }
    groups.retain(|group| !group.hits.is_empty());
    Ok(groups)
}

fn group(title: &'static str, last: &'static str, list: &str, q: &str, hits: Vec<Hit>) -> Group {
    let more = (hits.len() >= HITS).then(|| {
        Link::new(
            format!("All {} with “{q}”", title.to_lowercase()),
            with_query(list, [("q", q)]),
        )
    });
    Group {
        title,
        last,
        numbers: title == "Orders",
        more,
        hits,
    }
}

async fn orders(desk: &Desk, conn: &mut Conn, q: &str) -> Result<Group, Error> {
    let found = reports::find_orders(conn, q, HITS).await?;
    let hits = found.iter().map(|order| Hit {
        title: order.number.clone(),
        about: format!("{}, {}", order.name, desk.moment(order.created_at).text),
        last: format::money(order.total),
        url: urls::order(&order.number),
    });
    Ok(group("Orders", "Total", urls::orders(), q, hits.collect()))
}

async fn products(app: &App, desk: &Desk, conn: &mut Conn, q: &str) -> Result<Group, Error> {
    let known = app.search.having(q, HITS).map_err(anyhow::Error::from)?;
    let found = reports::find_products(conn, ProductView::All, q, &known, HITS).await?;
    let hits = found.iter().take(HITS).map(|product| Hit {
        title: product.title.clone(),
        about: product.category.clone().unwrap_or_default(),
        last: desk.money(product.price_min_minor),
        url: urls::product(product.id),
    });
    Ok(group("Products", "Price", urls::products(), q, hits.collect()))
}

async fn customers(conn: &mut Conn, q: &str) -> Result<Group, Error> {
    let found = accounts::search(conn, q, HITS).await?;
    let hits = found.iter().map(|customer| Hit {
        title: if customer.name.is_empty() {
            customer.email.to_string()
        } else {
            customer.name.clone()
        },
        about: customer.email.to_string(),
        last: customer.n_orders.to_string(),
        url: urls::customer(customer.id),
    });
    Ok(group("Customers", "Orders", urls::customers(), q, hits.collect()))
}
