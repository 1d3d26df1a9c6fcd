//! Pieces that admin pages are made of. Everything in them is display-ready: texts, links, marks.
//!
//! Each has a macro of its name in `templates/admin/parts.html`, so that a state or a list looks the same on every page.

use serde::Serialize;

pub(crate) use crate::templates::Link;

/// A state: a shape and a word. The tone's colour only repeats what the shape says.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct State {
    mark: &'static str,
    tone: &'static str,
    word: String,
}

/// The shapes. A ring: nothing done; half: partly; full: in progress; tick: finished; cross: failed; arrow back: returned or
/// refunded; dashed ring: draft or queued; square: ended; triangle: look here.
macro_rules! states {
    ($($name:ident => $mark:literal $tone:literal,)*) => {
        impl State {
            $(pub(crate) fn $name(word: impl Into<String>) -> Self {
                Self { mark: $mark, tone: $tone, word: word.into() }
            })*
        }
    };
}

states! {
    waiting => "ring" "warn",
    draft => "dash" "",
    partly => "half" "info",
    running => "full" "",
    under_way => "full" "info",
    live => "full" "ok",
    done => "done" "ok",
    failed => "cross" "bad",
    dropped => "cross" "",
    back => "back" "",
    ended => "sq" "",
    attention => "tri" "warn",
}

impl State {
    /// The shape's name, where a page draws it without the word.
    pub(crate) fn mark(&self) -> &'static str {
        self.mark
    }

    /// The word.
    pub(crate) fn word(&self) -> &str {
        &self.word
    }

    /// The tone's name.
    pub(crate) fn tone(&self) -> &'static str {
        self.tone
    }
}

/// An instant as people read it in the shop's time zone, and exactly.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Moment {
    pub(crate) text: String,
    pub(crate) iso: String,
}

/// A picture in a list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Thumb {
    pub(crate) src: String,
    pub(crate) alt: String,
}

/// A piece of a sentence: text, or a link.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) url: Option<String>,
}

impl Piece {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            url: None,
        }
    }

    pub(crate) fn link(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            url: Some(url.into()),
        }
    }
}

/// A view of a list, or one form of a thing.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Tab {
    pub(crate) text: String,
    pub(crate) count: Option<String>,
    pub(crate) url: String,
    pub(crate) current: bool,
}

impl Tab {
    pub(crate) fn new(text: impl Into<String>, url: impl Into<String>, current: bool) -> Self {
        Self {
            text: text.into(),
            count: None,
            url: url.into(),
            current,
        }
    }

    pub(crate) fn counted(self, count: impl Into<String>) -> Self {
        Self {
            count: Some(count.into()),
            ..self
        }
    }
}

/// An option of a select, or a box of a filter.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) text: String,
    pub(crate) selected: bool,
    /// What the page's script needs to know about it: a carrier's pattern of tracking numbers.
    pub(crate) data: Option<String>,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            text: text.into(),
            selected: false,
            data: None,
        }
    }

    pub(crate) fn selected_if(self, selected: bool) -> Self {
        Self { selected, ..self }
    }
}

/// One filter of a list: a menu with boxes.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Filter {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) on: bool,
    pub(crate) choices: Vec<Choice>,
}

/// Where a list goes on. Pages are keyset-paged, so there is a next one and the first, and no numbers.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Pager {
    pub(crate) text: String,
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
}

/// What stands around the rows of a list: views, search, filters, paging.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Index {
    /// The list's own address.
    pub(crate) action: String,
    /// What is listed: "Orders".
    pub(crate) noun: &'static str,
    pub(crate) caption: String,
    pub(crate) q: String,
    pub(crate) placeholder: &'static str,
    /// The current view, empty for the first.
    pub(crate) view: String,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) filters: Vec<Filter>,
    /// The filters in use, each with the list without it.
    pub(crate) chips: Vec<Link>,
    /// The list without any filter.
    pub(crate) clear: String,
    pub(crate) pager: Pager,
}

/// What an empty list says: what it is for, and one action.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Nothing {
    pub(crate) heading: Option<String>,
    pub(crate) body: String,
    pub(crate) action: Option<Link>,
}

impl Nothing {
    pub(crate) fn new(heading: &str, body: &str, action: Option<Link>) -> Self {
        Self {
            heading: Some(heading.into()),
            body: body.into(),
            action,
        }
    }

    /// For a search or filter without a hit.
    pub(crate) fn found(noun: &str, clear: &str) -> Self {
        Self {
            heading: None,
            body: format!("No {noun} match this search and these filters."),
            action: Some(Link::new("Clear all", clear)),
        }
    }
}

/// What a field was and is.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Change {
    /// The field's name, where more than one changed.
    pub(crate) field: Option<String>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// One day of a timeline, newest first.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Day {
    pub(crate) text: String,
    pub(crate) entries: Vec<Entry>,
}

/// One entry of a timeline.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    pub(crate) at: Moment,
    pub(crate) mark: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) what: Vec<Piece>,
    pub(crate) by: Option<String>,
    /// What somebody wrote, shown as written.
    pub(crate) comment: Option<String>,
    pub(crate) change: Option<Change>,
}

/// A name with its value.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) url: Option<String>,
    /// Whether the value is for machines: an address, a key, an id.
    pub(crate) is_code: bool,
}

impl Fact {
    pub(crate) fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            url: None,
            is_code: false,
        }
    }

    pub(crate) fn code(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            is_code: true,
            ..Self::new(name, value)
        }
    }

    pub(crate) fn linked(self, url: impl Into<String>) -> Self {
        Self {
            url: Some(url.into()),
            ..self
        }
    }
}

/// A field that a form carries along unseen.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Hidden {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A sentence at the top of the page: what has just been done.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Notice {
    tone: &'static str,
    icon: &'static str,
    text: String,
}

impl Notice {
    pub(crate) fn done(text: impl Into<String>) -> Self {
        Self {
            tone: "ok",
            icon: "ok",
            text: text.into(),
        }
    }
}
