//! Step three: look once more and pay.

use std::collections::HashMap;

use axum::{extract::State, http::StatusCode, response::Response, routing::get};
use serde::Deserialize;
use wares_commerce::{
    cart::CartOwner,
    catalog,
    checkout::{self, Changed, CheckoutView, PlaceError, PlaceOrder, Placed, Review, SaveReview, SaveReviewError},
    payment::{self, BeginError},
};
use wares_kernel::{Address, CartId, Country, VariantId};

use super::{
    changes::{changed, short},
    frame::{around, as_typed, filled, missing, not_yet, open, typed_before},
    pages::{ReviewPage, Step},
};
use crate::{
    App,
    http::{Accepts, Check, Entered, Error, Flow, FormErrors, FormView, Query},
    routes::Routes,
    storefront::{
        address_form::{self, AddressFields},
        cart, figures,
        orders::go_on,
        parts::Notice,
        reply::{ask_again, see, with_status},
        visitor::Visitor,
        ways_to_pay,
    },
    templates::format::{date_of, day_range, money},
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default().own_cart(urls::checkout_review(), get(show).post(place))
}

#[derive(Debug, Deserialize)]
struct Asked {
    missing: Option<u8>,
}

/// `GET /checkout/review`
async fn show(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let view = match open(&app, &visitor).await? {
        Ok((_, view)) => view,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if view.step != checkout::Step::Review {
        return Ok(not_yet(view.step));
    }
    let form = match typed_before(&view, "review") {
        Some(typed) => filled(typed),
        None => FormView::prefilled([("same", "1".to_owned())]),
    };
    let page = page(&app, &view, form, missing(asked.missing), Vec::new()).await?;
    app.page(accepts, &page).await
}

/// `POST /checkout/review`: places the order and leads to the payment page.
///
/// The cart is named by the form, not by the cookie: pressed twice, or in two windows, it is the same order.
async fn place(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    entered: Entered,
) -> Result<Response, Error> {
    let empty = || see(&urls::with_query(urls::cart(), [("done", "empty")]));
    let (Some(owner), Ok(cart_id)) = (cart::owner(&app, &visitor), entered.get("cart").parse::<CartId>()) else {
        return Ok(empty());
    };
    app.limits
        .count(Flow::PlaceOrder, visitor.address.network(), app.now_ms())?;
    app.limits.count(Flow::PlaceOrderCart, cart_id, app.now_ms())?;
    let read = read(&app, &entered);
    let saving = SaveReview {
        owner,
        typed: as_typed(&entered),
        review: read.as_ref().ok().cloned(),
        settings: app.settings.get(),
    };
    let kept = app.db.write(saving).await;
    let errors = match (read, kept) {
        (_, Err(SaveReviewError::Db(failure))) => return Err(failure.into()),
        (Err(errors), _) => errors,
        (Ok(_), Err(refusal @ SaveReviewError::NotOffered)) => FormErrors::one("pay", refusal.to_string()),
        (Ok(_), Err(refusal @ SaveReviewError::GiftNote(_))) => FormErrors::one("note", refusal.to_string()),
        // Nothing open: perhaps it was ordered a moment ago, which placing answers.
        (Ok(_), Ok(()) | Err(SaveReviewError::NoCart)) => {
            return place_now(&app, accepts, &visitor, owner, cart_id, &entered).await;
        }
    };
    match open(&app, &visitor).await? {
        Ok((_, view)) => {
            let form = FormView::again(&entered, errors, &[]);
            ask_again(&app, accepts, &page(&app, &view, form, None, Vec::new()).await?).await
        }
        Err(elsewhere) => Ok(elsewhere),
    }
}

fn read(app: &App, entered: &Entered) -> Result<Review, FormErrors> {
    let mut check = Check::new(entered);
    let payment_method = ways_to_pay::chosen(app, entered.get("pay"));
    let is_free = entered.get("total") == "0";
    if payment_method.is_none() && !is_free {
        check.wrong("pay", "Choose how to pay");
    }
    let billing_address: Option<Address> = if entered.has("same") {
        None
    } else {
        let everywhere: Vec<Country> = Country::all().collect();
        address_form::read(&mut check, entered, &everywhere)
    };
    let gift_note = check.optional_long_text("note", 300);
    let errors = check.errors().clone();
    if errors.is_empty() {
        Ok(Review {
            billing_address,
            payment_method,
            gift_note,
        })
    } else {
        Err(errors)
    }
}

async fn place_now(
    app: &App,
    accepts: Accepts,
    visitor: &Visitor,
    owner: CartOwner,
    cart_id: CartId,
    entered: &Entered,
) -> Result<Response, Error> {
    let placing = PlaceOrder {
        actor: visitor.actor(""),
        owner,
        cart_id,
        shown_total_minor: entered.get("total").parse().unwrap_or(-1),
        settings: app.settings.get(),
        vault: app.vault.clone(),
    };
    let (status, errors, changes) = match app.db.write(placing).await {
        Ok(placed) => return pay(app, owner, &placed).await,
        Err(PlaceError::Db(failure)) => return Err(failure.into()),
        Err(PlaceError::NoCart) => return Ok(see(&urls::with_query(urls::cart(), [("done", "empty")]))),
        Err(PlaceError::Incomplete(step)) => return Ok(not_yet(step)),
        Err(PlaceError::SoldOut(short_of)) => {
            let changes = short_of.iter().map(short).collect();
            (StatusCode::CONFLICT, FormErrors::default(), changes)
        }
        Err(PlaceError::TotalChanged(changes)) => {
            let titles = titles(app, &changes).await?;
            let changes = changes.iter().map(|change| changed(change, &titles)).collect();
            (StatusCode::CONFLICT, FormErrors::default(), changes)
        }
        Err(refusal @ (PlaceError::NoPaymentMethod | PlaceError::TooLarge)) => {
            let errors = FormErrors::one("pay", refusal.to_string());
            (StatusCode::UNPROCESSABLE_ENTITY, errors, Vec::new())
        }
    };
    let settings = app.settings.get();
    let view = checkout::view(&mut *app.db.read().await?, &owner, &settings, app.now()).await?;
    let Some(view) = view else {
        return Ok(see(urls::cart()));
    };
    let form = FormView::again(entered, errors, &[]);
    let page = page(app, &view, form, None, changes).await?;
    with_status(app, accepts, status, &page).await
}

/// What the changed variants are called.
async fn titles(app: &App, changes: &[Changed]) -> Result<HashMap<VariantId, String>, Error> {
    let ids: Vec<VariantId> = changes
        .iter()
        .filter_map(|change| match change {
            Changed::Price { variant_id, .. } | Changed::Quantity { variant_id, .. } => Some(*variant_id),
            Changed::Delivery { .. } | Changed::Tax { .. } | Changed::Total { .. } => None,
        })
        .collect();
    let terms = catalog::sale_terms(&mut *app.db.read().await?, &ids).await?;
    Ok(terms.into_iter().map(|terms| (terms.variant_id, terms.title)).collect())
}

/// Opens the payment. What cannot be opened now is tried again from the order's own page: nothing is charged twice.
async fn pay(app: &App, owner: CartOwner, placed: &Placed) -> Result<Response, Error> {
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
    cart::tell_count(app, &owner, response.headers_mut()).await?;
    Ok(response)
}

async fn page(
    app: &App,
    view: &CheckoutView,
    form: FormView,
    said: Option<Notice>,
    changes: Vec<String>,
) -> Result<ReviewPage, Error> {
    let checkout = &view.checkout;
    let today = date_of(app.now(), &app.settings.get().store.zone());
    let total = view.quote.as_ref().map_or(view.cart.subtotal, |quote| quote.total);
    let chosen = form
        .values
        .get("pay")
        .cloned()
        .or(checkout.payment_method.clone())
        .unwrap_or_default();
    let country = form.values.get("country").and_then(|code| code.parse().ok());
    let country = country.unwrap_or(app.settings.get().store.country);
    let everywhere: Vec<Country> = Country::all().collect();
    let verb = match (total.is_zero(), changes.is_empty()) {
        (true, _) => "Place the order".to_owned(),
        (false, true) => format!("Pay {}", money(total)),
        (false, false) => format!("Accept and pay {}", money(total)),
    };
    let address = checkout.shipping_address.as_ref();
    Ok(ReviewPage {
        changes,
        email: checkout.email.as_ref().map(ToString::to_string).unwrap_or_default(),
        to: address.map(address_form::lines).unwrap_or_default(),
        arrives: view
            .chosen
            .as_ref()
            .map(|choice| day_range(choice.promise.from, choice.promise.to, today))
            .unwrap_or_default(),
        method: view
            .chosen
            .as_ref()
            .map(|choice| format!("{}, {}", choice.offer.name, figures::price_or_free(choice.offer.price)))
            .unwrap_or_default(),
        methods: if total.is_zero() {
            Vec::new()
        } else {
            ways_to_pay::choices(app, &chosen)
        },
        address: AddressFields::of(&everywhere, country).opened_for(&form),
        cart: view.cart.id.to_string(),
        total_minor: total.minor(),
        button: verb,
        around: around(app, Step::Review, view, form, said).await?,
    })
}
