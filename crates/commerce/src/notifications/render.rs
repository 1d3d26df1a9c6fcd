//! From facts to a subject, a text and an HTML document.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value, context, escape_formatter};
use rust_embed::RustEmbed;

use super::letter::{Letter, Sender};

#[derive(RustEmbed)]
#[folder = "templates/mail/"]
struct Embedded;

/// The longest subject, in characters.
const SUBJECT_MAX: usize = 200;

/// A mail could not be rendered: a mistake in a template.
#[derive(Debug, thiserror::Error)]
#[error("mail template {template}: {cause:#}")]
pub struct RenderError {
    template: &'static str,
    cause: Error,
}

/// The finished parts of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// All templates of mails: those of a theme where it has them, else the embedded ones.
#[derive(Debug, Clone)]
pub struct Renderer {
    themed: Option<Arc<Environment<'static>>>,
    own: Arc<Environment<'static>>,
}

impl Renderer {
    /// The embedded templates, with those in `theme/mail/` on top when there is a theme folder.
    pub fn new(theme: Option<&Path>) -> Self {
        let themed = theme.map(|folder| folder.join("mail")).filter(|folder| folder.is_dir());
        Self {
            themed: themed.map(|folder| Arc::new(environment(Some(folder)))),
            own: Arc::new(environment(None)),
        }
    }

    /// Renders a mail. A theme's mistake costs its looks, not the mail.
    pub(super) fn render<L: Letter>(&self, shop: &Sender, letter: &L) -> Result<Rendered, RenderError> {
        if let Some(themed) = &self.themed {
            match render(themed, shop, letter) {
                Ok(rendered) => return Ok(rendered),
                Err(error) => tracing::error!(%error, "The theme's template is not used"),
            }
        }
        render(&self.own, shop, letter)
    }
}

fn render<L: Letter>(env: &Environment<'_>, shop: &Sender, letter: &L) -> Result<Rendered, RenderError> {
    let failed = |cause| RenderError {
        template: L::NAME,
        cause,
    };
    let facts = context! { shop => shop, ..Value::from_serialize(letter) };
    let template = env.get_template(&format!("{}.txt", L::NAME)).map_err(failed)?;
    let mut text = template.render_captured(&facts).map_err(failed)?;
    let subject = text
        .with_state_mut(|state| state.render_block("subject"))
        .map_err(failed)?;
    let (subject, text) = (one_line(&subject), text.into_output());
    let facts = context! { subject => subject, ..facts };
    let template = env.get_template(&format!("{}.html", L::NAME)).map_err(failed)?;
    let html = template.render(&facts).map_err(failed)?;
    Ok(Rendered {
        subject,
        text: text.trim().to_owned() + "\n",
        html,
    })
}

/// A subject has no line ends, whatever the name in it says.
fn one_line(subject: &str) -> String {
    let words: Vec<&str> = subject
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").chars().take(SUBJECT_MAX).collect()
}

fn environment(folder: Option<PathBuf>) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_trim_blocks(true);
    env.set_lstrip_blocks(true);
    env.set_keep_trailing_newline(true);
    env.set_auto_escape_callback(|name| {
        let is_html = Path::new(name).extension().is_some_and(|ending| ending == "html");
        if is_html { AutoEscape::Html } else { AutoEscape::None }
    });
    env.set_formatter(print);
    env.add_filter("paragraphs", paragraphs);
    env.add_filter("quoted", quoted);
    env.set_loader(move |name| Ok(themed(folder.as_deref(), name).or_else(|| embedded(name))));
    env
}

/// Escapes what HTML gives a meaning to and leaves the slashes of addresses alone, which mail programs show when a reader asks for the source.
fn print(out: &mut Output<'_>, state: &State<'_, '_>, value: &Value) -> Result<(), Error> {
    let is_html = matches!(state.auto_escape(), AutoEscape::Html);
    match value.as_str() {
        Some(text) if is_html && !value.is_safe() => {
            for c in text.chars() {
                match c {
                    '&' => out.write_str("&amp;")?,
                    '<' => out.write_str("&lt;")?,
                    '>' => out.write_str("&gt;")?,
                    '"' => out.write_str("&quot;")?,
                    '\'' => out.write_str("&#39;")?,
                    c => out.write_char(c)?,
                }
            }
            Ok(())
        }
        _ => escape_formatter(out, state, value),
    }
}

/// A theme's own template. Names come from templates and this program, never from a request.
fn themed(folder: Option<&Path>, name: &str) -> Option<String> {
    let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._".contains(&b)) && !name.starts_with('.');
    let folder = folder.filter(|_| is_plain)?;
    std::fs::read_to_string(folder.join(name)).ok()
}

