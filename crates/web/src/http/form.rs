//! Forms: what was typed, what is wrong with it, and both together for the page that asks again.

use std::collections::BTreeMap;

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequest, Request},
    http::{StatusCode, Uri, header},
};
use serde::{Serialize, de::DeserializeOwned};
use wares_commerce::once::{Deed, Once};
use wares_kernel::text::{self, TextError};

use super::{
    Error,
    once::{self, Sending},
};

/// The most bytes a form may have.
const BYTES_MAX: usize = 256 << 10;
/// The most fields a form may have.
const FIELDS_MAX: usize = 1000;

/// What was entered into a form, as typed, in the form's order.
///
/// Line ends become `\n`; a NUL is refused, because no database keeps it.
#[derive(Debug, Clone, Default)]
pub struct Entered {
    fields: Vec<(String, String)>,
    /// The key of the page the form was on.
    key: String,
    deed: Option<Deed>,
}

impl Entered {
    /// Reads `name=value&…`.
    pub fn parse(encoded: &[u8]) -> Result<Self, Error> {
        let (mut fields, mut key) = (Vec::new(), String::new());
        for (name, value) in form_urlencoded::parse(encoded) {
            if fields.len() == FIELDS_MAX {
                return Err(Error::bad_request("too_many_fields", "The form has too many fields."));
            }
            if name.contains('\0') || value.contains('\0') {
                return Err(Error::bad_request(
                    "nul",
                    "The form has a character that cannot be kept.",
                ));
            }
            if name == once::FIELD {
                key = value.into_owned();
            } else {
                fields.push((name.into_owned(), value.replace("\r\n", "\n")));
            }
        }
        Ok(Self {
            fields,
            key,
            deed: None,
        })
    }

    /// A form of which only the page's key was read, because the rest is a file.
    pub(crate) fn with_key(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            ..Self::default()
        }
    }

    /// The sending of this form, for work that is done in several steps.
    pub(crate) fn deed(&self) -> Option<Deed> {
        self.deed.clone()
    }

    /// Gives this sending of the form its name, made of everything in it and of `files`. Ends here when it was answered before.
    pub(crate) async fn named(mut self, asked: &Asked, files: &[&[u8]]) -> Result<Self, Error> {
        if let Some(sending) = asked.sending.as_ref().filter(|_| !self.key.is_empty()) {
            let fields = self.fields.iter();
            let mut content: Vec<&[u8]> = fields
                .flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()])
                .collect();
            content.extend(files);
            self.deed = Some(sending.name(&self.key, asked.uri.path(), &content).await?);
        }
        Ok(self)
    }

    /// The work this form asks for, done once however often the form is sent.
    pub(crate) fn once<W>(&self, work: W) -> Once<W> {
        Once::new(self.deed.clone(), work)
    }

    /// The first value of a field; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.fields
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, value)| value)
    }

    /// All values of a field, as of several checkboxes of one name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a checkbox is ticked, or a button of that name was pressed.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(n, _)| n == name)
    }

    /// All fields in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Into a struct; a field sent twice counts the first time.
    pub(crate) fn typed<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let mut first = BTreeMap::new();
        for (name, value) in &self.fields {
            first.entry(name.as_str()).or_insert(value.as_str());
        }
        serde_urlencoded::from_str(
            &form_urlencoded::Serializer::new(String::new())
                .extend_pairs(first)
                .finish(),
        )
        .map_err(|cause| Error::bad_request("bad_form", format!("Something is missing: {cause}.")))
    }
}

impl<S: Send + Sync> FromRequest<S> for Entered {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        let asked = Asked::of(&request);
        form_of(request).await?.named(&asked, &[]).await
    }
}

/// A form whose work comes to the same however often it is done, so that nobody looks up whether it was sent before.
#[derive(Debug)]
pub(crate) struct Repeatable(pub(crate) Entered);

impl<S: Send + Sync> FromRequest<S> for Repeatable {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        form_of(request).await.map(Self)
    }
}

/// What a request has in its body, if that is a form without files.
async fn form_of(request: Request) -> Result<Entered, Error> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let is_form = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if !is_form {
        return Err(Error::Refused {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            code: "not_a_form",
            message: "This takes a form.".into(),
        });
    }
    Entered::parse(&read(request.into_body(), BYTES_MAX).await?)
}

/// What names the sending of a form beside its content.
pub(crate) struct Asked {
    uri: Uri,
    sending: Option<Sending>,
}

impl Asked {
    pub(crate) fn of(request: &Request) -> Self {
        Self {
            uri: request.uri().clone(),
            sending: request.extensions().get().cloned(),
        }
    }
}

/// Reads a body of at most `limit` bytes.
pub(crate) async fn read(body: Body, limit: usize) -> Result<axum::body::Bytes, Error> {
    to_bytes(body, limit).await.map_err(|_| Error::Refused {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        code: "too_large",
        message: format!("This is larger than {} KB.", limit >> 10),
    })
}

/// One thing that is wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's name, which is also the id of its input.
    pub field: String,
    /// What to do, as a sentence without a full stop.
    pub message: String,
}

/// Everything that is wrong with a form, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FormErrors(pub Vec<FieldError>);

impl FormErrors {
    /// A form with one mistake.
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    /// Adds a mistake.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError {
            field: field.into(),
            message: message.into(),
        });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A form as a template shows it: the values typed or prefilled, and the mistakes.
///
/// The macros of `templates/storefront/forms.html` read it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FormView {
    /// Value by field name.
    pub values: BTreeMap<String, String>,
    /// All mistakes in the form's order, for the summary.
    pub errors: Vec<FieldError>,
    /// The first mistake by field name.
    pub error: BTreeMap<String, String>,
}

