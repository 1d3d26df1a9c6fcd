//! The mail server.

use serde::{Deserialize, Serialize};
use wares_kernel::EmailAddress;

use crate::seal::Sealed;
use crate::settings::section::{Problems, Section};

/// How mail leaves. Without a host it does not: mails are kept in the admin panel's mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mail {
    /// The server's name; empty: no mail is sent.
    pub host: String,
    /// Its port; 587.
    pub port: u16,
    /// How the connection is protected; STARTTLS.
    pub encryption: Encryption,
    /// The user, or empty where none is needed.
    pub user: String,
    /// The user's password, sealed for [`Mail::PASSWORD_PLACE`].
    pub password: Option<Sealed>,
    /// The name mails come from; the shop's when empty.
    pub from_name: String,
    /// The address mails come from; the shop's when absent.
    pub from_address: Option<EmailAddress>,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// TLS from the first byte, usually on port 465.
    Tls,
    /// TLS after a plain greeting, required, usually on port 587.
    StartTls,
    /// None; only to a server on this machine.
    None,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            encryption: Encryption::StartTls,
            user: String::new(),
            password: None,
            from_name: String::new(),
            from_address: None,
        }
    }
}

impl Mail {
    /// The place the password is sealed for.
    pub const PASSWORD_PLACE: &'static str = "settings.mail.password";

    /// Whether mail leaves at all.
    pub fn is_on(&self) -> bool {
        !self.host.is_empty()
    }
}

impl Section for Mail {
    const NAME: &'static str = "mail";

    fn check(&self, problems: &mut Problems) {
        let is_name = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
        problems.unless(
            self.host.chars().all(is_name),
            "host",
            "Enter the server's name, such as smtp.example.org",
        );
        problems.limit(&self.host, 253, "host");
        problems.unless(self.port > 0, "port", "Enter a port between 1 and 65535");
        problems.limit(&self.user, 254, "user");
        problems.limit(&self.from_name, 60, "from_name");
        let is_here = matches!(self.host.as_str(), "" | "localhost" | "127.0.0.1" | "::1" | "[::1]");
        let is_protected = self.encryption != Encryption::None || is_here;
        problems.unless(
            is_protected,
            "encryption",
            "Choose TLS or STARTTLS; only a server on this machine may do without",
        );
    }
}
