//! What is shown where there is no photograph: a drawn tile, the same for one product for ever.
//!
//! Eight motifs, eight pairs of colours, and the first letter of the name. The motif comes from the product, the colours from
//! its category, so that a page without a photograph still looks meant.

use std::fmt::Write as _;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use sha2::{Digest as _, Sha256};

use super::Picture;
use crate::{
    http::{CachePolicy, Error, Path, policy_of_one_style},
    routes::Routes,
    urls,
};

const WIDTH: u32 = 400;
const HEIGHT: u32 = 500;

/// Name and drawing. `.b` is the background's colour.
const MOTIFS: [(&str, &str); 8] = [
    (
        "arch",
        r#"<path d="M88 400V218a112 112 0 0 1 224 0v182h-46V218a66 66 0 0 0-132 0v182z"/><path d="M166 400V230a34 34 0 0 1 68 0v170z" opacity=".35"/>"#,
    ),
    (
        "circles",
        r#"<circle cx="164" cy="200" r="96"/><circle cx="258" cy="268" r="72" opacity=".4"/>"#,
    ),
    (
        "fold",
        r#"<path d="M92 120h216v120L92 340z"/><path d="M92 340l216-100v160H92z" opacity=".38"/>"#,
    ),
    (
        "stripe",
        r#"<path d="M96 96h28v304H96zM150 96h10v304h-10zM186 96h28v304h-28zM240 96h10v304h-10zM276 96h28v304h-28z"/>"#,
    ),
    (
        "wave",
        r#"<path d="M60 170c47-60 93-60 140 0s93 60 140 0v44c-47 60-93 60-140 0s-93-60-140 0z"/><path d="M60 270c47-60 93-60 140 0s93 60 140 0v44c-47 60-93 60-140 0s-93-60-140 0z" opacity=".4"/>"#,
    ),
    (
        "steps",
        r#"<path d="M84 400V316h77v-84h77v-84h78v252z"/><path d="M84 316v-84h77v84zM161 232v-84h77v84z" opacity=".3"/>"#,
    ),
    (
        "vessel",
        r#"<path d="M172 96h56v62c60 24 92 74 92 130 0 46-24 86-62 112H142c-38-26-62-66-62-112 0-56 32-106 92-130z"/><path d="M160 84h80v14h-80z" opacity=".45"/>"#,
    ),
    (
        "leaf",
        r#"<path d="M200 72c88 70 108 190 0 328-108-138-88-258 0-328z"/><path d="M198 120h4v290h-4z" class="b"/>"#,
    ),
];

/// Background and ink, for light pages and for dark ones.
const HUES: [[&str; 4]; 8] = [
    ["#E7E0D3", "#5A4B33", "#332B1E", "#B7AD9D"],
    ["#DCE5DF", "#2E5040", "#202D24", "#A1B2A9"],
    ["#E3DDE6", "#4D3F5C", "#2D262F", "#B0A7B7"],
    ["#DDE4EA", "#30495F", "#212A31", "#A2AFBB"],
    ["#EADBD5", "#6B3A2C", "#3A241B", "#BFA49C"],
    ["#E6E5D2", "#4F4E25", "#2E2C18", "#B3B297"],
    ["#D9E6E8", "#1F4F57", "#1A2D2D", "#9AB3B7"],
    ["#EADFE0", "#6A3542", "#392224", "#BEA5AA"],
];

/// One tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    motif: usize,
    hue: usize,
    initial: Option<char>,
}

impl Tile {
    /// The tile of something called `name`; `group` decides the colours.
    pub fn of(name: &str, group: &str) -> Self {
        let initial = name.chars().find(|c| c.is_alphanumeric());
        Self {
            motif: eighth(name),
            hue: eighth(group),
            initial: initial.and_then(|c| c.to_uppercase().next()),
        }
    }

    /// Its address names all there is to draw.
    pub fn url(self) -> String {
        let initial = self.initial.map_or_else(String::new, |c| format!("-{c}"));
        urls::tile(&format!("{}-{}{initial}", MOTIFS[self.motif].0, self.hue))
    }

    /// The tile in place of a photograph of `name`.
    pub fn picture(self, name: &str) -> Picture {
        Picture {
            alt: format!("No photo yet: {name}"),
            src: self.url(),
            srcset: String::new(),
            sources: Vec::new(),
            width: WIDTH,
            height: HEIGHT,
            large: self.url(),
            on_white: false,
        }
    }

    fn parse(name: &str) -> Option<Self> {
        let mut parts = name.splitn(3, '-');
        let motif = parts.next()?;
        let hue: usize = parts.next()?.parse().ok()?;
        let initial = match parts.next().map(|rest| rest.chars().collect::<Vec<_>>()) {
            None => None,
            Some(rest) => match rest.as_slice() {
                [c] if c.is_alphanumeric() => Some(*c),
                _ => return None,
            },
        };
        Some(Self {
            motif: MOTIFS.iter().position(|(name, _)| *name == motif)?,
            hue: (hue < HUES.len()).then_some(hue)?,
            initial,
        })
    }

    fn style(self) -> String {
        let [background, ink, dark, light] = HUES[self.hue];
        format!(
            ":root{{color-scheme:light dark}}svg{{background:{background};fill:{ink}}}.b{{fill:{background}}}\
             text{{font:56px Georgia,\"Times New Roman\",serif;letter-spacing:-2px}}\
             @media(prefers-color-scheme:dark){{svg{{background:{dark};fill:{light}}}.b{{fill:{dark}}}}}"
        )
    }

    fn svg(self) -> String {
        let mut svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"><style>{}</style>{}"#,
            self.style(),
            MOTIFS[self.motif].1
        );
        if let Some(initial) = self.initial {
            write!(svg, r#"<text x="26" y="474">{initial}</text>"#).expect("writing to a string cannot fail");
        }
        svg.push_str("</svg>");
        svg
    }
}

fn eighth(text: &str) -> usize {
    usize::from(Sha256::digest(text)[0]) % 8
}

pub(super) fn routes() -> Routes {
    Routes::default().public("/img/ph/{name}", get(show))
}

/// `GET /img/ph/{name}.svg`
async fn show(Path(name): Path<String>) -> Result<Response, Error> {
    let tile = name.strip_suffix(".svg").and_then(Tile::parse).ok_or(Error::NotFound)?;
    let mut response = tile.svg().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy_of_one_style(&tile.style()));
    CachePolicy::Forever.apply(headers);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_is_read_back_from_its_address() {
        for name in ["Withy bread board", "Ärmel", "日本", "42", "!?"] {
            let tile = Tile::of(name, "Kitchen");
            let decoded = percent_encoding::percent_decode_str(&tile.url())
                .decode_utf8()
                .unwrap()
                .into_owned();
            let name = decoded.trim_start_matches("/img/ph/").trim_end_matches(".svg");
            assert_eq!(Tile::parse(name), Some(tile), "{name}");
        }
    }

    #[test]
    fn nothing_but_a_letter_gets_into_the_drawing() {
        for name in [
            "arch-0-<",
            "arch-9",
            "arch",
            "arch-0-ab",
            "arch-0-",
            "cube-0-A",
            "arch--1-A",
            "arch-0-\"",
            "arch-0-&",
        ] {
            assert_eq!(Tile::parse(name), None, "{name}");
        }
    }

    #[test]
    fn a_tile_is_small() {
        for motif in 0..8 {
            let tile = Tile {
                motif,
                hue: 0,
                initial: Some('W'),
            };
            assert!(tile.svg().len() <= 1536);
        }
    }
}
