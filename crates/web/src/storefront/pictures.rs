//! Small pictures of what is bought.

use super::{Picture, Tile};

/// The picture of something called `title`.
pub(crate) fn thumb(title: &str) -> Picture {
    Tile::of(title, title).picture(title)
}
