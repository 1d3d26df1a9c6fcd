//! Statements that find a cart by its owner.

use wares_db::{Arg, P, Sql};
use wares_kernel::{CustomerId, TokenHash};

use crate::cart::CartOwner;

/// One statement in two forms, for the two ways in which an owner is known. `OR` would be one form: for that SQLite looks through all carts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owned {
    pub(crate) by_cookie: Sql,
    pub(crate) by_customer: Sql,
}

/// Declares one: what stands before the owner's column, and what after it. The owner is the first argument.
macro_rules! owned {
    ($before:literal, $after:literal) => {
        $crate::cart::owned::Owned {
            by_cookie: wares_db::sql!(concat!($before, "token_hash = ?1", $after)),
            by_customer: wares_db::sql!(concat!($before, "customer_id = ?1", $after)),
        }
    };
}
pub(crate) use owned;

impl Owned {
    /// The form for this owner.
    pub(crate) const fn of(&self, owner: &CartOwner) -> Sql {
        match owner.key() {
            Key::Cookie(_) => self.by_cookie,
            Key::Customer(_) => self.by_customer,
        }
    }
}

/// By what an owner's cart is found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Key {
    Cookie(TokenHash),
    Customer(CustomerId),
}

impl Arg for Key {
    fn arg(&self) -> P<'_> {
        match self {
            Self::Cookie(hash) => hash.arg(),
            Self::Customer(id) => id.arg(),
        }
    }
}

#[cfg(test)]
mod tests {
    use wares_db::p;
    use wares_db::testing::TestDb;

    use super::*;
    use crate::cart::store::OWNED;

    #[tokio::test]
    async fn a_cart_is_found_without_looking_through_those_of_others() {
        let test = TestDb::sqlite().await;
        let mut conn = test.db.read().await.unwrap();
        for sql in OWNED.iter().flat_map(|owned| [owned.by_cookie, owned.by_customer]) {
            let text: &'static str = format!("EXPLAIN QUERY PLAN {}", sql.lite).leak();
            let plan: Vec<(i64, i64, i64, String)> = match sql.args {
                1 => conn.all(Sql { lite: text, ..sql }, p![0i64]).await.unwrap(),
                _ => conn.all(Sql { lite: text, ..sql }, p![0i64, 0i64]).await.unwrap(),
            };
            assert!(!plan.is_empty(), "{}", sql.lite);
            for (.., step) in plan {
                assert!(!step.starts_with("SCAN"), "{step}: {}", sql.lite);
            }
        }
    }
}
