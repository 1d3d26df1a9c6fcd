use serde::Serialize;

/// How many bytes of a description search engines are given; they show no more.
const DESCRIPTION_MAX: usize = 160;

/// What stands in a page's `<head>`, and where in the shop the page is. Every storefront page has one, named `head`.
#[derive(Debug, Clone, Serialize)]
pub struct Head {
    /// The page's own title.
    pub title: String,
    /// The title as the browser shows it: with the shop's name, and "Error: " in front when the form has mistakes.
    pub full_title: String,
    /// One or two sentences for search engines.
    pub description: Option<String>,
    /// The path this page should be known by.
    pub canonical: Option<String>,
    /// `noindex` and the like.
    pub robots: Option<&'static str>,
    /// A picture for those who link here, as a path.
    pub image: Option<String>,
    /// What that shows.
    pub image_alt: Option<String>,
    /// What the page is about, as those who link here are told: `website` or `product`.
    pub kind: &'static str,
    /// JSON-LD blocks.
    pub data: Vec<serde_json::Value>,
    /// The address of the category in the header that this page belongs to.
    pub section: Option<String>,
    /// What stands in the search field.
    pub query: String,
    /// Whether this is the first page.
    pub is_home: bool,
}

impl Head {
    /// A page about one person or one errand: search engines stay out.
    pub fn private(shop: &str, title: impl Into<String>) -> Self {
        let title = title.into();
        Self {
            full_title: format!("{title} – {shop}"),
            title,
            description: None,
            canonical: None,
            robots: Some("noindex"),
            image: None,
            image_alt: None,
            kind: "website",
            data: Vec::new(),
            section: None,
            query: String::new(),
            is_home: false,
        }
    }

    /// A page for everybody, known by `path`.
    pub fn public(
        shop: &str,
        title: impl Into<String>,
        description: impl Into<Option<String>>,
        path: impl Into<String>,
    ) -> Self {
        Self {
            description: description.into(),
            canonical: Some(path.into()),
            robots: None,
            ..Self::private(shop, title)
        }
    }

    /// The same page with what search engines show below its title: one line, cut behind a word. Of an empty text nothing is made.
    #[must_use]
    pub fn about(mut self, text: &str) -> Self {
        let mut line = String::new();
        for word in text.split_whitespace() {
            if line.len() + word.len() >= DESCRIPTION_MAX {
                break;
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.description = (!line.is_empty()).then_some(line);
        self
    }

    /// The first page: the shop's name, then what it is.
    pub fn home(shop: &str, what: &str, description: impl Into<Option<String>>) -> Self {
        Self {
            full_title: format!("{shop}: {what}"),
            is_home: true,
            ..Self::public(shop, shop, description, "/")
        }
    }

    /// The same page with mistakes in its form.
    #[must_use]
    pub fn with_errors(mut self) -> Self {
        self.full_title = format!("Error: {}", self.full_title);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(text: &str) -> Option<String> {
        Head::public("Fieldhouse", "Mugs", None, "/c/mugs")
            .about(text)
            .description
    }

    #[test]
    fn a_description_is_one_line_of_whole_words() {
        assert_eq!(
            described(" Thrown\n and  fired. ").as_deref(),
            Some("Thrown and fired.")
        );
        assert_eq!(described("  "), None);
        let long = described(&"stoneware ".repeat(40)).unwrap();
        assert!(long.len() <= DESCRIPTION_MAX && long.ends_with("stoneware"), "{long}");
    }
}
