//! The SQL of the tables `inquiries` and `inquiry_messages`.

use wares_db::{Conn, DbError, Sql, Tx, p, sql};
use wares_kernel::{
    After, CustomerId, EmailAddress, InquiryId, Instant, MessageId, OrderId, ProductId, StaffId, Token, TokenHash,
};

use super::inquiry::{Author, Inquiry, Message, State, Topic};
use super::list::{Counts, InquiryRow};

/// A thread to be stored.
pub(super) struct NewThread<'a> {
    pub(super) id: InquiryId,
    pub(super) reference: &'a str,
    pub(super) token: &'a Token,
    pub(super) token_sealed: Vec<u8>,
    pub(super) customer_id: Option<CustomerId>,
    pub(super) order_number: &'a str,
    pub(super) order_id: Option<OrderId>,
    pub(super) product_id: Option<ProductId>,
    pub(super) topic: Topic,
    pub(super) name: &'a str,
    pub(super) email: &'a EmailAddress,
    pub(super) subject: String,
}

/// A message to be stored.
pub(super) struct NewMessage<'a> {
    pub(super) id: MessageId,
    pub(super) inquiry_id: InquiryId,
    pub(super) author: Author,
    pub(super) author_name: &'a str,
    pub(super) staff_id: Option<StaffId>,
    pub(super) body: &'a str,
}

const NEXT_NUMBER: Sql = sql!(
    "INSERT INTO counters (name, value) VALUES ('inquiries', 1001)
     ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value"
);
const INSERT: Sql = sql!(
    "INSERT INTO inquiries (id, reference, token_hash, token_sealed, customer_id, order_number, order_id, product_id, topic, name,
                            email, email_key, subject, state, is_unread, created_at, last_message_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 'open', true, ?14, ?14)"
);
const FIND: Sql = sql!(
    "SELECT id, reference, customer_id, order_number, order_id, product_id, topic, name, email, subject, state, is_unread,
            assignee_id, n_messages, created_at, last_message_at, closed_at, token_sealed
     FROM inquiries WHERE id = ?1"
);
const FIND_BY_REFERENCE: Sql = sql!(
    "SELECT id, reference, customer_id, order_number, order_id, product_id, topic, name, email, subject, state, is_unread,
            assignee_id, n_messages, created_at, last_message_at, closed_at, token_sealed
     FROM inquiries WHERE reference = ?1"
);
const FIND_BY_TOKEN: Sql = sql!(
    "SELECT id, reference, customer_id, order_number, order_id, product_id, topic, name, email, subject, state, is_unread,
            assignee_id, n_messages, created_at, last_message_at, closed_at, token_sealed
     FROM inquiries WHERE token_hash = ?1"
);
const N_SINCE: Sql = sql!("SELECT count(*) FROM inquiries WHERE email_key = ?1 AND created_at > ?2");
const OPEN: Sql = sql!(
    "SELECT i.id, i.reference, i.subject, i.name, i.email, i.state, i.is_unread, i.assignee_id, i.order_number, i.created_at,
            i.last_message_at, (SELECT substr(m.body, 1, 140) FROM inquiry_messages m
              WHERE m.inquiry_id = i.id AND m.author_kind <> 'note' ORDER BY m.at DESC, m.id DESC LIMIT 1)
     FROM inquiries i WHERE i.state = 'open' AND (i.last_message_at, i.id) > (?1, ?2) ORDER BY i.last_message_at, i.id LIMIT ?3"
);
const OPEN_OF: Sql = sql!(
    "SELECT i.id, i.reference, i.subject, i.name, i.email, i.state, i.is_unread, i.assignee_id, i.order_number, i.created_at,
            i.last_message_at, (SELECT substr(m.body, 1, 140) FROM inquiry_messages m
              WHERE m.inquiry_id = i.id AND m.author_kind <> 'note' ORDER BY m.at DESC, m.id DESC LIMIT 1)
     FROM inquiries i WHERE i.state = 'open' AND i.assignee_id = ?4 AND (i.last_message_at, i.id) > (?1, ?2)
     ORDER BY i.last_message_at, i.id LIMIT ?3"
);
const LATEST: Sql = sql!(
    "SELECT i.id, i.reference, i.subject, i.name, i.email, i.state, i.is_unread, i.assignee_id, i.order_number, i.created_at,
            i.last_message_at, (SELECT substr(m.body, 1, 140) FROM inquiry_messages m
              WHERE m.inquiry_id = i.id AND m.author_kind <> 'note' ORDER BY m.at DESC, m.id DESC LIMIT 1)
     FROM inquiries i WHERE i.state = ?4 AND (i.last_message_at, i.id) < (?1, ?2)
     ORDER BY i.last_message_at DESC, i.id DESC LIMIT ?3"
);
const OF_EMAIL: Sql = sql!(
    "SELECT i.id, i.reference, i.subject, i.name, i.email, i.state, i.is_unread, i.assignee_id, i.order_number, i.created_at,
            i.last_message_at, (SELECT substr(m.body, 1, 140) FROM inquiry_messages m
              WHERE m.inquiry_id = i.id AND m.author_kind <> 'note' ORDER BY m.at DESC, m.id DESC LIMIT 1)
     FROM inquiries i WHERE i.email_key = ?1 ORDER BY i.created_at DESC, i.id DESC LIMIT ?2"
);
const N_OF_STATE: Sql = sql!("SELECT count(*) FROM (SELECT 1 FROM inquiries WHERE state = ?1 LIMIT 1000) AS counted");
const N_UNREAD: Sql = sql!("SELECT count(*) FROM (SELECT 1 FROM inquiries WHERE is_unread LIMIT 1000) AS counted");
const OLDEST_OPEN: Sql =
    sql!("SELECT last_message_at FROM inquiries WHERE state = 'open' ORDER BY last_message_at, id LIMIT 1");
