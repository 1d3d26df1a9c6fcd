//! The forms of a shop, found by following its links.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use scraper::{ElementRef, Html, Selector};

use super::{Answer, Visitor};
use crate::admin::support::upload;

/// Pages looked at on one walk, far more than there are kinds of pages.
const PAGES_MAX: usize = 400;
/// Pages of one kind: the second of two products has no other forms than the first.
const OF_A_KIND: usize = 2;

/// A form as it stands on a page.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) page: String,
    pub(crate) action: String,
    pub(crate) is_post: bool,
    pub(crate) has_files: bool,
    /// Whether there is something to press.
    pub(crate) has_button: bool,
    pub(crate) fields: Vec<Field>,
}

#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) value: String,
    /// Whether people type into it, so that what they typed must come back.
    pub(crate) is_typed: bool,
    /// What it is: `text`, `radio`, `password`, `select`.
    pub(crate) sort: String,
}

pub(crate) fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a selector written here")
}

/// A path with its ids taken out: pages of one kind have one.
pub(crate) fn kind(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts = path.split('/').map(|part| {
        let is_id = part.len() > 20 || part.starts_with("10") || part.bytes().filter(u8::is_ascii_digit).count() > 3;
        if is_id { "*" } else { part }
    });
    let names: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{}?{names:?}", parts.collect::<Vec<_>>().join("/"))
}

fn field(control: ElementRef<'_>) -> Option<Field> {
    let name = control.attr("name")?.to_owned();
    let kind = control.attr("type").unwrap_or("text");
    let is_written = control.value().name() == "textarea"
        || (control.value().name() == "input" && ["text", "email", "tel", "search", "number", "url"].contains(&kind));
    let value = match control.value().name() {
        "textarea" => control.text().collect(),
        "select" => {
            let first = |wanted: &str| control.select(&selector(wanted)).next();
            let option = first("option[selected]").or_else(|| first("option"))?;
            option.attr("value").unwrap_or_default().to_owned()
        }
        _ if matches!(kind, "checkbox" | "radio") && control.attr("checked").is_none() => return None,
        _ if kind == "file" => return None,
        _ => control.attr("value").unwrap_or_default().to_owned(),
    };
    let sort = match control.value().name() {
        "input" => kind,
        other => other,
    };
    Some(Field {
        name,
        value,
        is_typed: is_written,
        sort: sort.to_owned(),
    })
}

/// The forms of a page, with the controls that stand elsewhere and belong to them.
pub(crate) fn forms(page: &str, html: &Html) -> Vec<Form> {
    let controls = selector("input[name], select[name], textarea[name], button[name]");
    let buttons = selector("button, input[type=submit]");
    let radios = selector("input[type=radio][name]");
    let read = |form: ElementRef<'_>| {
        let mut fields: Vec<Field> = form
            .select(&controls)
            .filter(|control| control.attr("form").is_none())
            .filter_map(field)
            .collect();
        if let Some(id) = form.attr("id") {
            fields.extend(
                html.select(&controls)
                    .filter(|control| control.attr("form") == Some(id))
                    .filter_map(field),
            );
        }
        // Of radio buttons of which none is pressed somebody would press one.
        let unpressed = form.select(&radios).filter_map(|radio| {
            Some(Field {
                name: radio.attr("name")?.to_owned(),
                value: radio.attr("value").unwrap_or("on").to_owned(),
                is_typed: false,
                sort: "radio".into(),
            })
        });
        fields.extend(unpressed);
        let mut names = BTreeSet::new();
        fields.retain(|field| names.insert(field.name.clone()));
        Form {
            page: page.to_owned(),
            action: form.attr("action").unwrap_or(page).to_owned(),
            is_post: form
                .attr("method")
                .is_some_and(|method| method.eq_ignore_ascii_case("post")),
            has_button: form.select(&buttons).next().is_some() || form.attr("id").is_some(),
            has_files: form.attr("enctype") == Some("multipart/form-data"),
            fields,
        }
    };
    html.select(&selector("form")).map(read).collect()
}

/// Follows every link of the shop's own pages below `root` and answers the forms found, one of each kind.
pub(crate) async fn walk(visitor: &Visitor, roots: &[&str], stays: fn(&str) -> bool) -> Vec<Form> {
    let mut found = BTreeMap::new();
    for form in walk_all(visitor, roots, OF_A_KIND, stays).await {
        found.entry(form.key()).or_insert(form);
    }
    found.into_values().collect()
}

/// The same with all forms of a kind, looking at so many pages of each kind.
pub(crate) async fn walk_all(
    visitor: &Visitor,
    roots: &[&str],
    of_a_kind: usize,
    stays: impl Fn(&str) -> bool,
) -> Vec<Form> {
    let mut waiting: VecDeque<String> = roots.iter().map(|root| (*root).to_owned()).collect();
    let (mut seen, mut of_kind) = (BTreeSet::new(), BTreeMap::<String, usize>::new());
    let mut found = Vec::new();
    while let Some(path) = waiting.pop_front() {
        let n = of_kind.entry(kind(&path)).or_default();
        if seen.len() > PAGES_MAX || *n >= of_a_kind || !seen.insert(path.clone()) {
            continue;
        }
        *n += 1;
        let answer = visitor.get(&path).await;
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
        if answer.status.is_redirection() && stays(answer.location()) {
            waiting.push_back(answer.location().to_owned());
        }
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        let html = answer.html();
        found.extend(forms(&path, &html));
        let anchors = selector("a[href]");
        let links = html.select(&anchors).filter_map(|a| a.attr("href"));
        waiting.extend(
            links
                .map(|href| href.split('#').next().unwrap_or_default().to_owned())
                .filter(|href| href.starts_with('/') && !href.starts_with("//") && stays(href)),
        );
    }
    found
}

impl Form {
    /// What the same form has in common in any shop, and on any page of a kind.
    pub(crate) fn key(&self) -> (String, String) {
        let names: Vec<String> = self.fields.iter().map(|field| without_id(&field.name)).collect();
        (kind(&self.action), names.join(" "))
    }

    pub(crate) async fn send(&self, visitor: &Visitor, fields: &[(String, String)]) -> Answer {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        if self.has_files {
            return upload(visitor, &self.action, &fields, &[]).await;
        }
        if self.is_post {
            return visitor.post(&self.action, &fields).await;
        }
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&fields)
            .finish();
        let path = self.action.split('?').next().unwrap_or_default();
        visitor.get(&format!("{path}?{query}")).await
    }
}

/// A field's name without the id of what it is about.
fn without_id(name: &str) -> String {
    match name.split_once('-') {
        Some((start, id)) if id.len() > 20 => format!("{start}-*"),
        _ => name.to_owned(),
    }
}
