use std::{
    collections::HashMap,
    hash::{BuildHasher as _, Hash, RandomState},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::Error;

/// What is counted, each with its own allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flow {
    /// Any request, by network.
    Request,
    /// A search, by network.
    Search,
    /// Suggestions while typing, by network.
    Suggest,
    /// A failed sign-in, by network.
    SignIn,
    /// A failed sign-in of one account.
    SignInAccount,
    /// A failed staff sign-in, by network.
    StaffSignIn,
    /// A failed staff sign-in of one account.
    StaffSignInAccount,
    /// A mail with a link (forgotten password, verification), by network.
    LinkMail,
    /// The same, to one address.
    LinkMailAddress,
    /// A registration, by network.
    Register,
    /// Looking an order up, by network.
    OrderLookup,
    /// Looking up one order number.
    OrderLookupNumber,
    /// A wrong discount code, by network.
    Coupon,
    /// A wrong discount code in one cart.
    CouponCart,
    /// Placing an order, by network.
    PlaceOrder,
    /// Placing an order from one cart.
    PlaceOrderCart,
    /// Finding a review helpful, by network.
    Vote,
    /// Something written to the shop (review, inquiry), by network.
    Write,
}

impl Flow {
    /// How many in how long.
    const fn allowance(self) -> (u32, Duration) {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        let (count, seconds) = match self {
            Self::Request => (1200, MINUTE),
            Self::Search | Self::PlaceOrder => (60, MINUTE),
            Self::Suggest => (180, MINUTE),
            Self::SignIn => (30, 5 * MINUTE),
            Self::SignInAccount | Self::OrderLookup | Self::StaffSignIn => (10, 15 * MINUTE),
            Self::StaffSignInAccount => (5, 15 * MINUTE),
            Self::LinkMail | Self::Write => (10, HOUR),
            Self::LinkMailAddress => (3, HOUR),
            Self::Register | Self::OrderLookupNumber => (5, HOUR),
            Self::Coupon | Self::Vote => (30, HOUR),
            Self::CouponCart => (10, 10 * MINUTE),
            Self::PlaceOrderCart => (10, MINUTE),
        };
        (count, Duration::from_secs(seconds))
    }
}

/// Counts tries and refuses too many, in bounded memory.
///
/// For each key one instant is kept: when its allowance would be whole again (a leaky bucket). Keys live in two generations;
/// when the young one is full it becomes the old one and the old one is forgotten, so there are never more than twice
/// [`Limits::KEYS_MAX`]. Each instance counts for itself.
#[derive(Debug)]
pub struct Limits {
    hash: RandomState,
    requests_per_minute: u32,
    generations: Mutex<Generations>,
}

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<u64, u64>,
    old: HashMap<u64, u64>,
}

impl Limits {
    /// When the young generation grows old.
    pub const KEYS_MAX: usize = 100_000;

    /// Nothing counted yet.
    pub fn new(requests_per_minute: u32) -> Self {
        Self {
            hash: RandomState::new(),
            requests_per_minute: requests_per_minute.max(1),
            generations: Mutex::default(),
        }
    }

    /// Counts one try at `now_ms` (milliseconds of any steady clock), unless it is one too many.
    pub fn count(&self, flow: Flow, key: impl Hash, now_ms: u64) -> Result<(), Error> {
        self.try_count(flow, key, now_ms, true)
    }

    /// Whether one more would be refused, counting nothing: to ask before an attempt of which only failures count.
    pub fn check(&self, flow: Flow, key: impl Hash, now_ms: u64) -> Result<(), Error> {
        self.try_count(flow, key, now_ms, false)
    }

    fn try_count(&self, flow: Flow, key: impl Hash, now_ms: u64, keep: bool) -> Result<(), Error> {
        let (count, period) = match flow {
            Flow::Request => (self.requests_per_minute, Duration::from_secs(60)),
            other => other.allowance(),
        };
        let period = u64::try_from(period.as_millis()).unwrap_or(u64::MAX);
        let cost = period / u64::from(count);
        let key = self.hash.hash_one((flow, key));

        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        let whole_at = generations.get(key).max(now_ms);
        let after = whole_at + cost;
        if after > now_ms + period {
            let retry_after = Duration::from_millis(after - now_ms - period);
            return Err(Error::TooMany { retry_after });
        }
        if keep {
            generations.set(key, after);
        }
        Ok(())
    }
}

impl Generations {
    fn get(&self, key: u64) -> u64 {
        let found = self.young.get(&key).or_else(|| self.old.get(&key));
        found.copied().unwrap_or_default()
    }

    fn set(&mut self, key: u64, at: u64) {
        if self.young.len() >= Limits::KEYS_MAX && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_allowance_is_used_up_and_comes_back() {
        let limits = Limits::new(1200);
        for n in 0..5 {
            assert!(limits.count(Flow::Register, "net", n).is_ok(), "try {n}");
        }
        let Err(Error::TooMany { retry_after }) = limits.count(Flow::Register, "net", 5) else {
            panic!("the sixth in a row was let through")
        };
        assert!(retry_after <= Duration::from_secs(720));
        assert!(limits.count(Flow::Register, "other", 5).is_ok());
        assert!(limits.count(Flow::Coupon, "net", 5).is_ok());
        let later = 5 + u64::try_from(retry_after.as_millis()).unwrap();
        assert!(limits.count(Flow::Register, "net", later).is_ok());
    }

    #[test]
    fn asking_counts_nothing() {
        let limits = Limits::new(1200);
        for _ in 0..100 {
            assert!(limits.check(Flow::SignIn, "net", 0).is_ok());
        }
    }

    #[test]
    fn a_flood_of_keys_does_not_grow_the_memory() {
        let limits = Limits::new(1200);
        for n in 0..350_000_u32 {
            limits.count(Flow::Request, n, 0).unwrap();
        }
        let generations = limits.generations.lock().unwrap();
        assert!(generations.young.len() + generations.old.len() <= 2 * Limits::KEYS_MAX);
    }
}