fn embedded(name: &str) -> Option<String> {
    let file = Embedded::get(name)?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// A text's paragraphs, each a list of lines.
fn paragraphs(text: &str) -> Vec<Vec<String>> {
    text.split("\n\n")
        .map(|paragraph| paragraph.lines().map(str::to_owned).collect())
        .collect()
}

/// A text as mail programs quote it.
fn quoted(text: &str) -> String {
    text.lines()
        .map(|line| format!("> {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notifications::letters::account::{
        AccountExists, ConfirmNewEmail, ConfirmNews, EmailChanged, PasswordChanged, ResetPassword, VerifyEmail,
    };
    use crate::notifications::letters::inquiry::{InquiryReceived, InquiryReply};
    use crate::notifications::letters::order::{
        Delivered, MoneyNews, OrderCancelled, OrderConfirmation, OrderExpired, OrderLink, OrderReceived, PartReleased,
        PaymentReturned, Refunded, Shipped,
    };
    use crate::notifications::letters::staff::{ResetStaffPassword, StaffInvitation, StaffPasswordChanged, TestMail};

    /// Every mail with every sample, by name.
    fn all(renderer: &Renderer) -> Vec<(String, Rendered)> {
        let mut done = Vec::new();
        macro_rules! each {
            ($($letter:ty),* $(,)?) => {$(
                for (sample, letter) in <$letter>::samples() {
                    let rendered = renderer.render(&Sender::sample(), &letter).unwrap();
                    done.push((format!("{}-{sample}", <$letter>::NAME), rendered));
                }
            )*};
        }
        each!(
            OrderReceived,
            OrderConfirmation,
            OrderLink,
            OrderExpired,
            OrderCancelled,
            PaymentReturned,
            PartReleased,
            Refunded,
            MoneyNews,
            Shipped,
            Delivered,
            VerifyEmail,
            AccountExists,
            ResetPassword,
            PasswordChanged,
            ConfirmNewEmail,
            EmailChanged,
            ConfirmNews,
            InquiryReceived,
            InquiryReply,
            StaffInvitation,
            ResetStaffPassword,
            StaffPasswordChanged,
            TestMail,
        );
        done
    }

    /// With `WARES_MAIL_SAMPLES` set to a folder the mails are also written there, to be looked at.
    #[test]
    fn every_mail_renders_with_every_sample() {
        let rendered = all(&Renderer::new(None));
        assert!(rendered.len() >= 25);
        for (name, mail) in &rendered {
            assert!(!mail.subject.is_empty() && !mail.subject.contains('\n'), "{name}");
            assert!(
                mail.text.len() > 80 && !mail.text.contains("</"),
                "{name}: {}",
                mail.text
            );
            assert!(mail.html.starts_with("<!doctype html>"), "{name}");
        }
        if let Ok(folder) = std::env::var("WARES_MAIL_SAMPLES") {
            for (name, mail) in &rendered {
                std::fs::write(format!("{folder}/{name}.html"), &mail.html).unwrap();
                std::fs::write(
                    format!("{folder}/{name}.txt"),
                    format!("{}\n\n{}", mail.subject, mail.text),
                )
                .unwrap();
            }
        }
    }

    #[test]
    fn every_template_belongs_to_a_mail() {
        let used: Vec<String> = all(&Renderer::new(None)).into_iter().map(|(name, _)| name).collect();
        for file in Embedded::iter() {
            let stem = file.split('.').next().unwrap_or_default();
            let is_shared = ["base", "parts"].contains(&stem);
            assert!(
                is_shared || used.iter().any(|name| name.starts_with(&format!("{stem}-"))),
                "{file}"
            );
        }
    }

    #[test]
    fn every_link_is_absolute_and_nothing_is_loaded_from_anywhere() {
        for (name, mail) in all(&Renderer::new(None)) {
            for part in mail.html.split("href=\"").skip(1) {
                assert!(
                    part.starts_with("https://") || part.starts_with("mailto:"),
                    "{name}: {part:.60}"
                );
            }
            for loaded in ["<img", "src=", "url(", "@import", "<script", "<link"] {
                let harmless = mail.html.replace("&lt;img src=x", "");
                assert!(!harmless.contains(loaded), "{name}: {loaded}");
            }
        }
    }

    #[test]
    fn what_people_wrote_stays_text() {
        let mails = all(&Renderer::new(None));
        let (_, inquiry) = mails
            .iter()
            .find(|(name, _)| name.starts_with("inquiry_received"))
            .unwrap();
        assert!(inquiry.html.contains("&lt;img src=x onerror=alert(1)&gt;"));
        let (_, order) = mails
            .iter()
            .find(|(name, _)| name == "order_confirmation-paid")
            .unwrap();
        assert!(order.html.contains("Rill tumblers &lt;b&gt;"));
    }

    #[test]
    fn a_subject_starts_with_the_fact() {
        let mails = all(&Renderer::new(None));
        let subject = |wanted: &str| {
            let (_, mail) = mails.iter().find(|(name, _)| name == wanted).unwrap();
            mail.subject.clone()
        };
        assert_eq!(
            subject("order_confirmation-paid"),
            "Order 1001-4F7K confirmed – arrives Thu 26 – Fri 27 November"
        );
        assert_eq!(
            subject("shipped-first"),
            "Order 1001-4F7K shipped – arrives Thu 26 – Fri 27 November"
        );
    }

    #[test]
    fn a_line_end_in_a_name_does_not_reach_the_subject() {
        let shop = Sender {
            name: "Shop\r\nBcc: victim@example.org".to_owned(),
            ..Sender::sample()
        };
        let (_, letter) = VerifyEmail::samples().remove(0);
        let mail = Renderer::new(None).render(&shop, &letter).unwrap();
        assert!(!mail.subject.contains(['\r', '\n']), "{}", mail.subject);
    }

    #[test]
    fn a_theme_replaces_what_it_has_and_its_mistakes_cost_only_its_looks() {
        let folder = tempfile::tempdir().unwrap();
        let mail = folder.path().join("mail");
        std::fs::create_dir(&mail).unwrap();
        std::fs::write(mail.join("test.html"), "<!doctype html>themed {{ shop.name }}").unwrap();
        std::fs::write(mail.join("verify_email.html"), "{{ nobody.knows }}").unwrap();
        let renderer = Renderer::new(Some(folder.path()));
        let (_, test) = TestMail::samples().remove(0);
        assert_eq!(
            renderer.render(&Sender::sample(), &test).unwrap().html,
            "<!doctype html>themed Fieldhouse"
        );
        let (_, verify) = VerifyEmail::samples().remove(0);
        assert!(
            renderer
                .render(&Sender::sample(), &verify)
                .unwrap()
                .html
                .contains("/verify/")
        );
    }
}
