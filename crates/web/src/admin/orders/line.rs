//! Order lines as pages show them.

use wares_commerce::{catalog, orders::OrderLine};
use wares_db::Conn;

use super::pages::Line;
use crate::{
    admin::{choices, parts::Thumb},
    http::Error,
    templates::format,
    urls::admin as urls,
};

/// A picture for each line, as far as there are any.
pub(super) async fn pictures(conn: &mut Conn, lines: &[OrderLine]) -> Result<Vec<Option<Thumb>>, Error> {
    let mut pictures = Vec::with_capacity(lines.len());
    for line in lines {
        let photo = match line.image_id {
            Some(id) => catalog::photo(conn, id).await?,
            None => None,
        };
        pictures.push(photo.and_then(|photo| choices::thumb(Some(&photo.key), Some(photo.width))));
    }
    Ok(pictures)
}

/// So many pieces of a line.
pub(super) fn shown(line: &OrderLine, quantity: i64, picture: Option<Thumb>) -> Line {
    let amount = line.unit.times(quantity).unwrap_or(line.unit);
    Line {
        picture,
        name: line.title.clone(),
        variant: line.variant_title.clone(),
        sku: line.sku.clone(),
        url: Some(urls::product(line.product_id)),
        quantity: quantity.to_string(),
        price: format::money(line.unit),
        amount: format::money(amount),
    }
}
