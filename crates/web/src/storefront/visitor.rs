//! Who is asking: a browser, perhaps with a cart, perhaps signed in.

use std::net::IpAddr;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, header, request::Parts},
};
use wares_commerce::{
    accounts::{
        self,
        session::{self, Session, Started},
    },
    audit::Actor,
};
use wares_kernel::{CustomerId, Token};

use crate::{
    App,
    http::{ClientAddress, Cookies, Error, NewCookie},
};

/// The cookie of a customer's session.
const SESSION: &str = "sid";
/// The readable cookie with the name to greet with.
const NAME: &str = "who";

/// Anybody.
#[derive(Debug)]
pub(crate) struct Visitor {
    /// The account, when somebody is signed in.
    pub(crate) customer: Option<Customer>,
    /// The cookies the browser sent.
    pub(crate) cookies: Cookies,
    /// Where the request comes from.
    pub(crate) address: ClientAddress,
    /// Browser and system.
    pub(crate) device: String,
}

/// Somebody who is signed in. As an argument of a handler: only those come in.
#[derive(Debug)]
pub(crate) struct Customer {
    /// Who it is.
    pub(crate) account: accounts::Customer,
    /// The session in use.
    pub(crate) session: Session,
    /// Where the request comes from.
    pub(crate) ip: Option<IpAddr>,
}

impl Visitor {
    /// Who is signed in.
    pub(crate) fn customer_id(&self) -> Option<CustomerId> {
        self.customer.as_ref().map(Customer::id)
    }

    /// Where the request comes from, as it is written down.
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        Some(self.address.0)
    }

    /// Who acts, for what is written down. `name` is what a guest calls themselves.
    pub(crate) fn actor(&self, name: &str) -> Actor {
        match &self.customer {
            Some(customer) => customer.actor(),
            None => Actor::Guest {
                name: name.to_owned(),
                ip: self.ip(),
            },
        }
    }
}

impl Customer {
    /// Their id.
    pub(crate) fn id(&self) -> CustomerId {
        self.account.id
    }

    /// Whose session it is.
    pub(crate) fn owner(&self) -> session::Owner {
        session::Owner::Customer(self.account.id)
    }

    /// Who acts, for what is written down.
    pub(crate) fn actor(&self) -> Actor {
        Actor::Customer {
            id: self.account.id,
            name: self.account.name.clone(),
            ip: self.ip,
        }
    }
}

async fn signed_in(app: &App, cookies: &Cookies, address: ClientAddress) -> Result<Option<Customer>, Error> {
    let token: Option<Token> = cookies
        .secret(&app.config, SESSION)
        .and_then(|token| token.parse().ok());
    let Some(token) = token else { return Ok(None) };
    let now = app.now();
    let found = accounts::signed_in(&mut *app.db.read().await?, &token, now).await?;
    let Some((session, account)) = found else {
        return Ok(None);
    };
    if session.needs_touch(now) {
        app.db.write(session::Touch { id: session.id }).await?;
    }
    Ok(Some(Customer {
        account,
        session,
        ip: Some(address.0),
    }))
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let address = ClientAddress::from_request_parts(parts, app).await?;
        let cookies = Cookies::of(&parts.headers);
        let customer = signed_in(app, &cookies, address).await?;
        let agent = parts.headers.get(header::USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        Ok(Self {
            customer,
            cookies,
            address,
            device: accounts::device_name(agent),
        })
    }
}

impl FromRequestParts<App> for Customer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        let next = (parts.method == Method::GET)
            .then(|| parts.uri.path_and_query().map(ToString::to_string))
            .flatten();
        visitor.customer.ok_or(Error::SignInRequired { next })
    }
}

/// Gives the browser its session. Kept past the end of the browser only when that was asked for.
pub(crate) fn remember(app: &App, headers: &mut HeaderMap, session: &Started, name: &str, keep: bool) {
    let age = keep.then(|| session::CUSTOMER_LIFE.as_secs());
    NewCookie::secret(&app.config, SESSION, &session.token.reveal(), age).set(headers);
    greet(app, headers, name, age);
}

/// Gives the browser the token its session goes on under.
pub(crate) fn renew(app: &App, headers: &mut HeaderMap, token: &Token) {
    NewCookie::secret(&app.config, SESSION, &token.reveal(), None).set(headers);
}

/// Tells the script what to call somebody.
pub(crate) fn greet(app: &App, headers: &mut HeaderMap, name: &str, age: Option<u64>) {
    let first = name.split_whitespace().next().unwrap_or("Account");
    NewCookie::readable(&app.config, NAME, first, age).set(headers);
}

/// Takes session and name away.
pub(crate) fn forget(app: &App, headers: &mut HeaderMap) {
    NewCookie::forget_secret(&app.config, SESSION).set(headers);
    NewCookie::forget_readable(&app.config, NAME).set(headers);
}
