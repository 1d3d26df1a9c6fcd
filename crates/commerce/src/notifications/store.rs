//! The SQL of the tables `mails` and `subscribers`.

use wares_db::{Conn, DbError, Sql, Tx, p, rows, sql};
use wares_kernel::{After, EmailAddress, InquiryId, Instant, MailId, OrderId, Token, TokenHash};

use super::list::{Mail, MailRow, MailState};
use super::subscribers::{Subscriber, Subscribers};

/// A mail to be stored.
#[derive(Debug, Clone)]
pub(super) struct NewMail {
    pub(super) unique_key: String,
    pub(super) kind: &'static str,
    pub(super) to_email: EmailAddress,
    pub(super) to_name: String,
    pub(super) reply_to: Option<EmailAddress>,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
    pub(super) order_id: Option<OrderId>,
    pub(super) inquiry_id: Option<InquiryId>,
    pub(super) is_secret: bool,
}

rows! {
    pub struct SubscriberRow {
        confirmed_at: Option<Instant>,
        left_at: Option<Instant>,
    }
}

const EXISTS: Sql = sql!("SELECT CAST(1 AS bigint) FROM mails WHERE unique_key = ?1");
const INSERT: Sql = sql!(
    "INSERT INTO mails (id, unique_key, kind, to_email, to_key, to_name, reply_to, subject, text_body, html_body, message_id,
                        order_id, inquiry_id, is_secret, state, created_at, queued_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 'queued', ?15, ?15)"
);
const FIND: Sql = sql!(
    "SELECT id, kind, to_email, to_name, reply_to, subject, text_body, html_body, message_id, order_id, inquiry_id, is_secret, state,
            attempts, last_error, created_at, queued_at, sent_at
     FROM mails WHERE id = ?1"
);
const LIST: Sql = sql!(
    "SELECT id, kind, to_email, to_name, subject, state, attempts, last_error, created_at, sent_at, order_id, inquiry_id
     FROM mails WHERE (created_at, id) < (?1, ?2) ORDER BY created_at DESC, id DESC LIMIT ?3"
);
const LIST_OF_STATE: Sql = sql!(
    "SELECT id, kind, to_email, to_name, subject, state, attempts, last_error, created_at, sent_at, order_id, inquiry_id
     FROM mails WHERE state = ?4 AND (created_at, id) < (?1, ?2) ORDER BY created_at DESC, id DESC LIMIT ?3"
);
const TO: Sql = sql!(
    "SELECT id, kind, to_email, to_name, subject, state, attempts, last_error, created_at, sent_at, order_id, inquiry_id
     FROM mails WHERE to_key >= ?1 AND to_key < ?2 ORDER BY to_key, created_at DESC, id DESC LIMIT ?3"
);
const OF_ORDER: Sql = sql!(
    "SELECT id, kind, to_email, to_name, subject, state, attempts, last_error, created_at, sent_at, order_id, inquiry_id
     FROM mails WHERE order_id = ?1 ORDER BY created_at, id LIMIT 200"
);
const OF_INQUIRY: Sql = sql!(
    "SELECT id, kind, to_email, to_name, subject, state, attempts, last_error, created_at, sent_at, order_id, inquiry_id
     FROM mails WHERE inquiry_id = ?1 ORDER BY created_at, id LIMIT 200"
);
/// Of a thread only the latest: a header line is not without end.
const THREAD: Sql = sql!(
    "SELECT message_id FROM mails WHERE inquiry_id = ?1 AND (created_at, id) < (?2, ?3) ORDER BY created_at DESC, id DESC LIMIT 10"
);
const SENT: Sql = sql!(
    "UPDATE mails SET state = 'sent', attempts = attempts + 1, sent_at = ?2, last_error = '',
       text_body = CASE WHEN is_secret THEN ?3 ELSE text_body END, html_body = CASE WHEN is_secret THEN ?3 ELSE html_body END
     WHERE id = ?1 AND state = 'queued'"
);
const KEPT: Sql = sql!("UPDATE mails SET state = 'kept' WHERE id = ?1 AND state = 'queued'");
const TRIED: Sql = sql!("UPDATE mails SET attempts = attempts + 1, last_error = ?2 WHERE id = ?1 AND state = 'queued'");
const FAILED: Sql = sql!(
    "UPDATE mails SET state = 'failed', attempts = attempts + 1, last_error = ?2 WHERE id = ?1 AND state = 'queued'"
);
const AGAIN: Sql = sql!(
    "UPDATE mails SET state = 'queued', queued_at = ?2 WHERE id = ?1 AND state <> 'queued' AND NOT (is_secret AND state = 'sent')"
);

