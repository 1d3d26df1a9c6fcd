use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    sync::Arc,
};

use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, Value, context};
use rust_embed::RustEmbed;
use wares_kernel::Token;

use super::{Frame, Page, choices};
use crate::{assets::Assets, http, urls};

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Embedded;

/// A page could not be rendered: a mistake in a template, never in what a visitor sent.
#[derive(Debug, thiserror::Error)]
#[error("template {template}: {cause:#}")]
pub struct RenderError {
    template: &'static str,
    cause: Error,
}

/// All templates, ready to render.
#[derive(Debug, Clone)]
pub struct Templates {
    env: Arc<Environment<'static>>,
}

impl Templates {
    /// The embedded templates, with those in `theme/templates/` on top when there is a theme folder.
    pub fn new(theme: Option<&Path>, assets: Arc<Assets>) -> Self {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_trim_blocks(true);
        env.set_lstrip_blocks(true);
        env.set_auto_escape_callback(auto_escape);
        env.set_formatter(print);
        env.set_loader(loader(theme.map(|folder| folder.join("templates"))));
        env.add_global("urls", Value::from_serialize(urls::fixed()));
        env.add_function("layout", layout);
        env.add_function("once", once);
        env.add_function("option_tags", choices::option_tags);
        env.add_function("asset", move |name: &str| asset(&assets, name));
        env.add_filter("plural", plural);
        Self { env: Arc::new(env) }
    }

    /// The whole page.
    pub fn page<P: Page>(&self, frame: &Frame, page: &P) -> Result<String, RenderError> {
        self.render(frame, page, false, None)
    }

    /// Only the region that changes, for a script that replaces it in the page it is on.
    pub fn fragment<P: Page>(&self, frame: &Frame, page: &P) -> Result<String, RenderError> {
        self.render(frame, page, true, None)
    }

    /// A page that nobody keeps, or its region: its forms carry a key of their own, so that each is done once.
    pub fn keyed<P: Page>(
        &self,
        frame: &Frame,
        page: &P,
        is_fragment: bool,
        key: &Token,
    ) -> Result<String, RenderError> {
        self.render(frame, page, is_fragment, Some(key.reveal()))
    }

    fn render<P: Page>(
        &self,
        frame: &Frame,
        page: &P,
        is_fragment: bool,
        form_key: Option<String>,
    ) -> Result<String, RenderError> {
        let context = context! {
            shop => frame.value(),
            is_fragment,
            form_key,
            ..Value::from_serialize(page)
        };
        self.env
            .get_template(P::TEMPLATE)
            .and_then(|template| template.render(context))
            .map_err(|cause| RenderError {
                template: P::TEMPLATE,
                cause,
            })
    }

    /// The names of the embedded templates.
    pub fn names() -> impl Iterator<Item = String> {
        Embedded::iter().map(Cow::into_owned)
    }
}

fn loader(theme: Option<PathBuf>) -> impl Fn(&str) -> Result<Option<String>, Error> + Send + Sync + 'static {
    move |name| {
        if let Some(folder) = &theme
            && let Some(path) = minijinja::path_loader(folder)(name)?
        {
            return Ok(Some(path));
        }
        let Some(file) = Embedded::get(name) else {
            return Ok(None);
        };
        String::from_utf8(file.data.into_owned())
            .map(Some)
            .map_err(|_| Error::new(ErrorKind::SyntaxError, format!("{name} is not UTF-8")))
    }
}

fn auto_escape(name: &str) -> AutoEscape {
    match Path::new(name).extension().and_then(|end| end.to_str()) {
        Some("txt") => AutoEscape::None,
        Some("json") => AutoEscape::Json,
        _ => AutoEscape::Html,
    }
}

/// Prints a value; a missing one is a mistake, not the word "none".
fn print(out: &mut minijinja::Output, state: &State, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Err(Error::new(
            ErrorKind::UndefinedError,
            "a missing value is printed; ask `if` first",
        ));
    }
    match state.auto_escape() {
        AutoEscape::Html if !value.is_safe() => match value.as_str() {
            Some(text) => escape(out, text),
            None => escape(out, &value.to_string()),
        }
        .map_err(|_| Error::new(ErrorKind::WriteFailure, "the page could not be written")),
        _ => minijinja::escape_formatter(out, state, value),
    }
}

/// Escapes what means something in HTML, in text and in quoted attributes. A slash means nothing, and every link has some.
pub(super) fn escape(out: &mut impl std::fmt::Write, text: &str) -> std::fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>', '&', '"', '\'']) {
        out.write_str(&rest[..at])?;
        out.write_str(match rest.as_bytes()[at] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'&' => "&amp;",
            b'"' => "&#34;",
            _ => "&#39;",
        })?;
        rest = &rest[at + 1..];
    }
    out.write_str(rest)
}

/// What a template extends: the layout it names, or nothing around it when a fragment is asked for.
fn layout(state: &State, name: String) -> String {
    let is_fragment = state.lookup("is_fragment").is_some_and(|value| value.is_true());
    if is_fragment { "fragment.html".into() } else { name }
}

/// The field that makes a form of this page be done once; nothing on pages that are the same for everybody.
fn once(state: &State) -> Value {
    match state
        .lookup("form_key")
        .filter(|key| !key.is_none() && !key.is_undefined())
    {
        Some(key) => Value::from_safe_string(format!(
            "<input type=\"hidden\" name=\"{}\" value=\"{key}\">",
            http::once::FIELD
        )),
        None => Value::from_safe_string(String::new()),
    }
}

fn asset(assets: &Assets, name: &str) -> Result<String, Error> {
    assets
        .url(name)
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("no asset {name}")))
}

/// `{{ 1 | plural("item", "items") }}` → `1 item`.
fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(template: &'static str, value: &str) -> String {
        let mut env = Environment::new();
        env.set_auto_escape_callback(auto_escape);
        env.set_formatter(print);
        env.add_template("x.html", template).unwrap();
        env.get_template("x.html").unwrap().render(context! { value }).unwrap()
    }

    #[test]
    fn what_means_something_in_html_is_escaped() {
        assert_eq!(render("{{ value }}", "a<b>&\"c'd/é"), "a&lt;b&gt;&amp;&#34;c&#39;d/é");
        assert_eq!(render("{{ value|safe }}", "<b>"), "<b>");
        assert_eq!(render("{{ [value] }}", "<b>"), "[&#34;&lt;b&gt;&#34;]");
    }

    #[test]
    fn data_blocks_cannot_be_left() {
        let html = render(
            "<script type=\"application/json\">{{ value|tojson }}</script>",
            "</script><script>&\u{2028}",
        );
        assert!(!html.contains("</script><script>"));
        let inside = html
            .strip_prefix("<script type=\"application/json\">")
            .unwrap()
            .strip_suffix("</script>")
            .unwrap();
        assert!(!inside.contains(['<', '>', '&']), "{inside}");
        assert_eq!(
            serde_json::from_str::<String>(inside).unwrap(),
            "</script><script>&\u{2028}"
        );
    }

    #[test]
    fn a_missing_value_is_an_error_and_not_a_word() {
        let mut env = Environment::new();
        env.set_formatter(print);
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        assert!(
            env.render_str("{{ value }}", context! { value => None::<String> })
                .is_err()
        );
        assert!(env.render_str("{{ value }}", context! {}).is_err());
    }
}
