//! Somebody who buys, as a browser without a screen: keeps cookies, sends the forms of the pages it gets.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use reqwest::{Client, StatusCode, header};

use crate::shop::Shop;

/// A card that pays.
pub(crate) const GOOD_CARD: &str = "4242 4242 4242 4242";
/// A card its bank declines.
pub(crate) const BAD_CARD: &str = "4000 0000 0000 0002";

/// How forms without files are sent.
const FORM: &str = "application/x-www-form-urlencoded";

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    /// Where a redirection leads; empty when it is none.
    pub(crate) location: String,
    pub(crate) body: String,
}

/// A browser.
#[derive(Debug, Clone)]
pub(crate) struct Buyer {
    http: Client,
    base: String,
    /// The address the proxy says it comes from.
    ip: String,
    email: String,
    cookies: BTreeMap<String, String>,
    /// Where the last request went.
    pub(crate) at: String,
    /// Answers of 5xx, and where they came.
    pub(crate) failures: Vec<String>,
}

/// How a try to place an order ended.
#[derive(Debug)]
pub(crate) enum Placed {
    /// The gateway's page.
    Page(String),
    /// The goods are gone; nobody was charged.
    SoldOut,
}

impl Buyer {
    /// Somebody new.
    pub(crate) fn new(shop: &Shop, who: usize) -> Self {
        let [a, b, c] = [who / 62_500 % 250, who / 250 % 250, who % 250];
        Self {
            http: shop.http.clone(),
            base: shop.address(who),
            ip: format!("10.{a}.{b}.{c}"),
            email: format!("buyer{who}@proof.example"),
            cookies: BTreeMap::new(),
            at: String::new(),
            failures: Vec::new(),
        }
    }

    /// Somebody who gives another address than their own.
    pub(crate) fn with_email(self, email: String) -> Self {
        Self { email, ..self }
    }

    /// The same person at another desk: the same session, another address.
    pub(crate) fn at(&self, shop: &Shop, desk: usize) -> Self {
        Self {
            base: shop.address(desk),
            ip: format!("10.200.1.{}", desk % 250),
            ..self.clone()
        }
    }

    /// Opens a page.
    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Reply> {
        self.send(path, None).await
    }

