//! Reviews to check, and deciding about them.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use wares_commerce::{
    catalog,
    reviews::{self, ModerateError, Publish, Reject, Reply, Review, State as Where},
};
use wares_db::Conn;
use wares_kernel::ReviewId;

use super::pages::{AnswerPage, ListPage, Reviewed, Row};
use crate::{
    App,
    admin::{
        choices,
        desk::Desk,
        lists::{Listing, ROWS, Wanted},
        notice::done,
        panel::Spot,
        parts::{Link, Nothing},
        rights::CheckReviews,
        staff::{Staff, ok, show as show_page},
        words,
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path, Query},
    templates::format,
    urls::admin as urls,
};

const VIEWS: [(&str, &str, Where); 3] = [
    ("", "To check", Where::Pending),
    ("published", "Published", Where::Published),
    ("rejected", "Rejected", Where::Rejected),
];

/// `GET /admin/reviews`
pub(in crate::admin) async fn list(
    staff: Staff<CheckReviews>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let desk = staff.desk(&app);
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Reviews).await?;
    let listing = Listing {
        action: urls::reviews(),
        noun: "Reviews",
        placeholder: "",
        wanted: &wanted,
    };
    let state = VIEWS
        .iter()
        .find(|(word, ..)| *word == wanted.view)
        .map_or(Where::Pending, |(.., state)| *state);
    let found = reviews::list(&mut conn, state, wanted.after.parse().ok(), ROWS).await?;
    let pending = reviews::n_pending(&mut conn).await?;
    let order = if state == Where::Pending {
        "the oldest first"
    } else {
        "the newest first"
    };
    let pager = listing.pager(found.items.len(), order, found.next.map(|after| after.to_string()));
    let count = |state| (state == Where::Pending).then(|| format::count(pending.unsigned_abs()));
    let tabs = VIEWS
        .iter()
        .map(|(word, text, state)| (*word, *text, count(*state)))
        .collect();
    let mut rows = Vec::new();
    for review in &found.items {
        rows.push(row(&mut conn, &desk, review, state).await?);
    }
    let index = listing.index(tabs, Vec::new(), Vec::new(), pager);
    let nothing = Nothing::new("Nothing here", "New reviews come here before they are published.", None);
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

/// `POST /admin/reviews/{id}`
pub(in crate::admin) async fn publish(
    staff: Staff<CheckReviews>,
    State(app): State<App>,
    Path(review_id): Path<ReviewId>,
    entered: Entered,
) -> Result<Response, Error> {
    match app
        .db
        .write(entered.once(Publish {
            actor: staff.actor(),
            review_id,
        }))
        .await
    {
        Ok(()) => Ok(done(&app, urls::reviews(), "The review is published.")),
        Err(ModerateError::NotFound) => Err(Error::NotFound),
        Err(ModerateError::Db(error)) => Err(error.into()),
        Err(ModerateError::NoReason | ModerateError::ReasonTooLong | ModerateError::ReplyTooLong) => {
            Ok(Redirect::to(urls::reviews()).into_response())
        }
    }
}

/// `GET /admin/reviews/{id}/reject`
pub(in crate::admin) async fn ask_reject(
    staff: Staff<CheckReviews>,
    State(app): State<App>,
    Path(id): Path<ReviewId>,
) -> Result<Response, Error> {
    ok(&app, &page(&app, &staff, id, true, FormView::default()).await?).await
}

/// `POST /admin/reviews/{id}/reject`
pub(in crate::admin) async fn reject(
    staff: Staff<CheckReviews>,
    State(app): State<App>,
    Path(review_id): Path<ReviewId>,
    entered: Entered,
) -> Result<Response, Error> {
    let mut check = Check::new(&entered);
    let reason = check.long_text("text", 500, "Say why");
    let refusal = match check.done() {
        Ok(()) => app
            .db
            .write(entered.once(Reject {
                actor: staff.actor(),
                review_id,
                reason,
            }))
            .await
            .err(),
        Err(errors) => return refused(&app, &staff, review_id, true, &entered, errors).await,
    };
    match refusal {
        None => Ok(done(&app, urls::reviews(), "The review is rejected.")),
        Some(ModerateError::NotFound) => Err(Error::NotFound),
        Some(ModerateError::Db(error)) => Err(error.into()),
        Some(refusal) => {
            let errors = FormErrors::one("text", refusal.to_string());
            refused(&app, &staff, review_id, true, &entered, errors).await
        }
    }
}

/// `GET /admin/reviews/{id}/reply`
pub(in crate::admin) async fn ask_reply(
    staff: Staff<CheckReviews>,
    State(app): State<App>,
    Path(id): Path<ReviewId>,
) -> Result<Response, Error> {
    let review = reviews::find(&mut *app.db.read().await?, id)
        .await?
        .ok_or(Error::NotFound)?;
    let form = FormView::prefilled([("text", review.reply)]);
    ok(&app, &page(&app, &staff, id, false, form).await?).await
}

