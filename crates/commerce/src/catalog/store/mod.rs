//! The SQL of the catalogue's tables: products, variants, options, attributes, pictures of products, categories, old addresses.

pub(super) mod categories;
pub(super) mod collections;
pub(super) mod products;
pub(super) mod reads;
pub(super) mod sitemap;
pub(super) mod slugs;
pub(super) mod variants;
pub(super) mod wanted;

/// Every statement, for the test that has both engines read them.
#[cfg(test)]
pub(super) fn statements() -> Vec<wares_db::Sql> {
    [
        products::STATEMENTS,
        variants::STATEMENTS,
        categories::STATEMENTS,
        collections::STATEMENTS,
        slugs::STATEMENTS,
        reads::STATEMENTS,
        sitemap::STATEMENTS,
        wanted::STATEMENTS,
    ]
    .concat()
}

/// What the change log names, read past the follower: on a busy server that one waits for the transactions of other tests.
#[cfg(test)]
pub(super) async fn changed(conn: &mut wares_db::Conn) -> Result<Vec<(String, uuid::Uuid)>, wares_db::DbError> {
    const CHANGED: wares_db::Sql = wares_db::sql!("SELECT kind, entity FROM change_log WHERE entity IS NOT NULL");
    conn.all(CHANGED, wares_db::p![]).await
}
