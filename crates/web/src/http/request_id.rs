use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

/// The reference of one request: in the log, in the response's `x-request-id`, and on the page that says something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(u64);

impl RequestId {
    /// The next reference. `seed` is drawn once at start, so that two instances do not count alike.
    pub(crate) fn next(seed: u64) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        // Multiplying by an odd number visits every value once: neighbours look unlike, none repeats.
        Self(seed.wrapping_add(n).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 24)
    }
}

impl fmt::Display for RequestId {
    /// Eight characters one can read out over the telephone: `7Q2F-0419`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        for place in (0..8).rev() {
            let digit = usize::try_from((self.0 >> (5 * place)) & 31).unwrap_or_default();
            write!(f, "{}", char::from(ALPHABET[digit]))?;
            if place == 4 {
                f.write_str("-")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_short_and_does_not_repeat() {
        let seen: std::collections::HashSet<String> = (0..10_000).map(|_| RequestId::next(7).to_string()).collect();
        assert_eq!(seen.len(), 10_000);
        assert!(seen.iter().all(|id| id.len() == 9 && id.as_bytes()[4] == b'-'));
    }
}
