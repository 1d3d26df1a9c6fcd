//! The SQL of the tables `reviews` and `review_votes`.

use wares_db::{Conn, DbError, Sql, Tx, p, sql};
use wares_kernel::{After, CustomerId, OrderLineId, ProductId, ReviewId, StaffId};

use super::list::{AfterReview, Sort, State};
use super::review::Review;
use super::samples::Sample;
use crate::orders::OrderLine;

/// What a buyer wrote.
pub(super) struct Written<'a> {
    pub(super) line: &'a OrderLine,
    pub(super) customer_id: Option<CustomerId>,
    pub(super) author: &'a str,
    pub(super) rating: i64,
    pub(super) title: &'a str,
    pub(super) body: &'a str,
}

/// One for each line; while it is pending, writing it again changes it.
const WRITE: Sql = sql!(
    "INSERT INTO reviews (id, product_id, order_id, order_line_id, customer_id, author, rating, title, body, variant_title, state, created_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'pending', ?11)
     ON CONFLICT (order_line_id) DO UPDATE SET
       customer_id = coalesce(reviews.customer_id, excluded.customer_id), author = excluded.author, rating = excluded.rating,
       title = excluded.title, body = excluded.body, created_at = excluded.created_at, version = reviews.version + 1
     WHERE reviews.state = 'pending'
     RETURNING id"
);
const ADD_SAMPLE: Sql = sql!(
    "INSERT INTO reviews (id, product_id, author, rating, title, body, is_sample, state, created_at, decided_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, true, 'published', ?7, ?7)"
);
const HAS_SAMPLES: Sql = sql!("SELECT count(*) FROM reviews WHERE product_id = ?1 AND is_sample");
const FIND: Sql = sql!(
    "SELECT id, product_id, order_id, order_line_id, customer_id, author, rating, title, body, variant_title, is_sample, state,
            created_at, decided_at, reject_reason, reply, replied_at, n_helpful
     FROM reviews WHERE id = ?1"
);
const OF_LINE: Sql = sql!(
    "SELECT id, product_id, order_id, order_line_id, customer_id, author, rating, title, body, variant_title, is_sample, state,
            created_at, decided_at, reject_reason, reply, replied_at, n_helpful
     FROM reviews WHERE order_line_id = ?1"
);
const HELPFUL: Sql = sql!(
    "SELECT id, product_id, order_id, order_line_id, customer_id, author, rating, title, body, variant_title, is_sample, state,
            created_at, decided_at, reject_reason, reply, replied_at, n_helpful
     FROM reviews WHERE product_id = ?1 AND state = 'published' AND rating BETWEEN ?2 AND ?3
       AND (n_helpful, created_at, id) < (?4, ?5, ?6)
     ORDER BY n_helpful DESC, created_at DESC, id DESC LIMIT ?7"
);
const NEWEST: Sql = sql!(
    "SELECT id, product_id, order_id, order_line_id, customer_id, author, rating, title, body, variant_title, is_sample, state,
            created_at, decided_at, reject_reason, reply, replied_at, n_helpful
     FROM reviews WHERE product_id = ?1 AND state = 'published' AND rating BETWEEN ?2 AND ?3
       AND (CAST(0 AS bigint), created_at, id) < (?4, ?5, ?6)
     ORDER BY created_at DESC, id DESC LIMIT ?7"
);
const HIGHEST: Sql = sql!(
    "SELECT id, product_id, order_id, order_line_id, customer_id, author, rating, title, body, variant_title, is_sample, state,
            created_at, decided_at, reject_reason, reply, replied_at, n_helpful
     FROM reviews WHERE product_id = ?1 AND state = 'published' AND rating BETWEEN ?2 AND ?3
       AND (rating, created_at, id) < (?4, ?5, ?6)
     ORDER BY rating DESC, created_at DESC, id DESC LIMIT ?7"
);
const LOWEST: Sql = sql!(
    "SELECT id, product_id, order_id, order_line_id, customer_id, author, rating, title, body, variant_title, is_sample, state,
            created_at, decided_at, reject_reason, reply, replied_at, n_helpful
     FROM reviews WHERE product_id = ?1 AND state = 'published' AND rating BETWEEN ?2 AND ?3
       AND (-rating, created_at, id) < (?4, ?5, ?6)
     ORDER BY rating, created_at DESC, id DESC LIMIT ?7"
);
const OLDEST_OF: Sql = sql!(
    "SELECT id, product_id, order_id, order_line_id, customer_id, author, rating, title, body, variant_title, is_sample, state,
            created_at, decided_at, reject_reason, reply, replied_at, n_helpful
     FROM reviews WHERE state = ?1 AND (created_at, id) > (?2, ?3) ORDER BY created_at, id LIMIT ?4"
);
const LATEST_OF: Sql = sql!(
    "SELECT id, product_id, order_id, order_line_id, customer_id, author, rating, title, body, variant_title, is_sample, state,
            created_at, decided_at, reject_reason, reply, replied_at, n_helpful
     FROM reviews WHERE state = ?1 AND (created_at, id) < (?2, ?3) ORDER BY created_at DESC, id DESC LIMIT ?4"
);
const SPREAD: Sql =
    sql!("SELECT rating, count(*) FROM reviews WHERE product_id = ?1 AND state = 'published' GROUP BY rating");
const N_PENDING: Sql =
    sql!("SELECT count(*) FROM (SELECT 1 FROM reviews WHERE state = 'pending' LIMIT 1000) AS counted");
