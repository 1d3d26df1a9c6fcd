//! The button of step three: an order is placed, or the page says what has changed.

use std::collections::HashMap;

use axum::{http::StatusCode, response::Response};
use wares_commerce::{
    cart::CartOwner,
    catalog,
    checkout::{self, Changed, NotChosen, PlaceError, PlaceOrder, Placed, Review, Signed},
    payment::{self, BeginError},
};
use wares_kernel::{CartId, Money, VariantId};

use super::{
    changes::{changed, short},
    frame::{as_typed, empty_cart, not_yet},
    review::{keep, page},
};
use crate::{
    App,
    http::{Accepts, Entered, Error, FormErrors, FormView},
    storefront::{
        cart,
        orders::go_on,
        reply::{see, with_status},
        visitor::Visitor,
    },
    urls,
};

/// Keeps what the page says and places its order, at once; where that is refused, what the page says is kept all the same.
pub(super) async fn place_now(
    app: &App,
    accepts: Accepts,
    visitor: &Visitor,
    (owner, cart_id): (CartOwner, CartId),
    review: Review,
    entered: &Entered,
) -> Result<Response, Error> {
    let shown_total_minor = entered.get("total").parse().unwrap_or(-1);
    let signed = Signed {
        typed: as_typed(entered),
        review,
    };
    let placing = PlaceOrder {
        actor: visitor.actor(""),
        owner,
        cart_id,
        shown_total_minor,
        signed: Some(signed.clone()),
        settings: app.settings.get(),
        vault: app.vault.clone(),
    };
    let refusal = match app.db.write(placing).await {
        Ok(placed) => return pay(app, visitor, &placed).await,
        Err(PlaceError::Db(failure)) => return Err(failure.into()),
        Err(PlaceError::NoCart) => return Ok(empty_cart()),
        Err(refusal) => refusal,
    };
    let can_stand = !matches!(refusal, PlaceError::NotChosen(_));
    keep(app, owner, signed.typed, can_stand.then_some(signed.review)).await?;
    let (status, errors, changes) = match refusal {
        PlaceError::Incomplete(step) => return Ok(not_yet(step)),
        PlaceError::SoldOut(short_of) => {
            let changes = short_of.iter().map(short).collect();
            (StatusCode::CONFLICT, FormErrors::default(), changes)
        }
        PlaceError::TotalChanged(changes) => {
            let titles = titles(app, &changes).await?;
            let changes = changes.iter().map(|change| changed(change, &titles)).collect();
            (StatusCode::CONFLICT, FormErrors::default(), changes)
        }
        PlaceError::DiscountGone(_) => {
            let changes = without_it(app, &owner, &refusal, shown_total_minor).await?;
            (StatusCode::CONFLICT, FormErrors::default(), changes)
        }
        other => (StatusCode::UNPROCESSABLE_ENTITY, at_field(&other), Vec::new()),
    };
    let settings = app.settings.get();
    let view = checkout::view(&mut *app.db.read().await?, &owner, &settings, app.now()).await?;
    let Some(view) = view else {
        return Ok(see(urls::cart()));
    };
    let form = FormView::again(entered, errors, &[]);
    let page = page(app, (&owner, &view), form, None, changes);
    with_status(app, accepts, status, &page).await
}

/// A refusal of what was entered, at the field it is about.
fn at_field(refusal: &PlaceError) -> FormErrors {
    let field = match refusal {
        PlaceError::NotChosen(NotChosen::GiftNote(_)) => "note",
        _ => "pay",
    };
    FormErrors::one(field, refusal.to_string())
}

/// A discount was used up a moment ago: that, and what the order costs without it.
async fn without_it(
    app: &App,
    owner: &CartOwner,
    refusal: &PlaceError,
    shown_total_minor: i64,
) -> Result<Vec<String>, Error> {
    let settings = app.settings.get();
    let view = checkout::view(&mut *app.db.read().await?, owner, &settings, app.now()).await?;
    let quote = view.and_then(|view| view.quote.ok());
    let total = quote.map(|quote| Changed::Total {
        old: Money::new(shown_total_minor, quote.currency),
        new: quote.total,
    });
    let total = total.map(|total| changed(&total, &HashMap::new()));
    Ok([refusal.to_string()].into_iter().chain(total).collect())
}

/// What the changed variants are called.
async fn titles(app: &App, changes: &[Changed]) -> Result<HashMap<VariantId, String>, Error> {
    let ids: Vec<VariantId> = changes
        .iter()
        .filter_map(|change| match change {
            Changed::Price { variant_id, .. } | Changed::Quantity { variant_id, .. } => Some(*variant_id),
            Changed::Discount { .. }
            | Changed::Delivery { .. }
            | Changed::ReverseCharge { .. }
            | Changed::Tax { .. }
            | Changed::Total { .. } => None,
        })
        .collect();
    let terms = catalog::sale_terms(&mut *app.db.read().await?, &ids).await?;
    Ok(terms.into_iter().map(|terms| (terms.variant_id, terms.title)).collect())
}

/// Opens the payment. What cannot be opened now is tried again from the order's own page: nothing is charged twice.
async fn pay(app: &App, visitor: &Visitor, placed: &Placed) -> Result<Response, Error> {
    let token = placed.token.reveal();
    let mut response = match placed.attempt_id {
        None => see(&urls::order(&token)),
        Some(attempt_id) => match payment::begin(&app.till(), attempt_id).await {
            Ok(next) => go_on(&next, &token),
            Err(BeginError::Db(failure)) => return Err(failure.into()),
            Err(BeginError::NothingToPay) => see(&urls::return_to_order(&token)),
            Err(refusal @ (BeginError::NotOffered | BeginError::Gateway(_))) => {
                tracing::warn!(order.id = %placed.order_id, "The payment was not begun: {refusal:?}");
                see(&urls::with_query(&urls::pay_order(&token), [("why", "not_begun")]))
            }
        },
    };
    if let Some(owner) = cart::owner(app, visitor) {
        cart::tell_count(app, &owner, response.headers_mut()).await?;
    }
    Ok(response)
}
