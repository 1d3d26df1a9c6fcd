//! The layers of configuration, merged, with where each value came from.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::Path;
use std::str::FromStr;

use toml::{Table, Value};

const DEFAULTS: &str = include_str!("../../default.toml");

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File(String),
    Environment(String),
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => f.write_str(path),
            Self::Environment(name) => f.write_str(name),
            Self::Flag(name) => write!(f, "--{name}"),
        }
    }
}

/// Everything that is wrong with the configuration.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ConfigErrors(pub(crate) Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration has {} mistake(s):", self.0.len())?;
        self.0.iter().try_for_each(|mistake| write!(f, "\n  - {mistake}"))
    }
}

impl std::error::Error for ConfigErrors {}

type Key = (String, String);

/// The merged values.
#[derive(Debug, Clone)]
pub(crate) struct Layers {
    values: BTreeMap<Key, (Value, Origin)>,
    mistakes: Vec<String>,
}

impl Layers {
    /// The defaults alone.
    pub(crate) fn new() -> Self {
        let mut layers = Self {
            values: BTreeMap::new(),
            mistakes: Vec::new(),
        };
        let defaults: Table = DEFAULTS.parse().unwrap_or_default();
        for (section, keys) in &defaults {
            for (key, value) in keys.as_table().into_iter().flatten() {
                layers
                    .values
                    .insert((section.clone(), key.clone()), (value.clone(), Origin::Default));
            }
        }
        layers
    }

    /// Puts the file over what is there. A file that is not there is fine unless it was named.
    pub(crate) fn file(&mut self, path: &Path, named: bool) {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => return,
            Err(error) => return self.mistakes.push(format!("{}: {error}", path.display())),
        };
        let table: Table = match text.parse() {
            Ok(table) => table,
            Err(error) => return self.mistakes.push(format!("{}: {error}", path.display())),
        };
        for (section, keys) in &table {
            let Some(keys) = keys.as_table() else {
                self.mistakes
                    .push(format!("{}: {section} stands outside of a section", path.display()));
                continue;
            };
            for (key, value) in keys {
                self.put(section, key, value.clone(), Origin::File(path.display().to_string()));
            }
        }
    }

    /// Puts `WARES_SECTION_KEY` variables over what is there. Those for tests (`WARES_TEST_…`) are not ours.
    pub(crate) fn environment(&mut self, variables: impl Iterator<Item = (String, String)>) {
        for (name, value) in variables {
            let Some(rest) = name.strip_prefix("WARES_") else {
                continue;
            };
            if rest.starts_with("TEST_") {
                continue;
            }
            let lower = rest.to_lowercase();
            let (section, key) = lower.split_once('_').unwrap_or((&lower, ""));
            let value = self.typed_like(section, key, &value);
            self.put(section, key, value, Origin::Environment(name));
        }
    }

    /// Puts a flag over what is there.
    pub(crate) fn flag(&mut self, flag: &'static str, section: &str, key: &str, value: Option<String>) {
        if let Some(value) = value {
            self.put(section, key, Value::String(value), Origin::Flag(flag));
        }
    }

    fn put(&mut self, section: &str, key: &str, value: Value, origin: Origin) {
        match self.values.get_mut(&(section.to_owned(), key.to_owned())) {
            Some(slot) => *slot = (value, origin),
            None => self
                .mistakes
                .push(format!("{origin}: there is no setting {section}.{key}")),
        }
    }

    /// The text of a variable in the type its default has.
    fn typed_like(&self, section: &str, key: &str, text: &str) -> Value {
        match self.values.get(&(section.to_owned(), key.to_owned())) {
            Some((Value::Integer(_), _)) => text
                .parse()
                .map_or_else(|_| Value::String(text.to_owned()), Value::Integer),
            Some((Value::Array(_), _)) => Value::Array(
                text.split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .map(|part| Value::String(part.to_owned()))
                    .collect(),
            ),
            _ => Value::String(text.to_owned()),
        }
    }

    /// Each setting as `section.key = value  (origin)`.
    pub(crate) fn show(&self) -> Vec<String> {
        self.values
            .iter()
            .map(|((section, key), (value, origin))| {
                let text = value.as_str().unwrap_or_default();
                let hidden = match key.as_str() {
                    "database" => text.contains('@'),
                    "secret_key" => !text.is_empty(),
                    _ => false,
                };
                let shown = if hidden {
                    "(hidden)".to_owned()
                } else {
                    value.to_string()
                };
                format!("{section}.{key} = {shown}  ({origin})")
            })
            .collect()
    }

    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader {
            layers: self,
            mistakes: self.mistakes.clone(),
        }
    }
}

