//! The rules of the house that a compiler does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use wares_db::fault::Point;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn crates() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join("crates"))
        .expect("the crates")
        .map(|entry| {
            entry
                .expect("a folder")
                .file_name()
                .into_string()
                .expect("a plain name")
        })
        .collect();
    names.sort();
    names
}

/// The names under `[dependencies]` of a crate; those for tests do not count.
fn dependencies(name: &str) -> BTreeSet<String> {
    let path = root().join("crates").join(name).join("Cargo.toml");
    let manifest: toml::Table = fs::read_to_string(path)
        .expect("a manifest")
        .parse()
        .expect("a manifest is TOML");
    manifest["dependencies"]
        .as_table()
        .expect("dependencies")
        .keys()
        .cloned()
        .collect()
}

/// Which of our own crates each may use. An arrow that is not here must not appear.
fn allowed() -> BTreeMap<&'static str, &'static [&'static str]> {
    BTreeMap::from([
        ("kernel", &[] as &[_]),
        ("db", &["kernel"]),
        ("jobs", &["kernel", "db"]),
        ("search", &[]),
        ("commerce", &["kernel", "db", "jobs", "search"]),
        ("adapters", &["kernel", "commerce"]),
        ("web", &["kernel", "db", "jobs", "commerce", "search"]),
        ("sandbox", &[]),
        (
            "wares",
            &[
                "kernel", "db", "jobs", "search", "commerce", "adapters", "web", "sandbox",
            ],
        ),
        (
            "proof",
            &["kernel", "db", "jobs", "commerce", "adapters", "web", "sandbox"],
        ),
    ])
}

#[test]
fn crates_use_only_the_crates_below_them() {
    let allowed = allowed();
    for name in crates() {
        let may_use = allowed
            .get(name.as_str())
            .unwrap_or_else(|| panic!("crate {name} has no place in the house yet"));
        for dependency in dependencies(&name) {
            if let Some(ours) = dependency.strip_prefix("wares-") {
                assert!(may_use.contains(&ours), "{name} must not use {ours}");
            }
        }
    }
}

#[test]
fn outside_libraries_stay_where_they_belong() {
    let places: &[(&str, &[&str])] = &[
        // What the proof asks of a database it asks over connections that share nothing with the shop.
        ("rusqlite", &["db", "proof"]),
        ("tokio-postgres", &["db", "proof"]),
        ("deadpool-postgres", &["db"]),
        ("axum", &["web", "sandbox"]),
        ("hyper", &["web"]),
        // The sandbox plays somebody else's service and calls the shop's webhook as that would.
        ("reqwest", &["adapters", "sandbox", "proof"]),
        ("lettre", &["adapters"]),
        ("tantivy", &["search"]),
        ("clap", &["wares", "proof"]),
    ];
    for name in crates() {
        let uses = dependencies(&name);
        for (library, where_allowed) in places {
            assert!(
                !uses.contains(*library) || where_allowed.contains(&name.as_str()),
                "{name} must not use {library}"
            );
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

pub(crate) fn all_sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for name in crates() {
        sources(&root().join("crates").join(name).join("src"), &mut found);
    }
    found
}

#[test]
fn sql_stands_in_stores_and_reports_only() {
    for path in all_sources() {
        let text = fs::read_to_string(&path).expect("a source");
        let name = path.to_string_lossy().replace('\\', "/");
        let may = name.contains("/db/src/")
            || name.contains("/jobs/src/")
            || name.contains("/reports/")
            || name.ends_with("store.rs")
            || name.contains("/store/")
            || name.ends_with("commerce/src/changes.rs")
            // What tests arrange and look at is nobody's own.
            || name.ends_with("/tests.rs")
            || name.ends_with("/testing.rs");
        assert!(
            may || !text.contains("sql!("),
            "{name} has SQL; it belongs into a store.rs or into reports/"
        );
    }
}

#[test]
fn no_file_grows_beyond_six_hundred_lines() {
    let is_tests = |path: &PathBuf| path.file_name().is_some_and(|name| name == "tests.rs");
    for path in all_sources().into_iter().filter(|path| !is_tests(path)) {
        let lines = fs::read_to_string(&path).expect("a source").lines().count();
        assert!(
            lines <= 600,
            "{} has {lines} lines; the design wants another name",
            path.display()
        );
    }
}

#[test]
fn no_test_is_switched_off() {
    let mark = concat!("#[", "ignore");
    for name in crates() {
        let folder = root().join("crates").join(&name);
        let mut files = Vec::new();
        sources(&folder, &mut files);
        for path in files {
            assert!(
                !fs::read_to_string(&path).expect("a source").contains(mark),
                "{} switches a test off",
                path.display()
            );
        }
    }
}

#[test]
fn migrations_are_numbered_and_say_why() {
    let folder = root().join("crates/db/migrations");
    let applied = fs::read_to_string(root().join("crates/db/src/migrate.rs")).expect("the list of migrations");
    for entry in fs::read_dir(folder).expect("the migrations") {
        let path = entry.expect("a file").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name")
            .to_owned();
        let (number, verb) = name
            .split_once('_')
            .unwrap_or_else(|| panic!("{name}: NNNN_verb_object.sql"));
        assert!(
            number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit()) && verb.contains('_'),
            "{name}: NNNN_verb_object.sql"
        );
        let step = name.trim_end_matches(".sql");
        assert!(applied.contains(&format!("\"{step}\"")), "{name} is never applied");
        assert!(
            fs::read_to_string(&path).expect("a migration").starts_with("-- "),
            "{name} does not say why"
        );
    }
}

#[test]
fn the_changelog_has_a_place_for_what_comes_next() {
    let text = fs::read_to_string(root().join("CHANGELOG.md")).expect("a change log");
    assert!(text.contains("## Unreleased"));
}

#[test]
fn every_path_that_the_architecture_names_exists() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the architecture");
    for name in text.split('`').skip(1).step_by(2) {
        let is_path = ["crates/", "docs/", "demo/", ".ci/"]
            .iter()
            .any(|start| name.starts_with(start));
        if is_path && !name.contains(['*', '{', '<', ' ']) {
            assert!(
                root().join(name).exists(),
                "ARCHITECTURE.md names {name}, which is not there"
            );
        }
    }
}

/// That none is reached which is not listed, the compiler knows.
#[test]
fn every_point_where_a_fault_can_be_planted_is_reached() {
    let texts: Vec<String> = all_sources()
        .iter()
        .map(|path| fs::read_to_string(path).expect("a source"))
        .collect();
    for point in Point::ALL {
        let calls = [
            format!("reach(Point::{point:?})"),
            format!("reach_blocking(Point::{point:?})"),
        ];
        let is_reached = |text: &String| calls.iter().any(|call| text.contains(call));
        assert!(texts.iter().any(is_reached), "{point:?} is listed, and reached nowhere");
    }
}