/// Two who decide about one review go one after the other.
const LOCK: Sql = sql!("UPDATE reviews SET version = version + 1 WHERE id = ?1");
const DECIDE: Sql =
    sql!("UPDATE reviews SET state = ?2, reject_reason = ?3, decided_by = ?4, decided_at = ?5 WHERE id = ?1");
const REPLY: Sql = sql!(
    "UPDATE reviews SET reply = ?2, replied_at = CASE WHEN ?2 = '' THEN NULL ELSE CAST(?3 AS bigint) END WHERE id = ?1"
);
const VOTE: Sql = sql!(
    "INSERT INTO review_votes (review_id, voter, at) VALUES (?1, ?2, ?3) ON CONFLICT (review_id, voter) DO NOTHING"
);
const COUNT_VOTE: Sql = sql!("UPDATE reviews SET n_helpful = n_helpful + 1 WHERE id = ?1");

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    WRITE,
    ADD_SAMPLE,
    HAS_SAMPLES,
    FIND,
    OF_LINE,
    HELPFUL,
    NEWEST,
    HIGHEST,
    LOWEST,
    OLDEST_OF,
    LATEST_OF,
    SPREAD,
    N_PENDING,
    LOCK,
    DECIDE,
    REPLY,
    VOTE,
    COUNT_VOTE,
];

/// Answers the review's id; nothing when staff have decided about it already.
pub(super) async fn write(tx: &mut Tx, written: &Written<'_>) -> Result<Option<ReviewId>, DbError> {
    let (id, now, line): (ReviewId, _, _) = (tx.new_id(), tx.now(), written.line);
    let row: Option<(ReviewId,)> = tx
        .opt(
            WRITE,
            p![
                id,
                line.product_id,
                line.order_id,
                line.id,
                written.customer_id,
                written.author,
                written.rating,
                written.title,
                written.body,
                line.variant_title,
                now
            ],
        )
        .await?;
    Ok(row.map(|(id,)| id))
}

pub(super) async fn add_sample(tx: &mut Tx, product: ProductId, sample: &Sample, rating: i64) -> Result<(), DbError> {
    let id: ReviewId = tx.new_id();
    let Sample {
        title,
        body,
        author,
        at,
        ..
    } = sample;
    tx.exec(ADD_SAMPLE, p![id, product, author, rating, title, body, at])
        .await
        .map(drop)
}

pub(super) async fn has_samples(conn: &mut Conn, product: ProductId) -> Result<bool, DbError> {
    let (n,): (i64,) = conn.one(HAS_SAMPLES, p![product]).await?;
    Ok(n > 0)
}

pub(super) async fn find(conn: &mut Conn, id: ReviewId) -> Result<Option<Review>, DbError> {
    conn.opt(FIND, p![id]).await
}

pub(super) async fn of_line(conn: &mut Conn, id: OrderLineId) -> Result<Option<Review>, DbError> {
    conn.opt(OF_LINE, p![id]).await
}

pub(super) async fn of_product(
    conn: &mut Conn,
    product: ProductId,
    stars: Option<u8>,
    sort: Sort,
    after: AfterReview,
    limit: i64,
) -> Result<Vec<Review>, DbError> {
    let (least, most) = stars.map_or((1, 5), |stars| (i64::from(stars), i64::from(stars)));
    let sql = match sort {
        Sort::MostHelpful => HELPFUL,
        Sort::Newest => NEWEST,
        Sort::Highest => HIGHEST,
        Sort::Lowest => LOWEST,
    };
    let AfterReview { rank, at, id } = after;
    conn.all(sql, p![product, least, most, rank, at, id, limit]).await
}

pub(super) async fn oldest(conn: &mut Conn, state: State, after: After, limit: i64) -> Result<Vec<Review>, DbError> {
    conn.all(OLDEST_OF, p![state.word(), after.at, after.id, limit]).await
}

pub(super) async fn latest(conn: &mut Conn, state: State, after: After, limit: i64) -> Result<Vec<Review>, DbError> {
    conn.all(LATEST_OF, p![state.word(), after.at, after.id, limit]).await
}

pub(super) async fn spread(conn: &mut Conn, product: ProductId) -> Result<Vec<(i64, i64)>, DbError> {
    conn.all(SPREAD, p![product]).await
}

pub(super) async fn n_pending(conn: &mut Conn) -> Result<i64, DbError> {
    let (n,): (i64,) = conn.one(N_PENDING, p![]).await?;
    Ok(n)
}

/// A review nobody else can decide about until this unit of work ends.
pub(super) async fn lock(tx: &mut Tx, id: ReviewId) -> Result<Option<Review>, DbError> {
    tx.exec(LOCK, p![id]).await?;
    find(tx, id).await
}

pub(super) async fn decide(
    tx: &mut Tx,
    id: ReviewId,
    state: &str,
    reason: &str,
    by: Option<StaffId>,
) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(DECIDE, p![id, state, reason, by, now]).await.map(drop)
}

pub(super) async fn reply(tx: &mut Tx, id: ReviewId, text: &str) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(REPLY, p![id, text, now]).await.map(drop)
}

/// Answers whether the voter was not known.
pub(super) async fn note_voter(tx: &mut Tx, id: ReviewId, voter: &[u8; 32]) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(VOTE, p![id, voter.as_slice(), now]).await? == 1)
}

pub(super) async fn count_vote(tx: &mut Tx, id: ReviewId) -> Result<(), DbError> {
    tx.exec(COUNT_VOTE, p![id]).await.map(drop)
}
