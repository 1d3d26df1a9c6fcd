//! A browser without a screen: it keeps cookies, follows redirects, and sends forms as they stand on the page.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use scraper::{ElementRef, Html, Selector};
use tower::ServiceExt as _;

/// The address the shop has in tests.
pub(crate) const BASE: &str = "https://shop.example";

/// One visitor's browser.
pub(crate) struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    wants_fragments: bool,
}

/// What came back.
pub(crate) struct Answer {
    /// The status of the last response.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: String,
    /// The path one ended up at.
    pub url: String,
}

impl Browser {
    pub(crate) fn new(router: Router) -> Self {
        Self {
            router,
            cookies: BTreeMap::new(),
            wants_fragments: false,
        }
    }

    /// The same visitor in another tab.
    pub(crate) fn tab(&self) -> Self {
        Self {
            router: self.router.clone(),
            cookies: self.cookies.clone(),
            wants_fragments: self.wants_fragments,
        }
    }

    /// From now on a script asks, for fragments.
    pub(crate) fn with_script(mut self) -> Self {
        self.wants_fragments = true;
        self
    }

    /// The value of a cookie, or nothing.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Opens an account and signs in.
    pub(crate) async fn register_and_sign_in(&mut self, name: &str, email: &str) {
        let password = "moss and clay 12";
        let form = [("name", name), ("email", email), ("password", password)];
        self.post("/register", &form).await.is(200);
        self.post("/login", &[("email", email), ("password", password)])
            .await
            .is(200);
    }

    /// Opens a page, following redirects.
    pub(crate) async fn get(&mut self, url: &str) -> Answer {
        let answer = self.send(Method::GET, url, None).await;
        self.follow(answer).await
    }

    /// Sends a form, following redirects.
    pub(crate) async fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post_only(url, fields).await;
        self.follow(answer).await
    }

    /// Sends a form and stays with the first answer.
    pub(crate) async fn post_only(&mut self, url: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.send(Method::POST, url, Some(body)).await
    }

    /// Sends the form of `page` that goes to `action`, as it stands there, with some fields filled in.
    pub(crate) async fn submit(&mut self, page: &Answer, action: &str, fill: &[(&str, &str)]) -> Answer {
        let mut fields = page.form(action);
        for (name, value) in fill {
            fields.retain(|(n, _)| n != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.post(action, &fields).await
    }

    async fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..5 {
            if answer.status != StatusCode::SEE_OTHER {
                return answer;
            }
            let to = answer.location();
            if !to.starts_with('/') {
                return answer;
            }
            answer = self.send(Method::GET, &to, None).await;
        }
        panic!("redirected in a circle at {}", answer.url);
    }

    async fn send(&mut self, method: Method, url: &str, form: Option<String>) -> Answer {
        let path = url.split('#').next().unwrap_or(url);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "shop.example")
            .header("sec-fetch-site", "same-origin");
        if self.wants_fragments {
            request = request.header(header::ACCEPT, "text/html; fragment");
        }
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if form.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request
            .body(form.map_or_else(Body::empty, Body::from))
            .expect("a request made here is well-formed");
        let response = tokio::time::timeout(Duration::from_secs(60), self.router.clone().oneshot(request))
            .await
            .expect("an answer within a minute")
            .expect("a router always answers");
        self.keep_cookies(response.headers());
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 8 << 20).await.expect("the body can be read");
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            url: url.to_owned(),
        }
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("cookies are ASCII");
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Answer {
    /// Where the response leads, without the shop's own address.
    pub(crate) fn location(&self) -> String {
        let to = self.headers[header::LOCATION].to_str().expect("an address is ASCII");
        to.strip_prefix(BASE).unwrap_or(to).to_owned()
    }

    /// What is read on the page.
    pub(crate) fn text(&self) -> String {
        let page = Html::parse_document(&self.body);
        let words: Vec<&str> = page.root_element().text().flat_map(str::split_whitespace).collect();
        words.join(" ")
    }

    /// Fails with the whole text when `words` are not on the page.
    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> &Self {
        let text = self.text();
        assert!(
            text.contains(words),
            "{} ({}) does not say {words:?}:\n{text}",
            self.url,
            self.status
        );
        self
    }

    /// Fails when `words` are on the page.
    #[track_caller]
    pub(crate) fn does_not_say(&self, words: &str) -> &Self {
        let text = self.text();
        assert!(!text.contains(words), "{} says {words:?}:\n{text}", self.url);
        self
    }

    /// Fails when the status is another.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.url, self.text());
        self
    }

    /// The value standing in a field of the page.
    pub(crate) fn value_of(&self, name: &str) -> Option<String> {
        let fields = self.fields("form");
        fields.into_iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// The first address on the page that begins so.
    #[track_caller]
    pub(crate) fn link(&self, begins: &str) -> String {
        let page = Html::parse_document(&self.body);
        let found = page
            .select(&selector("a[href]"))
            .filter_map(|a| a.attr("href"))
            .find(|href| href.starts_with(begins));
        found.map_or_else(
            || panic!("{} has no link to {begins}: {}", self.url, self.body),
            str::to_owned,
        )
    }

    /// All fields of the form that goes to `action`, as a browser would send them.
    #[track_caller]
    pub(crate) fn form(&self, action: &str) -> Vec<(String, String)> {
        let page = Html::parse_document(&self.body);
        let forms = selector("form");
        assert!(
            page.select(&forms).any(|form| form.attr("action") == Some(action)),
            "{} has no form for {action}: {}",
            self.url,
            self.text()
        );
        self.fields(&format!("form[action={action:?}]"))
    }

    fn fields(&self, form: &str) -> Vec<(String, String)> {
        let page = Html::parse_document(&self.body);
        page.select(&selector(form))
            .flat_map(|form| {
                form.select(&selector("input[name],select[name],textarea[name]"))
                    .collect::<Vec<_>>()
            })
            .filter_map(field)
            .collect()
    }
}

fn field(control: ElementRef<'_>) -> Option<(String, String)> {
    let name = control.attr("name")?.to_owned();
    let value = match control.value().name() {
        "textarea" => control.text().collect::<String>().trim_start_matches('\n').to_owned(),
        "select" => {
            let chosen = control.select(&selector("option[selected]")).next();
            let chosen = chosen.or_else(|| control.select(&selector("option")).next())?;
            chosen.attr("value").unwrap_or_default().to_owned()
        }
        _ => {
            let is_choice = matches!(control.attr("type"), Some("checkbox" | "radio"));
            if is_choice && control.attr("checked").is_none() {
                return None;
            }
            control.attr("value").unwrap_or_default().to_owned()
        }
    };
    Some((name, value))
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a selector written here")
}
