//! Writing a review, from the link in the delivery mail.

use axum::{extract::State, response::Response, routing::get};
use wares_commerce::{
    catalog,
    reviews::{self, BODY_MAX, BODY_MIN, Review, Reviewable, Submit, SubmitError, TITLE_MAX, Via},
};
use wares_kernel::{OrderLineId, Token};

use super::pages::{ReviewPage, ratings};
use crate::{
    App,
    http::{Accepts, Check, Entered, Error, Flow, FormErrors, FormView, Path},
    routes::Routes,
    storefront::{
        parts,
        pictures::thumb,
        reply::{ask_again, secretly, see},
        said::SaidPage,
        visitor::Visitor,
    },
    templates::format::{date_of, day_range},
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
    let form = prefilled(&bought.buyer, entry.review.as_ref());
    let page = page(&app, &token, &entry, form).await?;
    app.page(accepts, &page).await.map(secretly)
}

/// What was written before, or the name as others would see it: first name and an initial.
fn prefilled(buyer: &str, review: Option<&Review>) -> FormView {
    if let Some(review) = review {
        return FormView::prefilled([
            ("rating", review.rating.to_string()),
            ("title", review.title.clone()),
            ("text", review.body.clone()),
            ("show", review.author.clone()),
        ]);
    }
    let mut words = buyer.split_whitespace();
    let first = words.next().unwrap_or_default();
    let initial = words.next_back().and_then(|word| word.chars().next());
    let shown = initial.map_or_else(|| first.to_owned(), |initial| format!("{first} {initial}."));
    FormView::prefilled([("show", shown)])
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
    let errors = match read(&visitor, &bought, line, &entered) {
        Ok(review) => {
            app.limits.count(Flow::Write, visitor.address.network(), app.now_ms())?;
            match app.db.write(review).await {
                Ok(_) => return app.page(accepts, &thanks(&app)).await.map(secretly),
                Err(SubmitError::NotYours) => return dead_link(&app, accepts).await,
                Err(refusal) => refused(refusal)?,
            }
        }
        Err(errors) => errors,
    };
    let form = FormView::again(&entered, errors, &[]);
    let page = page(&app, &token, &entry, form).await?;
    ask_again(&app, accepts, &page).await.map(secretly)
}

fn read(visitor: &Visitor, bought: &Bought, line: OrderLineId, entered: &Entered) -> Result<Submit, FormErrors> {
    let mut check = Check::new(entered);
    let rating = entered
        .get("rating")
        .parse()
        .ok()
        .filter(|rating| (1..=5).contains(rating));
    if rating.is_none() {
        check.wrong("rating", "Choose how good it is");
    }
    let title = check.text("title", TITLE_MAX, "Say it in a few words");
    let body = check.long_text("text", BODY_MAX, "Write your review");
    let length = body.chars().count();
    if length > 0 && length < BODY_MIN {
        check.wrong(
            "text",
            format!("Write at least {BODY_MIN} characters; this has {length}"),
        );
    }
    let author = check.text("show", 60, "Enter the name to show");
    if !entered.has("ok") {
        check.wrong("ok", "Tick this to send the review");
    }
    let errors = check.errors().clone();
    match rating {
        Some(rating) if errors.is_empty() => Ok(Submit {
            via: Via::Link(bought.token.clone()),
            order_line_id: line,
            rating,
            title,
            body,
            author,
            ip: visitor.ip(),
        }),
        _ => Err(errors),
    }
}

fn refused(refusal: SubmitError) -> Result<FormErrors, Error> {
    let field = match refusal {
        SubmitError::Db(failure) => return Err(failure.into()),
        SubmitError::Rating => "rating",
        SubmitError::Title => "title",
        SubmitError::Author => "show",
        SubmitError::TooShort | SubmitError::TooLong | SubmitError::Decided | SubmitError::NotYours => "text",
    };
    Ok(FormErrors::one(field, refusal.to_string()))
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
    app.page(accepts, &page).await.map(secretly)
}

async fn page(app: &App, token: &str, entry: &Reviewable, form: FormView) -> Result<ReviewPage, Error> {
    let line = &entry.line;
    let photo = match line.image_id {
        Some(image) => catalog::photo(&mut *app.db.read().await?, image).await?,
        None => None,
    };
    let zone = app.settings.get().store.zone();
    let arrived = date_of(entry.delivered_at, &zone);
    let arrived = day_range(arrived, arrived, date_of(app.now(), &zone));
    let choice = line.variant_title.replace(" / ", ", ").to_lowercase();
    Ok(ReviewPage {
        head: parts::head(&app.shop_name(), format!("Review the {}", line.title), &form),
        said: None,
        product: line.title.clone(),
        bought: if choice.is_empty() {
            format!("Delivered {arrived}.")
        } else {
            format!("Bought in {choice}, delivered {arrived}.")
        },
        action: urls::review_line(token, &line.id.to_string()),
        ratings: ratings(),
        form,
        photo: thumb(photo.as_ref(), &line.title),
    })
}