/// Reads values and collects what is wrong with them.
pub(crate) struct Reader<'a> {
    layers: &'a Layers,
    mistakes: Vec<String>,
}

impl Reader<'_> {
    fn get(&self, section: &str, key: &str) -> Option<&(Value, Origin)> {
        self.layers.values.get(&(section.to_owned(), key.to_owned()))
    }

    /// Says what is wrong with a value.
    pub(crate) fn mistake(&mut self, section: &str, key: &str, what: impl fmt::Display) {
        let origin = self
            .get(section, key)
            .map_or(Origin::Default, |(_, origin)| origin.clone());
        self.mistakes.push(format!("{origin}: {section}.{key}: {what}"));
    }

    /// A text.
    pub(crate) fn text(&mut self, section: &str, key: &str) -> String {
        match self.get(section, key) {
            Some((Value::String(text), _)) => text.clone(),
            _ => {
                self.mistake(section, key, "write a text in quotes");
                String::new()
            }
        }
    }

    /// One of a few words.
    pub(crate) fn choice(&mut self, section: &str, key: &str, words: &[&str]) -> String {
        let text = self.text(section, key);
        if !words.contains(&text.as_str()) {
            self.mistake(section, key, format!("choose one of {}", words.join(", ")));
        }
        text
    }

    /// A text with a form of its own; `fallback` stands in for a wrong one until the mistakes are told.
    pub(crate) fn parsed<T: FromStr<Err: fmt::Display>>(&mut self, section: &str, key: &str, fallback: &str) -> T {
        let text = self.text(section, key);
        if let Ok(value) = text.parse() {
            return value;
        }
        if let Err(error) = text.parse::<T>() {
            self.mistake(section, key, error);
        }
        self.checked(section, key, fallback)
    }

    /// A value the program itself proposes.
    pub(crate) fn checked<T: FromStr<Err: fmt::Display>>(&mut self, section: &str, key: &str, text: &str) -> T {
        text.parse()
            .unwrap_or_else(|error| panic_about_defaults(section, key, &error))
    }

    /// A list of texts with a form of their own.
    pub(crate) fn list<T: FromStr<Err: fmt::Display>>(&mut self, section: &str, key: &str) -> Vec<T> {
        let Some((Value::Array(values), _)) = self.get(section, key).cloned() else {
            self.mistake(section, key, "write a list in brackets");
            return Vec::new();
        };
        let mut list = Vec::new();
        for value in &values {
            match value.as_str().unwrap_or_default().parse() {
                Ok(item) => list.push(item),
                Err(error) => self.mistake(section, key, format!("{value}: {error}")),
            }
        }
        list
    }

    /// A whole number within limits.
    pub(crate) fn number<T>(&mut self, section: &str, key: &str, limits: RangeInclusive<i64>) -> T
    where
        T: TryFrom<i64> + Default,
    {
        let number = self
            .get(section, key)
            .and_then(|(value, _)| value.as_integer())
            .filter(|number| limits.contains(number));
        match number.and_then(|number| T::try_from(number).ok()) {
            Some(number) => number,
            None => {
                self.mistake(
                    section,
                    key,
                    format!("write a number between {} and {}", limits.start(), limits.end()),
                );
                T::default()
            }
        }
    }

    /// The value, if nothing was wrong.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, ConfigErrors> {
        if self.mistakes.is_empty() {
            Ok(value)
        } else {
            Err(ConfigErrors(self.mistakes))
        }
    }
}

#[expect(
    clippy::panic,
    reason = "the embedded defaults are checked by a test; a program without them cannot start"
)]
fn panic_about_defaults<T>(section: &str, key: &str, error: &impl fmt::Display) -> T {
    panic!("the default of {section}.{key} does not parse: {error}")
}