const SUBSCRIBE: Sql = sql!(
    "INSERT INTO subscribers (email_key, email, token_hash, created_at) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (email_key) DO UPDATE SET token_hash = excluded.token_hash
     WHERE subscribers.confirmed_at IS NULL OR subscribers.left_at IS NOT NULL"
);
const SUBSCRIBER: Sql = sql!("SELECT confirmed_at, left_at FROM subscribers WHERE email_key = ?1");
/// For somebody whose mailbox is proved already; the link of an earlier mail stays good.
const ADMIT: Sql = sql!(
    "INSERT INTO subscribers (email_key, email, token_hash, created_at, confirmed_at) VALUES (?1, ?2, ?3, ?4, ?4)
     ON CONFLICT (email_key) DO UPDATE SET confirmed_at = excluded.confirmed_at, left_at = NULL
     WHERE subscribers.confirmed_at IS NULL OR subscribers.left_at IS NOT NULL"
);
const STRIKE: Sql = sql!("UPDATE subscribers SET left_at = ?2 WHERE email_key = ?1 AND left_at IS NULL");
const CONFIRMED: Sql = sql!(
    "SELECT email_key, email, created_at, confirmed_at, left_at FROM subscribers
     WHERE confirmed_at IS NOT NULL AND left_at IS NULL AND email_key > ?1 AND email_key >= ?2 AND email_key < ?3
     ORDER BY email_key LIMIT ?4"
);
const UNCONFIRMED: Sql = sql!(
    "SELECT email_key, email, created_at, confirmed_at, left_at FROM subscribers
     WHERE confirmed_at IS NULL AND left_at IS NULL AND email_key > ?1 AND email_key >= ?2 AND email_key < ?3
     ORDER BY email_key LIMIT ?4"
);
const LEFT: Sql = sql!(
    "SELECT email_key, email, created_at, confirmed_at, left_at FROM subscribers
     WHERE left_at IS NOT NULL AND email_key > ?1 AND email_key >= ?2 AND email_key < ?3
     ORDER BY email_key LIMIT ?4"
);
const CONFIRM: Sql =
    sql!("UPDATE subscribers SET confirmed_at = ?2, left_at = NULL WHERE token_hash = ?1 RETURNING email");
const LEAVE: Sql =
    sql!("UPDATE subscribers SET left_at = ?2 WHERE token_hash = ?1 AND left_at IS NULL RETURNING email");

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    EXISTS,
    INSERT,
    FIND,
    LIST,
    LIST_OF_STATE,
    TO,
    OF_ORDER,
    OF_INQUIRY,
    THREAD,
    SENT,
    KEPT,
    TRIED,
    FAILED,
    AGAIN,
    SUBSCRIBE,
    SUBSCRIBER,
    CONFIRM,
    LEAVE,
    ADMIT,
    STRIKE,
    CONFIRMED,
    UNCONFIRMED,
    LEFT,
];

pub(super) async fn exists(conn: &mut Conn, unique_key: &str) -> Result<bool, DbError> {
    let found: Option<(i64,)> = conn.opt(EXISTS, p![unique_key]).await?;
    Ok(found.is_some())
}

pub(super) async fn insert(tx: &mut Tx, mail: &NewMail, host: &str) -> Result<MailId, DbError> {
    let (id, now): (MailId, _) = (tx.new_id(), tx.now());
    let message_id = format!("{}.{id}@{host}", mail.kind);
    let to_key = mail.to_email.key();
    tx.send(
        INSERT,
        p![
            id,
            mail.unique_key,
            mail.kind,
            mail.to_email,
            to_key,
            mail.to_name,
            mail.reply_to,
            mail.subject,
            mail.text,
            mail.html,
            message_id,
            mail.order_id,
            mail.inquiry_id,
            mail.is_secret,
            now
        ],
    )
    .await?;
    Ok(id)
}

pub(super) async fn find(conn: &mut Conn, id: MailId) -> Result<Option<Mail>, DbError> {
    conn.opt(FIND, p![id]).await
}

