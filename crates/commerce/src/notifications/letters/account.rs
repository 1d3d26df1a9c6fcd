//! Mails about accounts and the newsletter.

use serde::Serialize;

use crate::notifications::letter::Letter;

/// Prove that this mailbox is yours.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct VerifyEmail {
    pub(in crate::notifications) first_name: String,
    pub(in crate::notifications) url: String,
}

/// Somebody tried to open an account you have already.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct AccountExists {
    pub(in crate::notifications) first_name: String,
    pub(in crate::notifications) sign_in_url: String,
    pub(in crate::notifications) forgot_url: String,
}

/// Choose a new password; a guest opens an account by it.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct ResetPassword {
    pub(in crate::notifications) first_name: String,
    pub(in crate::notifications) has_account: bool,
    pub(in crate::notifications) url: String,
}

/// Your password was changed.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct PasswordChanged {
    pub(in crate::notifications) first_name: String,
    pub(in crate::notifications) at: String,
    pub(in crate::notifications) forgot_url: String,
}

/// Prove that the new mailbox is yours.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct ConfirmNewEmail {
    pub(in crate::notifications) first_name: String,
    pub(in crate::notifications) url: String,
}

/// Your account moved to another address.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct EmailChanged {
    pub(in crate::notifications) first_name: String,
    /// Enough of the new address to recognise it.
    pub(in crate::notifications) new_email: String,
    pub(in crate::notifications) at: String,
}

/// Prove that you want news.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct ConfirmNews {
    pub(in crate::notifications) url: String,
    pub(in crate::notifications) leave_url: String,
}

macro_rules! letters {
    ($($letter:ident $name:literal => [$($sample:literal: $made:expr),+ $(,)?];)*) => {$(
        impl Letter for $letter {
            const NAME: &'static str = $name;

            #[cfg(test)]
            fn samples() -> Vec<(&'static str, Self)> {
                vec![$(($sample, $made)),+]
            }
        }
    )*};
}

letters! {
    VerifyEmail "verify_email" => ["plain": Self { first_name: ines(), url: link("verify") }];
    AccountExists "account_exists" => ["plain": Self { first_name: ines(), sign_in_url: page("login"), forgot_url: page("forgot") }];
    ResetPassword "reset_password" => [
        "account": Self { first_name: ines(), has_account: true, url: link("reset") },
        "guest": Self { first_name: ines(), has_account: false, url: link("reset") },
    ];
    PasswordChanged "password_changed" => ["plain": Self { first_name: ines(), at: moment(), forgot_url: page("forgot") }];
    ConfirmNewEmail "confirm_new_email" => ["plain": Self { first_name: ines(), url: link("confirm-email") }];
    EmailChanged "email_changed" => ["plain": Self { first_name: ines(), new_email: "i•••@post.example".to_owned(), at: moment() }];
    ConfirmNews "confirm_news" => ["plain": Self { url: link("news"), leave_url: link("news/leave") }];
}

#[cfg(test)]
use samples::{ines, link, moment, page};

#[cfg(test)]
pub(in crate::notifications) mod samples {
    pub(in crate::notifications) fn ines() -> String {
        "Ines".to_owned()
    }

    pub(in crate::notifications) fn moment() -> String {
        "26 November, 14:05".to_owned()
    }

    pub(in crate::notifications) fn page(path: &str) -> String {
        format!("https://fieldhouse.example/{path}")
    }

    pub(in crate::notifications) fn link(path: &str) -> String {
        page(&format!("{path}/{}", "7a".repeat(32)))
    }
}