/// `POST /admin/reviews/{id}/reply`
pub(in crate::admin) async fn reply(
    staff: Staff<CheckReviews>,
    State(app): State<App>,
    Path(review_id): Path<ReviewId>,
    entered: Entered,
) -> Result<Response, Error> {
    let mut check = Check::new(&entered);
    let text = check.optional_long_text("text", 2_000);
    let refusal = match check.done() {
        Ok(()) => app
            .db
            .write(entered.once(Reply {
                actor: staff.actor(),
                review_id,
                text,
            }))
            .await
            .err(),
        Err(errors) => return refused(&app, &staff, review_id, false, &entered, errors).await,
    };
    match refusal {
        None => Ok(done(&app, urls::reviews(), "The reply was saved.")),
        Some(ModerateError::NotFound) => Err(Error::NotFound),
        Some(ModerateError::Db(error)) => Err(error.into()),
        Some(refusal) => {
            let errors = FormErrors::one("text", refusal.to_string());
            refused(&app, &staff, review_id, false, &entered, errors).await
        }
    }
}

async fn refused(
    app: &App,
    staff: &Staff<CheckReviews>,
    id: ReviewId,
    rejects: bool,
    entered: &Entered,
    errors: FormErrors,
) -> Result<Response, Error> {
    let form = FormView::again(entered, errors, &[]);
    let page = page(app, staff, id, rejects, form).await?;
    show_page(app, StatusCode::UNPROCESSABLE_ENTITY, &page).await
}

async fn page(
    app: &App,
    staff: &Staff<CheckReviews>,
    id: ReviewId,
    rejects: bool,
    form: FormView,
) -> Result<AnswerPage, Error> {
    let mut conn = app.db.read().await?;
    let review = reviews::find(&mut conn, id).await?.ok_or(Error::NotFound)?;
    let product = catalog::stored(&mut conn, review.product_id).await?;
    let heading = if rejects {
        "Reject this review"
    } else {
        "Reply to this review"
    };
    let lede = if rejects {
        "It is not shown in the shop. The buyer is not told."
    } else {
        "Shown under the review, in the shop's name. Left empty, a reply is taken away."
    };
    Ok(AnswerPage {
        panel: staff.panel(&mut conn, Spot::Reviews).await?,
        back: Link::new("Reviews", urls::reviews()),
        heading: heading.into(),
        lede: lede.into(),
        review: Reviewed {
            author: review.author.clone(),
            product: product.map_or_else(String::new, |product| product.draft.title),
            stars: words::stars(review.rating),
            rating: review.rating.to_string(),
            title: review.title.clone(),
            text: review.body.clone(),
        },
        action: if rejects {
            urls::reject_review(id)
        } else {
            urls::reply_review(id)
        },
        label: if rejects { "Reason" } else { "Reply" },
        hint: if rejects {
            "For staff; kept in the activity list."
        } else {
            "Everybody can read it."
        },
        max: if rejects { 500 } else { 2_000 },
        verb: if rejects { "Reject review" } else { "Save reply" },
        is_dangerous: rejects,
        form,
    })
}

async fn row(conn: &mut Conn, desk: &Desk, review: &Review, state: Where) -> Result<Row, Error> {
    let product = catalog::stored(conn, review.product_id).await?;
    let (title, image) = product.map_or_else(
        || (String::new(), None),
        |product| {
            (
                product.draft.title,
                product.draft.images.first().map(|image| image.image_id),
            )
        },
    );
    let photo = match image {
        Some(id) => catalog::photo(conn, id).await?,
        None => None,
    };
    let name = if review.variant_title.is_empty() {
        title
    } else {
        format!("{title}, {}", review.variant_title)
    };
    Ok(Row {
        stars: words::stars(review.rating),
        rating: review.rating.to_string(),
        title: review.title.clone(),
        text: review.body.clone(),
        reason: Some(review.reject_reason.clone()).filter(|reason| !reason.is_empty()),
        reply: Some(review.reply.clone()).filter(|reply| !reply.is_empty()),
        picture: photo.and_then(|photo| choices::thumb(Some(&photo.key), Some(photo.width))),
        product: Link::new(name, urls::product(review.product_id)),
        author: review.author.clone(),
        is_bought: review.order_line_id.is_some(),
        at: desk.moment(review.created_at),
        act: Some(urls::review(review.id)),
        can_publish: state != Where::Published,
        can_reject: state != Where::Rejected,
        reject: urls::reject_review(review.id),
        answer: urls::reply_review(review.id),
    })
}
