use std::{
    cmp::Reverse,
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use tokio::sync::OnceCell;
use wares_commerce::changes::Change;
use wares_kernel::Instant;

use super::{shows::Shows, stored::Stored};
use crate::http::{Accepts, Error};

/// How many changes are remembered, to recognise a page that was overtaken while it was being made.
const CHANGES_REMEMBERED: usize = 1024;
/// A page's place in the memory: one fixed form of its address, and whether the whole page or its fragment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) address: String,
    pub(super) accepts: Accepts,
}

type Flight = Arc<OnceCell<Arc<Stored>>>;

/// Finished pages, within a budget of bytes. The least recently used go first, and of them those that were asked for once only: whoever thinks up
/// searches and filters pushes out nothing that many look at.
#[derive(Debug)]
pub struct PageMemory {
    budget: usize,
    weight: AtomicUsize,
    clock: AtomicU64,
    pages: RwLock<HashMap<Key, Arc<Stored>>>,
    flights: Mutex<HashMap<Key, Flight>>,
    changes: Mutex<Changes>,
}

/// The last changes, numbered.
#[derive(Debug, Default)]
struct Changes {
    count: u64,
    last: VecDeque<Change>,
}

impl PageMemory {
    /// An empty memory.
    pub fn new(budget: usize) -> Self {
        Self {
            budget,
            weight: AtomicUsize::new(0),
            clock: AtomicU64::new(0),
            pages: RwLock::default(),
            flights: Mutex::default(),
            changes: Mutex::default(),
        }
    }

    /// How many pages there are, and about how many bytes they take.
    pub fn size(&self) -> (usize, usize) {
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
        (pages.len(), self.weight.load(Ordering::Relaxed))
    }

    /// How many changes have been seen so far: what is read from now on is as new as that at least.
    pub fn n_changes(&self) -> u64 {
        self.lock_changes().count
    }

    /// The page from memory, or made by `make` of what was read after `begun` changes; by one at a time for each key, while others wait for it.
    /// When the database cannot be reached, one whose time is over serves as well.
    pub(super) async fn get(
        &self,
        key: Key,
        now: Instant,
        begun: u64,
        make: impl Future<Output = Result<Stored, Error>> + Send,
    ) -> Result<Arc<Stored>, Error> {
        if let Some(page) = self.find(&key, now) {
            return Ok(page);
        }
        let flight = self.flight(&key);
        let page = flight
            .get_or_try_init(async || {
                let page = Arc::new(make.await?);
                self.keep(&key, &page, begun);
                Ok::<_, Error>(page)
            })
            .await
            .cloned();
        self.end_flight(&key, &flight);
        // A page whose hour is over is better than none.
        if let Err(Error::Away(_)) = &page
            && let Some(outdated) = self.outdated(&key)
        {
            return Ok(outdated);
        }
        page
    }

    fn outdated(&self, key: &Key) -> Option<Arc<Stored>> {
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
        pages.get(key).cloned()
    }

    /// Drops every page that shows what changed.
    pub fn forget(&self, changes: &[Change]) {
        {
            let mut seen = self.lock_changes();
            for change in changes {
                seen.count += 1;
                seen.last.push_back(*change);
                if seen.last.len() > CHANGES_REMEMBERED {
                    seen.last.pop_front();
                }
            }
        }
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        pages.retain(|_, page| !changes.iter().any(|change| page.shows().is_touched_by(*change)));
        self.weigh(&pages);
    }

    /// The page, if it is in memory and its time is not over.
    pub(super) fn find(&self, key: &Key, now: Instant) -> Option<Arc<Stored>> {
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
        let page = pages.get(key)?;
        if page.shows().until.is_some_and(|until| until <= now) {
            return None;
        }
        page.use_at(self.clock.fetch_add(1, Ordering::Relaxed));
        page.want();
        Some(Arc::clone(page))
    }

    fn flight(&self, key: &Key) -> Flight {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(flights.entry(key.clone()).or_default())
    }

    fn end_flight(&self, key: &Key, flight: &Flight) {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if flights.get(key).is_some_and(|current| Arc::ptr_eq(current, flight)) {
            flights.remove(key);
        }
    }

    /// Keeps a page whose making began after `begun` changes, unless one since then touches it.
    fn keep(&self, key: &Key, page: &Arc<Stored>, begun: u64) {
        // Held until the page is in, so that no change slips in between.
        let changes = self.lock_changes();
        if changes.overtook(begun, page.shows()) || page.weight() > self.budget / 8 {
            return;
        }
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        page.use_at(self.clock.fetch_add(1, Ordering::Relaxed));
        let before = pages.insert(key.clone(), Arc::clone(page));
        let more = page.weight();
        let less = before.map_or(0, |before| before.weight());
        let weight = self.weight.load(Ordering::Relaxed) + more - less;
        self.weight.store(weight, Ordering::Relaxed);
        if weight > self.budget {
            self.make_room(&mut pages);
        }
    }

