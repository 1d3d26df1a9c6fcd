//! Pages of long lists. A list is continued after the last thing shown, never by counting from the start.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::clock::Instant;

/// One page of a list, and where the next one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, C = After> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next page begins; nothing when this is the last.
    pub next: Option<C>,
}

impl<T, C> Page<T, C> {
    /// A page of at most `size` things out of `found`, which holds one more when there is a next page.
    pub fn cut(mut found: Vec<T>, size: usize, place: impl FnOnce(&T) -> C) -> Self {
        let is_last = found.len() <= size;
        found.truncate(size);
        let next = if is_last { None } else { found.last().map(place) };
        Self { items: found, next }
    }

    /// The same page of something made of each thing.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U, C> {
        Page {
            items: self.items.into_iter().map(each).collect(),
            next: self.next,
        }
    }
}

/// The place right after one thing in a list ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// The thing's instant.
    pub at: Instant,
    /// The thing, of those of the same instant.
    pub id: Uuid,
}

impl After {
    /// Before everything in a list whose newest things come first.
    pub const NEWEST: Self = Self {
        at: Instant::from_micros(i64::MAX),
        id: Uuid::max(),
    };
    /// Before everything in a list whose oldest things come first.
    pub const OLDEST: Self = Self {
        at: Instant::from_micros(i64::MIN),
        id: Uuid::nil(),
    };
}

/// The text is not a place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a place in the list")]
pub struct AfterError;

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.micros(), self.id.simple())
    }
}

impl FromStr for After {
    type Err = AfterError;

    fn from_str(text: &str) -> Result<Self, AfterError> {
        let (at, id) = text.split_once('.').ok_or(AfterError)?;
        Ok(Self {
            at: Instant::from_micros(at.parse().map_err(|_| AfterError)?),
            id: id.parse().map_err(|_| AfterError)?,
        })
    }
}

impl Serialize for After {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_way_through_a_link() {
        let place = After {
            at: Instant::from_micros(-5),
            id: Uuid::from_u128(42),
        };
        assert_eq!(place.to_string().parse(), Ok(place));
        for text in ["", "5", "x.00", "5.zz"] {
            assert_eq!(text.parse::<After>(), Err(AfterError), "{text}");
        }
    }

    #[test]
    fn a_full_page_without_a_further_thing_is_the_last() {
        let page = Page::cut(vec![1, 2], 2, |n| *n);
        assert_eq!((page.items, page.next), (vec![1, 2], None));
        let page = Page::cut(vec![1, 2, 3], 2, |n| *n);
        assert_eq!((page.items, page.next), (vec![1, 2], Some(2)));
    }
}
