//! Products that staff name in a form, by address or SKU.

use std::collections::HashSet;

use wares_commerce::{catalog::CHOSEN_MAX, reports};
use wares_db::Conn;
use wares_kernel::ProductId;

use crate::http::{Check, Entered, Error};

/// The most that are read: one more than a collection holds, so that it can say so.
const WORDS_MAX: usize = CHOSEN_MAX + 1;

/// The products of the field `products`, looked up before the rest of the form is read.
pub(super) struct Picked {
    /// Each once, in the order they were typed.
    pub(super) products: Vec<ProductId>,
    unknown: Vec<String>,
}

impl Picked {
    /// Looks up the addresses and SKUs that were typed, one a line or with commas between.
    pub(super) async fn of(conn: &mut Conn, entered: &Entered) -> Result<Self, Error> {
        let typed = entered.get("products").split(['\n', ',']).map(str::trim);
        let words: Vec<String> = typed
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .take(WORDS_MAX)
            .collect();
        let found = reports::products_named(conn, &words).await?;
        let (mut products, mut unknown, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        for word in words {
            match found.iter().find(|product| product.word == word) {
                Some(product) if seen.insert(product.id) => products.push(product.id),
                Some(_) => {}
                None => unknown.push(word),
            }
        }
        Ok(Self { products, unknown })
    }

    /// Says which word names nothing.
    pub(super) fn complain(&self, check: &mut Check<'_>) {
        if let Some(word) = self.unknown.first() {
            check.wrong(
                "products",
                format!("There is no product with the address or SKU “{word}”"),
            );
        }
    }
}
