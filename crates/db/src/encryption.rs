//! How the connection to `PostgreSQL` is protected on its way.
//!
//! The rule is the one of the shop's mail: what leaves the machine is encrypted, and the other side proves who it is. libpq's own default
//! would also talk in the clear when somebody on the way says that the server cannot encrypt
//! (<https://www.postgresql.org/docs/current/libpq-ssl.html>).

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::DbError;

/// Whom a server's certificate must come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Authority {
    /// One of the authorities the system trusts.
    #[default]
    System,
    /// One of the certificates in this PEM file, and nobody else.
    File(PathBuf),
}

/// Whether the connection `config` describes is to be encrypted: as `sslmode` says, and where it says nothing, unless the server is on this machine.
pub(crate) fn is_wanted(config: &Config) -> bool {
    match config.get_ssl_mode() {
        SslMode::Disable => false,
        SslMode::Prefer => !is_on_this_machine(config),
        _ => true,
    }
}

fn is_on_this_machine(config: &Config) -> bool {
    let addresses = config.get_hostaddrs();
    if !addresses.is_empty() {
        return addresses.iter().all(IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback()),
    })
}

/// Encrypts, and accepts only a server whose certificate comes from `authority` and names the host.
pub(crate) fn connector(authority: &Authority) -> Result<MakeRustlsConnect, DbError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(DbError::driver)?
        .with_root_certificates(trusted(authority)?)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn trusted(authority: &Authority) -> Result<RootCertStore, DbError> {
    let mut store = RootCertStore::empty();
    match authority {
        Authority::System => {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        Authority::File(path) => {
            let unreadable = |error: &dyn std::fmt::Display| DbError::driver(format!("{}: {error}", path.display()));
            let certificates = CertificateDer::pem_file_iter(path).map_err(|error| unreadable(&error))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|error| unreadable(&error))?;
                store.add(certificate).map_err(|error| unreadable(&error))?;
            }
        }
    }
    if store.is_empty() {
        return Err(DbError::driver(format!(
            "there is no certificate to check the server's against ({authority:?})"
        )));
    }
    Ok(store)
}

#[cfg(test)]
mod tests {
    use wares_kernel::{FixedClock, SystemRandom};

    use super::*;
    use crate::{Db, DbConfig, Target, p, sql, testing};

    fn wanted(url: &str) -> bool {
        is_wanted(&url.parse().expect("a connection string"))
    }

    #[test]
    fn what_leaves_the_machine_is_encrypted() {
        assert!(wanted("postgres://shop@db.example/shop"));
        assert!(wanted("host=10.0.0.7 user=shop"));
        assert!(wanted("host=localhost,db.example user=shop"));
        assert!(wanted("host=localhost hostaddr=10.0.0.7 user=shop"));
    }

    #[test]
    fn a_server_on_this_machine_needs_no_encryption() {
        assert!(!wanted("postgres://shop@localhost/shop"));
        assert!(!wanted("postgres://shop@127.0.0.1/shop"));
        assert!(!wanted("postgres://shop@[::1]/shop"));
        assert!(!wanted("host=/run/postgresql user=shop"));
    }

    #[test]
    fn the_connection_string_has_the_last_word() {
        assert!(wanted("host=localhost user=shop sslmode=require"));
        assert!(!wanted("host=db.example user=shop sslmode=disable"));
    }

    /// The certificate of an authority that signed nothing here.
    const STRANGER: &str = "-----BEGIN CERTIFICATE-----\n\
        MIIBRjCB7aADAgECAhQuUPENkH83wKHDdEZXECaqIrX07zAKBggqhkjOPQQDAjAZ\n\
        MRcwFQYDVQQDDA5UZXN0IGF1dGhvcml0eTAeFw0yNjExMjUxNjMyMDNaFw0yNjEx\n\
        MjgxNjMyMDNaMBkxFzAVBgNVBAMMDlRlc3QgYXV0aG9yaXR5MFkwEwYHKoZIzj0C\n\
        AQYIKoZIzj0DAQcDQgAEyS7nOwqsImM9m1uOyB5WTcZMyzGzKDhOoN8ApjouEDU5\n\
        709lhol8E6nisFGYsRoOv68R9EaP94Q55DdJ0fRZOKMTMBEwDwYDVR0TAQH/BAUw\n\
        AwEB/zAKBggqhkjOPQQDAgNIADBFAiBZfc54r0HKluuJqv6/s6j1wEgzaib1F3VT\n\
        hklJzhVAdAIhAK+UPK+oID7tuWizYDGMOmy6Ibi78cmDT4LFvR/sTL+g\n\
        -----END CERTIFICATE-----\n";

    /// The test server, spoken to encrypted.
    fn encrypted(authority: Authority) -> Db {
        let target = Target::Postgres(format!("{} sslmode=require", testing::server()));
        let config = DbConfig {
            authority,
            ..DbConfig::new(target)
        };
        Db::open(
            &config,
            Arc::new(FixedClock::at(testing::START)),
            Arc::new(SystemRandom),
        )
        .expect("opening is lazy")
    }

    #[tokio::test]
    async fn a_server_that_proves_who_it_is_is_spoken_to_encrypted() {
        let db = encrypted(Authority::File(testing::authority()));
        let encrypted = sql!(lite: "SELECT 0", pg: "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
        let mut reader = db.read().await.expect("a connection");
        assert_eq!(
            reader.one::<(bool,)>(encrypted, p![]).await.expect("an answer"),
            (true,)
        );
    }

    #[tokio::test]
    async fn a_server_that_nobody_we_trust_vouches_for_is_not_spoken_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let strangers = folder.path().join("strangers.pem");
        std::fs::write(&strangers, STRANGER).expect("written");
        let refusal = encrypted(Authority::File(strangers))
            .read()
            .await
            .err()
            .expect("a refusal");
        assert!(refusal.to_string().contains("certificate"), "{refusal}");
    }

    #[test]
    fn a_file_without_a_certificate_is_refused_at_the_start() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("empty.pem");
        std::fs::write(&path, "nothing").expect("written");
        assert!(connector(&Authority::File(path)).is_err());
        assert!(connector(&Authority::File(folder.path().join("absent.pem"))).is_err());
    }
}
