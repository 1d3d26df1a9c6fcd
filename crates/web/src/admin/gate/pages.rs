//! Pages before one is signed in.

use serde::Serialize;

use crate::{
    admin::parts::{Choice, Link},
    http::{FormErrors, FormView},
    templates::Page,
    urls::admin as urls,
};

/// `admin/gate/sign_in.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SignInPage {
    pub(crate) form: FormView,
    pub(crate) action: &'static str,
    /// Where one wanted to go.
    pub(crate) next: String,
    /// Something that went well before: signed out, password chosen.
    pub(crate) notice: Option<String>,
    pub(crate) version: &'static str,
}

/// `admin/gate/set_up.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SetUpPage {
    pub(crate) form: FormView,
    pub(crate) action: &'static str,
    pub(crate) countries: Vec<Choice>,
    pub(crate) version: &'static str,
}

/// `admin/gate/invitation.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct InvitationPage {
    pub(crate) form: FormView,
    pub(crate) action: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) role: String,
    pub(crate) version: &'static str,
}

/// `admin/gate/closed.html`: a link that has been used or has expired.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ClosedPage {
    pub(crate) heading: String,
    pub(crate) body: String,
    pub(crate) link: Link,
    pub(crate) form: FormView,
    pub(crate) version: &'static str,
}

/// A form with one mistake, for samples.
pub(crate) fn mistaken(field: &str, message: &str) -> FormView {
    let entered = crate::http::Entered::default();
    FormView::again(&entered, FormErrors::one(field, message), &[])
}

impl Page for SignInPage {
    const TEMPLATE: &'static str = "admin/gate/sign_in.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let fresh = Self {
            form: FormView::default(),
            action: urls::sign_in(),
            next: urls::orders().into(),
            notice: None,
            version: "1.0.0",
        };
        let wrong = Self {
            form: mistaken("", "E-mail or password is wrong"),
            ..fresh.clone()
        };
        let signed_out = Self {
            notice: Some("You are signed out.".into()),
            ..fresh.clone()
        };
        vec![("fresh", fresh), ("wrong", wrong), ("signed-out", signed_out)]
    }
}

impl Page for SetUpPage {
    const TEMPLATE: &'static str = "admin/gate/set_up.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let fresh = Self {
            form: FormView::prefilled([("key", "s3tup-k3y".to_owned())]),
            action: urls::set_up(),
            countries: vec![Choice::new("DE", "Germany"), Choice::new("AT", "Austria")],
            version: "1.0.0",
        };
        let wrong = Self {
            form: mistaken("password", "Use at least 15 characters"),
            ..fresh.clone()
        };
        vec![("fresh", fresh), ("wrong", wrong)]
    }
}

impl Page for InvitationPage {
    const TEMPLATE: &'static str = "admin/gate/invitation.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let fresh = Self {
            form: FormView::default(),
            action: urls::invitation("t0k3n"),
            name: "Jo Marchetti".into(),
            email: "jo@fieldhouse.example".into(),
            role: "Fulfilment".into(),
            version: "1.0.0",
        };
        let wrong = Self {
            form: mistaken("password", "Use at least 15 characters"),
            ..fresh.clone()
        };
        vec![("fresh", fresh), ("wrong", wrong)]
    }
}

impl Page for ClosedPage {
    const TEMPLATE: &'static str = "admin/gate/closed.html";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![(
            "used",
            Self {
                heading: "This link has been used".into(),
                body: "The shop is set up already. Sign in with the password chosen then.".into(),
                link: Link::new("Sign in", urls::sign_in()),
                form: FormView::default(),
                version: "1.0.0",
            },
        )]
    }
}
