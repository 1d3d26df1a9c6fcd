//! The two jobs of a mail: it is written, then sent.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;
use wares_db::fault::{self, Point};
use wares_db::{Db, DbError, Tx, Write};
use wares_jobs::{Due, JobError, Task, Worker};
use wares_kernel::{Clock, EmailAddress, MailId, Random, Token};

use super::compose::{self, Composed};
use super::letter::Sender;
use super::letters::staff::TestMail;
use super::links::Links;
use super::list::Mail as StoredMail;
use super::mailer::{Mail, MailError, MailMessageId, Mailbox, Mailer};
use super::message::WriteMail;
use super::render::Renderer;
use super::store;
use crate::accounts::link::{self, Purpose};
use crate::seal::Vault;
use crate::settings::{self, Store};

/// How long a mail is tried before it is given up.
const PATIENCE: Duration = Duration::from_hours(72);
/// What is kept of a mail whose text is not.
const NOT_KEPT: &str = "The text of this mail is not kept, because it held a link that opens an account.";

/// Makes a way out from the settings of the mail server and its password.
pub type Connect = Arc<dyn Fn(&settings::Mail, Option<String>) -> Result<Arc<dyn Mailer>, anyhow::Error> + Send + Sync>;

/// Everything that is needed to write and send mails. Cheap to clone.
#[derive(Clone)]
pub struct PostOffice {
    /// Where everything is.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where the tokens of links come from.
    pub random: Arc<dyn Random>,
    /// Where the password of the mail server and the tokens of orders are sealed.
    pub vault: Vault,
    /// The templates.
    pub renderer: Renderer,
    /// Links into the shop.
    pub links: Links,
    /// The way out.
    pub connect: Connect,
    /// The way out that was made last, and for which settings.
    pub connected: Connected,
}

/// Remembers the way out, so that its connections are used again. Starts empty.
#[derive(Debug, Clone, Default)]
pub struct Connected(Arc<Mutex<Option<WayOut>>>);

/// A way out, and the settings it was made for.
type WayOut = (settings::Mail, Arc<dyn Mailer>);

/// The job that hands a mail to the mail server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendMail {
    /// Which.
    pub mail_id: MailId,
}

impl Task for SendMail {
    const KIND: &'static str = "send_mail";
}

/// Teaches a worker to write and send mails.
#[must_use]
pub fn register(worker: Worker, office: PostOffice) -> Worker {
    let sender = office.clone();
    worker
        .with(move |job: WriteMail| {
            let office = office.clone();
            async move { office.write(job).await }
        })
        .with(move |job: SendMail| {
            let office = sender.clone();
            async move { office.send(job).await }
        })
}

impl PostOffice {
    /// Writes a mail, unless it is written already or there is nobody to write to.
    pub async fn write(&self, job: WriteMail) -> Result<(), JobError> {
        let WriteMail { message, key } = job;
        if store::exists(&mut *self.db.read().await?, &key).await? {
            return Ok(());
        }
        let Some(composed) = compose::compose(self, message, key).await? else {
            return Ok(());
        };
        let host = self.links.host().to_owned();
        fault::reach(Point::MailWorded).await?;
        self.db.write(Post { composed, host }).await?;
        Ok(())
    }

    /// Hands a mail to the mail server. A mail that has left is not sent again by a repeated job.
    pub async fn send(&self, job: SendMail) -> Result<(), JobError> {
        let SendMail { mail_id } = job;
        let (stored, out, server) = {
            let mut conn = self.db.read().await?;
            let Some(stored) = store::find(&mut conn, mail_id).await? else {
                return Err(JobError::Fail(anyhow!("mail {mail_id} is gone")));
            };
            if stored.state != "queued" {
                return Ok(());
            }
            let references = match stored.inquiry_id {
                Some(inquiry) => store::thread(&mut conn, inquiry, &stored).await?,
                None => Vec::new(),
            };
            let (shop, server) = settings::pair(&mut conn).await?;
            let from = self.from(&shop, &server);
            (stored.clone(), outgoing(stored, from, &references), server)
        };
        if !server.is_on() {
            self.db.write(Settle::kept(mail_id)).await?;
            return Ok(());
        }
        fault::reach(Point::MailOffered).await?;
        let result = self.hand_over(&server, out).await;
        fault::reach(Point::MailTaken).await?;
        self.settle(&stored, result).await
    }

