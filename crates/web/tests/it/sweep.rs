//! Whatever is typed into whatever form of the shop and of the admin panel: nothing breaks, nothing is executed, nothing typed is lost.
//!
//! The forms are found by following links, so that a new form is in the sweep as soon as a page leads to it.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use wares_db::{both_engines, testing::TestDb};

use crate::{
    admin::support::{PASSWORD, owner},
    support::{
        Answer, TestShop, Visitor,
        browser::Browser,
        forms::{Field, Form, forms, kind, selector, walk},
        request,
    },
};

pub(crate) const EMAIL: &str = "ines.roth@example.com";
pub(crate) const CUSTOMER_PASSWORD: &str = "moss and clay 12";

/// What somebody may type. The marks of a script are looked for in the answers.
fn hostile() -> Vec<String> {
    let mut typed: Vec<String> = [
        "",
        "   ",
        "</textarea><script>xss(1)</script>\"'><img src=x onerror=xss(1)>",
        "'; DROP TABLE orders; --",
        "' OR '1'='1",
        "a\u{0}b",
        "\u{202e}evil\u{202c}",
        "👩‍👩‍👧‍👦🏳️‍🌈 Zoë Ünal",
        "-1",
        "-99999999999999999999",
        "99999999999999999999",
        "9223372036854775807",
        "1e309",
        "NaN",
        "٣",
        "1.5",
        "../../etc/passwd",
        "{{ 7 * 7 }}{% if %}",
        "x\r\nBcc: everybody@example.com",
        "https://evil.example/",
        "00000000-0000-0000-0000-000000000000",
    ]
    .map(ToOwned::to_owned)
    .into();
    typed.push("x".repeat(20_000));
    typed.push("a@".repeat(2_000));
    // Takes a line out of the cart, and its form with it.
    typed.push("0".to_owned());
    typed
}

impl Form {
    /// The form's values with `typed` in one field, or in every field people type into.
    fn filled(&self, only: Option<&str>, typed: &str) -> Vec<(String, String)> {
        let fill = |field: &Field| match only {
            Some(name) => field.name == name,
            None => field.is_typed,
        };
        let value = |field: &Field| {
            if fill(field) {
                typed.to_owned()
            } else {
                field.value.clone()
            }
        };
        self.fields
            .iter()
            .map(|field| (field.name.clone(), value(field)))
            .collect()
    }

    /// Bytes that are no text at all: overlong and broken UTF-8.
    async fn send_bytes(&self, visitor: &Visitor) -> Answer {
        let mut request = request(Method::POST, &self.action);
        let pairs = self
            .fields
            .iter()
            .map(|field| format!("{}=%C0%AF%ED%A0%80%FF", field.name.replace(' ', "+")));
        *request.body_mut() = Body::from(pairs.collect::<Vec<_>>().join("&"));
        let headers = request.headers_mut();
        headers.insert("sec-fetch-site", "same-origin".parse().expect("plain text"));
        let kind = "application/x-www-form-urlencoded".parse().expect("plain text");
        headers.insert(header::CONTENT_TYPE, kind);
        visitor.send(request).await
    }

    /// What is wrong with an answer: something broke, something typed is executed, or what was refused cannot be mended.
    fn faults(&self, answer: &Answer, only: Option<&str>, typed: &str) -> Option<String> {
        let body = String::from_utf8_lossy(&answer.bytes);
        if answer.status.is_server_error() {
            return Some(format!("is answered with {}", answer.status));
        }
        if body.contains("<script>xss") || body.contains("<img src=x") {
            return Some("is executed".into());
        }
        let is_plain = !typed.contains(['\u{0}', '\r', '\u{202e}']) && !typed.trim().is_empty();
        let typed_in = |field: &&Field| field.is_typed && only.is_none_or(|only| only == field.name);
        // What no browser can send needs no form to mend it.
        let is_mendable = is_plain && self.fields.iter().any(|field| typed_in(&field));
        if answer.status != StatusCode::UNPROCESSABLE_ENTITY || !is_mendable {
            return None;
        }
        let again = forms(&self.page, &answer.html());
        let Some(again) = again.iter().find(|form| form.action == self.action && form.is_post) else {
            return Some("is refused without its form".into());
        };
        let lost = self.fields.iter().filter(typed_in).find(|field| {
            let kept = again.fields.iter().find(|other| other.name == field.name);
            kept.is_none_or(|kept| kept.value.trim_start_matches('\n') != typed)
        });
        lost.map(|field| format!("is refused, and {} is lost", field.name))
    }
}

