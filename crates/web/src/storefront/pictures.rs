//! Small pictures of what is bought.

use wares_commerce::catalog::{self, Photo, SaleTerms};
use wares_db::{Conn, DbError};

use super::{Picture, Tile, goods};

/// The picture of what is in a cart.
pub(crate) async fn thumb_of(conn: &mut Conn, terms: &SaleTerms) -> Result<Picture, DbError> {
    let photo = match terms.image {
        Some(image) => catalog::photo(conn, image).await?,
        None => None,
    };
    Ok(thumb(photo.as_ref(), &terms.title))
}

/// The photograph of something called `title`, or its tile.
pub(crate) fn thumb(photo: Option<&Photo>, title: &str) -> Picture {
    photo
        .and_then(|photo| goods::picture(photo, title))
        .unwrap_or_else(|| Tile::of(title, title).picture(title))
}
