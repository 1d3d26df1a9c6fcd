//! Writing a review: the form behind the link in the delivery mail and the one in the account are the same.

use wares_commerce::{
    catalog,
    reviews::{BODY_MAX, BODY_MIN, Review, Reviewable, Submit, SubmitError, TITLE_MAX, Via},
};
use wares_kernel::OrderLineId;

use super::{
    letters::{ReviewPage, ratings},
    parts,
    pictures::thumb,
    visitor::Visitor,
};
use crate::{
    App,
    http::{Check, Entered, Error, FormErrors, FormView},
    templates::format::{date_of, day_range},
};

/// What was written before, or the name as others would see it: first name and an initial.
pub(super) fn prefilled(buyer: &str, review: Option<&Review>) -> FormView {
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

/// What was entered, by whoever `via` lets.
pub(super) fn read(visitor: &Visitor, via: Via, line: OrderLineId, entered: &Entered) -> Result<Submit, FormErrors> {
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
            via,
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

/// What the form says of a refusal.
pub(super) fn refused(refusal: SubmitError) -> Result<FormErrors, Error> {
    let field = match refusal {
        SubmitError::Db(failure) => return Err(failure.into()),
        SubmitError::Rating => "rating",
        SubmitError::Title => "title",
        SubmitError::Author => "show",
        SubmitError::TooShort | SubmitError::TooLong | SubmitError::Decided | SubmitError::NotYours => "text",
    };
    Ok(FormErrors::one(field, refusal.to_string()))
}

/// The form for what was bought; it goes to `action`.
pub(super) async fn page(app: &App, action: String, entry: &Reviewable, form: FormView) -> Result<ReviewPage, Error> {
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
        action,
        ratings: ratings(),
        form,
        photo: thumb(photo.as_ref(), &line.title),
    })
}
