//! What a basket has a claim to.

use std::collections::BTreeSet;

use wares_db::{Conn, DbError};
use wares_kernel::{Currency, CustomerId, EmailAddress, Instant, Money, ProductId};

use super::apply::{Claim, Coverage};
use super::code::Code;
use super::promotion::{Given, Kept, Scope};
use super::redeem::Buyers;
use super::refusal::Refusal;
use super::store;
use crate::guards::{Guard, holds};

/// Who asks for what.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The shop's currency.
    pub currency: Currency,
    /// The products of the basket.
    pub products: &'a [ProductId],
    /// The codes that were entered, in their order.
    pub codes: &'a [Code],
    /// The account, if somebody is signed in.
    pub customer_id: Option<CustomerId>,
    /// The e-mail address, once it is known.
    pub email: Option<&'a EmailAddress>,
}

/// The promotions a basket has a claim to at `now`: those that are given by themselves, and those of its codes. Whether they fit the basket,
/// the quote finds out.
pub async fn claims(conn: &mut Conn, asking: &Asking<'_>, now: Instant) -> Result<Vec<Claim>, DbError> {
    let mut claims = Vec::new();
    for kept in store::automatic(conn, now).await? {
        claims.push(claim(conn, asking, kept, now, None).await?);
    }
    for code in asking.codes {
        // A code that staff have replaced by another is not there any more.
        if let Some((kept, code, is_used_up)) = find_code(conn, code).await? {
            let mut claim = claim(conn, asking, kept, now, Some(code)).await?;
            if is_used_up && claim.standing.is_ok() {
                claim.standing = Err(Refusal::UsedUp);
            }
            claims.push(claim);
        }
    }
    Ok(claims)
}

/// The promotion of a code, the code as it is shown, and whether the code itself has been used up.
pub async fn find_code(conn: &mut Conn, code: &Code) -> Result<Option<(Kept, Code, bool)>, DbError> {
    let Some((id, shown, is_used_up)) = store::by_code(conn, &code.key()).await? else {
        return Ok(None);
    };
    let shown = shown.parse().unwrap_or_else(|_| code.clone());
    let kept = store::find(conn, id).await?;
    Ok(kept.map(|kept| (kept, shown, is_used_up)))
}

async fn claim(
    conn: &mut Conn,
    asking: &Asking<'_>,
    kept: Kept,
    now: Instant,
    code: Option<Code>,
) -> Result<Claim, DbError> {
    let standing = standing(conn, asking, &kept, now).await?;
    let coverage = covered(conn, asking, &kept.terms.scope).await?;
    let gets = match &kept.terms.gets {
        Some(scope) => Some(covered(conn, asking, scope).await?),
        None => None,
    };
    let terms = kept.terms;
    let name = match (&code, terms.given) {
        (Some(code), Given::Code(_) | Given::UniqueCodes) => code.to_string(),
        _ => terms.name,
    };
    Ok(Claim {
        promotion_id: kept.id,
        name,
        code,
        benefit: terms.benefit,
        coverage,
        gets,
        minimum: terms
            .minimum_minor
            .map(|minimum| Money::new(minimum.get().into(), asking.currency)),
        combines: terms.combines,
        standing,
    })
}

async fn standing(
    conn: &mut Conn,
    asking: &Asking<'_>,
    kept: &Kept,
    now: Instant,
) -> Result<Result<(), Refusal>, DbError> {
    let n_used = match kept.terms.limits.each {
        Some(_) => {
            let buyers = Buyers::of(asking.customer_id, asking.email);
            store::used_by(conn, kept.id, buyers.names()).await?
        }
        None => 0,
    };
    let standing = kept.standing(n_used, now);
    let is_limit = matches!(standing, Err(Refusal::UsedUp | Refusal::UsedAlready));
    Ok(standing.or_else(|why| {
        if is_limit && !holds(Guard::CodeLimit) {
            Ok(())
        } else {
            Err(why)
        }
    }))
}

async fn covered(conn: &mut Conn, asking: &Asking<'_>, scope: &Scope) -> Result<Coverage, DbError> {
    if scope.is_everything() {
        return Ok(Coverage::Everything);
    }
    let mut products: BTreeSet<ProductId> = scope.products.iter().copied().collect();
    if !scope.categories.is_empty() {
        products.extend(store::listed_in(conn, &scope.categories, asking.products).await?);
    }
    Ok(Coverage::Only(products))
}
