//! The table of the routes that are not the admin panel's. Each is registered with the rule that says who may use it; there is no
//! other way to register one, and one test knocks at all of them as somebody else.
//!
//! The panel has a table of its own, where the rule is a permission: [`crate::admin::listed_routes`].

use axum::{Router, routing::MethodRouter};

use crate::App;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Everybody. What it answers is the same for all, or is about what the request itself says.
    Public,
    /// Everybody, for the cart or checkout that belongs to their own cookie or account.
    OwnCart,
    /// Whoever has the link from a mail or from the gateway: its unguessable token is the key, also without a cookie.
    Link,
    /// Whoever is signed in to an account, and only for what is theirs. Everything else is not there.
    OwnCustomer,
    /// A machine that signs what it sends.
    SignedBody,
}

/// What the test of refusals knows of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The path as registered: `/orders/{token}`.
    pub path: &'static str,
    /// Who may use it, whatever the method.
    pub rule: Rule,
}

/// Routes being collected.
#[derive(Default)]
pub(crate) struct Routes {
    router: Router<App>,
    listed: Vec<Route>,
}

impl Routes {
    /// For everybody.
    pub(crate) fn public(self, path: &'static str, route: MethodRouter<App>) -> Self {
        self.add(path, Rule::Public, route)
    }

    /// For everybody, each with their own cart.
    pub(crate) fn own_cart(self, path: &'static str, route: MethodRouter<App>) -> Self {
        self.add(path, Rule::OwnCart, route)
    }

    /// For whoever has the link.
    pub(crate) fn link(self, path: &'static str, route: MethodRouter<App>) -> Self {
        self.add(path, Rule::Link, route)
    }

    /// For whoever is signed in, about what is theirs.
    pub(crate) fn own_customer(self, path: &'static str, route: MethodRouter<App>) -> Self {
        self.add(path, Rule::OwnCustomer, route)
    }

    /// For a machine that signs.
    pub(crate) fn signed_body(self, path: &'static str, route: MethodRouter<App>) -> Self {
        self.add(path, Rule::SignedBody, route)
    }

    /// These and others.
    pub(crate) fn merge(mut self, others: Self) -> Self {
        self.router = self.router.merge(others.router);
        self.listed.extend(others.listed);
        self
    }

    fn add(mut self, path: &'static str, rule: Rule, route: MethodRouter<App>) -> Self {
        self.listed.push(Route { path, rule });
        self.router = self.router.route(path, route);
        self
    }

    /// The router and the list of what is in it.
    pub(crate) fn into_parts(self) -> (Router<App>, Vec<Route>) {
        (self.router, self.listed)
    }
}
