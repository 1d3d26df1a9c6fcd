//! Somebody without an account wants to see their order again.

use wares_db::{DbError, Tx, Write};
use wares_kernel::EmailAddress;

use super::number::OrderNumber;
use crate::events::{self, Event};

/// Asks for the link to an order by its number and the address it was placed with.
///
/// Does the same for every number and address, so that nobody learns which orders there are: only the mail knows.
#[derive(Debug, Clone)]
pub struct AskLink {
    /// The number.
    pub number: OrderNumber,
    /// The address.
    pub email: EmailAddress,
}

impl Write for AskLink {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let (number, email) = (self.number.clone(), self.email.clone());
        events::record(tx, Event::OrderLinkAsked { number, email }).await
    }
}
