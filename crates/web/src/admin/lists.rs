//! What all lists have in common: their address is their whole state, and they go on after the last thing shown.

use serde::Deserialize;

use super::parts::{Filter, Index, Link, Pager, Tab};
use crate::urls::with_query;

/// Rows on a page.
pub(super) const ROWS: usize = 50;

/// What the address of a list says. Unknown words fall back to the first view and no filter.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    pub(super) view: String,
    pub(super) q: String,
    pub(super) after: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) payment: String,
    pub(super) fulfilment: String,
    pub(super) country: String,
    pub(super) category: String,
    pub(super) who: String,
    pub(super) what: String,
    pub(super) object: String,
    pub(super) id: String,
    pub(super) order: String,
}

/// The most characters of a search.
const WORDS_MAX: usize = 200;

impl Wanted {
    /// What is searched for, without the blanks around it.
    pub(super) fn words(&self) -> String {
        self.q.trim().chars().take(WORDS_MAX).collect()
    }

    /// The place to go on from, or the beginning.
    pub(super) fn place<T: std::str::FromStr>(&self, beginning: T) -> T {
        self.after.parse().unwrap_or(beginning)
    }

    /// The filters and the view as they stand in an address, without the place.
    pub(super) fn pairs(&self) -> Vec<(&'static str, &str)> {
        [
            ("view", &self.view),
            ("q", &self.q),
            ("from", &self.from),
            ("to", &self.to),
            ("payment", &self.payment),
            ("fulfilment", &self.fulfilment),
            ("country", &self.country),
            ("category", &self.category),
            ("who", &self.who),
            ("what", &self.what),
            ("object", &self.object),
            ("id", &self.id),
            ("order", &self.order),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name, value.as_str()))
        .collect()
    }

    fn without(&self, field: &str) -> Vec<(&'static str, &str)> {
        self.pairs().into_iter().filter(|(name, _)| *name != field).collect()
    }
}

/// A list being described.
pub(super) struct Listing<'a> {
    pub(super) action: &'static str,
    pub(super) noun: &'static str,
    pub(super) placeholder: &'static str,
    pub(super) wanted: &'a Wanted,
}

impl Listing<'_> {
    /// The list's frame: `tabs` as (view, text, count); `chips` as (field, text) for the filters in use.
    pub(super) fn index(
        &self,
        tabs: Vec<(&'static str, &'static str, Option<String>)>,
        filters: Vec<Filter>,
        chips: Vec<(&'static str, String)>,
        pager: Pager,
    ) -> Index {
        let wanted = self.wanted;
        let known = tabs.iter().any(|(view, ..)| *view == wanted.view);
        let first = tabs.first().map_or("", |(view, ..)| *view);
        let current = if known { wanted.view.as_str() } else { first };
        let tabs: Vec<Tab> = tabs
            .iter()
            .map(|(view, text, count)| Tab {
                text: (*text).to_owned(),
                count: count.clone(),
                url: if *view == first {
                    self.action.to_owned()
                } else {
                    with_query(self.action, [("view", *view)])
                },
                current: *view == current,
            })
            .collect();
        let search = (!wanted.words().is_empty()).then(|| ("q", format!("“{}”", wanted.words())));
        let chips = search
            .into_iter()
            .chain(chips)
            .map(|(field, text)| Link::new(text, with_query(self.action, wanted.without(field))))
            .collect();
        Index {
            action: self.action.to_owned(),
            noun: self.noun,
            caption: tabs
                .iter()
                .find(|tab| tab.current)
                .map_or_else(String::new, |tab| tab.text.clone()),
            q: wanted.words(),
            placeholder: self.placeholder,
            view: wanted.view.clone(),
            clear: tabs
                .iter()
                .find(|tab| tab.current)
                .map_or_else(String::new, |tab| tab.url.clone()),
            tabs,
            filters,
            chips,
            pager,
        }
    }

    /// Where the list goes on; `shown` rows are on this page.
    pub(super) fn pager(&self, shown: usize, order: &str, next: Option<String>) -> Pager {
        let here = |extra: Option<&str>| {
            let mut pairs = self.wanted.pairs();
            if let Some(after) = extra {
                pairs.push(("after", after));
            }
            with_query(self.action, pairs)
        };
        Pager {
            text: format!("{shown} shown, {order}"),
            first: (!self.wanted.after.is_empty()).then(|| here(None)),
            next: next.as_deref().map(|after| here(Some(after))),
        }
    }

    /// A search shows at most one page and says when there is more.
    pub(super) fn found(&self, shown: usize) -> Pager {
        let text = if shown < ROWS {
            format!("{shown} found")
        } else {
            format!("The first {ROWS} found; search for more of it to see fewer")
        };
        Pager {
            text,
            first: None,
            next: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_its_filters_on_the_next_page() {
        let wanted = Wanted {
            view: "open".into(),
            country: "DE".into(),
            after: "5.0".into(),
            ..Wanted::default()
        };
        let listing = Listing {
            action: "/admin/orders",
            noun: "Orders",
            placeholder: "",
            wanted: &wanted,
        };
        let pager = listing.pager(50, "newest first", Some("7.1".into()));
        assert_eq!(
            pager.next.as_deref(),
            Some("/admin/orders?view=open&country=DE&after=7.1")
        );
        assert_eq!(pager.first.as_deref(), Some("/admin/orders?view=open&country=DE"));
        let chips = vec![("country", "Germany".to_owned())];
        let index = listing.index(
            vec![("", "All", None), ("open", "Open", None)],
            Vec::new(),
            chips,
            pager,
        );
        assert_eq!(index.chips[0].url, "/admin/orders?view=open");
        assert!(index.tabs[1].current);
    }
}
