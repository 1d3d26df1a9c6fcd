//! Keeping stock for an order, and what becomes of it.

use wares_db::{DbError, Tx, p};
use wares_kernel::{OrderId, Quantity, StaffId, StockMovementId, VariantId};

use super::level::Level;
use super::movement::Reason;
use super::store::{self, Entry, GIVE, HOLD, LEAVE, MARK, MOVE, Moved, TAKE};
use crate::guards::{Guard, holds};

/// More was wanted of a variant than there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// The variant.
    pub variant_id: VariantId,
    /// How many were wanted.
    pub wanted: Quantity,
    /// How many there are, zero or more.
    pub left: i64,
}

/// Why stock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// Not enough of something. Nothing was taken at all.
    #[error("some of it has been sold out")]
    SoldOut(Vec<Shortage>),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Keeps quantities for an order: all of them or none. Taken in id order, each by one conditional statement.
pub async fn reserve(tx: &mut Tx, order_id: OrderId, wants: &[(VariantId, Quantity)]) -> Result<(), ReserveError> {
    let mut wants = wants.to_vec();
    wants.sort_by_key(|(variant_id, _)| *variant_id);
    let mut batch = tx.batch();
    for (variant_id, quantity) in &wants {
        batch = batch
            .add(TAKE, p![*variant_id, *quantity])
            .add(HOLD, p![order_id, *variant_id, *quantity]);
    }
    let changed = batch.run().await?;
    let taken: Vec<bool> = changed.iter().step_by(2).map(|n| *n == 1).collect();
    let levels = store::levels_of_order(tx, order_id).await?;
    if taken.contains(&false) && holds(Guard::SoldOut) {
        let short = shortages(&wants, &taken, &levels);
        give_back(tx, order_id, &wants, &taken).await?;
        return Err(ReserveError::SoldOut(short));
    }
    if holds(Guard::ListedStock) {
        store::follow(tx, moved(levels, &wants, -1)).await?;
    }
    Ok(())
}

fn shortages(wants: &[(VariantId, Quantity)], taken: &[bool], levels: &[Level]) -> Vec<Shortage> {
    let short = wants.iter().zip(taken).filter(|(_, taken)| !**taken);
    short
        .map(|(&(variant_id, wanted), _)| Shortage {
            variant_id,
            wanted,
            left: find(levels, variant_id).map_or(0, |level| level.available().max(0)),
        })
        .collect()
}

/// Leaves everything as it was before, so that whoever asked may go on.
async fn give_back(
    tx: &mut Tx,
    order_id: OrderId,
    wants: &[(VariantId, Quantity)],
    taken: &[bool],
) -> Result<(), DbError> {
    let mut batch = tx.batch();
    for ((variant_id, quantity), _) in wants.iter().zip(taken).filter(|(_, taken)| **taken) {
        batch = batch.add(GIVE, p![*variant_id, *quantity]);
    }
    batch.add(MARK, p![order_id, *"released"]).run().await.map(drop)
}

/// The pieces kept for an order leave: it is paid. Does nothing when it holds none.
pub async fn claim(tx: &mut Tx, order_id: OrderId) -> Result<(), DbError> {
    let held = store::held(tx, order_id).await?;
    let now = tx.now();
    let ids: Vec<StockMovementId> = held.iter().map(|_| tx.new_id()).collect();
    let deltas: Vec<i64> = held.iter().map(|(_, quantity)| -quantity.as_i64()).collect();
    let reason = Reason::Sold.word();
    let mut batch = tx.batch();
    for (((variant_id, quantity), id), delta) in held.iter().zip(&ids).zip(&deltas) {
        batch = batch.add(LEAVE, p![*variant_id, *quantity]);
        if holds(Guard::Movement) {
            batch = batch.add(MOVE, p![*variant_id, *id, *delta, *reason, *"", order_id, NOBODY, now]);
        }
    }
    if holds(Guard::SoldMark) {
        batch = batch.add(MARK, p![order_id, *"sold"]);
    }
    batch.send().await
}

/// Nobody of the staff did it.
const NOBODY: Option<StaffId> = None;

/// The pieces kept for an order are free again. Does nothing when it holds none.
pub async fn release(tx: &mut Tx, order_id: OrderId) -> Result<(), DbError> {
    let held = store::held(tx, order_id).await?;
    if held.is_empty() {
        return Ok(());
    }
    let mut batch = tx.batch();
    for (variant_id, quantity) in &held {
        batch = batch.add(GIVE, p![*variant_id, *quantity]);
    }
    batch.add(MARK, p![order_id, *"released"]).run().await?;
    let levels = store::levels_of_order(tx, order_id).await?;
    store::follow(tx, moved(levels, &held, 1)).await
}

/// Pieces that had left come back into the house: a cancelled order, a return.
pub async fn put_back(
    tx: &mut Tx,
    order_id: OrderId,
    pieces: &[(VariantId, Quantity)],
    reason: Reason,
    staff_id: Option<StaffId>,
) -> Result<(), DbError> {
    let mut pieces = pieces.to_vec();
    pieces.sort_by_key(|(variant_id, _)| *variant_id);
    let mut back = Vec::with_capacity(pieces.len());
    for (variant_id, quantity) in pieces {
        let entry = Entry {
            delta: quantity.as_i64(),
            reason,
            note: "",
            order_id: Some(order_id),
            staff_id,
        };
        if store::add(tx, variant_id, &entry).await?
            && let Some(level) = store::level(tx, variant_id).await?
        {
            let more = quantity.as_i64();
            back.push(Moved { level, more });
        }
    }
    store::follow(tx, back).await
}

fn find(levels: &[Level], variant_id: VariantId) -> Option<&Level> {
    levels.iter().find(|level| level.variant_id == variant_id)
}

fn moved(levels: Vec<Level>, pieces: &[(VariantId, Quantity)], sign: i64) -> Vec<Moved> {
    let quantity = |id: VariantId| pieces.iter().find(|(variant_id, _)| *variant_id == id);
    levels
        .into_iter()
        .filter_map(|level| {
            let (_, quantity) = quantity(level.variant_id)?;
            let more = sign * quantity.as_i64();
            Some(Moved { level, more })
        })
        .collect()
}