/// Somebody who can come in again when a form has shown them out.
struct Person<'a> {
    visitor: Visitor,
    shop: &'a TestShop,
    login: (&'static str, &'static str, &'static str),
}

impl Person<'_> {
    async fn come_in(&self) {
        let (path, email, password) = self.login;
        // Whoever tried too often waits; nobody waits here.
        self.shop.data.clock.advance(std::time::Duration::from_secs(3600));
        let entered = self
            .visitor
            .post(path, &[("email", email), ("password", password)])
            .await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
    }

    async fn send(&self, form: &Form, fields: &[(String, String)]) -> Answer {
        let answer = form.send(&self.visitor, fields).await;
        let is_out = answer.location().starts_with("/login") || answer.location().starts_with("/admin/sign-in");
        if answer.status != StatusCode::TOO_MANY_REQUESTS && !is_out {
            return answer;
        }
        self.come_in().await;
        form.send(&self.visitor, fields).await
    }

    /// Types everything into every form; answers what went wrong.
    async fn sweep(&self, forms: &[Form]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for form in forms {
            let fields = form.fields.iter().map(|field| Some(field.name.as_str()));
            let places: Vec<Option<&str>> = std::iter::once(None).chain(fields).collect();
            for typed in hostile() {
                for only in &places {
                    let answer = self.send(form, &form.filled(*only, &typed)).await;
                    let shown: String = typed.chars().take(24).collect();
                    let fault = form.faults(&answer, *only, &typed);
                    found.extend(fault.map(|fault| format!("{} {only:?} = {shown:?} {fault}", kind(&form.action))));
                }
            }
            let answer = form.send_bytes(&self.visitor).await;
            let broke = answer.status.is_server_error();
            found.extend(broke.then(|| format!("{} = bytes: {}", form.action, answer.status)));
        }
        found
    }
}

pub(crate) async fn shop(data: TestDb) -> TestShop {
    let shop = TestShop::on(data).await.delivering().await.taking_cards().await;
    let mug = shop.goods("Tarn mug", 2400, 900).await;
    shop.goods_in_colours("Linen throw", ["Oat", "Moss"]).await;
    shop.collection("Under twenty-five", |draft| draft.on_home = true).await;
    let mut ines = Browser::new(shop.router());
    ines.register_and_sign_in("Ines Roth", EMAIL).await;
    shop.order(&mut ines, &mug).await;
    shop
}

both_engines! {
    async fn no_form_of_the_shop_breaks(data: TestDb) {
        let shop = shop(data).await;
        let ines = Person { visitor: shop.visitor(), shop: &shop, login: ("/login", EMAIL, CUSTOMER_PASSWORD) };
        let roots = ["/", "/login", "/register", "/forgot", "/track", "/contact", "/news", "/c/none", "/search?q=mug", "/p/tarn-mug", "/p/linen-throw"];
        let mut forms = walk(&ines.visitor, &roots, |path| !path.starts_with("/admin")).await;
        ines.come_in().await;
        let added = ines.visitor.get("/p/tarn-mug").await;
        let variant = added.html().select(&selector("input[name=variant]")).next().and_then(|i| i.attr("value")).expect("a variant").to_owned();
        ines.visitor.post("/cart/lines", &[("variant", &variant), ("qty", "2")]).await;
        let roots = ["/account", "/cart", "/checkout/details", "/checkout/delivery", "/checkout/review"];
        forms.extend(walk(&ines.visitor, &roots, |path| !path.starts_with("/admin")).await);
        assert!(forms.len() > 20, "only {} forms were found", forms.len());
        let found = ines.sweep(&forms).await;
        assert!(found.is_empty(), "{found:#?}");
    }

    async fn no_form_of_the_panel_breaks(data: TestDb) {
        let shop = shop(data).await;
        let ana = Person { visitor: owner(&shop).await, shop: &shop, login: ("/admin/sign-in", "ana@fieldhouse.example", PASSWORD) };
        let forms = walk(&ana.visitor, &["/admin"], |path| path.starts_with("/admin")).await;
        assert!(forms.len() > 20, "only {} forms were found", forms.len());
        let found = ana.sweep(&forms).await;
        assert!(found.is_empty(), "{found:#?}");
    }
}
