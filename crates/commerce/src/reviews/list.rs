//! Reviews of a product for its page, and all of them for staff.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;
use wares_db::{Conn, DbError};
use wares_kernel::{After, Instant, Page, ProductId, ReviewId};

use super::review::Review;
use super::store;

/// How far a review has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Staff have not decided.
    Pending,
    /// It is shown.
    Published,
    /// It is not.
    Rejected,
}

impl State {
    /// The word the table keeps.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Published => "published",
            Self::Rejected => "rejected",
        }
    }

    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Pending, Self::Published, Self::Rejected]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// In which order a product's reviews are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Those most people found helpful.
    MostHelpful,
    /// The latest.
    Newest,
    /// Those with the most stars.
    Highest,
    /// Those with the fewest stars.
    Lowest,
}

impl Sort {
    /// All, the usual one first.
    pub const ALL: &[Self] = &[Self::MostHelpful, Self::Newest, Self::Highest, Self::Lowest];

    /// The word for addresses of pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::MostHelpful => "helpful",
            Self::Newest => "newest",
            Self::Highest => "highest",
            Self::Lowest => "lowest",
        }
    }

    /// The order of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|sort| sort.word() == word)
    }

    /// What comes first has the greatest rank; equal ranks are ordered by time.
    fn rank(self, review: &Review) -> i64 {
        match self {
            Self::MostHelpful => review.n_helpful,
            Self::Newest => 0,
            Self::Highest => review.rating,
            Self::Lowest => -review.rating,
        }
    }
}

/// The place right after one review in one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AfterReview {
    pub(super) rank: i64,
    pub(super) at: Instant,
    pub(super) id: Uuid,
}

impl AfterReview {
    /// Before the first.
    pub const START: Self = Self {
        rank: i64::MAX,
        at: Instant::from_micros(i64::MAX),
        id: Uuid::max(),
    };
}

impl fmt::Display for AfterReview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = After {
            at: self.at,
            id: self.id,
        };
        write!(f, "{}~{after}", self.rank)
    }
}

impl FromStr for AfterReview {
    type Err = wares_kernel::page::AfterError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (rank, after) = text.split_once('~').ok_or(wares_kernel::page::AfterError)?;
        let After { at, id } = after.parse()?;
        Ok(Self {
            rank: rank.parse().map_err(|_| wares_kernel::page::AfterError)?,
            at,
            id,
        })
    }
}

/// How many published reviews of a product have one star, two, up to five.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Breakdown(pub [i64; 5]);

impl Breakdown {
    /// How many there are with so many stars.
    pub fn of(&self, stars: u8) -> i64 {
        let at = usize::from(stars).checked_sub(1);
        at.and_then(|at| self.0.get(at)).copied().unwrap_or(0)
    }

    /// How many there are.
    pub fn n(&self) -> i64 {
        self.0.iter().sum()
    }

    /// The average in tenths: 43 for "4.3 out of 5"; nothing without reviews.
    pub fn average_tenths(&self) -> Option<i64> {
        let n = self.n();
        let stars: i64 = (1..).zip(self.0).map(|(stars, n): (i64, i64)| stars * n).sum();
        (n > 0).then(|| (stars * 20 + n) / (2 * n))
    }
}

/// How a product's published reviews spread over the stars.
pub async fn breakdown(conn: &mut Conn, product: ProductId) -> Result<Breakdown, DbError> {
    let mut spread = Breakdown::default();
    for (rating, n) in store::spread(conn, product).await? {
        let at = usize::try_from(rating - 1).ok();
        if let Some(count) = at.and_then(|at| spread.0.get_mut(at)) {
            *count = n;
        }
    }
    Ok(spread)
}

/// A page of at most `size` published reviews of a product, only those with so many stars if asked.
pub async fn of_product(
    conn: &mut Conn,
    product: ProductId,
    stars: Option<u8>,
    sort: Sort,
    after: AfterReview,
    size: usize,
) -> Result<Page<Review, AfterReview>, DbError> {
    let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let found = store::of_product(conn, product, stars, sort, after, limit).await?;
    Ok(Page::cut(found, size, |review| AfterReview {
        rank: sort.rank(review),
        at: review.created_at,
        id: review.id.uuid(),
    }))
}

/// A page of at most `size` reviews of one state, for staff: what waits longest first, else the latest first.
pub async fn list(conn: &mut Conn, state: State, after: Option<After>, size: usize) -> Result<Page<Review>, DbError> {
    let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let found = match state {
        State::Pending => store::oldest(conn, state, after.unwrap_or(After::OLDEST), limit).await?,
        State::Published | State::Rejected => store::latest(conn, state, after.unwrap_or(After::NEWEST), limit).await?,
    };
    Ok(Page::cut(found, size, |review| After {
        at: review.created_at,
        id: review.id.uuid(),
    }))
}

/// How many reviews wait, counted up to a thousand.
pub async fn n_pending(conn: &mut Conn) -> Result<i64, DbError> {
    store::n_pending(conn).await
}

/// A review by id.
pub async fn find(conn: &mut Conn, id: ReviewId) -> Result<Option<Review>, DbError> {
    store::find(conn, id).await
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn an_average_is_rounded_to_a_tenth() {
        assert_eq!(Breakdown::default().average_tenths(), None);
        assert_eq!(Breakdown([0, 0, 0, 0, 3]).average_tenths(), Some(50));
        assert_eq!(Breakdown([1, 0, 0, 0, 2]).average_tenths(), Some(37));
        assert_eq!(Breakdown([0, 0, 0, 1, 1]).average_tenths(), Some(45));
    }

    #[test]
    fn a_place_survives_its_way_through_a_link() {
        let place = AfterReview {
            rank: -3,
            at: Instant::from_micros(5),
            id: Uuid::from_u128(9),
        };
        assert_eq!(place.to_string().parse(), Ok(place));
        assert!("x".parse::<AfterReview>().is_err());
    }
}
