//! Signing in and out, registering, a forgotten password.

mod forgot;
mod pages;
mod register;
mod sign_in;

use axum::Router;

pub(crate) use register::new_password;
pub(crate) use sign_in::email;

use crate::{App, templates::Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.add::<pages::SignInPage>();
    registry.add::<pages::RegisterPage>();
    registry.add::<pages::ProvePage>();
    registry.add::<pages::ForgotPage>();
    registry.add::<pages::ResetPage>();
}

pub(super) fn routes() -> Router<App> {
    sign_in::routes().merge(register::routes()).merge(forgot::routes())
}