impl FormView {
    /// An untouched form with some values filled in.
    pub fn prefilled<'a>(values: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let values = values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Self {
            values,
            ..Self::default()
        }
    }

    /// What was entered, with its mistakes. Fields named in `secret` (passwords) come back empty.
    pub fn again(entered: &Entered, errors: FormErrors, secret: &[&str]) -> Self {
        let mut view = Self::default();
        for (name, value) in entered.pairs() {
            if !secret.contains(&name) {
                view.values.entry(name.to_owned()).or_insert_with(|| value.to_owned());
            }
        }
        for error in &errors.0 {
            view.error
                .entry(error.field.clone())
                .or_insert_with(|| error.message.clone());
        }
        view.errors = errors.0;
        view
    }
}

/// Checks a form field by field, collecting every mistake.
///
/// ```
/// # use wares_web::http::{Check, Entered};
/// let entered = Entered::parse(b"name=+Ines++Roth+&qty=2").unwrap();
/// let mut check = Check::new(&entered);
/// let name = check.text("name", 120, "Enter your full name");
/// let city = check.text("city", 80, "Enter your city");
/// assert_eq!(name, "Ines Roth");
/// assert_eq!(city, "");
/// assert_eq!(check.errors().0[0].message, "Enter your city");
/// ```
#[derive(Debug)]
pub struct Check<'a> {
    entered: &'a Entered,
    errors: FormErrors,
}

impl<'a> Check<'a> {
    /// Begins to check what was entered.
    pub fn new(entered: &'a Entered) -> Self {
        Self {
            entered,
            errors: FormErrors::default(),
        }
    }

    /// One line of text that must be there.
    pub fn text(&mut self, field: &str, max: usize, when_empty: &str) -> String {
        let text = self.optional_text(field, max);
        if text.is_empty() && !self.is_wrong(field) {
            self.wrong(field, when_empty);
        }
        text
    }

    /// One line of text that may be left out.
    pub fn optional_text(&mut self, field: &str, max: usize) -> String {
        let text = text::line(self.entered.get(field), max);
        self.taken(field, text)
    }

    /// Several lines that must be there.
    pub fn long_text(&mut self, field: &str, max: usize, when_empty: &str) -> String {
        let text = self.optional_long_text(field, max);
        if text.is_empty() && !self.is_wrong(field) {
            self.wrong(field, when_empty);
        }
        text
    }

    /// Several lines that may be left out.
    pub fn optional_long_text(&mut self, field: &str, max: usize) -> String {
        let text = text::block(self.entered.get(field), max);
        self.taken(field, text)
    }

    /// A secret, exactly as typed.
    pub fn secret(&mut self, field: &str, when_empty: &str) -> String {
        let text = self.entered.get(field).to_owned();
        if text.is_empty() {
            self.wrong(field, when_empty);
        }
        text
    }

    /// A value of a kernel type; its refusal becomes the field's message. Nothing when the field is empty, which `text`
    /// has complained about.
    pub fn parsed<T, E: std::fmt::Display>(
        &mut self,
        field: &str,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        match parse(text) {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.wrong(field, wares_kernel::text::capital(&refusal.to_string()));
                None
            }
        }
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, field: &str) -> bool {
        self.entered.has(field)
    }

    /// Notes a mistake found elsewhere.
    pub fn wrong(&mut self, field: &str, message: impl Into<String>) {
        self.errors.add(field, message);
    }

    /// What is wrong so far.
    pub fn errors(&self) -> &FormErrors {
        &self.errors
    }

    /// The end: nothing, or everything that is wrong.
    pub fn done(self) -> Result<(), FormErrors> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(self.errors)
        }
    }

    /// Whether a mistake was found in that field.
    pub fn is_wrong(&self, field: &str) -> bool {
        self.errors.0.iter().any(|error| error.field == field)
    }

    fn taken(&mut self, field: &str, text: Result<String, TextError>) -> String {
        match text {
            Ok(text) => text,
            Err(TextError::TooLong { limit }) => {
                self.wrong(field, format!("Use {limit} characters or fewer"));
                String::new()
            }
            Err(TextError::Empty) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back_except_secrets() {
        let entered = Entered::parse(b"email=x&password=hunter2&email=second").unwrap();
        let errors = FormErrors::one("email", "Enter an e-mail address like name@example.com");
        let view = FormView::again(&entered, errors, &["password"]);
        assert_eq!(view.values.get("email").map(String::as_str), Some("x"));
        assert!(!view.values.contains_key("password"));
        assert_eq!(view.error["email"], view.errors[0].message);
    }

    #[test]
    fn hostile_forms_are_refused_before_anything_reads_them() {
        assert!(Entered::parse(b"a=%00").is_err());
        assert!(Entered::parse("a=1&".repeat(1001).as_bytes()).is_err());
        assert!(Entered::parse("a=1&".repeat(1000).as_bytes()).is_ok());
    }

    #[test]
    fn a_field_sent_twice_counts_the_first_time() {
        #[derive(serde::Deserialize)]
        struct Line {
            qty: u32,
        }
        let line: Line = Entered::parse(b"qty=1&qty=9").unwrap().typed().unwrap();
        assert_eq!(line.qty, 1);
    }

    #[test]
    fn too_long_a_text_is_one_mistake() {
        let entered = Entered::parse(b"name=abcdef").unwrap();
        let mut check = Check::new(&entered);
        check.text("name", 5, "Enter a name");
        let errors = check.done().unwrap_err();
        assert_eq!(errors.0[0].message, "Use 5 characters or fewer");
        assert_eq!(errors.0.len(), 1);
    }
}
