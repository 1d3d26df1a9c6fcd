//! Blobs in a bucket of an S3-compatible store, so that many instances share them without sharing a disk.
//!
//! A blob's name says what its bytes are, so writing one again is harmless and every call may be repeated. What comes back is
//! checked against its name: a store that lost or mixed up bytes is found out instead of believed.

use std::fmt;
use std::io;
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{CONTENT_LENGTH, HeaderMap};
use reqwest::{Method, Response, StatusCode, Url};
use rusty_s3::actions::{DeleteObject, GetObject, HeadObject, PutObject};
use rusty_s3::{Credentials, S3Action, UrlStyle};
use wares_commerce::media::blob::{BlobError, BlobKey, BlobStore};

/// Longest time one call may take.
const TIME_OUT: Duration = Duration::from_secs(60);
/// How long a signature is good for, from the machine's own time on: as long as the call may take, and a little for clocks that differ.
const SIGNED_FOR: Duration = Duration::from_mins(5);
/// How often a call is made before the store counts as failing.
const TRIES: u32 = 3;
/// How long is waited before the second try; twice that before the third.
const PAUSE: Duration = Duration::from_millis(200);
/// How much of a refusal is told, in characters.
const TOLD_MAX: usize = 300;

/// Where a bucket is: `https://host/bucket`, or with a folder inside of it `https://host/bucket/folder`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    endpoint: Url,
    bucket: String,
    /// Empty, or a folder with a slash at its end.
    folder: String,
}

/// Why a text is not where a bucket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Not an address of the web.
    #[error("write the bucket's address, such as https://s3.eu-central-1.amazonaws.com/my-shop")]
    NotAnAddress,
    /// Only a server.
    #[error("the address names no bucket; write it after the host, such as https://s3.example/my-shop")]
    NoBucket,
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let mut endpoint = Url::parse(text).map_err(|_| PlaceError::NotAnAddress)?;
        let is_plain = endpoint.query().is_none() && endpoint.fragment().is_none() && endpoint.username().is_empty();
        if !matches!(endpoint.scheme(), "http" | "https") || !is_plain {
            return Err(PlaceError::NotAnAddress);
        }
        let path = endpoint.path().trim_matches('/').to_owned();
        let (bucket, folder) = path.split_once('/').unwrap_or((&path, ""));
        if bucket.is_empty() {
            return Err(PlaceError::NoBucket);
        }
        endpoint.set_path("/");
        Ok(Self {
            endpoint,
            bucket: bucket.to_owned(),
            folder: if folder.is_empty() {
                String::new()
            } else {
                format!("{folder}/")
            },
        })
    }
}

/// Who may use a bucket, and where it is.
#[derive(Clone)]
pub struct Access {
    /// Where it is.
    pub place: Place,
    /// The region requests are signed for; most stores but Amazon's take any.
    pub region: String,
    /// The name of the key.
    pub key: String,
    /// The key itself.
    pub secret: String,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// Why a bucket cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Its address or name cannot be one.
    #[error("the bucket cannot be used: {0}")]
    Bucket(#[from] rusty_s3::BucketError),
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[from] reqwest::Error),
}

/// A bucket of blobs.
pub struct S3 {
    http: reqwest::Client,
    bucket: rusty_s3::Bucket,
    credentials: Credentials,
    folder: String,
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3")
            .field("bucket", &self.bucket)
            .finish_non_exhaustive()
    }
}

impl S3 {
    /// Uses a bucket. Nothing is asked of it yet: a store that is away must not keep the shop from starting.
    pub fn new(access: Access) -> Result<Self, SetupError> {
        let Place {
            endpoint,
            bucket,
            folder,
        } = access.place;
        Ok(Self {
            http: crate::client_for(endpoint.as_str(), HeaderMap::new(), TIME_OUT)?,
            bucket: rusty_s3::Bucket::new(endpoint, UrlStyle::Path, bucket, access.region)?,
            credentials: Credentials::new(access.key, access.secret),
            folder,
        })
    }

    fn name(&self, key: &BlobKey) -> String {
        format!("{}{}", self.folder, super::name(key))
    }

    /// Asks until there is an answer that another try would not change.
    async fn ask(&self, method: Method, url: Url, body: Option<&[u8]>) -> io::Result<Response> {
        for tried in 1.. {
            let mut request = self.http.request(method.clone(), url.clone());
            if let Some(body) = body {
                request = request.header(CONTENT_LENGTH, body.len()).body(body.to_vec());
            }
            let answer = request.send().await;
            if tried == TRIES || !may_change(&answer) {
                return answer.map_err(told);
            }
            tokio::time::sleep(PAUSE * tried).await;
        }
        unreachable!("the last try returns")
    }
}

