//! Step two: how it comes.

use axum::{extract::State, response::Response, routing::get};
use serde::Deserialize;
use wares_commerce::cart::CartOwner;
use wares_commerce::checkout::{self, CheckoutView, Choice, ChooseDelivery, ChooseDeliveryError};
use wares_kernel::ShippingMethodId;

use super::{
    frame::{around, empty_cart, missing, named_owner, not_yet, open, open_of, said_of_tax},
    pages::{DeliveryPage, MethodChoice, Step},
};
use crate::{
    App,
    http::{Accepts, Entered, Error, FormErrors, FormView, Query, Repeatable},
    routes::Routes,
    storefront::{
        address_form, figures,
        parts::Notice,
        reply::{ask_again, see},
        visitor::Visitor,
    },
    templates::format::{date_of, day_range},
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default().own_cart(urls::checkout_delivery(), get(show).post(choose))
}

#[derive(Debug, Deserialize)]
struct Asked {
    missing: Option<u8>,
    tax: Option<String>,
}

impl Asked {
    /// What came of the address and the VAT id just entered, with the total as it is now.
    fn said(&self, view: &CheckoutView) -> Option<Notice> {
        said_of_tax(self.tax.as_deref(), view).or_else(|| missing(self.missing))
    }
}

/// `GET /checkout/delivery`
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
    if view.step == checkout::Step::Details {
        return Ok(not_yet(view.step));
    }
    if !view.needs_shipping() {
        let tax = asked.tax.as_deref().map(|tax| ("tax", tax));
        return Ok(see(&urls::with_query(urls::checkout_review(), tax)));
    }
    let said = asked.said(&view);
    let page = page(&app, (&owner, &view), FormView::default(), said);
    app.page(accepts, &page).await
}

/// `POST /checkout/delivery`
async fn choose(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Repeatable(entered): Repeatable,
) -> Result<Response, Error> {
    let Some(owner) = named_owner(&app, &visitor, &entered).await? else {
        return Ok(empty_cart());
    };
    let Ok(method_id) = entered.get("method").parse::<ShippingMethodId>() else {
        return wrong(&app, accepts, owner, "Choose how it should come").await;
    };
    let choice = ChooseDelivery {
        owner,
        method_id,
        settings: app.settings.get(),
    };
    match app.db.write(choice).await {
        Ok(()) => Ok(see(urls::checkout_review())),
        Err(ChooseDeliveryError::NoCart) => Ok(empty_cart()),
        Err(ChooseDeliveryError::NoAddress) => Ok(not_yet(checkout::Step::Details)),
        Err(refusal @ ChooseDeliveryError::NotOffered) => wrong(&app, accepts, owner, &refusal.to_string()).await,
        Err(ChooseDeliveryError::Db(failure)) => Err(failure.into()),
    }
}

async fn wrong(app: &App, accepts: Accepts, owner: CartOwner, message: &str) -> Result<Response, Error> {
    let (owner, view) = match open_of(app, Some(owner)).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let form = FormView::again(&Entered::default(), FormErrors::one("method", message), &[]);
    ask_again(app, accepts, &page(app, (&owner, &view), form, None)).await
}

fn page(app: &App, (owner, view): (&CartOwner, &CheckoutView), form: FormView, said: Option<Notice>) -> DeliveryPage {
    let today = date_of(app.now(), &app.settings.get().store.zone());
    let chosen = view
        .chosen
        .as_ref()
        .or(view.choices.first())
        .map(|choice| choice.offer.method_id);
    let choice = |choice: &Choice| MethodChoice {
        value: choice.offer.method_id.to_string(),
        dates: day_range(choice.promise.from, choice.promise.to, today),
        name: choice.offer.name.clone(),
        note: if choice.offer.is_pick_up {
            "you fetch it".into()
        } else {
            String::new()
        },
        price: figures::price_or_free(choice.price),
        chosen: chosen == Some(choice.offer.method_id),
    };
    let address = view.checkout.shipping_address.as_ref();
    DeliveryPage {
        to: address
            .map(|address| address_form::lines(address).join(", "))
            .unwrap_or_default(),
        country: address
            .map(|address| address.country.name().to_owned())
            .unwrap_or_default(),
        methods: view.choices.iter().map(choice).collect(),
        why_not: "No way of sending reaches this address, or the parcel is too heavy for it.".into(),
        around: around(app, Step::Delivery, (owner, view), form, said),
    }
}
