use std::{
    cmp::Reverse,
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, OnceLock, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
};

use axum::body::Bytes;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;
use wares_commerce::{changes::Change, search::Found};
use wares_kernel::{CollectionId, Instant, ProductId};

use crate::{
    assets::{brotli, gzip},
    http::{Accepts, Encoding, Error},
};

/// How many changes are remembered, to recognise a page that was overtaken while it was being made.
const CHANGES_REMEMBERED: usize = 1024;
/// Quick enough for the first visitor, and within a tenth of the best there is.
const BROTLI_QUALITY: u32 = 5;

/// What a page depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shows {
    /// Products it is about.
    pub products: Vec<ProductId>,
    /// Which collections it shows.
    pub collections: Collections,
    /// Whether it lists products, so that a change of any of them may change it.
    pub is_list: bool,
    /// When it becomes wrong by itself: a promise of delivery does at the hour.
    pub until: Option<Instant>,
    /// What a search found, to count it each time its page is shown.
    pub found: Option<Found>,
}

/// Which collections a page depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Collections {
    /// None but those the header leads to.
    #[default]
    None,
    /// The one it is about.
    One(CollectionId),
    /// Whichever there are.
    All,
}

impl Shows {
    /// A list of products.
    pub fn a_list() -> Self {
        Self {
            is_list: true,
            ..Self::default()
        }
    }

    fn is_touched_by(&self, change: Change) -> bool {
        match change {
            Change::Product(id) => self.is_list || self.products.contains(&id),
            Change::Collection(id) => match self.collections {
                Collections::None => false,
                Collections::One(one) => one == id,
                Collections::All => true,
            },
            Change::Search => self.is_list,
            // Both are in the frame around every page.
            Change::Category(_) | Change::Settings => true,
        }
    }
}

/// A page's place in the memory: one fixed form of its address, and whether the whole page or its fragment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) address: String,
    pub(super) accepts: Accepts,
}

/// A finished page. It is kept compressed: nearly every browser asks for it so, and an eighth of the memory does.
#[derive(Debug)]
pub(super) struct Stored {
    brotli: Bytes,
    gzip: OnceLock<Bytes>,
    tag: String,
    shows: Shows,
    used: AtomicU64,
    /// Whether it was asked for again after it was made.
    is_wanted: AtomicBool,
}

impl Stored {
    pub(super) fn new(html: &str, shows: Shows) -> Self {
        Self {
            tag: URL_SAFE_NO_PAD.encode(&Sha256::digest(html)[..12]),
            brotli: brotli(html.as_bytes(), BROTLI_QUALITY),
            gzip: OnceLock::new(),
            shows,
            used: AtomicU64::new(0),
            is_wanted: AtomicBool::new(false),
        }
    }

    /// What the search found that it is the page of.
    pub(super) fn found(&self) -> Option<Found> {
        self.shows.found
    }

    /// The page in an encoding.
    pub(super) fn encoded(&self, encoding: Encoding) -> Bytes {
        match encoding {
            Encoding::Brotli => self.brotli.clone(),
            Encoding::Gzip => self.gzip.get_or_init(|| gzip(&self.plain(), 6)).clone(),
            Encoding::Identity => self.plain().into(),
        }
    }

    fn plain(&self) -> Vec<u8> {
        let mut plain = Vec::with_capacity(self.brotli.len() * 8);
        brotli::BrotliDecompress(&mut &self.brotli[..], &mut plain).expect("it was compressed by us, into memory");
        plain
    }

    /// The `ETag` of the page in an encoding.
    pub(super) fn tag(&self, encoding: Encoding) -> String {
        let how = match encoding {
            Encoding::Brotli => "-b",
            Encoding::Gzip => "-g",
            Encoding::Identity => "",
        };
        format!("\"{}{how}\"", self.tag)
    }

    /// About the bytes it occupies, with the other compressed form that may be asked for.
    fn weight(&self) -> usize {
        self.brotli.len() * 9 / 4 + 1024
    }
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
        pages.retain(|_, page| !changes.iter().any(|change| page.shows.is_touched_by(*change)));
        self.weigh(&pages);
    }

    /// The page, if it is in memory and its time is not over.
    pub(super) fn find(&self, key: &Key, now: Instant) -> Option<Arc<Stored>> {
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
        let page = pages.get(key)?;
        if page.shows.until.is_some_and(|until| until <= now) {
            return None;
        }
        page.used
            .store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        page.is_wanted.store(true, Ordering::Relaxed);
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
        if changes.overtook(begun, &page.shows) || page.weight() > self.budget / 8 {
            return;
        }
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        page.used
            .store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
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
        let wanted = pages.values().filter(|page| page.is_wanted.load(Ordering::Relaxed));
        let oldest_wanted = oldest_fitting(wanted, self.budget / 4 * 3);
        let is_safe = |page: &Arc<Stored>| {
            page.is_wanted.load(Ordering::Relaxed) && page.used.load(Ordering::Relaxed) >= oldest_wanted
        };
        let safe = pages.values().filter(|page| is_safe(page));
        let taken: usize = safe.map(|page| page.weight()).sum();
        let others = pages.values().filter(|page| !is_safe(page));
        let oldest = oldest_fitting(others, (self.budget - self.budget / 10).saturating_sub(taken));
        pages.retain(|_, page| is_safe(page) || page.used.load(Ordering::Relaxed) >= oldest);
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
    let mut by_use: Vec<(u64, usize)> = pages
        .map(|page| (page.used.load(Ordering::Relaxed), page.weight()))
        .collect();
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
    use std::sync::atomic::AtomicU32;

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
        String::from_utf8(page.encoded(Encoding::Identity).to_vec()).unwrap()
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
        assert_eq!(later.encoded(Encoding::Identity), "later");
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

    #[test]
    fn compressed_bytes_are_the_page() {
        let html = "<p>tea</p>".repeat(500);
        let page = Stored::new(&html, Shows::default());
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &page.encoded(Encoding::Brotli)[..], &mut unpacked).unwrap();
        assert_eq!(unpacked, html.as_bytes());
        let mut text = String::new();
        std::io::Read::read_to_string(
            &mut flate2::read::GzDecoder::new(&page.encoded(Encoding::Gzip)[..]),
            &mut text,
        )
        .unwrap();
        assert_eq!(text, html);
    }
}
