use serde::Serialize;

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
