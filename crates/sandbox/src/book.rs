//! Everything the gateway knows, behind one lock: tables, kept answers, faults, and what is still to be sent.
//!
//! Nothing here is changed in place. A step of the trade makes a [`Change`] from what is there, and [`Book::commit`]
//! writes it to the journal and then applies it, whole.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::faults::Faults;
use crate::journal::Journal;
use crate::model::{
    AUTHORISED_FOR_SECONDS, Delivery, Dispute, Event, Intent, IntentStatus, KeptAnswer, Refund, Row, Session,
    SessionStatus,
};
use crate::outbox::{Outbox, Sending, Webhooks};
use crate::trade::{self, Moment};

/// How long a key is remembered, in seconds.
const KEYS_KEPT_SECONDS: i64 = 24 * 3600;

/// Objects in the order they were made, found by id.
#[derive(Debug)]
pub(crate) struct Table<T> {
    rows: Vec<T>,
    by_id: HashMap<String, usize>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            by_id: HashMap::new(),
        }
    }
}

impl<T: Row> Table<T> {
    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.by_id.get(id).map(|&at| &self.rows[at])
    }

    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().rev()
    }

    /// What was made before the object of that id, newest first; `None` when there is no such object.
    pub(crate) fn before(&self, id: &str) -> Option<impl Iterator<Item = &T>> {
        self.by_id.get(id).map(|&at| self.rows[..at].iter().rev())
    }

    fn put(&mut self, row: T) {
        if let Some(&at) = self.by_id.get(row.id()) {
            self.rows[at] = row;
            return;
        }
        self.by_id.insert(row.id().to_owned(), self.rows.len());
        self.rows.push(row);
    }
}

/// Objects as they are after a step. One line of the journal.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Change {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) sessions: Vec<Session>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) intents: Vec<Intent>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) refunds: Vec<Refund>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) disputes: Vec<Dispute>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) events: Vec<Event>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) deliveries: Vec<(String, Delivery)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kept: Option<KeptAnswer>,
}

/// What the gateway may say about an idempotency key.
pub(crate) enum KeyState<'a> {
    /// Never heard of; it is now reserved for the caller.
    Claimed,
    /// Answered before.
    Kept(&'a KeptAnswer),
    /// Being worked on for another request.
    Running,
    /// Used for a different request.
    Mismatch,
}

#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) sessions: Table<Session>,
    pub(crate) intents: Table<Intent>,
    pub(crate) refunds: Table<Refund>,
    pub(crate) disputes: Table<Dispute>,
    pub(crate) events: Table<Event>,
    pub(crate) faults: Faults,
    pub(crate) outbox: Outbox,
    kept: HashMap<String, KeptAnswer>,
    kept_in_order: VecDeque<(i64, String)>,
    running: HashMap<String, u64>,
    /// Instants at which open sessions run out and payments that were put off arrive.
    due: BTreeSet<(i64, Due)>,
    newest: i64,
    sends_webhooks: bool,
    journal: Option<Journal>,
}

/// What happens by itself when its time comes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Expires(String),
    Arrives(String),
    Lapses(String),
}

impl Book {
    /// A book that remembers what the journal holds and goes on writing there; without a path, in memory only.
    pub(crate) fn open(journal: Option<&Path>, sends_webhooks: bool) -> io::Result<Self> {
        let mut book = Self {
            sends_webhooks,
            ..Self::default()
        };
        if let Some(path) = journal {
            book.journal = Some(Journal::open(path, |change| book.apply(change))?);
        }
        book.queue_undelivered();
        Ok(book)
    }

    /// Writes a change down, applies it and queues its events.
    pub(crate) fn commit(&mut self, mut change: Change, webhooks: Webhooks) -> io::Result<()> {
        let webhooks = if self.sends_webhooks { webhooks } else { Webhooks::Lost };
        let events = change.events.iter().map(|event| event.id.clone()).collect();
        let sending = Sending::plan(events, webhooks, &mut self.faults);
        for event in &mut change.events {
            if sending.lost.contains(&event.id) {
                event.delivery = Delivery::Lost;
            }
        }
        self.write(change)?;
        self.outbox.send(sending.queued);
        Ok(())
    }

    /// Writes down how far events are.
    pub(crate) fn commit_deliveries(&mut self, deliveries: Vec<(String, Delivery)>) -> io::Result<()> {
        self.write(Change {
            deliveries,
            ..Change::default()
        })
    }

    fn write(&mut self, change: Change) -> io::Result<()> {
        if let Some(journal) = &mut self.journal {
            journal.append(&change)?;
        }
        self.apply(change);
        Ok(())
    }

