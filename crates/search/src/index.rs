//! The index itself: opening, changing, asking.

use std::collections::HashSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use tantivy::directory::{Directory, MmapDirectory, RamDirectory};
use tantivy::{IndexReader, IndexSettings, IndexWriter, ReloadPolicy, TantivyError, Term};

use crate::dictionary::{Dictionary, Popular};
use crate::document::{Change, Document};
use crate::encode::{encode, key_term};
use crate::query::{Hits, Query, Suggestions};
use crate::schema::{Fields, LINES, VERSION, WEIGHTED};
use crate::synonyms::Synonyms;
use crate::tokenizers::{Lines, Weighted};
use crate::view::View;
use crate::{Error, Language, OpenError, search, suggest};

/// How an index is kept.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The language of titles and texts. An index made for another one has to be rebuilt.
    pub language: Language,
    /// Bytes that documents may take up in memory before they are written out; at least 15 MB.
    pub writer_memory: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            language: Language::English,
            writer_memory: 50_000_000,
        }
    }
}

/// The catalogue index. One process at a time may have it open; within it, all threads share one value.
pub struct Index {
    inner: tantivy::Index,
    fields: Fields,
    options: Options,
    writing: Mutex<Writing>,
    reader: IndexReader,
    view: RwLock<Arc<View>>,
    revision: RwLock<Option<i64>>,
    synonyms: RwLock<Arc<Synonyms>>,
    popular: RwLock<Arc<Popular>>,
}

struct Writing {
    writer: IndexWriter,
    /// Changes since the phrases to suggest were last read.
    n_changes: u64,
}

/// What is written with each commit.
#[derive(Debug, Serialize, Deserialize)]
struct Stamp {
    version: u32,
    language: String,
    revision: Option<i64>,
}

impl Index {
    /// Opens the index in a directory, or makes an empty one where there is none.
    ///
    /// # Errors
    /// [`OpenError::RebuildNeeded`] if what is there cannot be used: call [`Index::create`] and put in all products.
    pub fn open(directory: &Path, options: Options) -> Result<Self, OpenError> {
        fs::create_dir_all(directory).map_err(Error::from)?;
        let files = MmapDirectory::open(directory).map_err(TantivyError::from)?;
        if !tantivy::Index::exists(&files).map_err(TantivyError::from)? {
            return Self::create(directory, options);
        }
        // Tantivy panics on some truncated files where it should refuse them.
        catch_unwind(AssertUnwindSafe(|| Self::reopen(files, options)))
            .unwrap_or_else(|_| Err(OpenError::RebuildNeeded("its files are damaged".into())))
    }

    fn reopen(files: MmapDirectory, options: Options) -> Result<Self, OpenError> {
        let inner = tantivy::Index::open(files).map_err(|error| unusable(&error))?;
        let (schema, fields) = Fields::build();
        let stamp = stamp(&inner)?;
        if stamp.version != VERSION || inner.schema() != schema {
            return Err(OpenError::RebuildNeeded("made by another version".into()));
        }
        if stamp.language != options.language.code() {
            return Err(OpenError::RebuildNeeded("made for another language".into()));
        }
        Self::with(inner, fields, options, stamp.revision).map_err(|error| match error {
            Error::Index(TantivyError::LockFailure(..)) => OpenError::InUse,
            Error::Index(error) => unusable(&error),
            Error::Io(_) => OpenError::RebuildNeeded(error.to_string()),
        })
    }

    /// Makes an empty index in a directory; whatever index was there is gone.
    pub fn create(directory: &Path, options: Options) -> Result<Self, OpenError> {
        if directory.exists() {
            fs::remove_dir_all(directory).map_err(Error::from)?;
        }
        fs::create_dir_all(directory).map_err(Error::from)?;
        let files = MmapDirectory::open(directory).map_err(TantivyError::from)?;
        Ok(Self::empty(files, options)?)
    }

    /// An index that is gone when it is dropped.
    pub fn in_memory(options: Options) -> Result<Self, Error> {
        Self::empty(RamDirectory::create(), options)
    }

    fn empty(directory: impl Into<Box<dyn Directory>>, options: Options) -> Result<Self, Error> {
        let (schema, fields) = Fields::build();
        let inner = tantivy::Index::create(directory, schema, IndexSettings::default())?;
        let index = Self::with(inner, fields, options, None)?;
        index.write_stamp(None)?;
        Ok(index)
    }

    fn with(inner: tantivy::Index, fields: Fields, options: Options, revision: Option<i64>) -> Result<Self, Error> {
        inner.tokenizers().register(LINES, Lines);
        inner.tokenizers().register(WEIGHTED, Weighted);
        let writer = inner.writer_with_num_threads(1, options.writer_memory.max(15_000_000))?;
        let reader = inner.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        let dictionary = Arc::new(Dictionary::read(&searcher, fields.phrase)?);
        let view = View::of(searcher, fields, options.language, None, dictionary)?;
        Ok(Self {
            inner,
            fields,
            options,
            writing: Mutex::new(Writing { writer, n_changes: 0 }),
            reader,
            view: RwLock::new(Arc::new(view)),
            revision: RwLock::new(revision),
            synonyms: RwLock::default(),
            popular: RwLock::default(),
        })
    }

