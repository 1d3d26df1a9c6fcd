//! Faults on order: what tests make the gateway do wrong.

use serde::{Deserialize, Serialize};

/// What goes wrong from now on. Counters run down to zero; the rest stays until it is changed.
///
/// ```
/// let faults: wares_sandbox::Faults = serde_json::from_str(r#"{"time_out_next": 1}"#).unwrap();
/// assert_eq!(faults, wares_sandbox::Faults { time_out_next: 1, ..Default::default() });
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Every API request waits this long before it is carried out, in milliseconds.
    pub latency_ms: u64,
    /// So many API requests are answered with 500 and not carried out.
    pub fail_next: u32,
    /// Whether such a 500 is kept under its idempotency key and replayed, as Stripe may do.
    pub fail_is_kept: bool,
    /// So many API requests are answered with 429 and not carried out.
    pub rate_limit_next: u32,
    /// So many API requests that change something are carried out but never answered.
    pub time_out_next: u32,
    /// So many events are never sent.
    pub drop_webhooks_next: u32,
    /// Every event is sent twice.
    pub duplicate_webhooks: bool,
    /// Events of one step are sent in reverse.
    pub reverse_webhooks: bool,
}

/// Counts one down and says whether there was one.
pub(crate) fn take(counter: &mut u32) -> bool {
    let is_due = *counter > 0;
    *counter = counter.saturating_sub(1);
    is_due
}