    /// Lets happen what happens by itself: sessions run out, payments that were put off arrive.
    pub(crate) fn catch_up(&mut self, moment: &Moment<'_>) -> io::Result<()> {
        while let Some((at, due)) = self.due.first().cloned() {
            if at > moment.now {
                return Ok(());
            }
            let change = match &due {
                Due::Expires(id) => self
                    .sessions
                    .get(id)
                    .and_then(|session| trade::expire(session, moment).ok()),
                Due::Arrives(id) => self
                    .purchase_of(id)
                    .and_then(|(s, i)| trade::arrive(s, i, true, moment).ok()),
                Due::Lapses(id) => self
                    .intents
                    .get(id)
                    .and_then(|intent| trade::cancel(intent, moment).ok()),
            };
            if let Some(change) = change {
                self.commit(change, Webhooks::AsUsual)?;
            }
            self.due.remove(&(at, due));
        }
        Ok(())
    }

    /// An intent with its session.
    pub(crate) fn purchase_of(&self, intent: &str) -> Option<(&Session, &Intent)> {
        let intent = self.intents.get(intent)?;
        self.sessions.get(&intent.session).map(|session| (session, intent))
    }

    /// The intent of a session, once there is one.
    pub(crate) fn intent_of(&self, session: &Session) -> Option<&Intent> {
        session.intent.as_deref().and_then(|id| self.intents.get(id))
    }

    /// An instant in seconds that never runs backwards, so that objects lie in the order of their instants.
    pub(crate) fn steady(&mut self, now: i64) -> i64 {
        self.newest = self.newest.max(now);
        self.newest
    }

    /// Looks an idempotency key up and reserves it when it is new.
    pub(crate) fn claim(&mut self, key: &str, asked: u64, now: i64) -> KeyState<'_> {
        self.forget_old_keys(now);
        if let Some(&running) = self.running.get(key) {
            return if running == asked {
                KeyState::Running
            } else {
                KeyState::Mismatch
            };
        }
        if self.kept.contains_key(key) {
            let kept = &self.kept[key];
            return if kept.asked == asked {
                KeyState::Kept(kept)
            } else {
                KeyState::Mismatch
            };
        }
        self.running.insert(key.to_owned(), asked);
        KeyState::Claimed
    }

    /// Gives a reserved key up, whether or not an answer was kept.
    pub(crate) fn unclaim(&mut self, key: &str) {
        self.running.remove(key);
    }

    fn forget_old_keys(&mut self, now: i64) {
        while let Some((created, key)) = self.kept_in_order.front() {
            if now - created < KEYS_KEPT_SECONDS {
                return;
            }
            self.kept.remove(key);
            self.kept_in_order.pop_front();
        }
    }

    fn apply(&mut self, change: Change) {
        for session in change.sessions {
            self.newest = self.newest.max(session.created);
            let due = (session.expires_at, Due::Expires(session.id.clone()));
            if session.status == SessionStatus::Open {
                self.due.insert(due);
            } else {
                self.due.remove(&due);
            }
            self.sessions.put(session);
        }
        for intent in change.intents {
            if let (IntentStatus::Processing, Some(at)) = (intent.status, intent.arrives_at) {
                self.due.insert((at, Due::Arrives(intent.id.clone())));
            }
            if intent.status == IntentStatus::RequiresCapture {
                let at = intent.created + AUTHORISED_FOR_SECONDS;
                self.due.insert((at, Due::Lapses(intent.id.clone())));
            }
            self.intents.put(intent);
        }
        change.refunds.into_iter().for_each(|refund| self.refunds.put(refund));
        change
            .disputes
            .into_iter()
            .for_each(|dispute| self.disputes.put(dispute));
        change.events.into_iter().for_each(|event| self.events.put(event));
        for (id, delivery) in change.deliveries {
            if let Some(event) = self.events.get(&id) {
                let event = Event {
                    delivery,
                    ..event.clone()
                };
                self.events.put(event);
            }
        }
        if let Some(kept) = change.kept {
            self.kept_in_order.push_back((kept.created, kept.key.clone()));
            self.kept.insert(kept.key.clone(), kept);
        }
    }

    fn queue_undelivered(&mut self) {
        let waiting: Vec<String> = self
            .events
            .rows
            .iter()
            .filter(|e| e.delivery == Delivery::Waiting)
            .map(|e| e.id.clone())
            .collect();
        for event in waiting {
            self.outbox.send(vec![event]);
        }
    }
}
