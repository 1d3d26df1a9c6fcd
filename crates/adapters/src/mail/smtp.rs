//! Mail over SMTP: encrypted unless the server is on this machine, over a few connections that are kept open, every
//! send under one time limit.
//!
//! The connections are kept here and not in lettre's own pool: that one puts a connection back even when its send was
//! given up half-way, and the next mail would then read the answer to the one before.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use wares_commerce::notifications::mailer::{Mail, MailError, Mailer};
use wares_kernel::Clock;

use super::compose::compose;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Encrypted after a greeting in the clear, usually port 587. Never falls back.
    StartTls,
    /// Encrypted from the first byte, usually port 465.
    Tls,
    /// Not at all; only to a server on this machine.
    None,
}

/// How to reach the mail server.
#[derive(Clone)]
pub struct Config {
    /// Name or address; the certificate must be for it.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// User name and password, where the server wants them.
    pub credentials: Option<(String, String)>,
    /// A certificate authority (PEM) to trust besides the machine's own, for servers with their own.
    pub extra_authority: Option<Vec<u8>>,
    /// How the shop names itself: its domain.
    pub hello_name: String,
    /// Longest time one mail may take, connecting included.
    pub time_out: Duration,
    /// Connections at most.
    pub n_connections: usize,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            host, port, security, ..
        } = self;
        f.debug_struct("Config")
            .field("host", host)
            .field("port", port)
            .field("security", security)
            .finish_non_exhaustive()
    }
}

/// Why SMTP cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Mail and password would travel in the clear.
    #[error("mail to {0} must be encrypted: it is not on this machine")]
    NotEncrypted(String),
    /// The certificate or the host name is of no use.
    #[error("the encryption of the mail connection cannot be set up: {0}")]
    Tls(#[from] lettre::transport::smtp::Error),
}

/// The way out.
pub struct Smtp {
    config: Config,
    tls: Option<TlsParameters>,
    hello: ClientId,
    clock: Arc<dyn Clock>,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
    permits: Semaphore,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Smtp").field(&self.config).finish()
    }
}

impl Smtp {
    /// A way out; nothing is connected yet.
    pub fn new(config: Config, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        let is_local = ["127.0.0.1", "::1", "localhost"].contains(&config.host.as_str());
        if config.security == Security::None && !is_local {
            return Err(SetupError::NotEncrypted(config.host));
        }
        let tls = if config.security == Security::None {
            None
        } else {
            Some(tls(&config)?)
        };
        Ok(Self {
            tls,
            hello: ClientId::Domain(config.hello_name.clone()),
            clock,
            idle: Mutex::new(Vec::new()),
            permits: Semaphore::new(config.n_connections.max(1)),
            config,
        })
    }

    /// Connects, encrypts and signs in without sending anything: whether the settings work.
    pub async fn check(&self) -> Result<(), MailError> {
        let connection = self.in_time(self.connect()).await?;
        self.keep(connection);
        Ok(())
    }

    async fn deliver(&self, envelope: &Envelope, message: &[u8]) -> Result<(), MailError> {
        let _permit = self
            .permits
            .acquire()
            .await
            .map_err(|error| MailError::Temporary(error.to_string()))?;
        let mut connection = match self.reuse().await {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        // A connection is only kept when its mail went through: dropped in any other way, it is closed.
        connection
            .send(envelope, message)
            .await
            .map_err(|error| verdict(&error))?;
        self.keep(connection);
        Ok(())
    }

    /// A kept connection that is still alive.
    async fn reuse(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let mut connection = self.idle().pop()?;
            if connection.test_connected().await {
                return Some(connection);
            }
        }
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        self.idle().push(connection);
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<AsyncSmtpConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whatever goes wrong here has nothing to do with the mail, so it is always worth another try.
    async fn connect(&self) -> Result<AsyncSmtpConnection, MailError> {
        let mut connection = self.open().await?;
        if let Some(tls) = self.tls.clone().filter(|_| self.config.security == Security::StartTls) {
            connection.starttls(tls, &self.hello).await.map_err(temporary)?;
        }
        if let Some((user, password)) = self.config.credentials.clone() {
            let credentials = Credentials::new(user, password);
            let ways = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&ways, &credentials).await.map_err(temporary)?;
        }
        Ok(connection)
    }

    /// A connection that has been greeted. Where it begins in the clear, what is written to it leaves at once: else the end of each mail
    /// waited up to 40 ms for the receipt of what went before (Nagle's algorithm, RFC 896, beside late receipts, RFC 1122).
    async fn open(&self) -> Result<AsyncSmtpConnection, MailError> {
        let server = (self.config.host.as_str(), self.config.port);
        let connection = if self.config.security == Security::Tls {
            let (time_out, tls) = (Some(self.config.time_out), self.tls.clone());
            AsyncSmtpConnection::connect_tokio1(server, time_out, &self.hello, tls, None).await
        } else {
            let reached = TcpStream::connect(server).await;
            let stream = reached.and_then(|stream| stream.set_nodelay(true).map(|()| stream));
            let stream = stream.map_err(temporary)?;
            AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello).await
        };
        connection.map_err(temporary)
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, MailError>>) -> Result<T, MailError> {
        let slow = |_| MailError::Temporary("the mail server took too long".to_owned());
        tokio::time::timeout(self.config.time_out, work).await.map_err(slow)?
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let (envelope, message) = compose(mail, self.clock.now())?;
        self.in_time(self.deliver(&envelope, &message)).await
    }
}

fn tls(config: &Config) -> Result<TlsParameters, SetupError> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(pem) = &config.extra_authority {
        builder = builder.add_root_certificate(Certificate::from_pem(pem)?);
    }
    Ok(builder.build_rustls()?)
}

/// Answers that speak of our account and not of the mail: sign in, encrypt first.
const ABOUT_US: [&str; 4] = ["530", "534", "535", "538"];

/// Refused for good are only the server's own 5xx answers about this mail, and addresses it cannot take.
fn verdict(error: &lettre::transport::smtp::Error) -> MailError {
    let is_about_us = error
        .status()
        .is_some_and(|code| ABOUT_US.contains(&code.to_string().as_str()));
    if (error.is_permanent() && !is_about_us) || error.is_client() {
        MailError::Permanent(explain(error))
    } else {
        MailError::Temporary(explain(error))
    }
}

/// A failure that says nothing about the mail.
fn temporary(error: impl std::error::Error) -> MailError {
    MailError::Temporary(explain(&error))
}

/// The error with its causes, on one line.
fn explain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(500)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wares_kernel::SystemClock;

    #[test]
    fn mail_only_travels_unencrypted_inside_this_machine() {
        let open = |host: &str, security| {
            let config = Config {
                host: host.to_owned(),
                port: 25,
                security,
                credentials: None,
                extra_authority: None,
                hello_name: "shop.example".to_owned(),
                time_out: Duration::from_secs(1),
                n_connections: 1,
            };
            Smtp::new(config, Arc::new(SystemClock))
        };
        assert!(open("127.0.0.1", Security::None).is_ok());
        assert!(open("mail.example.com", Security::StartTls).is_ok());
        assert!(matches!(
            open("mail.example.com", Security::None),
            Err(SetupError::NotEncrypted(_))
        ));
        assert!(matches!(
            open("localhost.evil.example", Security::None),
            Err(SetupError::NotEncrypted(_))
        ));
    }
}
