//! The index and how it follows the database.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};

use jiff::{Span, civil::Date};
use tokio::task::JoinHandle;
use wares_db::{Conn, Db, DbError};
use wares_kernel::{CategoryId, ProductId};
use wares_search::{Counting, FacetChoice, Hits, Index, Language, OpenError, Options, Query, Suggestions, Synonyms};

use super::{document::Paths, store, words};
use crate::changes::{self, Change};

/// Products read and written at once.
const BATCH: i64 = 500;
/// More changed products than this are answered by filling the index anew.
const CHANGES_MAX: usize = 20_000;
/// What others searched for is suggested when so many searches of it were counted in [`POPULAR_DAYS`]: what one person typed is shown to nobody.
const POPULAR_FROM: i64 = 5;
/// So many days.
const POPULAR_DAYS: i64 = 30;
/// So many searches are suggested at most.
const POPULAR_MAX: i64 = 2_000;

/// The searchable catalogue of this instance.
pub struct Catalogue {
    index: Arc<Index>,
    paths: RwLock<Arc<Paths>>,
    /// Where words lead, by their [`words::key`].
    redirects: RwLock<Arc<HashMap<String, String>>>,
}

/// Why the index could not be opened, asked or brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The index failed.
    #[error(transparent)]
    Index(#[from] wares_search::Error),
    /// The index could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The task that wrote the index was lost.
    #[error("the index was not written: {0}")]
    Lost(#[from] tokio::task::JoinError),
}

impl Catalogue {
    /// Opens the index in a folder; one that cannot be used is thrown away, for it can be filled again.
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        let index = match Index::open(folder, options()) {
            Err(OpenError::RebuildNeeded(why)) => {
                tracing::info!("The search index is made anew: {why}");
                Index::create(folder, options())?
            }
            opened => opened?,
        };
        Ok(Self::of(index))
    }

    /// An index that is gone when it is dropped.
    pub fn in_memory() -> Result<Self, SearchError> {
        Ok(Self::of(Index::in_memory(options())?))
    }

    fn of(index: Index) -> Self {
        Self {
            index: Arc::new(index),
            paths: RwLock::default(),
            redirects: RwLock::default(),
        }
    }

    /// Makes the index usable and answers the position of the change log it is current to.
    ///
    /// An index that holds as many products as are shown goes on from where it was; any other is filled.
    pub async fn start(&self, db: &Db) -> Result<i64, SearchError> {
        let mut conn = db.read().await?;
        self.renew_paths(&mut conn).await?;
        self.renew_rules(&mut conn).await?;
        let shown = store::n_shown(&mut conn).await?;
        let latest = changes::latest(&mut conn).await?;
        drop(conn);
        match self.index.revision() {
            Some(revision) if revision <= latest && u64::try_from(shown) == Ok(self.index.n_products()) => Ok(revision),
            _ => self.fill(db).await,
        }
    }

    /// Fills the index with everything that is shown; answers the position of the change log it is current to.
    pub async fn fill(&self, db: &Db) -> Result<i64, SearchError> {
        let seq = changes::latest(&mut *db.read().await?).await?;
        let paths = self.renew_paths(&mut *db.read().await?).await?;
        self.renew_rules(&mut *db.read().await?).await?;
        // What a filling that broke off left behind would be in it twice.
        self.index.discard()?;
        self.index.clear()?;
        let mut after = ProductId::new(uuid::Uuid::nil());
        let mut adding: Option<JoinHandle<Result<(), wares_search::Error>>> = None;
        loop {
            let read = store::after(&mut *db.read().await?, after, BATCH, &paths).await;
            // While these were read, those before them were added: that ends first, also when reading failed.
            if let Some(adding) = adding.take() {
                adding.await??;
            }
            let documents = read?;
            let Some(last) = documents.last() else { break };
            after = ProductId::new(last.id);
            let index = Arc::clone(&self.index);
            adding = Some(tokio::task::spawn_blocking(move || index.add(documents)));
        }
        self.commit(seq).await?;
        Ok(seq)
    }

    /// Takes in what the change log says up to `seq`.
    pub async fn apply(&self, db: &Db, all: &[Change], seq: i64) -> Result<(), SearchError> {
        let mut conn = db.read().await?;
        if all.contains(&Change::Search) {
            self.renew_rules(&mut conn).await?;
        }
        let mut products = HashSet::new();
        for change in all {
            match change {
                Change::Product(id) => {
                    products.insert(*id);
                }
                Change::Category(id) => products.extend(self.moved_by(&mut conn, *id).await?),
                Change::Settings | Change::Search | Change::Collection(_) => {}
            }
        }
        if products.is_empty() {
            return Ok(());
        }
        if products.len() > CHANGES_MAX {
            drop(conn);
            return self.fill(db).await.map(drop);
        }
        let paths = self.paths();
        let mut steps = Vec::with_capacity(products.len());
        for product in products {
            steps.push(match store::one(&mut conn, product, &paths).await? {
                Some(document) => wares_search::Change::Put(Box::new(document)),
                None => wares_search::Change::Remove(product.uuid()),
            });
        }
        drop(conn);
        let index = Arc::clone(&self.index);
        tokio::task::spawn_blocking(move || index.apply(steps)).await??;
        self.commit(seq).await
    }

    /// The products whose way through the tree a change of this category changes; none when only its numbers changed.
    async fn moved_by(&self, conn: &mut Conn, category: CategoryId) -> Result<Vec<ProductId>, DbError> {
        let before = self.paths();
        let now = self.renew_paths(conn).await?;
        let mut products = Vec::new();
        for id in before.changed(&now, category) {
            products.extend(store::listed_in(conn, id).await?);
        }
        Ok(products)
    }

    /// Finds products.
    pub fn search(&self, query: &Query) -> Result<Hits, SearchError> {
        Ok(self.index.search(query)?)
    }

    /// Products in the shop that have all of these words as they are typed, at most so many, the best first: for staff, who look for
    /// something they know and are not offered what is similar.
    pub fn having(&self, words: &str, most: usize) -> Result<Vec<ProductId>, SearchError> {
        let hits = self.index.search(&Query {
            page_size: most,
            verbatim: true,
            count: Counting {
                facets: FacetChoice::Named(Vec::new()),
                max_values: 0,
            },
            ..Query::of(words)
        })?;
        if hits.is_guess || !hits.dropped.is_empty() {
            return Ok(Vec::new());
        }
        Ok(hits.ids.into_iter().map(ProductId::new).collect())
    }

    /// Guesses what somebody is typing.
    pub fn suggest(&self, typed: &str) -> Result<Suggestions, SearchError> {
        Ok(self.index.suggest(typed)?)
    }

    /// The page these words lead to, if staff said so.
    pub fn redirect(&self, typed: &str) -> Option<String> {
        let redirects = self.redirects.read().unwrap_or_else(PoisonError::into_inner);
        redirects.get(&words::key(typed)).cloned()
    }

    /// Learns what is searched for often, to suggest it.
    pub async fn learn(&self, db: &Db, today: Date) -> Result<(), DbError> {
        let since = today.saturating_sub(Span::new().days(POPULAR_DAYS)).to_string();
        let popular = store::popular(&mut *db.read().await?, &since, POPULAR_FROM, POPULAR_MAX).await?;
        let counted = popular
            .into_iter()
            .map(|(words, n)| (words, u64::try_from(n).unwrap_or_default()));
        self.index.set_popular_queries(counted);
        Ok(())
    }

    /// How many products can be found.
    pub fn n_products(&self) -> u64 {
        self.index.n_products()
    }

    async fn commit(&self, seq: i64) -> Result<(), SearchError> {
        let index = Arc::clone(&self.index);
        Ok(tokio::task::spawn_blocking(move || index.commit(seq)).await??)
    }

    fn paths(&self) -> Arc<Paths> {
        Arc::clone(&self.paths.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes in what staff say about words.
    async fn renew_rules(&self, conn: &mut Conn) -> Result<(), DbError> {
        let synonyms = store::all_synonyms(conn).await?;
        let rules = synonyms.iter().map(|(words, finds)| (words.as_str(), finds.as_str()));
        self.index.set_synonyms(Synonyms::of(rules, self.index.language()));
        let redirects = store::all_redirects(conn).await?.into_iter().collect();
        *self.redirects.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(redirects);
        Ok(())
    }

    async fn renew_paths(&self, conn: &mut Conn) -> Result<Arc<Paths>, DbError> {
        let fresh = Arc::new(Paths::of(&crate::catalog::tree(conn).await?));
        *self.paths.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
        Ok(fresh)
    }
}

fn options() -> Options {
    Options {
        language: Language::English,
        ..Options::default()
    }
}