const SET_STATE: Sql = sql!(
    "UPDATE inquiries SET state = ?2, is_unread = ?3, closed_at = CASE WHEN ?2 = 'closed' THEN CAST(?4 AS bigint) ELSE NULL END,
       version = version + 1
     WHERE id = ?1"
);
const SET_UNREAD: Sql = sql!("UPDATE inquiries SET is_unread = ?2 WHERE id = ?1");
const ASSIGN: Sql = sql!("UPDATE inquiries SET assignee_id = ?2, version = version + 1 WHERE id = ?1");
const ADD_MESSAGE: Sql = sql!(
    "INSERT INTO inquiry_messages (id, inquiry_id, author_kind, author_name, staff_id, body, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
);
const COUNT_MESSAGE: Sql = sql!("UPDATE inquiries SET n_messages = n_messages + 1, last_message_at = ?2 WHERE id = ?1");
const COUNT_NOTE: Sql = sql!("UPDATE inquiries SET n_messages = n_messages + 1 WHERE id = ?1");
const MESSAGES: Sql = sql!(
    "SELECT id, author_kind, author_name, staff_id, body, at FROM inquiry_messages WHERE inquiry_id = ?1 ORDER BY at, id LIMIT 1000"
);
const FIND_MESSAGE: Sql = sql!(
    "SELECT id, author_kind, author_name, staff_id, body, at FROM inquiry_messages WHERE inquiry_id = ?1 AND id = ?2"
);
const N_MESSAGES_SINCE: Sql =
    sql!("SELECT count(*) FROM inquiry_messages WHERE inquiry_id = ?1 AND author_kind = 'customer' AND at > ?2");

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    NEXT_NUMBER,
    INSERT,
    FIND,
    FIND_BY_REFERENCE,
    FIND_BY_TOKEN,
    N_SINCE,
    OPEN,
    OPEN_OF,
    LATEST,
    OF_EMAIL,
    N_OF_STATE,
    N_UNREAD,
    OLDEST_OPEN,
    SET_STATE,
    SET_UNREAD,
    ASSIGN,
    ADD_MESSAGE,
    COUNT_MESSAGE,
    COUNT_NOTE,
    MESSAGES,
    FIND_MESSAGE,
    N_MESSAGES_SINCE,
];

pub(super) async fn next_number(tx: &mut Tx) -> Result<i64, DbError> {
    let (n,): (i64,) = tx.one(NEXT_NUMBER, p![]).await?;
    Ok(n)
}

pub(super) async fn insert(tx: &mut Tx, thread: &NewThread<'_>) -> Result<(), DbError> {
    let (hash, key, now) = (thread.token.hash(), thread.email.key(), tx.now());
    tx.exec(
        INSERT,
        p![
            thread.id,
            thread.reference,
            hash,
            thread.token_sealed,
            thread.customer_id,
            thread.order_number,
            thread.order_id,
            thread.product_id,
            thread.topic.word(),
            thread.name,
            thread.email,
            key,
            thread.subject,
            now
        ],
    )
    .await
    .map(drop)
}

