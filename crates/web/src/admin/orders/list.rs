//! All orders, by view and filter.

use axum::{extract::State, response::Response};
use jiff::civil::Date;
use wares_commerce::reports::{self, OrderFilter, OrderRow, OrderView};
use wares_db::{Conn, DbError};
use wares_kernel::{After, Country, Page};

use super::pages::{ListPage, Row};
use crate::{
    App,
    admin::{
        desk::Desk,
        lists::{Listing, ROWS, Wanted},
        panel::Spot,
        parts::{Choice, Filter, Nothing, Pager},
        rights::SeeOrders,
        staff::{Staff, ok},
        words,
    },
    http::{Error, Query},
    templates::format,
    urls::{admin as urls, with_query},
};

const VIEWS: [(&str, &str, OrderView); 7] = [
    ("", "Open", OrderView::Open),
    ("to_send", "To send", OrderView::ToSend),
    ("unpaid", "Unpaid", OrderView::Unpaid),
    ("sold", "Sold", OrderView::Sold),
    ("cancelled", "Cancelled", OrderView::Cancelled),
    ("expired", "Expired", OrderView::Expired),
    ("all", "All", OrderView::All),
];

const PAYMENTS: [&str; 6] = [
    "unpaid",
    "authorised",
    "paid",
    "partially_refunded",
    "refunded",
    "disputed",
];
const FULFILMENTS: [&str; 4] = ["unfulfilled", "partially_shipped", "shipped", "delivered"];

/// `GET /admin/orders`
pub(in crate::admin) async fn list(
    staff: Staff<SeeOrders>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let desk = staff.desk(&app);
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Orders).await?;
    let listing = Listing {
        action: urls::orders(),
        noun: "Orders",
        placeholder: "Number, e-mail, name, tracking",
        wanted: &wanted,
    };
    let (found, pager) = find(&mut conn, &desk, &listing).await?;
    let tabs = tabs(&mut conn).await?;
    let index = listing.index(tabs, filters(&wanted), chips(&wanted), pager);
    let nothing = nothing(&wanted, &index.clear);
    let rows = found.iter().map(|order| row(&desk, order)).collect();
    ok(
        &app,
        &ListPage {
            panel,
            list: index,
            export_url: with_query(urls::export_orders(), wanted.pairs()),
            rows,
            nothing,
        },
    )
    .await
}

async fn find(conn: &mut Conn, desk: &Desk, listing: &Listing<'_>) -> Result<(Vec<OrderRow>, Pager), Error> {
    let wanted = listing.wanted;
    let words = wanted.words();
    if !words.is_empty() {
        let found = reports::find_orders(conn, &words, ROWS).await?;
        let pager = listing.found(found.len());
        return Ok((found, pager));
    }
    let page = reports::orders(
        conn,
        view(wanted),
        &filter(wanted, desk),
        wanted.place(After::NEWEST),
        ROWS,
    )
    .await?;
    let next = page.next.map(|after| after.to_string());
    let pager = listing.pager(page.items.len(), "newest first", next);
    Ok((page.items, pager))
}

/// What a list shows, in all its pages.
pub(super) struct Selection {
    view: OrderView,
    filter: OrderFilter,
    search: String,
    /// The view, and what it is narrowed to.
    pub(super) words: String,
}

/// The most orders that a search takes out of the shop.
const FOUND_MAX: usize = 10_000;

impl Selection {
    /// Some of it, newest first.
    pub(super) async fn page(&self, conn: &mut Conn, after: After, size: usize) -> Result<Page<OrderRow>, DbError> {
        if self.search.is_empty() {
            return reports::orders(conn, self.view, &self.filter, after, size).await;
        }
        let items = reports::find_orders(conn, &self.search, FOUND_MAX).await?;
        Ok(Page { items, next: None })
    }
}

/// What a list shows, from its address.
pub(super) fn selection(wanted: &Wanted, desk: &Desk) -> Selection {
    let search = wanted.words();
    let mut words: Vec<String> = chips(wanted).into_iter().map(|(_, text)| text).collect();
    let view = VIEWS
        .iter()
        .find(|(word, ..)| *word == wanted.view)
        .unwrap_or(&VIEWS[0]);
    words.insert(0, view.1.to_owned());
    // A search looks through all orders, whatever the view.
    if !search.is_empty() {
        words = vec![format!("“{search}”")];
    }
    Selection {
        view: view.2,
        filter: filter(wanted, desk),
        search,
        words: words.join(", "),
    }
}

