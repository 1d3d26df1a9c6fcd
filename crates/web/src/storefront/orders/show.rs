//! An order by the token in its link: confirmation, its way, its invoice.

use axum::{extract::State, response::Response, routing::get};
use serde::Deserialize;
use wares_commerce::{
    orders::{self, FulfilmentStatus, OrderState},
    pricing::Prices,
};
use wares_kernel::Token;

use super::{
    found::Found,
    keep,
    pages::{Action, ConfirmationPage, InvoiceLine, InvoicePage, OrderPage, Seller, TaxRow},
    view::{Words, before_discounts},
};
use crate::{
    App,
    http::{Accepts, Error, FormView, Path, Query},
    routes::Routes,
    storefront::{
        Head, address_form,
        parts::{self, Fact, Notice, Row, Status},
        reply::secretly,
        visitor::Visitor,
    },
    templates::{Link, format::money},
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .link("/orders/{token}", get(show))
        .link("/orders/{token}/track", get(track))
        .link("/orders/{token}/invoice", get(invoice))
}

#[derive(Debug, Deserialize)]
struct Asked {
    done: Option<String>,
}

/// The order a link's token opens.
pub(super) async fn by_token(app: &App, token: &str) -> Result<Found, Error> {
    let token: Token = token.parse().map_err(|_| Error::NotFound)?;
    let mut conn = app.db.read().await?;
    let order = orders::by_token(&mut conn, token.hash())
        .await?
        .ok_or(Error::NotFound)?;
    Ok(Found::of(&mut conn, order).await?)
}

/// `GET /orders/{token}`: the confirmation, until the first parcel has left.
async fn show(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let found = by_token(&app, &token).await?;
    let words = Words::of(&app, &found);
    let is_fresh = match found.order.state {
        OrderState::Placed => {
            found.order.fulfilment_status == FulfilmentStatus::Unfulfilled && found.refunds.is_empty()
        }
        OrderState::AwaitingPayment => !words.instructions().is_empty(),
        OrderState::Completed | OrderState::Expired | OrderState::Cancelled => false,
    };
    let kept = asked.done.as_deref() == Some(keep::DONE);
    if is_fresh && (kept || asked.done.is_none()) {
        let mut page = confirmation(&app, &visitor, &words, &token, FormView::default());
        if kept {
            page.said = Some(keep::said(&found));
            page.account_url = None;
        }
        return app.page(accepts, &page).await.map(secretly);
    }
    let mut page = order_page(&app, &words, &token);
    page.said = match asked.done.as_deref() {
        Some("cancelled") => Some(Notice::ok("The order is cancelled")),
        Some(keep::DONE) => Some(keep::said(&found)),
        _ => None,
    };
    app.page(accepts, &page).await.map(secretly)
}

/// `GET /orders/{token}/track`
async fn track(State(app): State<App>, accepts: Accepts, Path(token): Path<String>) -> Result<Response, Error> {
    let found = by_token(&app, &token).await?;
    let page = order_page(&app, &Words::of(&app, &found), &token);
    app.page(accepts, &page).await.map(secretly)
}

pub(super) fn confirmation(
    app: &App,
    visitor: &Visitor,
    words: &Words<'_>,
    token: &str,
    form: FormView,
) -> ConfirmationPage {
    let order = &words.found.order;
    let number = order.number.to_string();
    let confirmed = order.state == OrderState::Placed;
    let title = format!("Order {number} {}", if confirmed { "confirmed" } else { "received" });
    ConfirmationPage {
        head: parts::head(&app.shop_name(), title, &form),
        said: None,
        confirmed,
        payment: payment_line(words),
        email: order.email.masked(),
        instructions: words.instructions(),
        facts: facts(words),
        lines: words.items(),
        sums_view: words.sums(),
        to: words.to(),
        billed_to: words.billed_to(),
        paid_with: Some(words.paid_with()),
        invoice_url: Some(urls::invoice(token)),
        track_url: urls::track_order(token),
        ask_url: urls::ask_about_order(&number),
        cancel_url: words.can_be_cancelled().then(|| urls::cancel_order(token)),
        account_url: keep::is_offered(visitor, words.found).then(|| urls::keep_orders(token)),
        form,
        number,
    }
}

