//! Signing in and out, registering, a forgotten password.

mod pages;

use crate::templates::Registry;

pub(super) fn register(registry: &mut Registry) {
    registry.add::<pages::SignInPage>();
    registry.add::<pages::RegisterPage>();
    registry.add::<pages::ForgotPage>();
    registry.add::<pages::ResetPage>();
}