    /// Sends a mail that only says that the settings work; answers what the mail server says.
    pub async fn test(&self, to: EmailAddress) -> Result<(), MailError> {
        let failed = |error: anyhow::Error| MailError::Temporary(format!("{error:#}"));
        let (shop, server) = self.servers().await.map_err(|error| failed(error.into()))?;
        let at = compose::moment(self.clock.now(), &shop);
        let letter = TestMail { at };
        let rendered = self
            .renderer
            .render(&Sender::new(&shop, &self.links), &letter)
            .map_err(|error| failed(error.into()))?;
        let id = format!("test.{}@{}", self.random.uuid(self.clock.now()), self.links.host());
        let message_id =
            MailMessageId::parse(&id).ok_or_else(|| MailError::Permanent(format!("{id} is not a Message-ID")))?;
        let mail = Mail {
            from: self.from(&shop, &server),
            reply_to: None,
            to: Mailbox {
                name: None,
                address: to,
            },
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            message_id,
            in_reply_to: None,
            references: Vec::new(),
        };
        self.hand_over(&server, Ok(mail)).await
    }

    async fn servers(&self) -> Result<(Store, settings::Mail), DbError> {
        settings::pair(&mut *self.db.read().await?).await
    }

    async fn hand_over(&self, server: &settings::Mail, mail: Result<Mail, MailError>) -> Result<(), MailError> {
        let mail = mail?;
        let mailer = self
            .mailer(server)
            .map_err(|error| MailError::Temporary(format!("{error:#}")))?;
        mailer.send(&mail).await
    }

    /// The way out for these settings; the one made before, while they are the same.
    fn mailer(&self, server: &settings::Mail) -> Result<Arc<dyn Mailer>, anyhow::Error> {
        let mut made = self.connected.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((for_server, mailer)) = &*made
            && for_server == server
        {
            return Ok(Arc::clone(mailer));
        }
        let password = server
            .password
            .as_ref()
            .map(|sealed| self.vault.open_text(settings::Mail::PASSWORD_PLACE, sealed))
            .transpose()
            .context("the password of the mail server")?;
        let mailer = (self.connect)(server, password)?;
        *made = Some((server.clone(), Arc::clone(&mailer)));
        Ok(mailer)
    }

    /// Writes down how it went. What can be tried again is, until patience ends.
    async fn settle(&self, mail: &StoredMail, result: Result<(), MailError>) -> Result<(), JobError> {
        match result {
            Ok(()) => {
                self.db.write(Settle::sent(mail.id)).await?;
                tracing::info!(mail.id = %mail.id, mail.kind = %mail.kind, "Sent mail {}", mail.id);
                Ok(())
            }
            Err(MailError::Temporary(reason)) if self.clock.now().since(mail.queued_at) < PATIENCE => {
                self.db.write(Settle::tried(mail.id, reason.clone())).await?;
                Err(JobError::Retry(anyhow!(reason)))
            }
            Err(MailError::Temporary(reason) | MailError::Permanent(reason)) => {
                tracing::error!(mail.id = %mail.id, mail.kind = %mail.kind, "Gave up mail {}", mail.id);
                self.db.write(Settle::failed(mail.id, reason)).await?;
                Ok(())
            }
        }
    }