pub(super) async fn find(conn: &mut Conn, id: InquiryId) -> Result<Option<Inquiry>, DbError> {
    conn.opt(FIND, p![id]).await
}

pub(super) async fn find_by_reference(conn: &mut Conn, reference: &str) -> Result<Option<Inquiry>, DbError> {
    conn.opt(FIND_BY_REFERENCE, p![reference]).await
}

pub(super) async fn find_by_token(conn: &mut Conn, hash: &TokenHash) -> Result<Option<Inquiry>, DbError> {
    conn.opt(FIND_BY_TOKEN, p![hash]).await
}

pub(super) async fn n_since(conn: &mut Conn, email_key: &str, since: Instant) -> Result<i64, DbError> {
    let (n,): (i64,) = conn.one(N_SINCE, p![email_key, since]).await?;
    Ok(n)
}

pub(super) async fn open(conn: &mut Conn, after: After, limit: i64) -> Result<Vec<InquiryRow>, DbError> {
    conn.all(OPEN, p![after.at, after.id, limit]).await
}

pub(super) async fn open_of(
    conn: &mut Conn,
    staff_id: StaffId,
    after: After,
    limit: i64,
) -> Result<Vec<InquiryRow>, DbError> {
    conn.all(OPEN_OF, p![after.at, after.id, limit, staff_id]).await
}

pub(super) async fn latest(
    conn: &mut Conn,
    state: State,
    after: After,
    limit: i64,
) -> Result<Vec<InquiryRow>, DbError> {
    conn.all(LATEST, p![after.at, after.id, limit, state.word()]).await
}

pub(super) async fn of_email(conn: &mut Conn, email_key: &str, limit: i64) -> Result<Vec<InquiryRow>, DbError> {
    conn.all(OF_EMAIL, p![email_key, limit]).await
}

pub(super) async fn counts(conn: &mut Conn) -> Result<Counts, DbError> {
    let (open,): (i64,) = conn.one(N_OF_STATE, p![State::Open.word()]).await?;
    let (waiting,): (i64,) = conn.one(N_OF_STATE, p![State::Waiting.word()]).await?;
    let (unread,): (i64,) = conn.one(N_UNREAD, p![]).await?;
    let oldest: Option<(Instant,)> = conn.opt(OLDEST_OPEN, p![]).await?;
    Ok(Counts {
        open,
        unread,
        waiting,
        oldest_open: oldest.map(|(at,)| at),
    })
}

pub(super) async fn set_state(tx: &mut Tx, id: InquiryId, state: State, is_unread: bool) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(SET_STATE, p![id, state.word(), is_unread, now]).await.map(drop)
}

pub(super) async fn set_unread(tx: &mut Tx, id: InquiryId, is_unread: bool) -> Result<(), DbError> {
    tx.exec(SET_UNREAD, p![id, is_unread]).await.map(drop)
}

pub(super) async fn assign(tx: &mut Tx, id: InquiryId, to: Option<StaffId>) -> Result<(), DbError> {
    tx.exec(ASSIGN, p![id, to]).await.map(drop)
}

/// Adds a message unless it is there already; answers whether it is new.
pub(super) async fn add_message(tx: &mut Tx, message: &NewMessage<'_>) -> Result<(), DbError> {
    let now = tx.now();
    let NewMessage {
        id,
        inquiry_id,
        author,
        author_name,
        staff_id,
        body,
    } = message;
    let kind = author.word();
    let args = p![id, inquiry_id, kind, author_name, staff_id, body, now];
    tx.exec(ADD_MESSAGE, args).await?;
    if *author == Author::Note {
        tx.exec(COUNT_NOTE, p![inquiry_id]).await?;
    } else {
        tx.exec(COUNT_MESSAGE, p![inquiry_id, now]).await?;
    }
    Ok(())
}

pub(super) async fn messages(conn: &mut Conn, id: InquiryId) -> Result<Vec<Message>, DbError> {
    conn.all(MESSAGES, p![id]).await
}

pub(super) async fn find_message(
    conn: &mut Conn,
    inquiry: InquiryId,
    id: MessageId,
) -> Result<Option<Message>, DbError> {
    conn.opt(FIND_MESSAGE, p![inquiry, id]).await
}

pub(super) async fn n_messages_since(conn: &mut Conn, id: InquiryId, since: Instant) -> Result<i64, DbError> {
    let (n,): (i64,) = conn.one(N_MESSAGES_SINCE, p![id, since]).await?;
    Ok(n)
}
