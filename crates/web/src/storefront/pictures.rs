//! Small pictures of what is bought.

use wares_commerce::{cart::Line, catalog::Photo};

use super::{Picture, Tile, goods};

/// The picture of what is in a cart.
pub(crate) fn thumb_of(line: &Line) -> Picture {
    thumb(line.photo.as_ref(), &line.terms.title)
}

/// The photograph of something called `title`, or its tile.
pub(crate) fn thumb(photo: Option<&Photo>, title: &str) -> Picture {
    photo
        .and_then(|photo| goods::picture(photo, title))
        .unwrap_or_else(|| Tile::of(title, title).picture(title))
}
