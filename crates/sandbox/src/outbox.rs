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

impl Outbox {
    /// Queues the events of one step and returns those that are thrown away.
    pub(crate) fn queue(&mut self, mut events: Vec<String>, webhooks: Webhooks, faults: &mut Faults) -> Vec<String> {
        if webhooks == Webhooks::Lost {
            return events;
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
        if webhooks != Webhooks::BeforeReturn {
            self.push(0, Batch { events, tries: 0 });
        }
        lost
    }

    /// Queues one event once more, at once.
    pub(crate) fn resend(&mut self, event: String) {
        self.push(
            0,
            Batch {
                events: vec![event],
                tries: 0,
            },
        );
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

    fn queued(webhooks: Webhooks, faults: &mut Faults) -> (Vec<String>, Vec<String>) {
        let mut outbox = Outbox::default();
        let lost = outbox.queue(vec!["a".into(), "b".into()], webhooks, faults);
        (outbox.take_due(0).map(|batch| batch.events).unwrap_or_default(), lost)
    }

    #[test]
    fn events_are_sent_in_order_unless_a_fault_says_otherwise() {
        let sent = |webhooks, mut faults| queued(webhooks, &mut faults).0.concat();

        assert_eq!(sent(Webhooks::AsUsual, Faults::default()), "ab");
        assert_eq!(sent(Webhooks::TwiceAndReordered, Faults::default()), "baba");
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
        assert_eq!(
            queued(Webhooks::AsUsual, &mut faults),
            (vec!["b".to_owned()], vec!["a".to_owned()])
        );
        assert_eq!(faults.drop_webhooks_next, 0);
        assert_eq!(queued(Webhooks::Lost, &mut faults).1.concat(), "ab");
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