fn payment_line(words: &Words<'_>) -> Status {
    if words.found.order.paid_at.is_some() {
        return Status {
            icon: "check",
            tone: "okc",
            text: "Payment received".into(),
        };
    }
    if words.found.order.state == OrderState::Placed {
        return Status {
            icon: "check",
            tone: "okc",
            text: format!("Order received, {}", words.paid_with().to_lowercase()),
        };
    }
    words.status()
}

fn facts(words: &Words<'_>) -> Vec<Fact> {
    let order = &words.found.order;
    let Some(promise) = order.promise else {
        return Vec::new();
    };
    vec![
        Fact::new("Leaves us", words.date(promise.leaves)).note("We send the tracking number"),
        Fact::new("Arrives", words.arrives().unwrap_or_default()).note(order.shipping_method.clone()),
    ]
}

/// The order on its way.
pub(crate) fn order_page(app: &App, words: &Words<'_>, token: &str) -> OrderPage {
    let order = &words.found.order;
    let number = order.number.to_string();
    OrderPage {
        head: Head::private(&app.shop_name(), format!("Order {number}")),
        crumbs: Vec::new(),
        said: None,
        headline: words.headline(),
        placed: words.day(order.created_at).text,
        total: money(order.total),
        summary: words.summary(),
        pay_url: (words.can_be_paid(app.now()) && words.instructions().is_empty()).then(|| urls::pay_order(token)),
        parcels: words.parcels(),
        sums_view: Some(words.sums()),
        refunds: words.refunds(),
        to: words.to(),
        billed_to: words.billed_to(),
        method: order.shipping_method.clone(),
        paid_with: order.paid_at.map(|_| words.paid_with()),
        invoice: Some(Link::new("To print", urls::invoice(token))),
        actions: vec![Action::new("Ask about this order", urls::ask_about_order(&number))],
        cancel_url: words.can_be_cancelled().then(|| urls::cancel_order(token)),
        number,
    }
}

/// `GET /orders/{token}/invoice`
async fn invoice(State(app): State<App>, accepts: Accepts, Path(token): Path<String>) -> Result<Response, Error> {
    let found = by_token(&app, &token).await?;
    let page = invoice_page(&app, &Words::of(&app, &found), &token);
    app.page(accepts, &page).await.map(secretly)
}

fn invoice_page(app: &App, words: &Words<'_>, token: &str) -> InvoicePage {
    let (found, order) = (words.found, &words.found.order);
    let number = order.number.to_string();
    let heading = if order.paid_at.is_some() { "Invoice" } else { "Order" };
    let includes = order.quote.prices == Prices::IncludeTax;
    let line = |line: &orders::OrderLine| InvoiceLine {
        sku: line.sku.clone(),
        name: line.name(),
        quantity: line.quantity.get(),
        price: money(line.unit),
        tax_rate: line.tax_rate.percent(),
        total: money(before_discounts(line)),
    };
    InvoicePage {
        head: Head::private(&app.shop_name(), format!("{heading} {number}")),
        back_url: urls::order(token),
        heading,
        seller: seller(app),
        billed_to: address_form::lines(order.billing_address.as_ref().unwrap_or(&order.shipping_address)),
        to: words.to(),
        facts: vec![
            Row::new("Order", number.as_str()),
            Row::new("Order date", words.day(order.created_at).text),
            Row::new("Payment", words.paid_with()),
        ],
        lines: found.lines.iter().map(line).collect(),
        sums_view: words.sums(),
        tax_word: if includes { "VAT" } else { "Tax" },
        taxes: order.quote.taxes.iter().filter_map(tax_row).collect(),
        paid: match order.paid_at {
            Some(at) => format!(
                "Paid in full on {}. The date of supply is the date of delivery.",
                words.day(at).text
            ),
            None => "Not paid yet.".into(),
        },
        number,
    }
}

fn tax_row(group: &wares_commerce::pricing::quote::TaxGroup) -> Option<TaxRow> {
    Some(TaxRow {
        rate: group.rate.percent(),
        net: money(group.net),
        tax: money(group.tax),
        gross: money(group.net.plus(group.tax).ok()?),
    })
}

fn seller(app: &App) -> Seller {
    let settings = app.settings.get();
    let store = &settings.store;
    let mut lines: Vec<String> = [&store.legal_name]
        .into_iter()
        .filter(|line| !line.is_empty())
        .cloned()
        .collect();
    lines.extend(store.address.lines().map(str::to_owned));
    if !store.vat_id.is_empty() {
        lines.push(format!("VAT id {}", store.vat_id));
    }
    Seller {
        name: store.name.clone(),
        lines,
    }
}