    /// Drops pages until a tenth of the budget is free. Those asked for again have three quarters of it to themselves; for the rest it is how
    /// lately they were used that counts.
    fn make_room(&self, pages: &mut HashMap<Key, Arc<Stored>>) {
        let wanted = pages.values().filter(|page| page.is_wanted());
        let oldest_wanted = oldest_fitting(wanted, self.budget / 4 * 3);
        let is_safe = |page: &Arc<Stored>| page.is_wanted() && page.used_at() >= oldest_wanted;
        let safe = pages.values().filter(|page| is_safe(page));
        let taken: usize = safe.map(|page| page.weight()).sum();
        let others = pages.values().filter(|page| !is_safe(page));
        let oldest = oldest_fitting(others, (self.budget - self.budget / 10).saturating_sub(taken));
        pages.retain(|_, page| is_safe(page) || page.used_at() >= oldest);
        self.weigh(pages);
    }

    fn weigh(&self, pages: &HashMap<Key, Arc<Stored>>) {
        let weight = pages.values().map(|page| page.weight()).sum();
        self.weight.store(weight, Ordering::Relaxed);
    }

    fn lock_changes(&self) -> std::sync::MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When the oldest of the pages was used that still fit into the room, if those used last come first.
fn oldest_fitting<'a>(pages: impl Iterator<Item = &'a Arc<Stored>>, mut room: usize) -> u64 {
    let mut by_use: Vec<(u64, usize)> = pages.map(|page| (page.used_at(), page.weight())).collect();
    by_use.sort_unstable_by_key(|(used, _)| Reverse(*used));
    let mut oldest = u64::MAX;
    for (used, weight) in by_use {
        let Some(left) = room.checked_sub(weight) else { break };
        room = left;
        oldest = used;
    }
    oldest
}

