//! A cart as its owner sees it.

use wares_db::{Conn, DbError};
use wares_kernel::{CartId, Currency, CustomerId, Money, MoneyError, Quantity};

use super::cart::CartOwner;
use super::notice::Notice;
use super::store::{self, Filled, Head};
use crate::catalog::{Photo, SaleTerms};
use crate::pricing::discount::Code;

/// A cart with today's prices and stock.
#[derive(Debug, Clone)]
pub struct CartView {
    /// The cart.
    pub id: CartId,
    /// Whose it is, if they are signed in.
    pub customer_id: Option<CustomerId>,
    /// Its lines in the order they were added.
    pub lines: Vec<Line>,
    /// What the owner has to be told.
    pub notices: Vec<Notice>,
    /// The discount codes the owner has entered, in their order.
    pub codes: Vec<Code>,
    /// The sum of the lines that can be bought, as the prices are set (with or without tax).
    pub subtotal: Money,
    /// Pieces in the cart.
    pub n_pieces: i64,
}

/// One line.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it is, as it is sold today.
    pub terms: SaleTerms,
    /// How many.
    pub quantity: Quantity,
    /// One piece, today.
    pub unit: Money,
    /// All pieces, today.
    pub total: Money,
    /// What one piece cost when the owner last saw it, if that was another price.
    pub price_before: Option<Money>,
    /// Whether it can be bought as it stands.
    pub state: LineState,
    /// The picture that shows it.
    pub photo: Option<Photo>,
}

/// Whether a line can be bought as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState {
    /// There is enough.
    Available,
    /// Only so many are left, fewer than wished.
    Short {
        /// How many there are, at least one.
        left: i64,
    },
    /// None is left.
    SoldOut,
    /// It is not sold any more.
    Gone,
}

impl CartView {
    /// Whether every line can be bought as it stands, and there is one.
    pub fn is_ready(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(|line| line.state == LineState::Available)
    }
}

impl Line {
    /// Whether there is anything of it to be bought, perhaps fewer than wished.
    pub const fn can_be_bought(&self) -> bool {
        matches!(self.state, LineState::Available | LineState::Short { .. })
    }
}

/// The owner's open cart; `None` when there is none. Amounts are in `currency`, the shop's.
pub async fn view(conn: &mut Conn, owner: &CartOwner, currency: Currency) -> Result<Option<CartView>, DbError> {
    match store::open_head(conn, owner).await? {
        Some(head) => fill(conn, head, currency).await.map(Some),
        None => Ok(None),
    }
}

/// A cart, open or ordered, with its lines.
pub async fn fill(conn: &mut Conn, head: Head, currency: Currency) -> Result<CartView, DbError> {
    let kept = store::filled(conn, head.id).await?.into_iter();
    let lines: Vec<Line> = kept
        .map(|kept| line(kept, currency).map_err(damaged))
        .collect::<Result<_, _>>()?;
    let bought = lines.iter().filter(|line| line.can_be_bought());
    let subtotal = Money::sum(currency, bought.map(|line| line.total)).map_err(damaged)?;
    let n_pieces = lines.iter().map(|line| line.quantity.as_i64()).sum();
    Ok(CartView {
        id: head.id,
        customer_id: head.customer_id,
        notices: head.notices,
        codes: head.codes,
        lines,
        subtotal,
        n_pieces,
    })
}

fn line(kept: Filled, currency: Currency) -> Result<Line, MoneyError> {
    let unit = Money::new(kept.terms.price_minor, currency);
    let state = state(&kept);
    let changed = kept.terms.price_minor != kept.price_seen_minor;
    Ok(Line {
        quantity: kept.quantity,
        unit,
        total: unit.times(kept.quantity.as_i64())?,
        price_before: changed.then_some(Money::new(kept.price_seen_minor, currency)),
        state,
        terms: kept.terms,
        photo: kept.photo,
    })
}

fn state(kept: &Filled) -> LineState {
    let Some((left, may_backorder)) = kept.stock.filter(|_| kept.terms.is_for_sale) else {
        return LineState::Gone;
    };
    if may_backorder || left >= kept.quantity.as_i64() {
        LineState::Available
    } else if left > 0 {
        LineState::Short { left }
    } else {
        LineState::SoldOut
    }
}

/// Prices are limited so that a full cart fits; one that does not was not written by the catalogue.
fn damaged(error: MoneyError) -> DbError {
    DbError::Damaged(error.to_string())
}
