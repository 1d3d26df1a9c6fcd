//! A cart as its owner sees it.

use std::collections::HashMap;

use wares_db::{Conn, DbError};
use wares_kernel::{CartId, Currency, CustomerId, Money, MoneyError, Quantity, VariantId};

use super::cart::CartOwner;
use super::notice::Notice;
use super::store::{self, Wish};
use crate::catalog::{SaleTerms, sale_terms};
use crate::inventory::{self, Level};
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
    match store::current(conn, owner).await? {
        Some(id) => view_of(conn, id, currency).await.map(Some),
        None => Ok(None),
    }
}

/// One cart, open or ordered.
pub async fn view_of(conn: &mut Conn, id: CartId, currency: Currency) -> Result<CartView, DbError> {
    let wishes = store::wishes(conn, id).await?;
    let ids: Vec<VariantId> = wishes.iter().map(|wish| wish.variant_id).collect();
    let mut terms: HashMap<VariantId, SaleTerms> = sale_terms(conn, &ids)
        .await?
        .into_iter()
        .map(|terms| (terms.variant_id, terms))
        .collect();
    let levels: HashMap<VariantId, Level> = inventory::levels(conn, &ids)
        .await?
        .into_iter()
        .map(|level| (level.variant_id, level))
        .collect();
    let mut lines = Vec::with_capacity(wishes.len());
    for wish in &wishes {
        if let Some(terms) = terms.remove(&wish.variant_id) {
            lines.push(line(terms, wish, levels.get(&wish.variant_id), currency).map_err(damaged)?);
        }
    }
    let bought = lines.iter().filter(|line| line.can_be_bought());
    let subtotal = Money::sum(currency, bought.map(|line| line.total)).map_err(damaged)?;
    let n_pieces = lines.iter().map(|line| line.quantity.as_i64()).sum();
    let head = store::head(conn, id).await?;
    Ok(CartView {
        id,
        customer_id: head.customer_id,
        notices: head.notices,
        codes: head.codes,
        lines,
        subtotal,
        n_pieces,
    })
}

/// How many pieces the owner's open cart holds.
pub async fn count(conn: &mut Conn, owner: &CartOwner) -> Result<i64, DbError> {
    match store::current(conn, owner).await? {
        Some(id) => store::count_pieces(conn, id).await,
        None => Ok(0),
    }
}

fn line(terms: SaleTerms, wish: &Wish, level: Option<&Level>, currency: Currency) -> Result<Line, MoneyError> {
    let unit = Money::new(terms.price_minor, currency);
    let state = state(&terms, wish.quantity, level);
    let changed = terms.price_minor != wish.price_seen_minor;
    Ok(Line {
        quantity: wish.quantity,
        unit,
        total: unit.times(wish.quantity.as_i64())?,
        price_before: changed.then_some(Money::new(wish.price_seen_minor, currency)),
        state,
        terms,
    })
}

fn state(terms: &SaleTerms, wanted: Quantity, level: Option<&Level>) -> LineState {
    let Some(level) = level.filter(|_| terms.is_for_sale) else {
        return LineState::Gone;
    };
    let left = level.available();
    if level.may_backorder || left >= wanted.as_i64() {
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
