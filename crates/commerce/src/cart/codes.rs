//! The discount codes of a cart, as steps. Whether a code is one, `pricing::discount` knows; what it takes off, the quote.

use wares_db::{DbError, Tx};
use wares_kernel::CartId;

use super::store;
use crate::pricing::discount::Code;

/// The most codes a cart holds.
pub const CODES_MAX: usize = 5;

/// Puts a code into a locked cart, once; answers whether there was room.
pub async fn add_code(tx: &mut Tx, cart_id: CartId, code: &Code) -> Result<bool, DbError> {
    let mut codes = store::head(tx, cart_id).await?.codes;
    if codes.iter().any(|other| other.key() == code.key()) {
        return Ok(true);
    }
    if codes.len() >= CODES_MAX {
        return Ok(false);
    }
    codes.push(code.clone());
    store::set_codes(tx, cart_id, &codes).await?;
    Ok(true)
}

/// Takes a code out of a locked cart; answers whether it was there.
pub async fn remove_code(tx: &mut Tx, cart_id: CartId, code: &Code) -> Result<bool, DbError> {
    let mut codes = store::head(tx, cart_id).await?.codes;
    let n_before = codes.len();
    codes.retain(|other| other.key() != code.key());
    let was_there = codes.len() < n_before;
    if was_there {
        store::set_codes(tx, cart_id, &codes).await?;
    }
    Ok(was_there)
}

/// Puts the codes of another cart in as well, as far as there is room.
pub(super) async fn take_over(tx: &mut Tx, from: CartId, to: CartId) -> Result<(), DbError> {
    for code in &store::head(tx, from).await?.codes {
        add_code(tx, to, code).await?;
    }
    Ok(())
}
