//! A whole shop for a test: a database of its own, a clock that stands still, the real router, and visitors.

pub(crate) mod browser;
pub(crate) mod buying;
pub(crate) mod forms;
pub(crate) mod gateway;
pub(crate) mod goods;
pub(crate) mod post;
pub(crate) mod shelf;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use scraper::{Html, Selector};
use tower::ServiceExt as _;
use wares_commerce::payment::{Gateways, Till};
use wares_commerce::{
    media::blob::{BlobError, BlobKey, BlobStore},
    payment::gateway::Gateway,
    seal::Vault,
    search::{Catalogue, Log},
    settings,
};
use wares_db::{Db, Sql, p, sql, testing::TestDb};
use wares_kernel::{Clock, SystemRandom};
use wares_web::{App, Config, app::Services, config::BaseUrl, follow::Follower};

use gateway::TestGateway;

/// Where the test's shop is reached.
pub(crate) const HOST: &str = "shop.example";

/// A shop.
pub(crate) struct TestShop {
    pub(crate) data: TestDb,
    pub(crate) app: App,
    router: Router,
    follower: tokio::sync::Mutex<Follower>,
    /// The page buyers pay on.
    pub(crate) gateway: Arc<TestGateway>,
    /// The files of its pictures.
    pub(crate) blobs: Arc<Blobs>,
}

impl TestShop {
    /// A shop on this database.
    pub(crate) async fn on(data: TestDb) -> Self {
        let blobs = Arc::new(Blobs::default());
        let gateway = Arc::new(TestGateway::default());
        let db = data.db.clone();
        let (app, follower) = instance(Config::new, db, &data, Arc::clone(&blobs), Arc::clone(&gateway)).await;
        Self {
            router: wares_web::router(app.clone()),
            app,
            follower: tokio::sync::Mutex::new(follower),
            data,
            gateway,
            blobs,
        }
    }

    /// A second program serving the same shop.
    pub(crate) async fn second_instance(&self) -> (Visitor, Follower) {
        self.another(Config::new).await
    }

    /// One more program serving the same shop, which keeps no page.
    pub(crate) async fn forgetful_instance(&self) -> (Visitor, Follower) {
        let config = |base_url| Config {
            page_memory_bytes: 0,
            ..Config::new(base_url)
        };
        self.another(config).await
    }

    async fn another(&self, config: impl Fn(BaseUrl) -> Config) -> (Visitor, Follower) {
        let db = self.data.second_instance();
        let (blobs, gateway) = (Arc::clone(&self.blobs), Arc::clone(&self.gateway));
        let (app, follower) = instance(config, db, &self.data, blobs, gateway).await;
        (Visitor::of(wares_web::router(app)), follower)
    }

    /// Lets this instance see what has just been changed, as it must within two seconds.
    pub(crate) async fn catch_up(&self) {
        catch_up(&self.data.db, &mut *self.follower.lock().await).await;
    }

    /// The whole shop as a service.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// Somebody who has never been here.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor::of(self.router.clone())
    }
}

/// Lets an instance follow everything that has been changed so far. On PostgreSQL other transactions, of other tests too, can hold the log
/// back, and what two of them changed need not show at once.
pub(crate) async fn catch_up(db: &Db, follower: &mut Follower) {
    const LAST_CHANGE: Sql = sql!("SELECT coalesce(max(seq), 0) FROM change_log");
    let mut conn = db.read().await.expect("the test database is there");
    let (last,): (i64,) = conn.one(LAST_CHANGE, p![]).await.expect("a number");
    drop(conn);
    let seen = async {
        while follower.seq() < last {
            if follower.look().await.expect("the change log can be read") == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), seen)
        .await
        .expect("other tests' transactions end");
}

async fn instance(
    config: impl Fn(BaseUrl) -> Config,
    db: Db,
    data: &TestDb,
    blobs: Arc<Blobs>,
    gateway: Arc<TestGateway>,
) -> (App, Follower) {
    let mut conn = db.read().await.expect("the test database is there");
    let settings = settings::Cache::start(&mut conn).await.expect("settings can be read");
    drop(conn);
    let mut config = config(format!("https://{HOST}").parse().expect("an address"));
    config.gateway_origins = vec!["https://pay.example".into()];
    let till = Till {
        db: db.clone(),
        gateways: Gateways::new(vec![gateway as Arc<dyn Gateway>]),
        clock: Arc::clone(&data.clock) as Arc<dyn Clock>,
        vault: Vault::new([7; 32]),
        base_url: format!("https://{HOST}").into(),
    };
    let app = App::new(Services {
        config,
        clock: Arc::clone(&data.clock) as Arc<dyn Clock>,
        random: Arc::new(SystemRandom),
        db,
        settings,
        search: Arc::new(Catalogue::in_memory().expect("memory is there")),
        searches: Arc::new(Log::default()),
        blobs,
        vault: Vault::new([7; 32]),
        office: post::office(&data.clock, &till.db),
        till,
    })
    .expect("no theme, no disk");
    let follower = Follower::start(app.clone()).await.expect("the change log can be read");
    (app, follower)
}