impl Changes {
    /// Whether something the page shows changed since there were `begun` changes, or may have: not all are remembered.
    fn overtook(&self, begun: u64, shows: &Shows) -> bool {
        let since = usize::try_from(self.count - begun).unwrap_or(usize::MAX);
        since > self.last.len()
            || self
                .last
                .iter()
                .rev()
                .take(since)
                .any(|change| shows.is_touched_by(*change))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::public::{Collections, stored::PLAIN};
    use std::sync::atomic::AtomicU32;
    use wares_kernel::{CollectionId, ProductId};

    const NOW: Instant = Instant::from_seconds(1_773_136_800);

    fn key(address: &str) -> Key {
        Key {
            address: address.into(),
            accepts: Accepts::Page,
        }
    }

    fn product(n: u128) -> ProductId {
        ProductId::new(uuid::Uuid::from_u128(n))
    }

    fn about(n: u128) -> Shows {
        Shows {
            products: vec![product(n)],
            ..Shows::default()
        }
    }

    async fn text(memory: &PageMemory, address: &str, html: &str, shows: Shows) -> String {
        let page = memory
            .get(key(address), NOW, memory.n_changes(), async {
                Ok(Stored::new(html, shows))
            })
            .await
            .unwrap();
        String::from_utf8(page.encoded(PLAIN).0.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_page_is_made_once() {
        let memory = PageMemory::new(1 << 20);
        assert_eq!(text(&memory, "/p/mug", "one", about(1)).await, "one");
        assert_eq!(text(&memory, "/p/mug", "two", about(1)).await, "one");
    }

    #[tokio::test]
    async fn a_change_drops_what_shows_it_and_nothing_else() {
        let memory = PageMemory::new(1 << 20);
        text(&memory, "/p/mug", "old", about(1)).await;
        text(&memory, "/p/cup", "old", about(2)).await;
        text(&memory, "/c/all", "old", Shows::a_list()).await;
        memory.forget(&[Change::Product(product(1))]);
        assert_eq!(text(&memory, "/p/mug", "new", about(1)).await, "new");
        assert_eq!(text(&memory, "/p/cup", "new", about(2)).await, "old");
        assert_eq!(text(&memory, "/c/all", "new", Shows::a_list()).await, "new");
    }

    #[tokio::test]
    async fn a_collection_changes_what_shows_it_and_no_other_list() {
        let memory = PageMemory::new(1 << 20);
        let id = |n| CollectionId::new(uuid::Uuid::from_u128(n));
        let showing = |n| Shows {
            collections: Collections::One(id(n)),
            ..Shows::a_list()
        };
        let home = || Shows {
            collections: Collections::All,
            ..Shows::a_list()
        };
        text(&memory, "/", "old", home()).await;
        text(&memory, "/collections/a", "old", showing(1)).await;
        text(&memory, "/collections/b", "old", showing(2)).await;
        text(&memory, "/c/all", "old", Shows::a_list()).await;
        memory.forget(&[Change::Collection(id(1))]);
        assert_eq!(text(&memory, "/collections/a", "new", showing(1)).await, "new");
        assert_eq!(text(&memory, "/", "new", home()).await, "new");
        assert_eq!(text(&memory, "/collections/b", "new", showing(2)).await, "old");
        assert_eq!(text(&memory, "/c/all", "new", Shows::a_list()).await, "old");
    }

    #[tokio::test]
    async fn a_setting_changes_every_page() {
        let memory = PageMemory::new(1 << 20);
        text(&memory, "/pages/about", "old", Shows::default()).await;
        memory.forget(&[Change::Settings]);
        assert_eq!(memory.size(), (0, 0));
    }

    #[tokio::test]
    async fn a_page_overtaken_by_a_change_is_not_kept() {
        let memory = PageMemory::new(1 << 20);
        let made = memory
            .get(key("/p/mug"), NOW, memory.n_changes(), async {
                memory.forget(&[Change::Product(product(1))]);
                Ok(Stored::new("old", about(1)))
            })
            .await;
        assert!(made.is_ok());
        assert_eq!(text(&memory, "/p/mug", "new", about(1)).await, "new");
    }

    #[tokio::test]
    async fn a_page_overtaken_by_more_changes_than_are_remembered_is_not_kept() {
        let memory = PageMemory::new(1 << 20);
        let made = memory
            .get(key("/p/mug"), NOW, memory.n_changes(), async {
                memory.forget(&[Change::Product(product(1))]);
                memory.forget(&vec![Change::Product(product(2)); CHANGES_REMEMBERED]);
                Ok(Stored::new("old", about(1)))
            })
            .await;
        assert!(made.is_ok());
        assert_eq!(memory.size().0, 0);
    }

    #[tokio::test]
    async fn a_promise_ends_at_its_hour() {
        let memory = PageMemory::new(1 << 20);
        let until = NOW.plus(std::time::Duration::from_secs(60));
        let shows = Shows {
            until: Some(until),
            ..about(1)
        };
        text(&memory, "/p/mug", "today", shows).await;
        assert_eq!(text(&memory, "/p/mug", "later", about(1)).await, "today");
        let later = memory
            .get(key("/p/mug"), until, memory.n_changes(), async {
                Ok(Stored::new("later", about(1)))
            })
            .await
            .unwrap();
        assert_eq!(later.encoded(PLAIN).0, "later");
    }

    #[tokio::test]
    async fn many_who_ask_at_once_wait_for_one_rendering() {
        let memory = PageMemory::new(1 << 20);
        let made = AtomicU32::new(0);
        let ask = async || {
            memory
                .get(key("/"), NOW, memory.n_changes(), async {
                    tokio::task::yield_now().await;
                    made.fetch_add(1, Ordering::SeqCst);
                    Ok(Stored::new("home", Shows::a_list()))
                })
                .await
                .unwrap()
        };
        futures_util::future::join_all((0..50).map(|_| ask())).await;
        assert_eq!(made.load(Ordering::SeqCst), 1);
        assert!(memory.flights.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let memory = PageMemory::new(1 << 20);
        let failed = memory.get(key("/"), NOW, 0, async { Err(Error::NotFound) }).await;
        assert!(failed.is_err());
        assert_eq!(text(&memory, "/", "well again", Shows::default()).await, "well again");
    }

    #[tokio::test]
    async fn the_budget_holds_and_what_is_used_stays() {
        let memory = PageMemory::new(100_000);
        for n in 0..500 {
            text(&memory, &format!("/p/{n}"), &"x".repeat(2000), about(n)).await;
            text(&memory, "/p/0", "gone", about(0)).await;
        }
        assert!(memory.size().1 <= 100_000);
        assert!(memory.size().0 > 20);
        assert_ne!(text(&memory, "/p/0", "gone", about(0)).await, "gone");
    }

    #[tokio::test]
    async fn what_was_asked_for_once_pushes_out_nothing_that_is_asked_for_again() {
        let memory = PageMemory::new(100_000);
        for n in 0..10 {
            text(&memory, &format!("/p/{n}"), &"x".repeat(2000), about(n)).await;
            text(&memory, &format!("/p/{n}"), "gone", about(n)).await;
        }
        for n in 0..500 {
            text(&memory, &format!("/search?q={n}"), &"x".repeat(2000), Shows::a_list()).await;
        }
        for n in 0..10 {
            assert_ne!(text(&memory, &format!("/p/{n}"), "gone", about(n)).await, "gone");
        }
    }

    #[tokio::test]
    async fn what_was_asked_for_again_long_ago_makes_room() {
        let memory = PageMemory::new(100_000);
        for n in 0..500 {
            text(&memory, &format!("/p/{n}"), &"x".repeat(2000), about(n)).await;
            text(&memory, &format!("/p/{n}"), "gone", about(n)).await;
        }
        assert!(memory.size().1 <= 100_000);
        assert_ne!(text(&memory, "/p/499", "gone", about(499)).await, "gone");
        assert_eq!(text(&memory, "/p/0", "gone", about(0)).await, "gone");
    }

    #[tokio::test]
    async fn a_page_of_what_was_read_before_a_change_is_not_kept() {
        let memory = PageMemory::new(1 << 20);
        let begun = memory.n_changes();
        memory.forget(&[Change::Product(product(1))]);
        let old = async { Ok(Stored::new("old", about(1))) };
        memory.get(key("/p/mug"), NOW, begun, old).await.unwrap();
        assert_eq!(text(&memory, "/p/mug", "new", about(1)).await, "new");
    }
}