pub(super) async fn list(
    conn: &mut Conn,
    state: Option<MailState>,
    after: After,
    limit: i64,
) -> Result<Vec<MailRow>, DbError> {
    match state {
        None => conn.all(LIST, p![after.at, after.id, limit]).await,
        Some(state) => {
            conn.all(LIST_OF_STATE, p![after.at, after.id, limit, state.word()])
                .await
        }
    }
}

pub(super) async fn to(conn: &mut Conn, start: &str, limit: i64) -> Result<Vec<MailRow>, DbError> {
    let end = format!("{start}\u{10FFFF}");
    conn.all(TO, p![start, end, limit]).await
}

pub(super) async fn of_order(conn: &mut Conn, id: OrderId) -> Result<Vec<MailRow>, DbError> {
    conn.all(OF_ORDER, p![id]).await
}

pub(super) async fn of_inquiry(conn: &mut Conn, id: InquiryId) -> Result<Vec<MailRow>, DbError> {
    conn.all(OF_INQUIRY, p![id]).await
}

/// The Message-IDs of a thread before a mail, oldest first.
pub(super) async fn thread(conn: &mut Conn, inquiry: InquiryId, before: &Mail) -> Result<Vec<String>, DbError> {
    let ids: Vec<(String,)> = conn.all(THREAD, p![inquiry, before.created_at, before.id]).await?;
    Ok(ids.into_iter().rev().map(|(id,)| id).collect())
}

/// What was secret in a mail that has left is not kept.
pub(super) async fn sent(tx: &mut Tx, id: MailId, instead: &str) -> Result<(), DbError> {
    let now = tx.now();
    tx.send(SENT, p![id, now, instead]).await
}

pub(super) async fn kept(tx: &mut Tx, id: MailId) -> Result<(), DbError> {
    tx.send(KEPT, p![id]).await
}

pub(super) async fn tried(tx: &mut Tx, id: MailId, error: &str) -> Result<(), DbError> {
    tx.exec(TRIED, p![id, error]).await.map(drop)
}

pub(super) async fn failed(tx: &mut Tx, id: MailId, error: &str) -> Result<(), DbError> {
    tx.exec(FAILED, p![id, error]).await.map(drop)
}

pub(super) async fn again(tx: &mut Tx, id: MailId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(AGAIN, p![id, now]).await? == 1)
}

/// Notes that an address may want news; answers whether it is to be asked to confirm.
pub(super) async fn subscribe(tx: &mut Tx, email: &EmailAddress, token: &Token) -> Result<bool, DbError> {
    let (key, hash, now) = (email.key(), token.hash(), tx.now());
    Ok(tx.exec(SUBSCRIBE, p![key, email, hash, now]).await? == 1)
}

pub(super) async fn subscriber(conn: &mut Conn, email: &EmailAddress) -> Result<Option<SubscriberRow>, DbError> {
    conn.opt(SUBSCRIBER, p![email.key()]).await
}

pub(super) async fn confirm(tx: &mut Tx, hash: &TokenHash) -> Result<Option<EmailAddress>, DbError> {
    let now = tx.now();
    let row: Option<(EmailAddress,)> = tx.opt(CONFIRM, p![hash, now]).await?;
    Ok(row.map(|(email,)| email))
}

pub(super) async fn leave(tx: &mut Tx, hash: &TokenHash) -> Result<Option<EmailAddress>, DbError> {
    let now = tx.now();
    let row: Option<(EmailAddress,)> = tx.opt(LEAVE, p![hash, now]).await?;
    Ok(row.map(|(email,)| email))
}

/// Puts an address on the list that need not be asked.
pub(super) async fn admit(tx: &mut Tx, email: &EmailAddress) -> Result<(), DbError> {
    let (key, token, now) = (email.key(), tx.new_token(), tx.now());
    tx.exec(ADMIT, p![key, email, token.hash(), now]).await.map(drop)
}

/// Takes an address off the list.
pub(super) async fn strike(tx: &mut Tx, email: &EmailAddress) -> Result<(), DbError> {
    let (key, now) = (email.key(), tx.now());
    tx.exec(STRIKE, p![key, now]).await.map(drop)
}

pub(super) async fn subscribers(
    conn: &mut Conn,
    which: Subscribers,
    start: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Subscriber>, DbError> {
    let sql = match which {
        Subscribers::Confirmed => CONFIRMED,
        Subscribers::Unconfirmed => UNCONFIRMED,
        Subscribers::Left => LEFT,
    };
    let end = format!("{start}\u{10FFFF}");
    conn.all(sql, p![after, start, end, limit]).await
}
