//! Step three: look once more and pay.

use axum::{
    extract::State,
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::Value;
use wares_commerce::{
    cart::CartOwner,
    checkout::{self, CheckoutView, Review, SaveReview, SaveReviewError},
};
use wares_kernel::{Address, CartId, Country};

use super::{
    frame::{
        around, as_typed, empty_cart, filled, missing, named_owner, not_yet, open, open_of, said_of_tax, typed_before,
    },
    pages::{ReviewPage, Step},
    place::place_now,
};
use crate::{
    App,
    http::{Accepts, Check, Entered, Error, Flow, FormErrors, FormView, Query, Repeatable},
    routes::Routes,
    storefront::{
        address_form::{self, AddressFields},
        cart, figures,
        parts::Notice,
        reply::{ask_again, see},
        visitor::Visitor,
        ways_to_pay,
    },
    templates::format::{date_of, day_range, money},
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .own_cart(urls::checkout_review(), get(show).post(place))
        .own_cart(urls::checkout_code(), post(change_codes))
}

#[derive(Debug, Deserialize)]
struct Asked {
    missing: Option<u8>,
    done: Option<String>,
    tax: Option<String>,
}

impl Asked {
    fn said(&self, view: &CheckoutView) -> Option<Notice> {
        match self.done.as_deref() {
            Some("coded") => Some(Notice::ok("The discount is taken off")),
            Some("uncoded") => Some(Notice::ok("The code is removed")),
            _ => said_of_tax(self.tax.as_deref(), view).or_else(|| missing(self.missing)),
        }
    }
}

/// `GET /checkout/review`
async fn show(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (owner, view) = match open(&app, &visitor).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if view.step != checkout::Step::Review {
        return Ok(not_yet(view.step));
    }
    let form = match typed_before(&view, "review") {
        Some(typed) => filled(typed),
        None => FormView::prefilled([("same", "1".to_owned())]),
    };
    let said = asked.said(&view);
    let page = page(&app, (&owner, &view), form, said, Vec::new());
    app.page(accepts, &page).await
}

/// `POST /checkout/code`: the page's form with a code to be entered, or one to be taken out. Everything else in it is kept as typed.
async fn change_codes(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Repeatable(entered): Repeatable,
) -> Result<Response, Error> {
    let Some(owner) = named_owner(&app, &visitor, &entered).await? else {
        return Ok(empty_cart());
    };
    if !entered.has("remove") {
        return enter_code(&app, accepts, &visitor, owner, &entered).await;
    }
    keep_typed(&app, owner, &entered, &["remove"]).await?;
    cart::remove(&app, owner, entered.get("remove")).await?;
    Ok(see(&urls::with_query(urls::checkout_review(), [("done", "uncoded")])))
}

async fn enter_code(
    app: &App,
    accepts: Accepts,
    visitor: &Visitor,
    owner: CartOwner,
    entered: &Entered,
) -> Result<Response, Error> {
    keep_typed(app, owner, entered, &["code"]).await?;
    let Err(message) = cart::enter(app, visitor, owner, entered.get("code")).await? else {
        return Ok(see(&urls::with_query(urls::checkout_review(), [("done", "coded")])));
    };
    match open_of(app, Some(owner)).await? {
        Ok((owner, view)) => {
            let form = FormView::again(entered, FormErrors::one("code", message), &[]);
            ask_again(app, accepts, &page(app, (&owner, &view), form, None, Vec::new())).await
        }
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// Keeps what was typed on the page but for some fields. Whoever has no cart any more has nothing to keep.
async fn keep_typed(app: &App, owner: CartOwner, entered: &Entered, but: &[&str]) -> Result<(), Error> {
    let mut typed = as_typed(entered);
    if let Some(fields) = typed.as_object_mut() {
        fields.retain(|name, _| !but.contains(&name.as_str()));
    }
    keep(app, owner, typed, None).await
}

/// Keeps the page as it was typed, and its choices where nothing is wrong with them.
pub(super) async fn keep(app: &App, owner: CartOwner, typed: Value, review: Option<Review>) -> Result<(), Error> {
    let saving = SaveReview {
        owner,
        typed,
        review,
        settings: app.settings.get(),
    };
    match app.db.write(saving).await {
        Err(SaveReviewError::Db(failure)) => Err(failure.into()),
        Ok(()) | Err(SaveReviewError::NoCart | SaveReviewError::NotChosen(_)) => Ok(()),
    }
}

/// `POST /checkout/review`: places the order and leads to the payment page.
///
/// The cart is named by the form, not by the cookie: pressed twice, or in two windows, it is the same order.
async fn place(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Repeatable(entered): Repeatable,
) -> Result<Response, Error> {
    let owner = named_owner(&app, &visitor, &entered).await?;
    let (Some(owner), Ok(cart_id)) = (owner, entered.get("cart").parse::<CartId>()) else {
        return Ok(empty_cart());
    };
    app.limits
        .count(Flow::PlaceOrder, visitor.address.network(), app.now_ms())?;
    app.limits.count(Flow::PlaceOrderCart, cart_id, app.now_ms())?;
    // Who types a code and goes on to pay expects it to be taken off: they see the new total before anything is charged.
    if !entered.get("code").trim().is_empty() {
        return enter_code(&app, accepts, &visitor, owner, &entered).await;
    }
    let errors = match read(&app, &entered) {
        Ok(review) => return place_now(&app, accepts, &visitor, (owner, cart_id), review, &entered).await,
        Err(errors) => errors,
    };
    keep(&app, owner, as_typed(&entered), None).await?;
    match open_of(&app, Some(owner)).await? {
        Ok((owner, view)) => {
            let form = FormView::again(&entered, errors, &[]);
            ask_again(&app, accepts, &page(&app, (&owner, &view), form, None, Vec::new())).await
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
        address_form::read_plain(&mut check, entered, &everywhere)
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

pub(super) fn page(
    app: &App,
    (owner, view): (&CartOwner, &CheckoutView),
    mut form: FormView,
    said: Option<Notice>,
    changes: Vec<String>,
) -> ReviewPage {
    let checkout = &view.checkout;
    let today = date_of(app.now(), &app.settings.get().store.zone());
    let total = view.quote.as_ref().map_or(view.cart.subtotal, |quote| quote.total);
    let chosen = form
        .values
        .get("pay")
        .cloned()
        .or(checkout.payment_method.clone())
        .unwrap_or_default();
    // A bill that goes elsewhere mostly stays in the country.
    let delivered_to = checkout.shipping_address.as_ref().map(|address| address.country);
    let country = form.values.get("country").and_then(|code| code.parse().ok());
    let country = country.or(delivered_to).unwrap_or(app.settings.get().store.country);
    form.values
        .entry("country".to_owned())
        .or_insert_with(|| country.code().to_owned());
    let verb = match (total.is_zero(), changes.is_empty()) {
        (true, _) => "Place the order".to_owned(),
        (false, true) => format!("Pay {}", money(total)),
        (false, false) => format!("Accept and pay {}", money(total)),
    };
    let address = checkout.shipping_address.as_ref();
    ReviewPage {
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
            .map(|choice| format!("{}, {}", choice.offer.name, figures::price_or_free(choice.price)))
            .unwrap_or_default(),
        methods: if total.is_zero() {
            Vec::new()
        } else {
            ways_to_pay::choices(app, &chosen)
        },
        codes: cart::codes(view),
        address: AddressFields::anywhere(country).opened_for(&form),
        total_minor: total.minor(),
        button: verb,
        around: around(app, Step::Review, (owner, view), form, said),
    }
}
