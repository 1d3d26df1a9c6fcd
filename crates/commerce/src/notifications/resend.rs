//! Sending a mail again.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_jobs::Due;
use wares_kernel::MailId;

use super::office::SendMail;
use super::store;
use crate::audit::{self, Action, Actor, Object};

/// Hands a mail over once more, as it was, under the same Message-ID.
#[derive(Debug, Clone)]
pub struct Resend {
    /// Who wants it.
    pub actor: Actor,
    /// Which.
    pub mail_id: MailId,
}

/// Why a mail is not sent again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// It waits already.
    #[error("This mail is waiting to be sent already")]
    Waiting,
    /// Its text held a link that opens an account and is not kept.
    #[error(
        "The text of this mail was not kept, because it held a link that opens an account. Send a new link instead"
    )]
    NotKept,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for Resend {
    type Out = ();
    type Error = ResendError;

    async fn run(&self, tx: &mut Tx) -> Result<(), ResendError> {
        let mail = store::find(tx, self.mail_id).await?.ok_or(DbError::NotFound)?;
        if mail.state == "queued" {
            return Err(ResendError::Waiting);
        }
        if !store::again(tx, mail.id).await? {
            return Err(ResendError::NotKept);
        }
        let mail_id = mail.id;
        wares_jobs::enqueue(tx, &SendMail { mail_id }, Due::now()).await?;
        audit::record(
            tx,
            &self.actor,
            Action::Resent,
            Object::mail(mail_id, mail.subject),
            json!({}),
        )
        .await?;
        Ok(())
    }
}
