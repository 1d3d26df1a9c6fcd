//! What the pages for signing in, registering and a forgotten password show.

use serde::Serialize;

use crate::{
    http::{Entered, FormErrors, FormView},
    storefront::{
        Head,
        parts::{Notice, sample},
    },
    templates::Page,
    urls,
};

/// Signing in.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SignInPage {
    /// Title and the like.
    pub head: Head,
    /// Why one is here.
    pub said: Option<Notice>,
    /// What was entered.
    pub form: FormView,
    /// Where to go afterwards.
    pub next: Option<String>,
    /// Opening an account instead, and going on to the same place.
    pub register_url: String,
}

/// Opening an account.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RegisterPage {
    /// Title and the like.
    pub head: Head,
    /// What was entered.
    pub form: FormView,
    /// Where to go afterwards.
    pub next: Option<String>,
    /// Signing in instead, and going on to the same place.
    pub login_url: String,
}

/// Asking for a link to choose a new password.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ForgotPage {
    /// Title and the like.
    pub head: Head,
    /// What was entered.
    pub form: FormView,
}

/// Choosing a new password.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ResetPage {
    /// Title and the like.
    pub head: Head,
    /// What was entered.
    pub form: FormView,
    /// Where the form goes.
    pub action: String,
}

/// Proving that the mailbox is one's own, from the link in the mail.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ProvePage {
    /// Title and the like.
    pub head: Head,
    /// Where the form goes.
    pub action: String,
    /// The address that is proved.
    pub email: String,
    /// Whether the password is asked for, because its owner is not signed in here.
    pub needs_password: bool,
    /// What was entered.
    pub form: FormView,
}

fn wrong(typed: &str, field: &str, message: &str) -> FormView {
    let entered = Entered::parse(typed.as_bytes()).unwrap_or_default();
    FormView::again(&entered, FormErrors::one(field, message), &["password"])
}

impl Page for SignInPage {
    const TEMPLATE: &'static str = "storefront/login.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            head: sample::head("Sign in"),
            said: None,
            form: FormView::default(),
            next: None,
            register_url: urls::register().into(),
        };
        let refused = Self {
            form: wrong(
                "email=ines.roth%40example.com&password=x",
                "email",
                "E-mail or password is wrong",
            ),
            next: Some(urls::checkout_details().into()),
            ..plain.clone()
        };
        let changed = Self {
            said: Some(Notice::ok("Your password is changed").with("Sign in with the new one.")),
            ..plain.clone()
        };
        vec![("plain", plain), ("refused", refused), ("password-changed", changed)]
    }
}

impl Page for RegisterPage {
    const TEMPLATE: &'static str = "storefront/register.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |form| Self {
            head: sample::head("Create an account"),
            form,
            next: None,
            login_url: urls::sign_in().into(),
        };
        let short = wrong("name=Ines", "password", "Use at least 8 characters");
        vec![("plain", page(FormView::default())), ("error", page(short))]
    }
}

impl Page for ForgotPage {
    const TEMPLATE: &'static str = "storefront/forgot.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |form| Self {
            head: sample::head("Forgot your password"),
            form,
        };
        let empty = wrong("", "email", "Enter your e-mail address");
        vec![("plain", page(FormView::default())), ("error", page(empty))]
    }
}

impl Page for ResetPage {
    const TEMPLATE: &'static str = "storefront/reset.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |form| Self {
            head: sample::head("Choose a new password"),
            form,
            action: urls::reset_with("0f"),
        };
        let common = wrong("", "password", "Choose a password that fewer people use");
        vec![("plain", page(FormView::default())), ("error", page(common))]
    }
}

impl Page for ProvePage {
    const TEMPLATE: &'static str = "storefront/verify.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let signed_in = Self {
            head: sample::head("Confirm your e-mail address"),
            action: urls::verify_email("0f"),
            email: "ines.roth@example.com".into(),
            needs_password: false,
            form: FormView::default(),
        };
        let asks = Self {
            needs_password: true,
            form: wrong("", "password", "This is not the password you chose"),
            ..signed_in.clone()
        };
        vec![("signed-in", signed_in), ("password-error", asks)]
    }
}
