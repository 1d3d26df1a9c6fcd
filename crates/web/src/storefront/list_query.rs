//! What a list was asked for, read from its address and written back into one.
//!
//! Every state of a list is an address, and each state has one address only: parameters in a fixed order, nothing that means
//! nothing. So the memory of pages holds no page twice, whatever a link carries besides (`utm_source`, `fbclid`).

use std::collections::{BTreeMap, BTreeSet};

use wares_kernel::{Currency, Money};

use super::listing::{PAGES_MAX, SORTS};
use crate::{http::Entered, http::Error, urls};

/// The most values of all facets together.
const VALUES_MAX: usize = 60;
/// The longest search.
const QUERY_MAX: usize = 200;
/// What comes before the name of a facet, so that it is never taken for anything else.
const FACET: &str = "f.";

/// A list, as asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ListQuery {
    /// The words searched for; empty in a category.
    pub(super) words: String,
    /// Whether the words are meant exactly as typed.
    pub(super) is_exact: bool,
    pub(super) facets: BTreeMap<String, BTreeSet<String>>,
    pub(super) brands: BTreeSet<String>,
    /// Minor units.
    pub(super) price_min: Option<i64>,
    /// Minor units.
    pub(super) price_max: Option<i64>,
    pub(super) in_stock: bool,
    pub(super) on_sale: bool,
    /// One of [`SORTS`]; none is the usual order.
    pub(super) sort: Option<&'static str>,
    /// From 1.
    pub(super) page: u64,
}

impl ListQuery {
    /// Reads the query of a list that is looked through, not searched: no words count.
    pub(super) fn of_shelf(query: Option<&str>, currency: Currency) -> Result<Self, Error> {
        let list = Self::parse(query.unwrap_or_default(), currency)?;
        Ok(Self {
            words: String::new(),
            is_exact: false,
            ..list
        })
    }

    /// Reads the query of an address. What cannot be understood is not there; nothing is refused.
    pub(super) fn parse(query: &str, currency: Currency) -> Result<Self, Error> {
        let entered = Entered::parse(query.as_bytes())?;
        let mut list = Self {
            page: 1,
            ..Self::default()
        };
        let mut room = VALUES_MAX;
        for (name, value) in entered.pairs() {
            let value = value.trim();
            if value.is_empty() || value.len() > QUERY_MAX * 4 {
                continue;
            }
            list.take(name, value, currency, &mut room);
        }
        if list.price_min > list.price_max && list.price_max.is_some() {
            std::mem::swap(&mut list.price_min, &mut list.price_max);
        }
        Ok(list)
    }

    fn take(&mut self, name: &str, value: &str, currency: Currency, room: &mut usize) {
        let price = || {
            let amount = Money::parse(value, currency).ok()?;
            (!amount.is_negative()).then_some(amount.minor())
        };
        match name {
            "q" if self.words.is_empty() => self.words = value.chars().take(QUERY_MAX).collect(),
            "exact" => self.is_exact = value == "1",
            "min" => self.price_min = price(),
            "max" => self.price_max = price(),
            "stock" => match value {
                "in" => self.in_stock = true,
                "sale" => self.on_sale = true,
                _ => {}
            },
            "sort" => {
                self.sort = SORTS.iter().skip(1).map(|sort| sort.value).find(|sort| *sort == value);
            }
            "page" => self.page = value.parse().map_or(1, |page: u64| page.clamp(1, PAGES_MAX)),
            "brand" if *room > 0 => *room -= usize::from(self.brands.insert(value.to_owned())),
            _ => {
                if let Some(facet) = name.strip_prefix(FACET)
                    && *room > 0
                {
                    let values = self.facets.entry(facet.to_owned()).or_default();
                    *room -= usize::from(values.insert(value.to_owned()));
                }
            }
        }
    }

    /// Names and values in their one order, page and sort left out.
    pub(super) fn filters(&self, currency: Currency) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut add = |name: &str, value: String| pairs.push((name.to_owned(), value));
        for brand in &self.brands {
            add("brand", brand.clone());
        }
        for (facet, values) in &self.facets {
            for value in values {
                add(&facet_field(facet), value.clone());
            }
        }
        if let Some(minor) = self.price_min {
            add("min", typed(minor, currency));
        }
        if let Some(minor) = self.price_max {
            add("max", typed(minor, currency));
        }
        if self.in_stock {
            add("stock", "in".into());
        }
        if self.on_sale {
            add("stock", "sale".into());
        }
        pairs
    }

    /// The words, as parameters.
    pub(super) fn words_pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        if !self.words.is_empty() {
            pairs.push(("q".to_owned(), self.words.clone()));
        }
        if self.is_exact {
            pairs.push(("exact".to_owned(), "1".to_owned()));
        }
        pairs
    }

    /// The one address of this list.
    pub(super) fn url(&self, path: &str, currency: Currency) -> String {
        let mut pairs = self.words_pairs();
        pairs.extend(self.filters(currency));
        if let Some(sort) = self.sort {
            pairs.push(("sort".into(), sort.into()));
        }
        if self.page > 1 {
            pairs.push(("page".into(), self.page.to_string()));
        }
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        urls::with_query(path, &pairs)
    }

    /// Whether anything is filtered.
    pub(super) fn is_filtered(&self) -> bool {
        !(self.facets.is_empty() && self.brands.is_empty())
            || self.price_min.is_some()
            || self.price_max.is_some()
            || self.in_stock
            || self.on_sale
    }

    /// The list on another page.
    pub(super) fn on_page(&self, page: u64) -> Self {
        Self { page, ..self.clone() }
    }

    /// The list without any filter, from its first page.
    pub(super) fn cleared(&self) -> Self {
        Self {
            words: self.words.clone(),
            is_exact: self.is_exact,
            sort: self.sort,
            page: 1,
            ..Self::default()
        }
    }

    /// The list after `change`, from its first page: another filter begins anew.
    pub(super) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut list = self.on_page(1);
        change(&mut list);
        list.facets.retain(|_, values| !values.is_empty());
        list
    }

    /// Adds a value of a facet.
    pub(super) fn add(&mut self, facet: &str, value: &str) {
        self.facets
            .entry(facet.to_owned())
            .or_default()
            .insert(value.to_owned());
    }

    /// Takes a value of a facet away.
    pub(super) fn drop(&mut self, facet: &str, value: &str) {
        if let Some(values) = self.facets.get_mut(facet) {
            values.remove(value);
        }
    }
}