    /// The position of the change log up to which the index is current; `None` if it has never been filled.
    pub fn revision(&self) -> Option<i64> {
        *self.revision.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Products in the index.
    pub fn n_products(&self) -> u64 {
        self.view().searcher.num_docs()
    }

    /// Takes changes in; they show after [`Index::commit`]. Of several changes of one product the last one counts.
    pub fn apply(&self, changes: impl IntoIterator<Item = Change>) -> Result<(), Error> {
        for change in changes {
            let id = match &change {
                Change::Put(document) => document.id,
                Change::Remove(id) => *id,
            };
            let key = Term::from_field_text(self.fields.key, &key_term(id));
            // Cutting words takes most of the time and is done outside the lock.
            let document = match change {
                Change::Put(document) => Some(encode(&document, &self.fields, self.options.language)),
                Change::Remove(_) => None,
            };
            let mut writing = self.writing();
            writing.writer.delete_term(key);
            if let Some(document) = document {
                writing.writer.add_document(document)?;
            }
            writing.n_changes += 1;
        }
        Ok(())
    }

    /// Puts in documents of which none is there yet, as after [`Index::clear`]. Nothing is looked for to be replaced: to remember a million
    /// such looks until the commit would take half a gigabyte.
    pub fn add(&self, documents: impl IntoIterator<Item = Document>) -> Result<(), Error> {
        for document in documents {
            let encoded = encode(&document, &self.fields, self.options.language);
            let mut writing = self.writing();
            writing.writer.add_document(encoded)?;
            writing.n_changes = writing.n_changes.saturating_add(1);
        }
        Ok(())
    }

    /// Takes everything out, as the first step of a rebuild. It shows after [`Index::commit`]; until then searches
    /// see the old state.
    pub fn clear(&self) -> Result<(), Error> {
        let mut writing = self.writing();
        writing.writer.delete_all_documents()?;
        writing.n_changes = u64::MAX / 2;
        Ok(())
    }

    /// Forgets changes that were taken in since the last commit.
    pub fn discard(&self) -> Result<(), Error> {
        self.writing().writer.rollback()?;
        Ok(())
    }

    /// Writes the changes down for good, with the position of the change log they lead up to, and shows them.
    pub fn commit(&self, revision: i64) -> Result<(), Error> {
        self.write_stamp(Some(revision))
    }

    fn write_stamp(&self, revision: Option<i64>) -> Result<(), Error> {
        let stamp = Stamp {
            version: VERSION,
            language: self.options.language.code().to_owned(),
            revision,
        };
        let payload = serde_json::to_string(&stamp).map_err(std::io::Error::from)?;
        let mut writing = self.writing();
        let mut commit = writing.writer.prepare_commit()?;
        commit.set_payload(&payload);
        commit.commit()?;
        self.reader.reload()?;
        let searcher = self.reader.searcher();
        let before = self.view();
        let n = searcher.num_docs();
        let dictionary = if n < 5_000 || writing.n_changes >= n / 50 {
            writing.n_changes = 0;
            Arc::new(Dictionary::read(&searcher, self.fields.phrase)?)
        } else {
            before.dictionary.clone()
        };
        let language = self.options.language;
        let view = View::of(searcher, self.fields, language, Some(&before), dictionary)?;
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        *self.revision.write().unwrap_or_else(PoisonError::into_inner) = revision;
        Ok(())
    }

    /// Searches, or lists.
    pub fn search(&self, query: &Query) -> Result<Hits, Error> {
        search::search(&self.view(), &self.synonyms(), query)
    }

    /// What to offer for what has been typed so far.
    pub fn suggest(&self, typed: &str) -> Result<Suggestions, Error> {
        let popular = self.popular.read().unwrap_or_else(PoisonError::into_inner).clone();
        suggest::suggest(&self.view(), &self.synonyms(), &popular, typed)
    }

    /// Replaces the synonyms. At first there are none.
    pub fn set_synonyms(&self, synonyms: Synonyms) {
        *self.synonyms.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(synonyms);
    }

    /// The language of titles and texts.
    pub fn language(&self) -> Language {
        self.options.language
    }

    /// Replaces the past searches that are suggested first, with how often each was made.
    pub fn set_popular_queries(&self, queries: impl IntoIterator<Item = (String, u64)>) {
        let popular = Arc::new(Popular::new(queries));
        *self.popular.write().unwrap_or_else(PoisonError::into_inner) = popular;
    }

    /// Reads every file and compares check sums; the names of those that are damaged. Takes seconds for a large index.
    pub fn damaged_files(&self) -> Result<Vec<String>, Error> {
        let damaged: HashSet<_> = self.inner.validate_checksum()?;
        let mut names: Vec<String> = damaged.iter().map(|p| p.display().to_string()).collect();
        names.sort();
        Ok(names)
    }

    fn view(&self) -> Arc<View> {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn synonyms(&self) -> Arc<Synonyms> {
        self.synonyms.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stamp(index: &tantivy::Index) -> Result<Stamp, OpenError> {
    let meta = index.load_metas().map_err(|error| unusable(&error))?;
    let payload = meta.payload.unwrap_or_default();
    serde_json::from_str(&payload).map_err(|_| OpenError::RebuildNeeded("it says not what it is".into()))
}

fn unusable(error: &TantivyError) -> OpenError {
    OpenError::RebuildNeeded(error.to_string())
}
