//! The table of the panel's routes. A handler that does not state its authority in its first argument cannot stand in it.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    routing::{MethodRouter, get, post},
};
use wares_commerce::staff::Permission;

use super::{rights::Right, staff::Staff, upload};
use crate::App;

/// What the test of refusals knows of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path as registered: `/admin/orders/{number}`.
    pub path: &'static str,
    /// Who may use it.
    pub needs: Needs,
}

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Anybody: the pages before one is signed in.
    Nothing,
    /// Staff, whatever their role.
    Staff,
    /// Staff with this permission.
    Permission(Permission),
}

/// Implemented by the argument lists of handlers whose first argument is [`Staff`].
pub(crate) trait StatesAuthority {
    const NEEDS: Needs;
}

const fn needs<R: Right>() -> Needs {
    match R::PERMISSION {
        Some(permission) => Needs::Permission(permission),
        None => Needs::Staff,
    }
}

macro_rules! states_authority {
    ($(($($argument:ident),*))*) => {
        $(impl<M, R: Right, $($argument),*> StatesAuthority for (M, Staff<R>, $($argument,)*) {
            const NEEDS: Needs = needs::<R>();
        })*
    };
}

states_authority! { () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) }

/// Routes being collected.
#[derive(Default)]
pub(crate) struct Table {
    router: Router<App>,
    routes: Vec<Route>,
}

impl Table {
    /// A page for staff.
    pub(crate) fn page<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: StatesAuthority + 'static,
    {
        self.add("GET", path, T::NEEDS, get(handler))
    }

    /// Something staff do.
    pub(crate) fn act<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: StatesAuthority + 'static,
    {
        self.add("POST", path, T::NEEDS, post(handler))
    }

    /// Something staff do that sends files along.
    pub(crate) fn act_with_files<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: StatesAuthority + 'static,
    {
        let limit = DefaultBodyLimit::max(upload::FORM_MAX);
        self.add("POST", path, T::NEEDS, post(handler).layer(limit))
    }

    /// A page for anybody. Only what lets people in belongs here.
    pub(crate) fn open_page<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("GET", path, Needs::Nothing, get(handler))
    }

    /// Something anybody may do. Only what lets people in belongs here.
    pub(crate) fn open_act<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("POST", path, Needs::Nothing, post(handler))
    }

    fn add(mut self, method: &'static str, path: &'static str, needs: Needs, route: MethodRouter<App>) -> Self {
        self.routes.push(Route { method, path, needs });
        self.router = self.router.route(path, route);
        self
    }

    /// The router and the list of what is in it.
    pub(crate) fn into_parts(self) -> (Router<App>, Vec<Route>) {
        (self.router, self.routes)
    }
}
