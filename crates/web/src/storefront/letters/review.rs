//! Writing a review, from the link in the delivery mail.

use axum::{extract::State, response::Response, routing::get};
use wares_commerce::once;
use wares_commerce::reviews::{self, Reviewable, SubmitError, Via};
use wares_kernel::{OrderLineId, Token};

use crate::{
    App,
    http::{Accepts, Entered, Error, Flow, FormView, Path},
    routes::Routes,
    storefront::{
        reply::{ask_again, secretly, see, worn_out},
        review_form,
        said::SaidPage,
        visitor::Visitor,
    },
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .link("/reviews/{token}", get(choose))
        .link("/reviews/{token}/{line}", get(show).post(submit))
}

/// The name of the order's buyer, and what of the order can be reviewed.
struct Bought {
    token: Token,
    buyer: String,
    lines: Vec<Reviewable>,
}

async fn bought(app: &App, token: &str) -> Result<Option<Bought>, Error> {
    let Ok(token) = token.parse::<Token>() else {
        return Ok(None);
    };
    let via = Via::Link(token.clone());
    let found = reviews::reviewable(&mut *app.db.read().await?, &via, app.now()).await?;
    Ok(found.map(|(order, lines)| Bought {
        token,
        buyer: order.shipping_address.name,
        lines,
    }))
}

/// `GET /reviews/{token}`: what there is to review; where it is one thing, straight there.
async fn choose(State(app): State<App>, accepts: Accepts, Path(token): Path<String>) -> Result<Response, Error> {
    let Some(bought) = bought(&app, &token).await? else {
        return dead_link(&app, accepts).await;
    };
    if let [only] = bought.lines.as_slice() {
        return Ok(see(&urls::review_line(&token, &only.line.id.to_string())));
    }
    let mut page = SaidPage::new(
        &app.shop_name(),
        "What do you think?",
        "Choose what you want to review.",
    );
    for entry in &bought.lines {
        let url = urls::review_line(&token, &entry.line.id.to_string());
        page = page.link(&entry.line.name(), &url);
    }
    app.page(accepts, &page).await.map(secretly)
}

async fn line_of(app: &App, token: &str, id: OrderLineId) -> Result<Option<(Bought, Reviewable)>, Error> {
    let found = bought(app, token).await?;
    Ok(found.and_then(|bought| {
        let entry = bought.lines.iter().find(|entry| entry.line.id == id)?.clone();
        Some((bought, entry))
    }))
}

/// `GET /reviews/{token}/{line}`
async fn show(
    State(app): State<App>,
    accepts: Accepts,
    Path((token, line)): Path<(String, OrderLineId)>,
) -> Result<Response, Error> {
    let Some((bought, entry)) = line_of(&app, &token, line).await? else {
        return dead_link(&app, accepts).await;
    };
    let form = review_form::prefilled(&bought.buyer, entry.review.as_ref());
    let action = urls::review_line(&token, &line.to_string());
    let page = review_form::page(&app, action, &entry, form).await?;
    app.page(accepts, &page).await.map(secretly)
}

/// `POST /reviews/{token}/{line}`
async fn submit(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Path((token, line)): Path<(String, OrderLineId)>,
    entered: Entered,
) -> Result<Response, Error> {
    let Some((bought, entry)) = line_of(&app, &token, line).await? else {
        return dead_link(&app, accepts).await;
    };
    let errors = match review_form::read(&visitor, Via::Link(bought.token), line, &entered) {
        Ok(review) => {
            app.limits.count(Flow::Write, visitor.address.network(), app.now_ms())?;
            match app.db.write(entered.once(review)).await {
                Ok(_) => return app.page(accepts, &thanks(&app)).await.map(secretly),
                Err(SubmitError::Db(failure)) if once::is_repetition(&failure) => {
                    return app.page(accepts, &thanks(&app)).await.map(secretly);
                }
                Err(SubmitError::NotYours) => return dead_link(&app, accepts).await,
                Err(refusal) => review_form::refused(refusal)?,
            }
        }
        Err(errors) => errors,
    };
    let form = FormView::again(&entered, errors, &[]);
    let action = urls::review_line(&token, &line.to_string());
    let page = review_form::page(&app, action, &entry, form).await?;
    ask_again(&app, accepts, &page).await.map(secretly)
}

fn thanks(app: &App) -> SaidPage {
    SaidPage::new(
        &app.shop_name(),
        "Thank you for your review",
        "It appears once checked, usually within 2 working days. You can change it until then.",
    )
    .link("Back to the shop", urls::home())
}

async fn dead_link(app: &App, accepts: Accepts) -> Result<Response, Error> {
    let page = SaidPage::new(
        &app.shop_name(),
        "This link does not work any more",
        "It is not complete, or it is too old.",
    )
    .link("Contact us", urls::contact());
    worn_out(app, accepts, &page).await
}