/// The name of a facet's field.
pub(super) fn facet_field(facet: &str) -> String {
    format!("{FACET}{facet}")
}

/// An amount as one types it: `12`, `12.50`.
pub(super) fn typed(minor: i64, currency: Currency) -> String {
    let decimal = Money::new(minor, currency).decimal();
    match decimal.split_once('.') {
        Some((whole, cents)) if cents.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        _ => decimal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(query: &str) -> ListQuery {
        ListQuery::parse(query, Currency::EUR).unwrap()
    }

    fn canonical(query: &str) -> String {
        read(query).url("/c/cups", Currency::EUR)
    }

    #[test]
    fn a_list_has_one_address() {
        let expected = "/c/cups?f.Colour=Chalk&f.Colour=Moss&min=12.50&max=90&stock=in&sort=newest&page=2";
        for same in [
            "f.Colour=Moss&f.Colour=Chalk&min=12,50&max=90.00&stock=in&sort=newest&page=2",
            "page=2&sort=newest&stock=in&max=90&min=12.5&f.Colour=Chalk&f.Colour=Moss&f.Colour=Chalk",
            "utm_source=x&fbclid=1&max=12.5&min=90&f.Colour=Chalk&f.Colour=Moss&stock=in&stock=&sort=newest&page=2",
        ] {
            assert_eq!(canonical(same), expected, "{same}");
        }
    }

    #[test]
    fn what_means_nothing_leaves_the_plain_address() {
        for plain in [
            "",
            "page=1",
            "page=0",
            "page=-3",
            "page=x",
            "sort=featured",
            "sort=evil",
            "stock=maybe",
            "min=",
            "min=abc",
            "max=-5",
            "f.Colour=",
        ] {
            assert_eq!(canonical(plain), "/c/cups", "{plain}");
        }
    }

    #[test]
    fn a_page_beyond_the_furthest_is_the_furthest() {
        assert_eq!(canonical("page=9999"), format!("/c/cups?page={PAGES_MAX}"));
    }

    #[test]
    fn another_filter_begins_at_the_first_page() {
        let list = read("page=3&f.Colour=Moss&sort=newest");
        let narrower = list.with(|list| list.add("Material", "Glass"));
        assert_eq!(
            narrower.url("/c/cups", Currency::EUR),
            "/c/cups?f.Colour=Moss&f.Material=Glass&sort=newest"
        );
        let wider = list.with(|list| list.drop("Colour", "Moss"));
        assert_eq!(wider.url("/c/cups", Currency::EUR), "/c/cups?sort=newest");
        assert_eq!(wider, list.cleared());
    }

    #[test]
    fn a_hostile_query_stays_small() {
        let many: String = (0..900).map(|n| format!("f.a{n}=v&")).collect();
        assert_eq!(read(&many).facets.len(), VALUES_MAX);
        let long = format!("q={}", "x".repeat(5000));
        assert!(read(&long).words.is_empty());
        assert!(ListQuery::parse("q=%00", Currency::EUR).is_err());
    }

    proptest! {
        #[test]
        fn an_address_means_what_it_was_made_from(
            words in "[a-zé &=+#]{0,20}",
            facets in proptest::collection::vec(("[A-Za-zé .=&]{1,8}", "[A-Za-z0-9é &+%]{1,8}"), 0..6),
            min in proptest::option::of(0_i64..1_000_000),
            page in 1_u64..50,
            sort in 0_usize..5,
        ) {
            let mut list = ListQuery { words: words.trim().to_owned(), page, price_min: min, ..ListQuery::default() };
            for (facet, value) in &facets {
                if !value.trim().is_empty() {
                    list.add(facet, value.trim());
                }
            }
            list.sort = (sort > 0).then(|| SORTS[sort].value);
            let url = list.url("/search", Currency::EUR);
            let query = url.split_once('?').map_or("", |(_, query)| query);
            prop_assert_eq!(read(query), list);
        }
    }
}
