//! What the customer wrote about what they bought, and what they have not written about yet.

use axum::{extract::State, response::Response, routing::get};
use serde::Deserialize;
use wares_commerce::{
    catalog,
    reports::{self, ArrivedLine},
    reviews::{self, Reviewable, State as ReviewState, SubmitError, Via},
};
use wares_db::Conn;
use wares_kernel::OrderLineId;

use super::{
    orders::own,
    pages::Side,
    reviews_page::{ReviewsPage, ToReview, WrittenReview},
};
use crate::{
    App,
    http::{Accepts, Entered, Error, Flow, FormView, Path, Query},
    routes::Routes,
    storefront::{
        Head, Picture,
        parts::{Notice, Status},
        pictures::thumb,
        reply::{ask_again, see},
        review_form,
        visitor::{Customer, Visitor},
    },
    templates::format::{date_of, day_range},
    urls,
};

/// How many of the latest things are looked at.
const MOST: u32 = 200;

pub(super) fn routes() -> Routes {
    Routes::default()
        .own_customer(urls::account_reviews(), get(list))
        .own_customer("/account/orders/{number}/review/{line}", get(show).post(submit))
}

#[derive(Debug, Deserialize)]
struct Asked {
    done: Option<String>,
}

/// `GET /account/reviews`
async fn list(
    State(app): State<App>,
    accepts: Accepts,
    customer: Customer,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut conn = app.db.read().await?;
    let lines = reports::arrived_lines(&mut conn, customer.id(), MOST).await?;
    let (mut waiting, mut written) = (Vec::new(), Vec::new());
    for line in &lines {
        let picture = picture(&mut conn, line).await?;
        match line.review_state.as_deref().and_then(ReviewState::from_word) {
            Some(state) => written.push(written_view(line, state, picture)),
            None => waiting.push(to_review(&app, line, picture)),
        }
    }
    drop(conn);
    let page = ReviewsPage {
        head: Head::private(&app.shop_name(), "Your reviews"),
        account: Side::at(urls::account_reviews()),
        said: (asked.done.as_deref() == Some("sent")).then(|| {
            Notice::ok("Thank you for your review")
                .with("It appears once checked, usually within 2 working days. You can change it until then.")
        }),
        waiting,
        written,
    };
    app.page(accepts, &page).await
}

async fn picture(conn: &mut Conn, line: &ArrivedLine) -> Result<Picture, Error> {
    let photo = match line.image_id {
        Some(image) => catalog::photo(conn, image).await?,
        None => None,
    };
    Ok(thumb(photo.as_ref(), &line.title))
}

fn to_review(app: &App, line: &ArrivedLine, picture: Picture) -> ToReview {
    let zone = app.settings.get().store.zone();
    let arrived = date_of(line.delivered_at, &zone);
    ToReview {
        picture,
        name: line.title.clone(),
        options: line.variant_title.replace(" / ", ", "),
        delivered: day_range(arrived, arrived, date_of(app.now(), &zone)),
        url: url_of(line),
    }
}

fn written_view(line: &ArrivedLine, state: ReviewState, picture: Picture) -> WrittenReview {
    let (icon, tone, text) = match state {
        ReviewState::Pending => ("alert", "", "Being checked"),
        ReviewState::Published => ("check", "okc", "On the product’s page"),
        ReviewState::Rejected => ("close", "", "Not shown"),
    };
    WrittenReview {
        picture,
        name: line.title.clone(),
        product_url: line.slug.as_deref().map(urls::product),
        status: Status {
            icon,
            tone,
            text: text.into(),
        },
        stars: line.rating,
        title: line.review_title.clone(),
        paragraphs: line.review_body.split("\n\n").map(str::to_owned).collect(),
        reply: (!line.reply.is_empty()).then(|| line.reply.clone()),
        change_url: (state == ReviewState::Pending).then(|| url_of(line)),
    }
}

fn url_of(line: &ArrivedLine) -> String {
    urls::account_review(&line.number, &line.line_id.to_string())
}

/// A line of one of the customer's own orders that has arrived. Somebody else's is not found.
struct Asking {
    via: Via,
    buyer: String,
    entry: Reviewable,
}

async fn asking(app: &App, customer: &Customer, number: &str, line: OrderLineId) -> Result<Asking, Error> {
    let order = own(app, customer, number).await?;
    let via = Via::Account {
        customer_id: customer.id(),
        order_id: order.id,
    };
    let found = reviews::reviewable(&mut *app.db.read().await?, &via, app.now()).await?;
    let entries = found.map(|(_, entries)| entries).unwrap_or_default();
    let entry = entries.into_iter().find(|entry| entry.line.id == line);
    Ok(Asking {
        via,
        buyer: order.shipping_address.name,
        entry: entry.ok_or(Error::NotFound)?,
    })
}

/// `GET /account/orders/{number}/review/{line}`
async fn show(
    State(app): State<App>,
    accepts: Accepts,
    customer: Customer,
    Path((number, line)): Path<(String, OrderLineId)>,
) -> Result<Response, Error> {
    let Asking { buyer, entry, .. } = asking(&app, &customer, &number, line).await?;
    let form = review_form::prefilled(&buyer, entry.review.as_ref());
    let action = urls::account_review(&number, &line.to_string());
    app.page(accepts, &review_form::page(&app, action, &entry, form).await?)
        .await
}

/// `POST /account/orders/{number}/review/{line}`
async fn submit(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    customer: Customer,
    Path((number, line)): Path<(String, OrderLineId)>,
    entered: Entered,
) -> Result<Response, Error> {
    let Asking { via, entry, .. } = asking(&app, &customer, &number, line).await?;
    let errors = match review_form::read(&visitor, via, line, &entered) {
        Ok(review) => {
            app.limits.count(Flow::Write, visitor.address.network(), app.now_ms())?;
            match app.db.write(entered.once(review)).await {
                Ok(_) => return Ok(see(&urls::with_query(urls::account_reviews(), [("done", "sent")]))),
                Err(SubmitError::NotYours) => return Err(Error::NotFound),
                Err(refusal) => review_form::refused(refusal)?,
            }
        }
        Err(errors) => errors,
    };
    let form = FormView::again(&entered, errors, &[]);
    let action = urls::account_review(&number, &line.to_string());
    ask_again(&app, accepts, &review_form::page(&app, action, &entry, form).await?).await
}
