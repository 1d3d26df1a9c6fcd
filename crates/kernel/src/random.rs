//! Randomness, and ids made of it. Chance is given, never taken: only [`SystemRandom`] asks the machine.

use std::sync::Mutex;

use uuid::Uuid;

use crate::clock::Instant;
use crate::id::Id;
use crate::token::Token;

/// Whatever gives random bytes.
pub trait Random: Send + Sync + 'static {
    /// Fills the buffer with bytes nobody can foretell.
    fn fill(&self, buffer: &mut [u8]);

    /// A new time-ordered id (`UUIDv7`, RFC 9562).
    fn uuid(&self, now: Instant) -> Uuid {
        let mut bytes = [0; 10];
        self.fill(&mut bytes);
        let millis = u64::try_from(now.micros().div_euclid(1000)).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }

    /// A secret of 256 bits.
    fn token(&self) -> Token {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        Token::from_bytes(bytes)
    }
}

/// A new id of whatever kind the caller expects.
pub fn new_id<K>(random: &dyn Random, now: Instant) -> Id<K> {
    Id::new(random.uuid(now))
}

/// The machine's own source of randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the machine for chance"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the operating system gives random bytes; without them nothing here is safe");
    }
}

/// The same bytes every time for one seed; for tests and replays, never for secrets.
#[derive(Debug)]
pub struct SeededRandom(Mutex<u64>);

impl SeededRandom {
    /// A source that starts from `seed`.
    pub const fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }

    /// A number below `n`, which must not be zero; for small ones each as likely as the others.
    pub fn below(&self, n: u64) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes) % n
    }

    /// The next number of the `SplitMix64` sequence.
    fn next(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl Random for SeededRandom {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in buffer.chunks_mut(8) {
            chunk.copy_from_slice(&Self::next(&mut state).to_le_bytes()[..chunk.len()]);
        }
    }
}

impl<R: Random + ?Sized> Random for std::sync::Arc<R> {
    fn fill(&self, buffer: &mut [u8]) {
        (**self).fill(buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_made_later_sort_later() {
        let random = SeededRandom::new(1);
        let early = random.uuid(Instant::from_seconds(1_000));
        let late = random.uuid(Instant::from_seconds(1_001));
        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
    }
}
