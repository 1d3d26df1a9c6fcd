//! A product's description: whatever comes in, a small safe set of HTML is kept.
//!
//! Everything that is shown passes through [`Description::from_html`] or [`Description::from_markdown`]; there is no other
//! way to make one. Styles, scripts, frames and pictures go; words, lists, tables, links and emphasis stay.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

/// The allowed HTML of a description, ready to be put on a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description(String);

/// What was taken out of a description because a shop's page must not carry it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// Scripts, event handlers, frames, forms: things that run.
    pub active: bool,
    /// Pictures and films inside the text; a product's pictures are kept beside it.
    pub media: bool,
}

impl Description {
    /// Keeps the allowed part of some HTML. Text without any tag becomes paragraphs.
    pub fn from_html(html: &str) -> (Self, Removed) {
        let html = html.trim();
        if !html.contains('<') {
            return (Self::from_text(html), Removed::default());
        }
        let clean = RULES.clean(html).to_string();
        (Self(level_headings(clean.trim()).into_owned()), removed(html))
    }

    /// Renders Markdown; HTML inside it is held to the same rules.
    pub fn from_markdown(markdown: &str) -> Self {
        let mut html = String::with_capacity(markdown.len() * 2);
        let options = pulldown_cmark::Options::ENABLE_TABLES | pulldown_cmark::Options::ENABLE_STRIKETHROUGH;
        pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new_ext(markdown, options));
        Self::from_html(&html).0
    }

    /// Plain text: a blank line begins a paragraph, a line end stays a line end. Entities such as `&amp;` are understood.
    fn from_text(text: &str) -> Self {
        let text = text.replace("\r\n", "\n");
        let paragraphs = text
            .split("\n\n")
            .map(str::trim)
            .filter(|paragraph| !paragraph.is_empty());
        let html: String = paragraphs
            .map(|paragraph| format!("<p>{}</p>", paragraph.replace('\n', "<br>")))
            .collect();
        Self(RULES.clean(&html).to_string())
    }

    /// What a table keeps went through here before.
    pub(super) fn stored(html: String) -> Self {
        Self(html)
    }

    /// The HTML, safe to be put on a page.
    pub fn as_html(&self) -> &str {
        &self.0
    }

    /// The HTML, safe to be put on a page.
    pub fn into_html(self) -> String {
        self.0
    }
}

/// The words of some HTML without its tags: for the search index and for descriptions in a page's head.
pub fn plain_text(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return squeeze(html);
    }
    // Tags part words: `<li>cup</li><li>saucer</li>` is two of them.
    let spaced = html.replace('<', " <");
    let text = NO_TAGS.clean(&spaced).to_string();
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
    squeeze(&text)
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const TAGS: [&str; 34] = [
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "dd",
    "del",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "s",
    "small",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
];

static RULES: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut rules = Builder::empty();
    rules
        .tags(TAGS.into_iter().chain(["u", "ul"]).collect())
        .clean_content_tags(HashSet::from([
            "script", "style", "noscript", "template", "title", "svg", "math",
        ]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("abbr", HashSet::from(["title"])),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan", "scope"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow noopener"))
        .strip_comments(true);
    rules
});

static NO_TAGS: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut rules = Builder::empty();
    rules.clean_content_tags(HashSet::from(["script", "style"]));
    rules
});

/// On a product's page the description stands under a heading of the second level, so its own are all of the third.
fn level_headings(html: &str) -> Cow<'_, str> {
    if !html.contains("<h") {
        return Cow::Borrowed(html);
    }
    let mut html = html.to_owned();
    for level in ["1", "2", "4", "5", "6"] {
        html = html
            .replace(&format!("<h{level}>"), "<h3>")
            .replace(&format!("</h{level}>"), "</h3>");
    }
    Cow::Owned(html)
}

