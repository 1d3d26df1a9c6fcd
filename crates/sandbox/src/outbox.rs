//! What is still to be told to the shop, in batches that are sent one event after another.

use std::collections::BTreeMap;

use crate::faults::{self, Faults};

/// How the shop hears of what a buyer did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Webhooks {
    /// Soon, and again until the shop takes them.
    #[default]
    AsUsual,
    /// Never, unless somebody resends them.
    Lost,
    /// Before the buyer is sent back.
    BeforeReturn,
    /// Each twice, the last first.
    TwiceAndReordered,
}

/// Seconds to wait after each refused delivery; after the last one it is given up.
const BACK_OFF_SECONDS: [i64; 7] = [1, 5, 30, 120, 600, 3600, 6 * 3600];

/// Events that are sent in this order by one sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) events: Vec<String>,
    /// How often it was tried before.
    pub(crate) tries: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Outbox {
    /// By the instant they are due, in milliseconds, then in the order they were queued.
    queue: BTreeMap<(i64, u64), Batch>,
    n_queued: u64,
}

/// What becomes of the events of one step.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sending {
    /// To be sent, in this order. Events that go out before the buyer is sent back are sent by who sends the buyer.
    pub(crate) queued: Vec<String>,
    /// Thrown away.
    pub(crate) lost: Vec<String>,
}

impl Sending {
    pub(crate) fn plan(mut events: Vec<String>, webhooks: Webhooks, faults: &mut Faults) -> Self {
        if webhooks == Webhooks::Lost {
            return Self {
                queued: Vec::new(),
                lost: events,
            };
        }
        let lost = events
            .extract_if(.., |_| faults::take(&mut faults.drop_webhooks_next))
            .collect();
        let is_twisted = webhooks == Webhooks::TwiceAndReordered;
        if is_twisted || faults.reverse_webhooks {
            events.reverse();
        }
        if is_twisted || faults.duplicate_webhooks {
            events.extend_from_within(..);
        }
        if webhooks == Webhooks::BeforeReturn {
            events.clear();
        }
        Self { queued: events, lost }
    }
}

impl Outbox {
    /// Queues events to be sent at once, one after another.
    pub(crate) fn send(&mut self, events: Vec<String>) {
        self.push(0, Batch { events, tries: 0 });
    }

    /// Queues an event that was refused for later; `false` when it was refused often enough.
    pub(crate) fn retry(&mut self, event: String, tries: usize, now_ms: i64) -> bool {
        let Some(seconds) = BACK_OFF_SECONDS.get(tries) else {
            return false;
        };
        self.push(
            now_ms + seconds * 1000,
            Batch {
                events: vec![event],
                tries: tries + 1,
            },
        );
        true
    }

    /// The next batch whose time has come.
    pub(crate) fn take_due(&mut self, now_ms: i64) -> Option<Batch> {
        let entry = self.queue.first_entry()?;
        (entry.key().0 <= now_ms).then(|| entry.remove())
    }

    fn push(&mut self, due: i64, batch: Batch) {
        if batch.events.is_empty() {
            return;
        }
        self.n_queued += 1;
        self.queue.insert((due, self.n_queued), batch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(webhooks: Webhooks, faults: &mut Faults) -> (String, String) {
        let sending = Sending::plan(vec!["a".into(), "b".into()], webhooks, faults);
        (sending.queued.concat(), sending.lost.concat())
    }

    #[test]
    fn events_are_sent_in_order_unless_a_fault_says_otherwise() {
        let sent = |webhooks, mut faults| plan(webhooks, &mut faults).0;

        assert_eq!(sent(Webhooks::AsUsual, Faults::default()), "ab");
        assert_eq!(sent(Webhooks::TwiceAndReordered, Faults::default()), "baba");
        assert_eq!(sent(Webhooks::BeforeReturn, Faults::default()), "");
        assert_eq!(
            sent(
                Webhooks::AsUsual,
                Faults {
                    duplicate_webhooks: true,
                    ..Faults::default()
                }
            ),
            "abab"
        );
        assert_eq!(
            sent(
                Webhooks::AsUsual,
                Faults {
                    reverse_webhooks: true,
                    ..Faults::default()
                }
            ),
            "ba"
        );
    }

    #[test]
    fn dropped_events_are_named_and_counted() {
        let mut faults = Faults {
            drop_webhooks_next: 1,
            ..Faults::default()
        };
        assert_eq!(plan(Webhooks::AsUsual, &mut faults), ("b".to_owned(), "a".to_owned()));
        assert_eq!(faults.drop_webhooks_next, 0);
        assert_eq!(plan(Webhooks::Lost, &mut faults), (String::new(), "ab".to_owned()));
    }

    #[test]
    fn a_refused_event_comes_back_later_and_is_given_up_in_the_end() {
        let mut outbox = Outbox::default();
        assert!(outbox.retry("a".into(), 0, 10_000));
        assert_eq!(outbox.take_due(10_999), None);
        assert_eq!(
            outbox.take_due(11_000),
            Some(Batch {
                events: vec!["a".into()],
                tries: 1
            })
        );
        assert!(!outbox.retry("a".into(), BACK_OFF_SECONDS.len(), 0));
    }
}
