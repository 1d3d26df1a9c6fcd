//! Signing in and out, registering, a forgotten password.

mod forgot;
mod pages;
mod register;
mod sign_in;

pub(crate) use register::new_password;
pub(crate) use sign_in::email;

use crate::{routes::Routes, templates::Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.add::<pages::SignInPage>();
    registry.add::<pages::RegisterPage>();
    registry.add::<pages::ProvePage>();
    registry.add::<pages::ForgotPage>();
    registry.add::<pages::ResetPage>();
}

pub(super) fn routes() -> Routes {
    sign_in::routes().merge(register::routes()).merge(forgot::routes())
}
