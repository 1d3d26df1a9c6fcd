//! Mail through the server that the settings name.

use std::sync::Arc;
use std::time::Duration;

use wares_adapters::mail::smtp::{Config, Security, Smtp};
use wares_commerce::notifications::Connect;
use wares_commerce::notifications::mailer::Mailer;
use wares_commerce::settings::{Encryption, Mail};
use wares_kernel::Clock;

/// Longest time one mail may take, connecting included.
const TIME_OUT: Duration = Duration::from_secs(30);
/// Connections to the server at most.
const CONNECTIONS: usize = 4;

/// Makes a way out from settings. `hello_name` is how the shop names itself to the server: its domain.
pub(crate) fn connect(clock: Arc<dyn Clock>, hello_name: String) -> Connect {
    Arc::new(move |mail: &Mail, password: Option<String>| {
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
            hello_name: hello_name.clone(),
            time_out: TIME_OUT,
            n_connections: CONNECTIONS,
        };
        Ok(Arc::new(Smtp::new(config, Arc::clone(&clock))?) as Arc<dyn Mailer>)
    })
}