    /// Whom mails come from: as set, else the shop's own address, else one at the shop's host.
    fn from(&self, shop: &Store, server: &settings::Mail) -> Mailbox {
        let name = if server.from_name.is_empty() {
            &shop.name
        } else {
            &server.from_name
        };
        let fallback = || {
            format!("shop@{}", self.links.host())
                .parse()
                .or_else(|_| "shop@localhost.localdomain".parse::<EmailAddress>())
        };
        let address = server
            .from_address
            .clone()
            .or_else(|| shop.email.clone())
            .map_or_else(fallback, Ok)
            .expect("the last of the addresses is one");
        Mailbox {
            name: Some(name.clone()),
            address,
        }
    }
}

impl fmt::Debug for PostOffice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostOffice")
            .field("links", &self.links)
            .finish_non_exhaustive()
    }
}

fn outgoing(stored: StoredMail, from: Mailbox, thread: &[String]) -> Result<Mail, MailError> {
    let message_id = MailMessageId::parse(&stored.message_id)
        .ok_or_else(|| MailError::Permanent(format!("{} is not a Message-ID", stored.message_id)))?;
    let references: Vec<MailMessageId> = thread.iter().filter_map(|id| MailMessageId::parse(id)).collect();
    Ok(Mail {
        from,
        reply_to: stored.reply_to.map(|address| Mailbox { name: None, address }),
        to: Mailbox {
            name: Some(stored.to_name).filter(|name| !name.is_empty()),
            address: stored.to_email,
        },
        subject: stored.subject,
        text: stored.text,
        html: stored.html,
        message_id,
        in_reply_to: references.last().cloned(),
        references,
    })
}

/// The link a mail carries, drawn before and made good together with the mail.
#[derive(Debug, Clone)]
pub(super) struct CarriedLink {
    pub(super) token: Token,
    pub(super) purpose: Purpose,
    pub(super) subject: Uuid,
    pub(super) data: Value,
}

/// Writes a mail down with its link and has it sent.
struct Post {
    composed: Composed,
    host: String,
}

impl Write for Post {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let Composed { mail, link, news } = &self.composed;
        if store::exists(tx, &mail.unique_key).await? {
            return Ok(());
        }
        if let Some(carried) = link {
            // A review link works until it expires, one for each parcel; of all others only the newest does.
            if carried.purpose != Purpose::Review {
                link::revoke(tx, carried.purpose, carried.subject).await?;
            }
            link::register(
                tx,
                &carried.token,
                carried.purpose,
                Some(carried.subject),
                &carried.data,
            )
            .await?;
        }
        if let Some(token) = news
            && !store::subscribe(tx, &mail.to_email, token).await?
        {
            return Ok(());
        }
        let mail_id = store::insert(tx, mail, &self.host).await?;
        wares_jobs::enqueue(tx, &SendMail { mail_id }, Due::now()).await?;
        tx.reach(Point::MailWritten).await
    }
}

/// How handing over went.
struct Settle {
    mail_id: MailId,
    how: How,
}

enum How {
    Sent,
    Kept,
    Tried(String),
    Failed(String),
}

impl Settle {
    fn sent(mail_id: MailId) -> Self {
        Self {
            mail_id,
            how: How::Sent,
        }
    }

    fn kept(mail_id: MailId) -> Self {
        Self {
            mail_id,
            how: How::Kept,
        }
    }

    fn tried(mail_id: MailId, reason: String) -> Self {
        let how = How::Tried(reason);
        Self { mail_id, how }
    }

    fn failed(mail_id: MailId, reason: String) -> Self {
        let how = How::Failed(reason);
        Self { mail_id, how }
    }
}

impl Write for Settle {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        match &self.how {
            How::Sent => store::sent(tx, self.mail_id, NOT_KEPT).await,
            How::Kept => store::kept(tx, self.mail_id).await,
            How::Tried(reason) => store::tried(tx, self.mail_id, reason).await,
            How::Failed(reason) => store::failed(tx, self.mail_id, reason).await,
        }
    }
}