const ACTIVE: [&str; 9] = [
    "<script",
    "<iframe",
    "<object",
    "<embed",
    "<form",
    "<input",
    "<meta http-equiv",
    "javascript:",
    "vbscript:",
];
const MEDIA: [&str; 5] = ["<img", "<video", "<audio", "<svg", "<picture"];

fn removed(html: &str) -> Removed {
    let lower = html.to_ascii_lowercase();
    let active = ACTIVE.iter().any(|mark| lower.contains(mark)) || has_handler(&lower);
    Removed {
        active,
        media: MEDIA.iter().any(|mark| lower.contains(mark)),
    }
}

/// An attribute such as `onclick=` inside a tag.
fn has_handler(lower: &str) -> bool {
    let tags = lower
        .split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap_or(rest));
    tags.flat_map(|tag| tag.split([' ', '\n', '\t', '/', '"', '\'']).skip(1))
        .any(|word| {
            let name = word.split('=').next().unwrap_or("");
            word.contains('=')
                && name.len() > 3
                && name.starts_with("on")
                && name.bytes().all(|b| b.is_ascii_lowercase())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(input: &str) -> String {
        Description::from_html(input).0.into_html()
    }

    #[test]
    fn words_lists_and_links_stay() {
        let text = "<p>A <strong>small</strong> cup</p><ul><li>80 ml</li></ul>";
        assert_eq!(html(text), text);
        assert_eq!(
            html("<a href='https://example.org/a' onclick='x()'>more</a>"),
            "<a href=\"https://example.org/a\" rel=\"nofollow noopener\">more</a>"
        );
    }

    #[test]
    fn what_runs_is_taken_out_and_said() {
        for hostile in [
            "<p>ok</p><script>alert(1)</script>",
            "<p onmouseover=alert(1)>ok</p>",
            "<p>ok</p><iframe src=//x.example></iframe>",
            "<a href=\"javascript:alert(1)\">ok</a>",
            "<svg/onload=alert(1)>ok",
        ] {
            let (clean, removed) = Description::from_html(hostile);
            assert!(removed.active, "{hostile}");
            for mark in ["script", "alert", "iframe", "onload"] {
                assert!(!clean.as_html().contains(mark), "{hostile} became {}", clean.as_html());
            }
            assert!(
                clean.as_html().contains("ok") || hostile.contains("<svg"),
                "{hostile} became {}",
                clean.as_html()
            );
        }
        assert_eq!(Description::from_html("<p>stone on=10 tiles</p>").1, Removed::default());
    }

    #[test]
    fn pictures_in_the_text_go_and_are_said() {
        let (clean, removed) = Description::from_html("<div style=\"color:red\">Vase <img src=x.jpg></div>");
        assert_eq!(clean.as_html(), "Vase");
        assert_eq!(
            removed,
            Removed {
                active: false,
                media: true
            }
        );
    }

    #[test]
    fn headings_all_stand_below_the_page_s_own() {
        assert_eq!(html("<h1 class=x>Care</h1><h5>Wash</h5>"), "<h3>Care</h3><h3>Wash</h3>");
    }

    #[test]
    fn plain_text_becomes_paragraphs() {
        assert_eq!(
            html("One & two\nthree\n\nfour"),
            "<p>One &amp; two<br>three</p><p>four</p>"
        );
        assert_eq!(html("  "), "");
    }

    #[test]
    fn markdown_is_rendered_and_held_to_the_same_rules() {
        let rendered = Description::from_markdown("# Care\n\n*Wash* <script>x</script>");
        assert!(
            rendered.as_html().starts_with("<h3>Care</h3>"),
            "{}",
            rendered.as_html()
        );
        assert!(rendered.as_html().contains("<em>Wash</em>"));
        assert!(!rendered.as_html().contains("script"));
    }

    #[test]
    fn text_without_tags_keeps_words_apart() {
        assert_eq!(
            plain_text("<ul><li>cup</li><li>saucer &amp; spoon</li></ul>"),
            "cup saucer & spoon"
        );
    }
}
