//! What happens after a request: reactions and mails, which are kept for reading, because none leaves a test.

use std::sync::Arc;

use async_trait::async_trait;
use wares_commerce::{
    events::React,
    importing::{CheckFile, ImportFile, check_file, import_file},
    notifications::{
        self, Connected, Links, PostOffice, Renderer, ShowMails, StoredMail,
        mailer::{Mail, MailError, Mailer},
    },
    payment::{CarryOutCapture, CarryOutRefund, carry_out, carry_out_capture},
    reactions::Reaction,
    seal::Vault,
    together::{PairProduct, pair},
};
use wares_db::Db;
use wares_jobs::Worker;
use wares_kernel::{After, Clock, FixedClock, SystemRandom};

use super::{HOST, TestShop};

/// A mail server that takes every mail, or refuses it with these words.
#[derive(Debug)]
struct Server(Option<&'static str>);

#[async_trait]
impl Mailer for Server {
    async fn send(&self, _mail: &Mail) -> Result<(), MailError> {
        self.0
            .map_or(Ok(()), |answer| Err(MailError::Permanent(answer.to_owned())))
    }
}

/// Mails are written and kept; none leaves, except to the servers of tests.
pub(super) fn office(clock: &Arc<FixedClock>, db: &Db) -> PostOffice {
    PostOffice {
        db: db.clone(),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        random: Arc::new(SystemRandom),
        vault: Vault::new([7; 32]),
        renderer: Renderer::new(None),
        links: Links::new(&format!("https://{HOST}"), wares_web::urls::mail_paths()),
        connect: Arc::new(|server, _| match server.host.as_str() {
            "takes.example" => Ok(Arc::new(Server(None)) as Arc<dyn Mailer>),
            "refuses.example" => Ok(Arc::new(Server(Some("550 no such mailbox"))) as Arc<dyn Mailer>),
            _ => Err(anyhow::anyhow!("no mail leaves a test")),
        }),
        connected: Connected::default(),
    }
}

impl TestShop {
    /// Does what the worker has to do.
    pub(crate) async fn work(&self) {
        let db = self.data.db.clone();
        let clock = Arc::clone(&self.data.clock) as Arc<dyn Clock>;
        let (refunds, captures, pairs) = (self.app.till.clone(), self.app.till.clone(), db.clone());
        let worker = Worker::new(db.clone(), clock)
            .with(move |React(fact)| {
                let db = db.clone();
                async move { Ok(db.write(Reaction(fact)).await?) }
            })
            .with(move |task: CarryOutRefund| {
                let till = refunds.clone();
                async move { carry_out(&till, task).await }
            })
            .with(move |task: CarryOutCapture| {
                let till = captures.clone();
                async move { carry_out_capture(&till, task).await }
            })
            .with(move |task: PairProduct| {
                let db = pairs.clone();
                async move { pair(&db, &task).await }
            });
        let worker = notifications::register(imports(worker, self), office(&self.data.clock, &self.data.db));
        worker.drain().await.expect("the outbox can be read");
    }

    /// The mails to an address so far, the newest first, after the worker has done its work.
    pub(crate) async fn mails_to(&self, email: &str) -> Vec<StoredMail> {
        self.work().await;
        let mut conn = self.data.db.read().await.expect("a connection");
        let rows = notifications::list(&mut conn, ShowMails::All, After::NEWEST, 100)
            .await
            .expect("mails can be read");
        let mut mails = Vec::new();
        for row in rows.items.iter().filter(|row| row.to_email.as_str() == email) {
            mails.extend(
                notifications::find(&mut conn, row.id)
                    .await
                    .expect("a mail can be read"),
            );
        }
        mails
    }

    /// The path of the first link in a mail that begins so.
    #[track_caller]
    pub(crate) fn link_in(mail: &StoredMail, begins: &str) -> String {
        let start = format!("https://{HOST}{begins}");
        let found = mail.text.split_whitespace().find_map(|word| {
            let path = word.strip_prefix(&start)?;
            Some(format!("{begins}{}", path.trim_end_matches('.')))
        });
        found.unwrap_or_else(|| panic!("no link to {begins} in:\n{}", mail.text))
    }
}

/// The jobs of files brought through the admin panel.
fn imports(worker: Worker, shop: &TestShop) -> Worker {
    let (db, blobs) = (shop.data.db.clone(), Arc::clone(&shop.blobs));
    let (db_too, blobs_too) = (db.clone(), Arc::clone(&blobs));
    let clock = Arc::clone(&shop.data.clock);
    worker
        .with(move |task: CheckFile| {
            let (db, blobs) = (db.clone(), Arc::clone(&blobs));
            async move { check_file(&db, blobs.as_ref(), &task).await }
        })
        .with(move |task: ImportFile| {
            let (db, blobs, clock) = (db_too.clone(), Arc::clone(&blobs_too), Arc::clone(&clock));
            async move { import_file(&db, blobs.as_ref(), clock.as_ref(), &task).await }
        })
}
