//! The best so many of any number of candidates.

use std::cmp::Ordering;

use uuid::Uuid;

/// A document that may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The greater the better.
    pub(crate) key: (u64, u64),
    /// Equal keys come in the order of ids.
    pub(crate) id: Uuid,
    pub(crate) segment: u32,
    pub(crate) doc: u32,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        other.key.cmp(&self.key).then_with(|| self.id.cmp(&other.id))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Keeps the best `limit`, in constant time a candidate on average.
pub(crate) struct Top {
    limit: usize,
    kept: Vec<Candidate>,
    /// Nothing worse than this has a chance any more.
    worst: Option<Candidate>,
}

impl Top {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            kept: Vec::new(),
            worst: None,
        }
    }

    /// `candidate` is only made if its key has a chance.
    pub(crate) fn offer(&mut self, key: (u64, u64), candidate: impl FnOnce() -> Candidate) {
        if self.limit == 0 || self.worst.is_some_and(|worst| key < worst.key) {
            return;
        }
        let candidate = candidate();
        if self.worst.is_some_and(|worst| candidate > worst) {
            return;
        }
        self.kept.push(candidate);
        if self.kept.len() >= 2 * self.limit {
            self.trim();
        }
    }

    fn trim(&mut self) {
        if self.kept.len() > self.limit {
            let (_, worst, _) = self.kept.select_nth_unstable(self.limit - 1);
            self.worst = Some(*worst);
            self.kept.truncate(self.limit);
        }
    }

    /// The best ones, best first.
    pub(crate) fn into_sorted(mut self) -> Vec<Candidate> {
        self.trim();
        self.kept.sort_unstable();
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_are_kept_and_ties_go_by_id() {
        let mut top = Top::new(3);
        for n in [5_u64, 1, 4, 4, 2, 3, 4, 5] {
            let id = Uuid::from_u128(u128::from(n) * 100 + u128::from(top.kept.len() as u64));
            top.offer((n, 0), || Candidate {
                key: (n, 0),
                id,
                segment: 0,
                doc: 0,
            });
        }
        let best = top.into_sorted();
        let keys: Vec<u64> = best.iter().map(|c| c.key.0).collect();
        assert_eq!(keys, [5, 5, 4]);
        assert!(best[0].id < best[1].id);
    }

    #[test]
    fn no_room_keeps_nothing() {
        let mut top = Top::new(0);
        top.offer((1, 0), || unreachable!());
        assert!(top.into_sorted().is_empty());
    }
}
