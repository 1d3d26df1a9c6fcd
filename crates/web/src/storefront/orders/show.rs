//! An order by the token in its link: confirmation, its way, its invoice.

use axum::{extract::State, response::Response, routing::get};
use serde::Deserialize;
use wares_commerce::{
    invoicing::{self, Document},
    orders::{self, FulfilmentStatus, Order, OrderState},
};
use wares_kernel::{DocumentId, Token};

use super::{
    document::{self, Paper},
    found::Found,
    keep,
    pages::{Action, ConfirmationPage, DocumentPage, OrderPage},
    view::Words,
};
use crate::{
    App,
    http::{Accepts, Error, FormView, Path, Query},
    routes::Routes,
    storefront::{
        Head,
        parts::{self, Fact, Notice, Status},
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
        .link("/orders/{token}/documents/{id}", get(document))
}

#[derive(Debug, Deserialize)]
struct Asked {
    done: Option<String>,
}

/// The order a link's token opens, with all that belongs to it.
pub(super) async fn by_token(app: &App, token: &str) -> Result<Found, Error> {
    let order = order_by_token(app, token).await?;
    Ok(Found::of(&mut *app.db.read().await?, order).await?)
}

/// The order alone that a link's token opens.
pub(super) async fn order_by_token(app: &App, token: &str) -> Result<Order, Error> {
    let token: Token = token.parse().map_err(|_| Error::NotFound)?;
    let found = orders::by_token(&mut *app.db.read().await?, token.hash()).await?;
    found.ok_or(Error::NotFound)
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
            found.order.fulfilment_status == FulfilmentStatus::Unfulfilled
                && found.refunds.is_empty()
                && found.release.is_none()
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
        documents: documents(words.found, token),
        actions: vec![Action::new("Ask about this order", urls::ask_about_order(&number))],
        cancel_url: words.can_be_cancelled().then(|| urls::cancel_order(token)),
        number,
    }
}

/// `GET /orders/{token}/invoice`: the invoice, or the order to print while there is none.
async fn invoice(State(app): State<App>, accepts: Accepts, Path(token): Path<String>) -> Result<Response, Error> {
    let found = by_token(&app, &token).await?;
    let page = match found.documents.first() {
        Some(issued) => document_page(&app, issued, back_to(&token)).await?,
        None => order_sheet(&app, &found.order, back_to(&token)).await?,
    };
    app.page(accepts, &page).await.map(secretly)
}

/// `GET /orders/{token}/documents/{id}`
async fn document(
    State(app): State<App>,
    accepts: Accepts,
    Path((token, id)): Path<(String, DocumentId)>,
) -> Result<Response, Error> {
    let found = by_token(&app, &token).await?;
    let issued = found.documents.iter().find(|document| document.id == id);
    let page = document_page(&app, issued.ok_or(Error::NotFound)?, back_to(&token)).await?;
    app.page(accepts, &page).await.map(secretly)
}

fn back_to(token: &str) -> Link {
    Link::new("Back to the order", urls::order(token))
}

/// A document that was issued, to print.
pub(crate) async fn document_page(app: &App, issued: &Document, back: Link) -> Result<DocumentPage, Error> {
    let lines = invoicing::lines(&mut *app.db.read().await?, issued.id).await?;
    let paper = Paper {
        series: Some(issued.series),
        number: &issued.number,
        sheet: &issued.sheet,
        lines: &lines,
        back,
    };
    document::page(app, paper)
}

/// An order without an invoice, to print.
async fn order_sheet(app: &App, order: &Order, back: Link) -> Result<DocumentPage, Error> {
    let (sheet, lines) = invoicing::preview(&mut *app.db.read().await?, order, app.now()).await?;
    let paper = Paper {
        series: None,
        number: order.number.as_str(),
        sheet: &sheet,
        lines: &lines,
        back,
    };
    document::page(app, paper)
}

/// Links to the papers of an order; to the order itself while there is none.
fn documents(found: &Found, token: &str) -> Vec<Link> {
    if found.documents.is_empty() {
        return vec![Link::new("Order to print", urls::invoice(token))];
    }
    let link = |document: &Document| {
        let text = format!("{} {}", document.series.name(), document.number);
        Link::new(text, urls::document(token, &document.id.to_string()))
    };
    found.documents.iter().map(link).collect()
}
