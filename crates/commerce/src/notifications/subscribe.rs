//! News by mail: asked for, confirmed by a link, left at any time.

use wares_db::{Conn, DbError, Tx, Write};
use wares_kernel::{CustomerId, EmailAddress, Token};

use super::message::{Message, enqueue};
use super::store;
use crate::accounts;

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
        let confirmed = store::confirm(tx, &self.token.hash()).await?;
        if let Some(email) = &confirmed {
            accounts::note_news(tx, email, true).await?;
        }
        Ok(confirmed)
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
        let left = store::leave(tx, &self.token.hash()).await?;
        if let Some(email) = &left {
            accounts::note_news(tx, email, false).await?;
        }
        Ok(left.is_some())
    }
}

/// A customer has chosen in their profile. Who has proved their mailbox need not be asked again; everybody else is, by mail.
pub(crate) async fn choice_made(tx: &mut Tx, id: CustomerId) -> Result<(), DbError> {
    let Some(customer) = accounts::find(tx, id).await? else {
        return Ok(());
    };
    match (customer.marketing_at, customer.verified_at) {
        (None, _) => store::strike(tx, &customer.email).await,
        (Some(_), Some(_)) => store::admit(tx, &customer.email).await,
        (Some(_), None) => {
            let email = customer.email;
            enqueue(tx, Message::ConfirmNews { email }).await
        }
    }
}

/// A mailbox was proved: what its owner chose when they registered counts now, and what the list says of the address is their choice.
pub(crate) async fn mailbox_proved(tx: &mut Tx, id: CustomerId) -> Result<(), DbError> {
    let found = accounts::find(tx, id).await?;
    let Some(customer) = found.filter(|customer| customer.verified_at.is_some()) else {
        return Ok(());
    };
    if customer.marketing_at.is_some() {
        return store::admit(tx, &customer.email).await;
    }
    if is_subscribed(tx, &customer.email).await? {
        accounts::note_news(tx, &customer.email, true).await?;
    }
    Ok(())
}

/// A customer has moved to another address: news go there, and no more to the old one.
pub(crate) async fn address_moved(tx: &mut Tx, id: CustomerId, old: &EmailAddress) -> Result<(), DbError> {
    let customer = accounts::find(tx, id).await?;
    if customer.is_some_and(|customer| customer.marketing_at.is_some()) {
        store::strike(tx, old).await?;
    }
    Ok(())
}

/// Whether an address has confirmed that it wants news and has not left.
pub async fn is_subscribed(conn: &mut Conn, email: &EmailAddress) -> Result<bool, DbError> {
    let row = store::subscriber(conn, email).await?;
    Ok(row.is_some_and(|row| row.confirmed_at.is_some() && row.left_at.is_none()))
}
