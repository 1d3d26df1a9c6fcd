//! Changes, commits, and indices that cannot be used.

use std::fs;
use std::path::Path;

use uuid::Uuid;
use wares_search::{Change, Index, Language, OpenError, Options};

use crate::support::{found, product, put, titles};

fn open(directory: &Path) -> Result<Index, OpenError> {
    Index::open(directory, Options::default())
}

fn rebuild_needed(opened: &Result<Index, OpenError>) -> bool {
    matches!(opened, Err(OpenError::RebuildNeeded(_)))
}

/// An index of one shirt in a directory of its own, closed again.
fn closed_index() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let index = open(directory.path()).unwrap();
    put(&index, [product(1, "Shirt")]);
    index.commit(42).unwrap();
    directory
}

fn files(directory: &Path, ending: &str) -> Vec<std::path::PathBuf> {
    let all = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    all.filter(|path| path.to_string_lossy().ends_with(ending)).collect()
}

#[test]
fn a_product_put_in_again_replaces_the_old_one() {
    let shop = titles(&["Shirt"]);
    put(&shop, [product(1, "Hat")]);
    assert!(found(&shop, "shirt").is_empty());
    assert_eq!(found(&shop, "hat"), [1]);
    assert_eq!(shop.n_products(), 1);
}

#[test]
fn a_rebuild_has_each_product_once_even_after_one_that_broke_off() {
    let shop = titles(&["Shirt"]);
    shop.clear().unwrap();
    shop.add([product(1, "Hat")]).unwrap();
    // Here it broke off.
    shop.discard().unwrap();
    shop.clear().unwrap();
    shop.add([product(1, "Hat"), product(2, "Cup")]).unwrap();
    shop.commit(7).unwrap();
    assert!(found(&shop, "shirt").is_empty());
    assert_eq!((found(&shop, "hat"), found(&shop, "cup")), (vec![1], vec![2]));
    assert_eq!(shop.n_products(), 2);
}

#[test]
fn the_last_of_several_changes_counts() {
    let shop = titles(&[]);
    let put = |title| Change::Put(Box::new(product(1, title)));
    let remove = Change::Remove(Uuid::from_u128(1));
    shop.apply([put("Shirt"), remove, put("Hat"), put("Cup")]).unwrap();
    shop.commit(1).unwrap();
    assert_eq!(found(&shop, ""), [1]);
    assert_eq!(found(&shop, "cup"), [1]);
}

#[test]
fn nothing_shows_before_the_commit_and_discarded_changes_never() {
    let shop = titles(&["Shirt"]);
    shop.apply([Change::Put(Box::new(product(2, "Hat")))]).unwrap();
    assert_eq!(shop.n_products(), 1);
    shop.discard().unwrap();
    shop.commit(2).unwrap();
    assert_eq!(shop.n_products(), 1);
}

#[test]
fn a_rebuild_shows_the_old_state_until_it_is_done() {
    let shop = titles(&["Shirt", "Hat"]);
    shop.clear().unwrap();
    shop.apply([Change::Put(Box::new(product(3, "Cup")))]).unwrap();
    assert_eq!(found(&shop, "hat"), [2]);
    shop.commit(9).unwrap();
    assert_eq!(found(&shop, ""), [3]);
}

#[test]
fn the_revision_is_kept_with_the_products() {
    let directory = closed_index();
    let index = open(directory.path()).unwrap();
    assert_eq!(index.revision(), Some(42));
    assert_eq!(found(&index, "shirt"), [1]);
    assert_eq!(index.damaged_files().unwrap(), Vec::<String>::new());
}

#[test]
fn a_new_index_has_no_revision() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(open(directory.path()).unwrap().revision(), None);
    assert_eq!(open(directory.path()).unwrap().revision(), None);
}

#[test]
fn an_index_in_use_is_not_called_damaged() {
    let directory = tempfile::tempdir().unwrap();
    let _index = open(directory.path()).unwrap();
    assert!(matches!(open(directory.path()), Err(OpenError::InUse)));
}

#[test]
fn damage_of_any_file_asks_for_a_rebuild() {
    for garbage in ["", "{", "no json at all"] {
        let directory = closed_index();
        fs::write(directory.path().join("meta.json"), garbage).unwrap();
        assert!(rebuild_needed(&open(directory.path())), "{garbage:?}");
    }
    for ending in ["idx", "term", "fast", "store", "fieldnorm"] {
        for length in [0, 7] {
            let directory = closed_index();
            for file in files(directory.path(), ending) {
                fs::OpenOptions::new()
                    .write(true)
                    .open(file)
                    .unwrap()
                    .set_len(length)
                    .unwrap();
            }
            assert!(rebuild_needed(&open(directory.path())), "{ending} {length}");
        }
    }
}

#[test]
fn a_missing_file_asks_for_a_rebuild() {
    let directory = closed_index();
    for file in files(directory.path(), "term") {
        fs::remove_file(file).unwrap();
    }
    assert!(rebuild_needed(&open(directory.path())));
}

#[test]
fn an_index_of_another_version_or_language_asks_for_a_rebuild() {
    let directory = closed_index();
    let german = Options {
        language: Language::German,
        ..Options::default()
    };
    assert!(rebuild_needed(&Index::open(directory.path(), german)));
    let meta = directory.path().join("meta.json");
    let text = fs::read_to_string(&meta).unwrap();
    let (before, after) = text.split_once("\\\"version\\\":").unwrap();
    let after = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let older = format!("{before}\\\"version\\\":0{after}");
    assert_ne!(text, older);
    fs::write(&meta, older).unwrap();
    assert!(rebuild_needed(&open(directory.path())));
}

#[test]
fn a_new_index_can_take_the_place_of_a_damaged_one() {
    let directory = closed_index();
    fs::write(directory.path().join("meta.json"), "{").unwrap();
    let index = Index::create(directory.path(), Options::default()).unwrap();
    put(&index, [product(7, "Cup")]);
    drop(index);
    assert_eq!(found(&open(directory.path()).unwrap(), "cup"), [7]);
}

#[test]
fn changed_bytes_are_found_by_a_check() {
    let directory = closed_index();
    let store = files(directory.path(), "store").remove(0);
    let mut bytes = fs::read(&store).unwrap();
    bytes[0] ^= 0xff;
    fs::write(&store, bytes).unwrap();
    let index = open(directory.path()).unwrap();
    assert_eq!(index.damaged_files().unwrap().len(), 1);
}