#[async_trait]
impl BlobStore for S3 {
    async fn put(&self, bytes: &[u8]) -> Result<BlobKey, BlobError> {
        let key = BlobKey::of(bytes);
        let put = async {
            let name = self.name(&key);
            let url = PutObject::new(&self.bucket, Some(&self.credentials), &name).sign(SIGNED_FOR);
            taken(self.ask(Method::PUT, url, Some(bytes)).await?).await.map(drop)
        };
        put.await.map_err(failed("write a blob"))?;
        Ok(key)
    }

    async fn get(&self, key: &BlobKey) -> Result<Option<Vec<u8>>, BlobError> {
        let get = async {
            let name = self.name(key);
            let url = GetObject::new(&self.bucket, Some(&self.credentials), &name).sign(SIGNED_FOR);
            let Some(answer) = if_there(self.ask(Method::GET, url, None).await?).await? else {
                return Ok(None);
            };
            let bytes = answer.bytes().await.map_err(told)?;
            if BlobKey::of(&bytes) != *key {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "the store returned other bytes than it was given",
                ));
            }
            Ok(Some(bytes.into()))
        };
        get.await.map_err(failed("read a blob"))
    }

    async fn exists(&self, key: &BlobKey) -> Result<bool, BlobError> {
        let look = async {
            let name = self.name(key);
            let url = HeadObject::new(&self.bucket, Some(&self.credentials), &name).sign(SIGNED_FOR);
            if_there(self.ask(Method::HEAD, url, None).await?).await
        };
        look.await
            .map(|found| found.is_some())
            .map_err(failed("look for a blob"))
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        let delete = async {
            let name = self.name(key);
            let url = DeleteObject::new(&self.bucket, Some(&self.credentials), &name).sign(SIGNED_FOR);
            if_there(self.ask(Method::DELETE, url, None).await?).await.map(drop)
        };
        delete.await.map_err(failed("delete a blob"))
    }
}

fn failed(action: &'static str) -> impl Fn(io::Error) -> BlobError {
    move |cause| BlobError { action, cause }
}

/// The error without the address, which holds a signature.
fn told(error: reqwest::Error) -> io::Error {
    io::Error::other(error.without_url())
}

/// Whether the same call may be answered otherwise in a moment.
fn may_change(answer: &Result<Response, reqwest::Error>) -> bool {
    match answer {
        Ok(answer) => answer.status().is_server_error() || answer.status() == StatusCode::TOO_MANY_REQUESTS,
        Err(error) => error.is_connect() || error.is_timeout() || error.is_request(),
    }
}

/// The answer, if there is what was asked for.
async fn if_there(answer: Response) -> io::Result<Option<Response>> {
    if answer.status() == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    taken(answer).await.map(Some)
}

/// The answer, if the store did what was asked.
async fn taken(answer: Response) -> io::Result<Response> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let reason: String = answer.text().await.map_err(told)?.chars().take(TOLD_MAX).collect();
    Err(io::Error::other(format!("the store answered {status} {reason}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_read_from_its_address() {
        let place: Place = "https://s3.example/shop/pictures/".parse().unwrap();
        assert_eq!(place.endpoint.as_str(), "https://s3.example/");
        assert_eq!((place.bucket.as_str(), place.folder.as_str()), ("shop", "pictures/"));
        let place: Place = "http://127.0.0.1:9000/shop".parse().unwrap();
        assert_eq!((place.bucket.as_str(), place.folder.as_str()), ("shop", ""));
    }

    #[test]
    fn what_names_no_bucket_is_refused() {
        assert_eq!("https://s3.example/".parse::<Place>(), Err(PlaceError::NoBucket));
        for wrong in [
            "",
            "shop",
            "s3://shop",
            "https://key@s3.example/shop",
            "https://s3.example/shop?x=1",
        ] {
            assert_eq!(wrong.parse::<Place>(), Err(PlaceError::NotAnAddress), "{wrong}");
        }
    }

    #[test]
    fn the_secret_is_not_shown() {
        let place = "https://s3.example/shop".parse().unwrap();
        let access = Access {
            place,
            region: "eu".to_owned(),
            key: "AK".to_owned(),
            secret: "s3cret".to_owned(),
        };
        assert!(!format!("{access:?}").contains("s3cret"));
    }
}
