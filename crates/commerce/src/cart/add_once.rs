//! The button that was pressed twice.

use std::time::Duration;

use serde_json::{Value, json};
use wares_db::{DbError, Tx, Write};
use wares_kernel::CartId;

use super::add::{Add, AddError, Added};
use super::store;

/// How long the same addition to the same cart is still the same press. A double click takes half a second at most.
const ONE_PRESS: Duration = Duration::from_secs(1);

/// What a shopper's button does: [`Add`], once for a double click.
///
/// The pages that carry the button are the same bytes for everybody and are kept by browsers, so they cannot carry a key of their own
/// for each press. Instead, the same quantity of the same variant added to the same cart within a second is the same press: it is
/// answered like the first and changes nothing. Whoever wants one more presses again a moment later. The cart is locked while this is
/// decided, so it does not matter which instances the two requests reach.
#[derive(Debug, Clone)]
pub struct AddOnce(pub Add);

impl Write for AddOnce {
    type Out = Added;
    type Error = AddError;

    async fn run(&self, tx: &mut Tx) -> Result<Added, AddError> {
        let cart_id = store::open(tx, &self.0.owner).await?;
        if let Some(added) = self.answered_before(tx, cart_id).await? {
            return Ok(added);
        }
        let added = self.0.put_into(tx, cart_id).await?;
        store::note_press(tx, cart_id, &self.press(added.only)).await?;
        Ok(added)
    }
}

impl AddOnce {
    fn press(&self, only: Option<i64>) -> Value {
        json!({ "variant": self.0.variant_id, "wanted": self.0.quantity.get(), "only": only })
    }

    /// The answer to the press before, if it was this one. A line that was taken out since is put in again.
    async fn answered_before(&self, tx: &mut Tx, cart_id: CartId) -> Result<Option<Added>, DbError> {
        let since = tx.now().minus(ONE_PRESS);
        let Some(before) = store::press_since(tx, cart_id, since).await? else {
            return Ok(None);
        };
        let only = before["only"].as_i64();
        let wish = store::wish(tx, cart_id, self.0.variant_id).await?;
        match wish.filter(|_| before == self.press(only)) {
            Some(wish) => Ok(Some(Added {
                quantity: wish.quantity,
                only,
                n_pieces: store::count_pieces(tx, cart_id).await?,
            })),
            None => Ok(None),
        }
    }
}
