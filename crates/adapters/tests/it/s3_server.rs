//! An S3 server with a bucket of its own, started for one test and ended with it.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use wares_adapters::blobs::s3::{Access, S3};

const BUCKET: &str = "shop";

pub(crate) struct S3Server {
    pub(crate) port: u16,
    pub(crate) folder: tempfile::TempDir,
    process: Child,
}

impl S3Server {
    pub(crate) fn start() -> Self {
        let program = std::env::var_os("WARES_TEST_S3").unwrap_or_else(|| "s3s-fs".into());
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let port = free_port();
        let process = Command::new(&program)
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .args(["--access-key", "shop-key", "--secret-key", "shop-s3cret"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "{} cannot be started ({error}): run ./test, which installs it, or\n  \
                     cargo install s3s-fs --features binary",
                    program.display()
                )
            });
        let server = Self { port, folder, process };
        server.wait();
        server
    }

    fn wait(&self) {
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(Instant::now() < until, "the S3 server does not answer");
            sleep(Duration::from_millis(20));
        }
    }

    /// The bucket, for whoever has this secret.
    pub(crate) fn bucket(&self, secret: &str) -> S3 {
        bucket(self.port, secret)
    }
}

/// A bucket at a port of this machine.
pub(crate) fn bucket(port: u16, secret: &str) -> S3 {
    let access = Access {
        place: format!("http://127.0.0.1:{port}/{BUCKET}/pictures").parse().unwrap(),
        region: "eu-central-1".to_owned(),
        key: "shop-key".to_owned(),
        secret: secret.to_owned(),
    };
    S3::new(access).unwrap()
}

/// A port nobody listens on just now.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

impl Drop for S3Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