/// Files in memory.
#[derive(Debug, Default)]
pub(crate) struct Blobs(Mutex<HashMap<BlobKey, Vec<u8>>>);

#[async_trait]
impl BlobStore for Blobs {
    async fn put(&self, bytes: &[u8]) -> Result<BlobKey, BlobError> {
        let key = BlobKey::of(bytes);
        self.0
            .lock()
            .expect("nobody panics in here")
            .insert(key.clone(), bytes.to_vec());
        Ok(key)
    }

    async fn get(&self, key: &BlobKey) -> Result<Option<Vec<u8>>, BlobError> {
        Ok(self.0.lock().expect("nobody panics in here").get(key).cloned())
    }

    async fn exists(&self, key: &BlobKey) -> Result<bool, BlobError> {
        Ok(self.0.lock().expect("nobody panics in here").contains_key(key))
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        self.0.lock().expect("nobody panics in here").remove(key);
        Ok(())
    }
}

/// A browser: it keeps cookies and says where its requests come from.
#[derive(Clone)]
pub(crate) struct Visitor {
    router: Router,
    cookies: Arc<Mutex<Vec<(String, String)>>>,
}

impl Visitor {
    fn of(router: Router) -> Self {
        Self {
            router,
            cookies: Arc::default(),
        }
    }

    /// Follows a link.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path)).await
    }

    /// Asks for the fragment of a page.
    pub(crate) async fn fragment(&self, path: &str) -> Answer {
        let mut request = request(Method::GET, path);
        request
            .headers_mut()
            .insert(header::ACCEPT, "text/html; fragment".parse().expect("plain text"));
        self.send(request).await
    }

    /// Sends a form.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let mut request = request(Method::POST, path);
        *request.body_mut() = body.finish().into();
        let headers = request.headers_mut();
        headers.insert("sec-fetch-site", "same-origin".parse().expect("plain text"));
        headers.insert(
            header::CONTENT_TYPE,
            "application/x-www-form-urlencoded".parse().expect("plain text"),
        );
        self.send(request).await
    }

    /// Sends any request, with this browser's cookies.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        let cookies = {
            let jar = self.cookies.lock().expect("no test panics in here");
            jar.iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join("; ")
        };
        if !cookies.is_empty() {
            request
                .headers_mut()
                .insert(header::COOKIE, cookies.parse().expect("plain text"));
        }
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("a router always answers");
        let (parts, body) = response.into_parts();
        self.keep_cookies(&parts.headers);
        Answer {
            status: parts.status,
            headers: parts.headers,
            bytes: to_bytes(body, 64 << 20).await.expect("bodies here are short").to_vec(),
        }
    }

    /// Gives the browser a cookie.
    pub(crate) fn give_cookie(&self, name: &str, value: &str) {
        let mut jar = self.cookies.lock().expect("no test panics in here");
        jar.push((name.to_owned(), value.to_owned()));
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut jar = self.cookies.lock().expect("no test panics in here");
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("cookies are plain text");
            let Some((name, value)) = line.split(';').next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            jar.retain(|(n, _)| n != name);
            if !line.contains("Max-Age=0") {
                jar.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

/// A request to the shop as a browser without anything special sends it.
pub(crate) fn request(method: Method, path: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, HOST)
        .body(Body::empty())
        .expect("a path written in a test")
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).expect("pages are UTF-8")
    }

    /// The body as a document.
    pub(crate) fn html(&self) -> Html {
        Html::parse_document(&self.text())
    }

    /// The text of the first element that matches, its white space tidied.
    pub(crate) fn at(&self, selector: &str) -> Option<String> {
        self.all(selector).into_iter().next()
    }

    /// The texts of all elements that match.
    pub(crate) fn all(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).expect("a selector written in a test");
        self.html()
            .select(&selector)
            .map(|element| {
                element
                    .text()
                    .collect::<String>()
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect()
    }

    /// A header as text; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("headers here are plain text"))
    }

    /// Where a redirection leads.
    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }
}
