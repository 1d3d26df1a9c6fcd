//! What is wrong with a row, in plain words.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

/// How much of a cell is shown with a problem.
const VALUE_SHOWN: usize = 80;

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The line of the file, counted from 1; 0 for the file as a whole.
    pub line: u64,
    /// The column as the file names it, or the path of a field; empty when the whole row is meant.
    pub column: String,
    /// What stands there, shortened.
    pub value: String,
    /// What is wrong and what to do, or what was done.
    pub message: String,
    /// What it means for the product.
    pub effect: Effect,
}

/// What a problem means for the product it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The product was left out whole.
    LeftOut,
    /// The product was imported; the message says what is different.
    Kept,
}

/// Collects the problems of one product while it is read.
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<Problem>,
    refused: bool,
}

impl Problems {
    /// The product cannot be imported.
    pub(super) fn refuse(&mut self, line: u64, column: &str, value: &str, message: impl Display) {
        self.refused = true;
        self.push(line, column, value, &message, Effect::LeftOut);
    }

    /// The product can be imported, but not quite as it stands.
    pub(super) fn keep(&mut self, line: u64, column: &str, value: &str, message: impl Display) {
        self.push(line, column, value, &message, Effect::Kept);
    }

    fn push(&mut self, line: u64, column: &str, value: &str, message: &dyn Display, effect: Effect) {
        let column = column.to_owned();
        self.list.push(Problem {
            line,
            column,
            value: shortened(value),
            message: message.to_string(),
            effect,
        });
    }

    pub(super) fn has_refusal(&self) -> bool {
        self.refused
    }

    /// What is to be said. Of a product that is left out only the reasons: what was changed in it changes nothing.
    pub(super) fn take(&mut self) -> Vec<Problem> {
        let mut list = std::mem::take(&mut self.list);
        if std::mem::take(&mut self.refused) {
            list.retain(|problem| problem.effect == Effect::LeftOut);
        }
        list
    }
}

fn shortened(value: &str) -> String {
    match value.char_indices().nth(VALUE_SHOWN) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
