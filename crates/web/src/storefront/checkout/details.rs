//! Step one: e-mail and address.

use axum::{extract::State, response::Response, routing::get};
use serde::Deserialize;
use wares_commerce::{
    accounts::{self, AddressEntry},
    cart::CartOwner,
    checkout::{CheckoutView, Details, SaveDetails, SaveDetailsError, Turned},
};
use wares_kernel::{Address, Country};

use super::{
    frame::{around, as_typed, empty_cart, filled, missing, named_owner, open, open_of, typed_before},
    pages::{BookEntry, DetailsPage, Step},
};
use crate::{
    App,
    http::{Accepts, Check, Entered, Error, FormErrors, FormView, Query, Repeatable},
    routes::Routes,
    storefront::{
        account,
        address_form::{self, AddressFields},
        cart,
        identity::email,
        parts::Notice,
        reply::{ask_again, see},
        visitor::Visitor,
    },
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .own_cart(urls::checkout(), get(begin))
        .own_cart(urls::checkout_details(), get(show).post(save))
}

/// `GET /checkout`: the first step that is not done. It is the cart's, whatever was about to be bought past it.
async fn begin(State(app): State<App>, visitor: Visitor) -> Result<Response, Error> {
    let mut response = match open_of(&app, cart::owner(&app, &visitor)).await? {
        Ok((_, view)) => see(Step::of(view.step).url()),
        Err(elsewhere) => elsewhere,
    };
    cart::drop_it(&app, response.headers_mut());
    Ok(response)
}

#[derive(Debug, Deserialize)]
struct Asked {
    missing: Option<u8>,
    only: Option<i64>,
}

/// `GET /checkout/details`
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
    let book = book(&app, &visitor).await?;
    let form = match typed_before(&view, "details") {
        Some(typed) => filled(typed),
        None => fresh(&app, &visitor, &book),
    };
    let said = asked.only.map(|left| Notice::warn(cart::only(left)));
    let said = said.or_else(|| missing(asked.missing));
    let page = page(&app, &visitor, (&owner, &view), &book, form, said);
    app.page(accepts, &page).await
}

fn fresh(app: &App, visitor: &Visitor, book: &[AddressEntry]) -> FormView {
    let country = app.settings.get().store.country;
    let mut values = vec![("country", country.code().to_owned())];
    if let Some(customer) = &visitor.customer {
        values.push(("email", customer.account.email.to_string()));
        values.push(("name", customer.account.name.clone()));
        values.push(("phone", customer.account.phone.clone()));
    }
    let home = book.iter().find(|entry| entry.for_delivery).or(book.first());
    values.push((
        "address",
        home.map_or_else(|| "new".to_owned(), |entry| entry.id.to_string()),
    ));
    FormView::prefilled(values)
}

/// `POST /checkout/details`
async fn save(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Repeatable(entered): Repeatable,
) -> Result<Response, Error> {
    let Some(owner) = named_owner(&app, &visitor, &entered).await? else {
        return Ok(empty_cart());
    };
    let book = book(&app, &visitor).await?;
    let read = read(&app, &book, &entered);
    let saving = SaveDetails {
        owner,
        typed: as_typed(&entered),
        details: read.as_ref().ok().cloned(),
        settings: app.settings.get(),
    };
    let turned = match app.db.write(saving).await {
        Ok(turned) => turned,
        Err(SaveDetailsError::NoCart) => return Ok(empty_cart()),
        Err(SaveDetailsError::Db(failure)) => return Err(failure.into()),
    };
    match read {
        Ok(details) => {
            if let Some(customer) = &visitor.customer {
                account::keep_address(&app, customer, &details.address).await?;
            }
            let tax = turned.map(|turned| match turned {
                Turned::WithoutTax => ("tax", "without"),
                Turned::WithTax => ("tax", "with"),
            });
            Ok(see(&urls::with_query(urls::checkout_delivery(), tax)))
        }
        Err(errors) => match open_of(&app, Some(owner)).await? {
            Ok((owner, view)) => {
                let form = FormView::again(&entered, errors, &[]);
                let page = page(&app, &visitor, (&owner, &view), &book, form, None);
                ask_again(&app, accepts, &page).await
            }
            Err(elsewhere) => Ok(elsewhere),
        },
    }
}

fn read(app: &App, book: &[AddressEntry], entered: &Entered) -> Result<Details, FormErrors> {
    let countries = countries(app);
    let mut check = Check::new(entered);
    let email = email(&mut check);
    let address = match kept(book, entered) {
        Some(entry) if countries.contains(&entry.address.country) => Some(entry.address.clone()),
        Some(_) => {
            check.wrong("address", "Choose an address in a country we deliver to");
            None
        }
        None => typed(app, &mut check, entered, &countries),
    };
    let errors = check.errors().clone();
    match (email, address) {
        (Some(email), Some(address)) if errors.is_empty() => Ok(Details {
            email,
            address,
            wants_marketing: entered.has("news"),
        }),
        _ => Err(errors),
    }
}

fn typed(app: &App, check: &mut Check<'_>, entered: &Entered, countries: &[Country]) -> Option<Address> {
    let address = address_form::read(check, entered, countries)?;
    if app.settings.get().checkout.phone_required && address.phone.is_empty() {
        check.wrong("phone", "Enter a phone number for the carrier");
        return None;
    }
    Some(address)
}

/// The chosen address of the book. Somebody else's is not in it.
fn kept<'a>(book: &'a [AddressEntry], entered: &Entered) -> Option<&'a AddressEntry> {
    let chosen = entered.get("address");
    book.iter().find(|entry| entry.id.to_string() == chosen)
}

async fn book(app: &App, visitor: &Visitor) -> Result<Vec<AddressEntry>, Error> {
    match visitor.customer_id() {
        Some(id) => Ok(accounts::addresses(&mut *app.db.read().await?, id).await?),
        None => Ok(Vec::new()),
    }
}

fn countries(app: &App) -> Vec<Country> {
    app.settings.get().tariff.countries().to_vec()
}

fn page(
    app: &App,
    visitor: &Visitor,
    shown: (&CartOwner, &CheckoutView),
    book: &[AddressEntry],
    form: FormView,
    said: Option<Notice>,
) -> DetailsPage {
    let countries = countries(app);
    let country = form.values.get("country").and_then(|code| code.parse().ok());
    let country = country.unwrap_or(app.settings.get().store.country);
    let entry = |entry: &AddressEntry| BookEntry {
        value: entry.id.to_string(),
        name: entry.address.name.clone(),
        line: address_form::lines(&entry.address)[1..].join(", "),
    };
    DetailsPage {
        address: AddressFields::of(&countries, country).opened_for(&form),
        book: book.iter().map(entry).collect(),
        signed_in: visitor
            .customer
            .as_ref()
            .map(|customer| customer.account.email.to_string()),
        sign_in_url: urls::with_query(urls::sign_in(), [("next", urls::checkout_details())]),
        around: around(app, Step::Details, shown, form, said),
    }
}