    /// Sends a form.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(String, String)]) -> anyhow::Result<Reply> {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.send(path, Some((FORM, form.into_bytes()))).await
    }

    /// Sends a form with one file in it.
    pub(crate) async fn post_file(&mut self, path: &str, field: &str, file: &[u8]) -> anyhow::Result<Reply> {
        let head = format!(
            "--between\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"file\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), file, b"\r\n--between--\r\n"].concat();
        self.send(path, Some(("multipart/form-data; boundary=between", body)))
            .await
    }

    async fn send(&mut self, path: &str, form: Option<(&str, Vec<u8>)>) -> anyhow::Result<Reply> {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        self.at.clone_from(&url);
        let mut request = match form {
            None => self.http.get(&url),
            Some((kind, form)) => self.http.post(&url).header(header::CONTENT_TYPE, kind).body(form),
        };
        request = request
            .header("sec-fetch-site", "same-origin")
            .header("x-forwarded-for", &self.ip);
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let answer = request.send().await?;
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str()?);
        }
        let location = answer.headers().get(header::LOCATION);
        let reply = Reply {
            location: location.map_or(Ok(""), |to| to.to_str())?.to_owned(),
            status: answer.status(),
            body: answer.text().await?,
        };
        if reply.status.is_server_error() {
            self.failures.push(format!("{} at {path}", reply.status));
        }
        Ok(reply)
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        if let Some((name, value)) = pair.split_once('=') {
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Puts pieces into the cart; answers whether the shop has that many.
    pub(crate) async fn put_in(&mut self, variant: &str, quantity: u32) -> anyhow::Result<bool> {
        let fields = fields(&[("variant", variant), ("qty", &quantity.to_string())]);
        let reply = self.post("/cart/lines", &fields).await?;
        Ok(reply.status.is_redirection() && !reply.location.contains("/p/"))
    }

    /// From the cart to the last page before paying; its form, or nothing when there is nothing to pay for any more.
    pub(crate) async fn go_to_review(&mut self) -> anyhow::Result<Option<Vec<(String, String)>>> {
        let details = fields(&[
            ("email", &self.email.clone()),
            ("name", "Ines Roth"),
            ("country", "DE"),
            ("line1", "Ehrenstraße 12"),
            ("postcode", "50672"),
            ("city", "Köln"),
        ]);
        let answer = self.post("/checkout/details", &details).await?;
        if !answer.location.ends_with("/checkout/delivery") {
            return Ok(None);
        }
        let page = self.get("/checkout/delivery").await?;
        let Some(delivery) = form_of(&page.body, "/checkout/delivery") else {
            return Ok(None);
        };
        let answer = self.post("/checkout/delivery", &delivery).await?;
        if !answer.location.ends_with("/checkout/review") {
            return Ok(None);
        }
        let page = self.get("/checkout/review").await?;
        Ok(form_of(&page.body, "/checkout/review"))
    }

    /// Presses Pay.
    pub(crate) async fn place(&mut self, review: &[(String, String)]) -> anyhow::Result<Placed> {
        let reply = self.post("/checkout/review", review).await?;
        if reply.location.contains("/pay/") && reply.location.starts_with("http") {
            return Ok(Placed::Page(reply.location));
        }
        if reply.status == StatusCode::TOO_MANY_REQUESTS {
            bail!("the shop says: too many requests");
        }
        Ok(Placed::SoldOut)
    }

    /// Submits the gateway's page with a card; answers where the buyer is sent back to, or nothing when the card was declined.
    pub(crate) async fn pay(&mut self, page: &str, card: &str, how: &str) -> anyhow::Result<Option<String>> {
        let fields = fields(&[
            ("number", card),
            ("exp", "12 / 39"),
            ("cvc", "123"),
            ("holder", "Ines Roth"),
            ("how", how),
        ]);
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&fields)
            .finish();
        page.clone_into(&mut self.at);
        let sent = self
            .http
            .post(page)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, FORM)
            .body(form)
            .send()
            .await?;
        let to = sent
            .headers()
            .get(header::LOCATION)
            .map(|to| to.to_str().map(str::to_owned))
            .transpose()?;
        Ok(to)
    }

    /// Comes back from the gateway; answers the path of the order's page.
    pub(crate) async fn come_back(&mut self, url: &str) -> anyhow::Result<String> {
        let path = path_of(url)?;
        for _ in 0..6 {
            let reply = self.get(&path).await?;
            let to = path_of(&reply.location).unwrap_or_default();
            if reply.status.is_redirection() && !to.contains("/return") && !to.contains("/pay") {
                return Ok(to);
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        bail!("the shop does not say that the order is paid")
    }

    /// Buys one piece and pays; answers the path of the order's page.
    pub(crate) async fn buy(&mut self, variant: &str, quantity: u32) -> anyhow::Result<String> {
        self.put_in(variant, quantity).await?;
        let review = self.go_to_review().await?.context("there is nothing to pay for")?;
        let Placed::Page(page) = self.place(&review).await? else {
            bail!("sold out");
        };
        let back = self
            .pay(&page, GOOD_CARD, "pay")
            .await?
            .context("the card was declined")?;
        self.come_back(&back).await
    }
}

/// Times something.
pub(crate) async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let began = Instant::now();
    let done = work.await;
    (done, began.elapsed())
}

/// Owned form fields.
pub(crate) fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// The path and query of an absolute address, or of one that is only a path.
pub(crate) fn path_of(url: &str) -> anyhow::Result<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let at = rest.find('/').with_context(|| format!("no path in {url:?}"))?;
    Ok(rest[at..].to_owned())
}

/// The fields of the form that goes to `action` as a browser would send them. Where nothing of a group is chosen, the first is taken.
pub(crate) fn form_of(body: &str, action: &str) -> Option<Vec<(String, String)>> {
    let start = body.find(&format!("action=\"{action}\""))?;
    let form = &body[start..];
    let form = &form[..form.find("</form>")?];
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut unchosen: Vec<(String, String)> = Vec::new();
    for tag in form.split("<input").skip(1) {
        let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
        let Some(name) = attribute(tag, "name") else { continue };
        let field = (name, attribute(tag, "value").unwrap_or_default());
        match attribute(tag, "type").as_deref() {
            Some("checkbox") if !tag.contains(" checked") => {}
            Some("radio") if !tag.contains(" checked") => unchosen.push(field),
            _ => fields.push(field),
        }
    }
    for (name, value) in unchosen {
        if !fields.iter().any(|(known, _)| *known == name) {
            fields.push((name, value));
        }
    }
    Some(fields)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = &tag[start..];
    let value = &value[..value.find('"')?];
    Some(
        value
            .replace("&amp;", "&")
            .replace("&#34;", "\"")
            .replace("&#x2f;", "/"),
    )
}
