//! Mail through the server that the settings name.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use wares_adapters::mail::smtp::{Config, Security, Smtp};
use wares_commerce::notifications::mailer::{Mail, MailError, Mailer};
use wares_commerce::seal::Vault;
use wares_commerce::settings::{self, Cache, Encryption};
use wares_kernel::Clock;

use super::Current;

/// Longest time one mail may take, connecting included.
const TIME_OUT: Duration = Duration::from_secs(30);
/// Connections to the server at most.
const CONNECTIONS: usize = 4;

/// The way out for mail, as the settings have it.
pub(crate) struct Post {
    settings: Cache,
    vault: Vault,
    clock: Arc<dyn Clock>,
    hello_name: String,
    current: Current<settings::Mail, Smtp>,
}

impl Post {
    /// `hello_name` is how the shop names itself to the server: its domain.
    pub(crate) fn new(settings: Cache, vault: Vault, clock: Arc<dyn Clock>, hello_name: String) -> Self {
        Self {
            settings,
            vault,
            clock,
            hello_name,
            current: Current::default(),
        }
    }

    fn make(&self, mail: &settings::Mail) -> Result<Smtp, MailError> {
        let temporary = |error: &dyn fmt::Display| MailError::Temporary(error.to_string());
        let password = mail
            .password
            .as_ref()
            .map(|sealed| self.vault.open_text(settings::Mail::PASSWORD_PLACE, sealed));
        let password = password.transpose().map_err(|error| temporary(&error))?;
        let config = Config {
            host: mail.host.clone(),
            port: mail.port,
            security: match mail.encryption {
                Encryption::Tls => Security::Tls,
                Encryption::StartTls => Security::StartTls,
                Encryption::None => Security::None,
            },
            credentials: if mail.user.is_empty() {
                None
            } else {
                Some((mail.user.clone(), password.unwrap_or_default()))
            },
            extra_authority: None,
            hello_name: self.hello_name.clone(),
            time_out: TIME_OUT,
            n_connections: CONNECTIONS,
        };
        Smtp::new(config, Arc::clone(&self.clock)).map_err(|error| temporary(&error))
    }
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post")
            .field("hello_name", &self.hello_name)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Mailer for Post {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let settings = self.settings.get();
        let smtp = self.current.get(&settings.mail, |mail| self.make(mail))?;
        smtp.send(mail).await
    }
}