fn view(wanted: &Wanted) -> OrderView {
    VIEWS
        .iter()
        .find(|(word, ..)| *word == wanted.view)
        .map_or(OrderView::Open, |(.., view)| *view)
}

fn filter(wanted: &Wanted, desk: &Desk) -> OrderFilter {
    let known = |word: &str, words: &[&str]| {
        if words.contains(&word) {
            word.to_owned()
        } else {
            String::new()
        }
    };
    let mut filter = OrderFilter {
        payment: known(&wanted.payment, &PAYMENTS),
        fulfilment: known(&wanted.fulfilment, &FULFILMENTS),
        country: wanted
            .country
            .parse::<Country>()
            .map_or_else(|_| String::new(), |country| country.code().to_owned()),
        ..OrderFilter::default()
    };
    if let Ok(first) = wanted.from.parse::<Date>() {
        filter.from = desk.begin(first);
    }
    if let Ok(last) = wanted.to.parse::<Date>() {
        filter.to = desk.begin(last.saturating_add(jiff::Span::new().days(1)));
    }
    filter
}

async fn tabs(conn: &mut Conn) -> Result<Vec<(&'static str, &'static str, Option<String>)>, Error> {
    let mut tabs = Vec::new();
    for (word, text, view) in VIEWS {
        let count = match view {
            OrderView::Open | OrderView::ToSend | OrderView::Unpaid => reports::count_orders(conn, view).await?,
            _ => None,
        };
        tabs.push((word, text, count.map(words::capped)));
    }
    Ok(tabs)
}

fn filters(wanted: &Wanted) -> Vec<Filter> {
    let filter = |name, label, chosen: &str, options: &[&str], say: fn(&str) -> String| Filter {
        name,
        label,
        on: !chosen.is_empty(),
        choices: options
            .iter()
            .map(|word| Choice::new(*word, say(word)).selected_if(*word == chosen))
            .collect(),
    };
    vec![
        filter("payment", "Payment", &wanted.payment, &PAYMENTS, |word| {
            words::payment(word).word().to_owned()
        }),
        filter("fulfilment", "Fulfilment", &wanted.fulfilment, &FULFILMENTS, |word| {
            words::fulfilment(word).word().to_owned()
        }),
    ]
}

fn chips(wanted: &Wanted) -> Vec<(&'static str, String)> {
    let mut chips = Vec::new();
    if PAYMENTS.contains(&wanted.payment.as_str()) {
        chips.push(("payment", words::payment(&wanted.payment).word().to_owned()));
    }
    if FULFILMENTS.contains(&wanted.fulfilment.as_str()) {
        chips.push(("fulfilment", words::fulfilment(&wanted.fulfilment).word().to_owned()));
    }
    if let Ok(country) = wanted.country.parse::<Country>() {
        chips.push(("country", country.name().to_owned()));
    }
    if let Ok(first) = wanted.from.parse::<Date>() {
        chips.push(("from", format!("from {first}")));
    }
    if let Ok(last) = wanted.to.parse::<Date>() {
        chips.push(("to", format!("to {last}")));
    }
    chips
}

fn nothing(wanted: &Wanted, clear: &str) -> Nothing {
    let is_bare = wanted.pairs().iter().all(|(name, _)| *name == "view");
    match (is_bare, view(wanted)) {
        (false, _) => Nothing::found("orders", clear),
        (true, OrderView::Open | OrderView::ToSend) => Nothing::new(
            "Nothing to do",
            "Orders that are placed and not finished come here.",
            None,
        ),
        (true, _) => Nothing::new("No orders here", "Orders come here when they fit this view.", None),
    }
}

/// One order as lists show it.
pub(in crate::admin) fn row(desk: &Desk, order: &OrderRow) -> Row {
    Row {
        number: order.number.clone(),
        url: urls::order(&order.number),
        placed: desk.moment(order.created_at),
        customer: if order.name.is_empty() {
            order.email.clone()
        } else {
            order.name.clone()
        },
        country: order.country.clone(),
        n_items: order.n_pieces.to_string(),
        total: format::money(order.total),
        order: words::order(&order.state),
        payment: words::payment(&order.payment),
        fulfilment: words::fulfilment(&order.fulfilment),
        delivery: order.shipping_method.clone(),
    }
}
