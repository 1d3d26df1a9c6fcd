//! Somebody with a browser that has no screen: keeps cookies, sends forms as they stand on the page.

use std::collections::BTreeMap;

use reqwest::{Client, Method, StatusCode, header, redirect};
use scraper::{ElementRef, Html, Selector};

/// A visitor of a running program. The address may change, as behind a load balancer.
pub(crate) struct Shopper {
    http: Client,
    cookies: BTreeMap<String, String>,
}

/// What came back.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    /// Where a redirection leads; empty when it is none.
    pub(crate) location: String,
    pub(crate) body: String,
    pub(crate) url: String,
}

/// A client that follows nothing, reads no certificates of the machine and asks no proxy.
pub(crate) fn client() -> Client {
    // Losing the race to install one means that there is one.
    rustls::crypto::ring::default_provider().install_default().ok();
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .tls_certs_only([])
        .build()
        .expect("a client without any option that can fail")
}

impl Shopper {
    pub(crate) fn new() -> Self {
        Self {
            http: client(),
            cookies: BTreeMap::new(),
        }
    }

    /// Opens a page, following redirections on the same host.
    pub(crate) async fn get(&mut self, url: &str) -> Page {
        let mut page = self.send(Method::GET, url, None).await.expect("an answer");
        for _ in 0..5 {
            if !page.status.is_redirection() {
                return page;
            }
            let next = page.absolute(&page.location);
            page = self.send(Method::GET, &next, None).await.expect("an answer");
        }
        panic!("redirected in a circle at {}", page.url);
    }

    /// Sends a form and stays with the first answer; none when the connection broke.
    pub(crate) async fn post(&mut self, url: &str, fields: &[(String, String)]) -> Option<Page> {
        self.send(Method::POST, url, Some(fields)).await.ok()
    }

    /// Sends the form of `page` that goes to `action`, with some fields filled in, and follows it.
    pub(crate) async fn submit(&mut self, page: &Page, action: &str, fill: &[(&str, &str)]) -> Page {
        let fields = page.form(action, fill);
        let sent = self.post(&page.absolute(action), &fields).await.expect("an answer");
        if !sent.status.is_redirection() {
            return sent;
        }
        let next = sent.absolute(&sent.location);
        self.get(&next).await
    }

    async fn send(
        &mut self,
        method: Method,
        url: &str,
        form: Option<&[(String, String)]>,
    ) -> Result<Page, reqwest::Error> {
        let url = url.split('#').next().unwrap_or(url).to_owned();
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut request = self
            .http
            .request(method, &url)
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, cookies.join("; "));
        if let Some(form) = form {
            request = request.form(form);
        }
        let answer = request.send().await?;
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().expect("cookies are ASCII"));
        }
        let location = answer.headers().get(header::LOCATION);
        Ok(Page {
            location: location.map_or_else(String::new, |to| to.to_str().expect("an address").to_owned()),
            status: answer.status(),
            body: answer.text().await?,
            url,
        })
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').expect("a cookie has a name");
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Page {
    /// An address on this page with the host it is on.
    pub(crate) fn absolute(&self, to: &str) -> String {
        let base = url::Url::parse(&self.url).expect("an address");
        base.join(to).expect("an address").to_string()
    }

    /// The path of this page.
    pub(crate) fn path(&self) -> String {
        url::Url::parse(&self.url).expect("an address").path().to_owned()
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

    /// The first address on the page that begins so.
    #[track_caller]
    pub(crate) fn link(&self, begins: &str) -> String {
        let page = Html::parse_document(&self.body);
        let found = page
            .select(&selector("a[href]"))
            .filter_map(|a| a.attr("href"))
            .find(|href| href.starts_with(begins))
            .map(str::to_owned);
        found.unwrap_or_else(|| panic!("{} has no link to {begins}: {}", self.url, self.text()))
    }

    /// Where the first form goes whose address ends so.
    #[track_caller]
    pub(crate) fn action(&self, ends: &str) -> String {
        let page = Html::parse_document(&self.body);
        let found = page
            .select(&selector("form"))
            .filter_map(|form| form.attr("action"))
            .find(|action| action.ends_with(ends))
            .map(str::to_owned);
        found.unwrap_or_else(|| panic!("{} has no form for …{ends}: {}", self.url, self.text()))
    }

    /// The fields of the form that goes to `action` as a browser would send them, with some filled in.
    #[track_caller]
    pub(crate) fn form(&self, action: &str, fill: &[(&str, &str)]) -> Vec<(String, String)> {
        let page = Html::parse_document(&self.body);
        let form = page
            .select(&selector("form"))
            .find(|form| form.attr("action") == Some(action))
            .unwrap_or_else(|| panic!("{} has no form for {action}: {}", self.url, self.text()));
        let mut fields: Vec<(String, String)> = form
            .select(&selector("input[name],select[name],textarea[name]"))
            .filter(|control| control.attr("form").is_none())
            .filter_map(field)
            .filter(|(name, _)| !fill.iter().any(|(filled, _)| filled == name))
            .collect();
        fields.extend(fill.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        fields
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
