//! Steps for the catalogue and the importer.

use wares_db::{DbError, Tx, p};
use wares_kernel::{ProductId, Quantity, VariantId};

use super::movement::Reason;
use super::store::{self, Entry, Moved, OPEN, SET_TERMS};

/// What a new variant's stock starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// Pieces in the house.
    pub on_hand: i64,
    /// Whether more may be sold than there are. A variant nobody counts is one of these.
    pub may_backorder: bool,
    /// From how many available pieces on pages say how few are left.
    pub low_at: i64,
}

/// Gives a new variant its stock. One that has it already keeps it; answers whether it was new.
///
/// The product's own figures are worked out by [`recount`] when all its variants are there.
pub async fn open(tx: &mut Tx, variant_id: VariantId, opening: Opening) -> Result<bool, DbError> {
    let args = p![variant_id, opening.on_hand, opening.may_backorder, opening.low_at];
    let is_new = tx.exec(OPEN, args).await? == 1;
    if is_new && opening.on_hand != 0 {
        let entry = entry(opening.on_hand, Reason::Opening, "");
        store::record(tx, variant_id, &entry).await?;
    }
    Ok(is_new)
}

/// Goods came in; answers whether there is such a variant.
pub async fn receive(tx: &mut Tx, variant_id: VariantId, quantity: Quantity, note: &str) -> Result<bool, DbError> {
    add(tx, variant_id, &entry(quantity.as_i64(), Reason::Received, note)).await
}

/// Brings what is on hand to a figure, as an import says; answers whether it could be.
///
/// It cannot where more is reserved than that, or where there is no such variant.
pub async fn level_to(tx: &mut Tx, variant_id: VariantId, on_hand: i64, note: &str) -> Result<bool, DbError> {
    let Some(level) = store::level(tx, variant_id).await? else {
        return Ok(false);
    };
    if level.on_hand == on_hand {
        return Ok(true);
    }
    add(tx, variant_id, &entry(on_hand - level.on_hand, Reason::Imported, note)).await
}

/// Changes whether more may be sold than there are, and from when on pages say how few are left.
///
/// Answers whether it could be: not while more is reserved than there is.
pub async fn set_terms(tx: &mut Tx, variant_id: VariantId, may_backorder: bool, low_at: i64) -> Result<bool, DbError> {
    let changed = tx.exec(SET_TERMS, p![variant_id, may_backorder, low_at]).await?;
    Ok(changed == 1)
}

/// Works out `available` and `in_stock` of a product anew, after its variants have changed.
pub async fn recount(tx: &mut Tx, product_id: ProductId) -> Result<(), DbError> {
    store::recount(tx, product_id).await
}

fn entry(delta: i64, reason: Reason, note: &str) -> Entry<'_> {
    Entry {
        delta,
        reason,
        note,
        order_id: None,
        staff_id: None,
    }
}

/// Adds, and keeps the product's figures.
pub(super) async fn add(tx: &mut Tx, variant_id: VariantId, entry: &Entry<'_>) -> Result<bool, DbError> {
    if !store::add(tx, variant_id, entry).await? {
        return Ok(false);
    }
    if let Some(level) = store::level(tx, variant_id).await? {
        let more = entry.delta;
        store::follow(tx, vec![Moved { level, more }]).await?;
    }
    Ok(true)
}
