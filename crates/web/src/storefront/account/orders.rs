//! The account's orders.

use axum::{
    extract::State,
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;
use wares_commerce::{
    cart::{BuyAgain, CartOwner},
    orders::{self, FulfilmentStatus, Order, OrderNumber},
};
use wares_kernel::{After, CustomerId};

use super::pages::{OrderAction, OrderEntry, OrdersPage, Side};
use crate::{
    App,
    http::{Accepts, Entered, Error, Path, Query},
    routes::Routes,
    storefront::{
        Head, cart,
        orders::{Action, Found, Words, order_page},
        pictures::thumb,
        reply::see,
        visitor::Customer,
    },
    templates::{Link, format::money},
    urls,
};

/// How many stand on a page.
const PAGE: u32 = 10;

pub(super) fn routes() -> Routes {
    Routes::default()
        .own_customer(urls::account_orders(), get(list))
        .own_customer("/account/orders/{number}", get(show))
        .own_customer("/account/orders/{number}/again", post(again))
}

#[derive(Debug, Deserialize)]
struct Asked {
    find: Option<String>,
    before: Option<String>,
}

/// `GET /account/orders`
async fn list(
    State(app): State<App>,
    accepts: Accepts,
    customer: Customer,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let find = asked
        .find
        .unwrap_or_default()
        .trim()
        .chars()
        .take(200)
        .collect::<String>();
    let (found, older_url) = if find.is_empty() {
        let before = asked.before.and_then(|number| number.parse().ok());
        page_of(&app, customer.id(), before).await?
    } else {
        (matching(&app, customer.id(), &find).await?, None)
    };
    let page = OrdersPage {
        head: Head::private(&app.shop_name(), "Your orders"),
        account: Side::at(urls::account_orders()),
        said: None,
        orders: found.iter().map(|found| entry(&app, found)).collect(),
        find,
        older_url,
    };
    app.page(accepts, &page).await
}

async fn page_of(
    app: &App,
    customer: CustomerId,
    before: Option<OrderNumber>,
) -> Result<(Vec<Found>, Option<String>), Error> {
    let mut conn = app.db.read().await?;
    let after = match before {
        Some(number) => match orders::by_number(&mut conn, &number).await? {
            Some(order) => After {
                at: order.created_at,
                id: order.id.uuid(),
            },
            None => After::NEWEST,
        },
        None => After::NEWEST,
    };
    let page = orders::of_customer(&mut conn, customer, after, PAGE).await?;
    let last = page.items.last().map(|order| order.number.to_string());
    let older = page.next.is_some().then_some(last).flatten();
    let mut found = Vec::with_capacity(page.items.len());
    for order in page.items {
        found.push(Found::of(&mut conn, order).await?);
    }
    Ok((
        found,
        older.map(|number| urls::with_query(urls::account_orders(), [("before", number.as_str())])),
    ))
}

/// Of the hundred latest orders, those of that number or with something of that name.
async fn matching(app: &App, customer: CustomerId, find: &str) -> Result<Vec<Found>, Error> {
    let mut conn = app.db.read().await?;
    let page = orders::of_customer(&mut conn, customer, After::NEWEST, 100).await?;
    let wanted = find.to_lowercase();
    let number = find.parse::<OrderNumber>().ok();
    let mut found = Vec::new();
    for order in page.items {
        let is_number = number.as_ref() == Some(&order.number);
        let order = Found::of(&mut conn, order).await?;
        if is_number
            || order
                .lines
                .iter()
                .any(|line| line.name().to_lowercase().contains(&wanted))
        {
            found.push(order);
        }
    }
    Ok(found)
}

/// An order in a list.
pub(super) fn entry(app: &App, found: &Found) -> OrderEntry {
    let words = Words::of(app, found);
    let number = found.order.number.to_string();
    let url = urls::account_order(&number);
    let is_sent = found.order.fulfilment_status != FulfilmentStatus::Unfulfilled;
    let mut actions = vec![OrderAction::link(
        if is_sent { "Track" } else { "Details" },
        url.clone(),
    )];
    if found.order.delivered_at.is_some() {
        actions.push(OrderAction::link("Review", urls::account_reviews().to_owned()));
    }
    if found.order.placed_at.is_some() {
        actions.push(OrderAction::button("Buy again", urls::buy_again(&number)));
    }
    let photo = |line: &orders::OrderLine| line.image_id.and_then(|image| found.photos.get(&image));
    OrderEntry {
        url,
        placed: words.day(found.order.created_at),
        total: money(found.order.total),
        status: words.status(),
        pictures: found
            .lines
            .iter()
            .take(5)
            .map(|line| thumb(photo(line), &line.title))
            .collect(),
        actions,
        number,
    }
}

/// The latest order.
pub(super) async fn latest(app: &App, customer: CustomerId) -> Result<Option<Found>, Error> {
    let mut conn = app.db.read().await?;
    let page = orders::of_customer(&mut conn, customer, After::NEWEST, 1).await?;
    match page.items.into_iter().next() {
        Some(order) => Ok(Some(Found::of(&mut conn, order).await?)),
        None => Ok(None),
    }
}

/// One of the customer's own orders. Somebody else's is not found.
pub(super) async fn own(app: &App, customer: &Customer, number: &str) -> Result<Order, Error> {
    let number: OrderNumber = number.parse().map_err(|_| Error::NotFound)?;
    let order = orders::by_number(&mut *app.db.read().await?, &number).await?;
    order
        .filter(|order| order.customer_id == Some(customer.id()))
        .ok_or(Error::NotFound)
}

/// `GET /account/orders/{number}`
async fn show(
    State(app): State<App>,
    accepts: Accepts,
    customer: Customer,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let order = own(&app, &customer, &number).await?;
    let token = orders::token_of(&app.vault, &order).map_err(anyhow::Error::from)?;
    let found = Found::of(&mut *app.db.read().await?, order).await?;
    let mut page = order_page(&app, &Words::of(&app, &found), &token.reveal());
    if found.parcels.iter().any(|parcel| parcel.delivered_at.is_some()) {
        page.actions
            .insert(0, Action::new("Write a review", urls::account_reviews()));
    }
    page.crumbs = vec![
        Link::new("Account", urls::account()),
        Link::new("Orders", urls::account_orders()),
    ];
    app.page(accepts, &page).await
}

/// `POST /account/orders/{number}/again`: puts what can still be bought into the cart.
async fn again(
    State(app): State<App>,
    customer: Customer,
    Path(number): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    let order = own(&app, &customer, &number).await?;
    let lines = orders::lines(&mut *app.db.read().await?, order.id).await?;
    let owner = CartOwner::Customer(customer.id());
    let wishes = lines.iter().map(|line| (line.variant_id, line.quantity)).collect();
    app.db.write(entered.once(BuyAgain { owner, wishes })).await?;
    let mut response = see(&urls::with_query(urls::cart(), [("done", "again")]));
    cart::tell_count(&app, &owner, response.headers_mut()).await?;
    Ok(response)
}
