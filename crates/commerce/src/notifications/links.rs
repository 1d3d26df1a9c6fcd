//! Links in mails: the configured address of the shop and a path, never what a request said.

use wares_kernel::Token;

/// Where pages are. The web layer, which owns all paths, fills this in when the program is put together.
#[derive(Debug, Clone, Copy)]
pub struct Paths {
    /// An order, by its token.
    pub order: fn(&str) -> String,
    /// An invoice or a credit note, by its order's token and its id.
    pub document: fn(&str, &str) -> String,
    /// Writing reviews, by the token of the link.
    pub write_review: fn(&str) -> String,
    /// Proving a mailbox.
    pub verify_email: fn(&str) -> String,
    /// Choosing a new password.
    pub reset_password: fn(&str) -> String,
    /// Moving an account to another address.
    pub confirm_email: fn(&str) -> String,
    /// An inquiry, by its token.
    pub inquiry: fn(&str) -> String,
    /// An order in the admin panel, by its number.
    pub staff_order: fn(&str) -> String,
    /// Joining the staff.
    pub join_staff: fn(&str) -> String,
    /// Choosing a new password for the admin panel.
    pub reset_staff_password: fn(&str) -> String,
    /// Confirming that one wants news.
    pub confirm_news: fn(&str) -> String,
    /// Stopping the news.
    pub leave_news: fn(&str) -> String,
    /// Signing in.
    pub sign_in: &'static str,
    /// A forgotten password.
    pub forgot: &'static str,
    /// Writing to the shop.
    pub contact: &'static str,
}

/// Absolute links.
#[derive(Debug, Clone)]
pub struct Links {
    base: String,
    paths: Paths,
}

impl Links {
    /// Links into the shop at `base_url`: scheme and host, `https://shop.example`.
    pub fn new(base_url: &str, paths: Paths) -> Self {
        Self {
            base: base_url.trim_end_matches('/').to_owned(),
            paths,
        }
    }

    /// The first page.
    pub fn home(&self) -> &str {
        &self.base
    }

    /// The shop's host name without a port, for Message-IDs.
    pub fn host(&self) -> &str {
        let host = self.base.split_once("://").map_or(self.base.as_str(), |(_, host)| host);
        let host = host.split('/').next().unwrap_or(host);
        if host.starts_with('[') {
            return "localhost";
        }
        host.split(':').next().unwrap_or(host)
    }

    pub(super) fn with(&self, path: impl Fn(&Paths) -> fn(&str) -> String, token: &Token) -> String {
        format!("{}{}", self.base, path(&self.paths)(&token.reveal()))
    }

    pub(super) fn document(&self, token: &Token, id: &str) -> String {
        format!("{}{}", self.base, (self.paths.document)(&token.reveal(), id))
    }

    pub(super) fn staff_order(&self, number: &str) -> String {
        format!("{}{}", self.base, (self.paths.staff_order)(number))
    }

    pub(super) fn to(&self, path: impl Fn(&Paths) -> &'static str) -> String {
        format!("{}{}", self.base, path(&self.paths))
    }
}

#[cfg(test)]
impl Paths {
    /// Paths for tests.
    pub(crate) fn sample() -> Self {
        Self {
            order: |token| format!("/orders/{token}"),
            document: |token, id| format!("/orders/{token}/documents/{id}"),
            write_review: |token| format!("/reviews/{token}"),
            verify_email: |token| format!("/verify/{token}"),
            reset_password: |token| format!("/reset/{token}"),
            confirm_email: |token| format!("/confirm-email/{token}"),
            inquiry: |token| format!("/inquiries/{token}"),
            staff_order: |number| format!("/admin/orders/{number}"),
            join_staff: |token| format!("/admin/invitation/{token}"),
            reset_staff_password: |token| format!("/admin/reset/{token}"),
            confirm_news: |token| format!("/news/{token}"),
            leave_news: |token| format!("/news/{token}/leave"),
            sign_in: "/login",
            forgot: "/forgot",
            contact: "/contact",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_message_id_is_the_shops() {
        for (base, host) in [
            ("https://shop.example", "shop.example"),
            ("http://127.0.0.1:8080/", "127.0.0.1"),
            ("http://[::1]:8080", "localhost"),
        ] {
            assert_eq!(Links::new(base, Paths::sample()).host(), host);
        }
    }
}
