//! The address book.

use axum::{
    extract::State,
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;
use wares_commerce::accounts::{
    self, ADDRESSES_MAX, AddAddress, AddAddressError, AddressEntry, ChangeAddress, RemoveAddress, RestoreAddress,
};
use wares_kernel::{Address, AddressId, Country};

use super::pages::{AddressCard, AddressPage, AddressesPage, Side, UndoAddress};
use crate::{
    App,
    http::{Accepts, Check, Entered, Error, FormErrors, FormView, Path, Query},
    routes::Routes,
    storefront::{
        address_form::{self, AddressFields},
        parts::{self, Notice},
        reply::{ask_again, see},
        visitor::Customer,
    },
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .own_customer(urls::account_addresses(), get(list))
        .own_customer(urls::account_address_new(), get(show_new).post(add))
        .own_customer("/account/addresses/{id}", get(show).post(change))
        .own_customer("/account/addresses/{id}/default", post(make_default))
        .own_customer("/account/addresses/{id}/remove", post(remove))
        .own_customer("/account/addresses/{id}/restore", post(restore))
}

#[derive(Debug, Deserialize)]
struct Asked {
    removed: Option<AddressId>,
    name: Option<String>,
    done: Option<String>,
}

/// `GET /account/addresses`
async fn list(
    State(app): State<App>,
    accepts: Accepts,
    customer: Customer,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let book = accounts::addresses(&mut *app.db.read().await?, customer.id()).await?;
    let undo = asked.removed.map(|id| UndoAddress {
        name: asked.name.unwrap_or_default(),
        url: urls::account_address_restore(&id.to_string()),
    });
    let full = AddAddressError::Full.to_string();
    let page = AddressesPage {
        head: parts::head(&app.shop_name(), "Your addresses", &FormView::default()),
        account: Side::at(urls::account_addresses()),
        said: match asked.done.as_deref() {
            Some("saved") => Some(Notice::ok("The address is saved")),
            Some("full") => Some(Notice::warn(full.clone())),
            _ => None,
        },
        undo,
        may_add: i64::try_from(book.len()).is_ok_and(|n| n < ADDRESSES_MAX),
        full,
        addresses: book.iter().enumerate().map(card).collect(),
    };
    app.page(accepts, &page).await
}

fn card((at, entry): (usize, &AddressEntry)) -> AddressCard {
    let id = entry.id.to_string();
    let address = &entry.address;
    AddressCard {
        title: if entry.for_delivery {
            "Delivery address".into()
        } else {
            format!("Address {}", at + 1)
        },
        lines: address_form::lines(address),
        short: format!("{}, {}", address.line1, address.city),
        edit_url: urls::account_address(&id),
        remove_url: urls::account_address_remove(&id),
        default_url: (!entry.for_delivery).then(|| urls::account_address_default(&id)),
    }
}

/// Where the shop delivers to. `kept` is offered, too, when it no longer does.
fn countries(app: &App, kept: Option<Country>) -> Vec<Country> {
    let mut countries = app.settings.get().tariff.countries().to_vec();
    if let Some(kept) = kept.filter(|kept| !countries.contains(kept)) {
        countries.push(kept);
    }
    countries
}

/// `GET /account/addresses/new`
async fn show_new(State(app): State<App>, accepts: Accepts, customer: Customer) -> Result<Response, Error> {
    let countries = countries(&app, None);
    let home = app.settings.get().store.country;
    let form = FormView::prefilled([
        ("name", customer.account.name.clone()),
        ("phone", customer.account.phone.clone()),
        ("country", home.code().to_owned()),
    ]);
    let page = form_page(
        &app,
        "Add an address",
        urls::account_address_new(),
        &countries,
        home,
        form,
    );
    app.page(accepts, &page).await
}

/// `POST /account/addresses/new`
async fn add(
    State(app): State<App>,
    accepts: Accepts,
    customer: Customer,
    entered: Entered,
) -> Result<Response, Error> {
    let countries = countries(&app, None);
    let action = urls::account_address_new();
    let address = match read(&entered, &countries) {
        Ok(address) => address,
        Err(errors) => return again(&app, accepts, "Add an address", action, &countries, &entered, errors).await,
    };
    if has_already(&app, &customer, &address).await? {
        return Ok(see(&urls::with_query(urls::account_addresses(), [("done", "saved")])));
    }
    let addition = AddAddress {
        customer_id: customer.id(),
        address,
        for_delivery: entered.has("default"),
        for_bills: false,
    };
    match app.db.write(entered.once(addition)).await {
        Ok(_) => Ok(see(&urls::with_query(urls::account_addresses(), [("done", "saved")]))),
        Err(AddAddressError::Full) => Ok(see(&urls::with_query(urls::account_addresses(), [("done", "full")]))),
        Err(AddAddressError::Db(failure)) => Err(failure.into()),
    }
}

/// Keeps an address that was ordered to, if there is room for it.
pub(crate) async fn keep_address(app: &App, customer: &Customer, address: &Address) -> Result<(), Error> {
    if has_already(app, customer, address).await? {
        return Ok(());
    }
    let addition = AddAddress {
        customer_id: customer.id(),
        address: address.clone(),
        for_delivery: false,
        for_bills: false,
    };
    match app.db.write(addition).await {
        Ok(_) | Err(AddAddressError::Full) => Ok(()),
        Err(AddAddressError::Db(failure)) => Err(failure.into()),
    }
}

/// The same address twice is one address: the form may be sent again.
async fn has_already(app: &App, customer: &Customer, address: &Address) -> Result<bool, Error> {
    let book = accounts::addresses(&mut *app.db.read().await?, customer.id()).await?;
    Ok(book.iter().any(|entry| entry.address == *address))
}

/// One of the customer's own addresses. Somebody else's is not found.
async fn own(app: &App, customer: &Customer, id: AddressId) -> Result<AddressEntry, Error> {
    let found = accounts::find_address(&mut *app.db.read().await?, customer.id(), id).await?;
    found.ok_or(Error::NotFound)
}

/// `GET /account/addresses/{id}`
async fn show(
    State(app): State<App>,
    accepts: Accepts,
    customer: Customer,
    Path(id): Path<AddressId>,
) -> Result<Response, Error> {
    let entry = own(&app, &customer, id).await?;
    let country = entry.address.country;
    let countries = countries(&app, Some(country));
    let mut values = address_form::values(&entry.address);
    if entry.for_delivery {
        values.push(("default", "1".to_owned()));
    }
    let action = urls::account_address(&id.to_string());
    let form = FormView::prefilled(values);
    let page = form_page(&app, "Change the address", &action, &countries, country, form);
    app.page(accepts, &page).await
}

/// `POST /account/addresses/{id}`
async fn change(
    State(app): State<App>,
    accepts: Accepts,
    customer: Customer,
    Path(id): Path<AddressId>,
    entered: Entered,
) -> Result<Response, Error> {
    let entry = own(&app, &customer, id).await?;
    let countries = countries(&app, Some(entry.address.country));
    let action = urls::account_address(&id.to_string());
    let address = match read(&entered, &countries) {
        Ok(address) => address,
        Err(errors) => {
            return again(
                &app,
                accepts,
                "Change the address",
                &action,
                &countries,
                &entered,
                errors,
            )
            .await;
        }
    };
    let change = ChangeAddress {
        customer_id: customer.id(),
        id,
        address,
        for_delivery: entered.has("default"),
        for_bills: entry.for_bills,
    };
    written(app.db.write(entered.once(change)).await?, "saved")
}

/// `POST /account/addresses/{id}/default`
async fn make_default(
    State(app): State<App>,
    customer: Customer,
    Path(id): Path<AddressId>,
    entered: Entered,
) -> Result<Response, Error> {
    let entry = own(&app, &customer, id).await?;
    let change = ChangeAddress {
        customer_id: customer.id(),
        id,
        address: entry.address,
        for_delivery: true,
        for_bills: entry.for_bills,
    };
    written(app.db.write(entered.once(change)).await?, "saved")
}

fn written(had: bool, done: &str) -> Result<Response, Error> {
    if had {
        Ok(see(&urls::with_query(urls::account_addresses(), [("done", done)])))
    } else {
        Err(Error::NotFound)
    }
}

/// `POST /account/addresses/{id}/remove`
async fn remove(
    State(app): State<App>,
    customer: Customer,
    Path(id): Path<AddressId>,
    entered: Entered,
) -> Result<Response, Error> {
    let entry = own(&app, &customer, id).await?;
    let customer_id = customer.id();
    app.db.write(entered.once(RemoveAddress { customer_id, id })).await?;
    let (id, name) = (id.to_string(), entry.address.name);
    Ok(see(&urls::with_query(
        urls::account_addresses(),
        [("removed", id.as_str()), ("name", name.as_str())],
    )))
}

/// `POST /account/addresses/{id}/restore`
async fn restore(
    State(app): State<App>,
    customer: Customer,
    Path(id): Path<AddressId>,
    entered: Entered,
) -> Result<Response, Error> {
    let customer_id = customer.id();
    match app.db.write(entered.once(RestoreAddress { customer_id, id })).await {
        Ok(had) => written(had, "saved"),
        Err(AddAddressError::Full) => written(true, "full"),
        Err(AddAddressError::Db(failure)) => Err(failure.into()),
    }
}

fn read(entered: &Entered, countries: &[Country]) -> Result<Address, FormErrors> {
    let mut check = Check::new(entered);
    let address = address_form::read(&mut check, entered, countries);
    let errors = check.errors().clone();
    address.filter(|_| errors.is_empty()).ok_or(errors)
}

#[expect(
    clippy::too_many_arguments,
    reason = "each is another thing, and there is one caller"
)]
async fn again(
    app: &App,
    accepts: Accepts,
    heading: &'static str,
    action: &str,
    countries: &[Country],
    entered: &Entered,
    errors: FormErrors,
) -> Result<Response, Error> {
    let form = FormView::again(entered, errors, &[]);
    let country = address_form::country_of(entered, countries);
    let page = form_page(app, heading, action, countries, country, form);
    ask_again(app, accepts, &page).await
}

fn form_page(
    app: &App,
    heading: &'static str,
    action: &str,
    countries: &[Country],
    country: Country,
    form: FormView,
) -> AddressPage {
    AddressPage {
        head: parts::head(&app.shop_name(), heading, &form),
        account: Side::at(urls::account_addresses()),
        said: None,
        heading,
        action: action.to_owned(),
        address: AddressFields::of(countries, country).opened_for(&form),
        form,
    }
}
