//! News by mail: asked for, confirmed by a link, left at any time.

use wares_db::{Conn, DbError, Tx, Write};
use wares_kernel::{EmailAddress, Token};

use super::message::{Message, enqueue};
use super::store;

/// Asks for news. Does the same for every address; a mail asks to confirm it, unless it is confirmed already.
#[derive(Debug, Clone)]
pub struct Subscribe {
    /// The address.
    pub email: EmailAddress,
}

impl Write for Subscribe {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let email = self.email.clone();
        enqueue(tx, Message::ConfirmNews { email }).await
    }
}

/// Confirms by the link that news are wanted.
#[derive(Debug, Clone)]
pub struct ConfirmSubscription {
    /// The link's token.
    pub token: Token,
}

impl Write for ConfirmSubscription {
    /// The address, if the link is good.
    type Out = Option<EmailAddress>;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<Option<EmailAddress>, DbError> {
        store::confirm(tx, &self.token.hash()).await
    }
}

/// Stops the news, by the link in each of them.
#[derive(Debug, Clone)]
pub struct LeaveNews {
    /// The link's token.
    pub token: Token,
}

impl Write for LeaveNews {
    /// Whether there was something to stop.
    type Out = bool;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        store::leave(tx, &self.token.hash()).await
    }
}

/// Whether an address has confirmed that it wants news and has not left.
pub async fn is_subscribed(conn: &mut Conn, email: &EmailAddress) -> Result<bool, DbError> {
    let row = store::subscriber(conn, email).await?;
    Ok(row.is_some_and(|row| row.confirmed_at.is_some() && row.left_at.is_none()))
}
