use serde::Serialize;

/// A picture as the macro `picture` of `templates/storefront/parts.html` shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Picture {
    /// What it shows, for those who don't see it.
    pub alt: String,
    /// The address every browser can show.
    pub src: String,
    /// More widths of that format; empty when there is one only.
    pub srcset: String,
    /// Better formats, best first.
    pub sources: Vec<Source>,
    /// Width of the original, in pixels.
    pub width: u32,
    /// Height of the original, in pixels.
    pub height: u32,
    /// The largest there is, for a closer look.
    pub large: String,
    /// Whether the photograph stands on white, and is shown whole instead of cropped.
    pub on_white: bool,
}

/// One format of a picture in its widths.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    /// The media type.
    pub kind: &'static str,
    /// Addresses and widths.
    pub srcset: String,
}
