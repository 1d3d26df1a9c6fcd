//! The ways through the shop: always the same ones through the same shop.

use std::cmp::Reverse;
use std::collections::HashSet;

use scraper::{ElementRef, Html, Selector};
use wares_kernel::SeededRandom;

use crate::browser::{Browser, Took};

/// A walk has so many steps.
const STEPS: usize = 4;
/// Every second walk begins in one of so many of the largest categories.
const LARGEST: usize = 3;

/// An address that was looked at.
pub(crate) struct Address {
    pub(crate) url: String,
    pub(crate) first: Took,
    /// Products its page links to.
    products: Vec<String>,
}

/// Lists: from a category's first page on to what each page offers next.
pub(crate) fn lists(browser: &mut Browser<'_>, looks: usize) -> anyhow::Result<Vec<Address>> {
    let dice = SeededRandom::new(1);
    let mut walk = Walk::new(browser);
    let mut categories = Vec::new();
    let urls = links(&walk.browser.read("/categories")?, "main a[href^='/c/']");
    for url in urls.into_iter().take(looks / 4) {
        if let Some(page) = walk.look(&url)? {
            categories.push((Reverse(size(&page)), url, page));
        }
    }
    categories.sort();
    for n in 0..looks {
        let among = if n % 2 == 0 {
            LARGEST.min(categories.len())
        } else {
            categories.len()
        };
        let (_, url, page) = &categories[one_below(&dice, among)];
        let (mut url, mut page) = (url.clone(), page.clone());
        for _ in 0..STEPS {
            let offers = offers(&page, &url);
            if offers.is_empty() || walk.addresses.len() >= looks {
                break;
            }
            url.clone_from(&offers[one_below(&dice, offers.len())]);
            let Some(next) = walk.look(&url)? else { break };
            page = next;
        }
    }
    Ok(walk.addresses)
}

/// Products that the lists link to.
pub(crate) fn products(browser: &mut Browser<'_>, lists: &[Address], looks: usize) -> anyhow::Result<Vec<Address>> {
    let mut walk = Walk::new(browser);
    for url in lists.iter().flat_map(|list| list.products.iter().step_by(7)) {
        if walk.addresses.len() < looks {
            walk.look(url)?;
        }
    }
    Ok(walk.addresses)
}

/// Results of searches.
pub(crate) fn searches(browser: &mut Browser<'_>, queries: &str, looks: usize) -> anyhow::Result<Vec<Address>> {
    let mut walk = Walk::new(browser);
    for query in queries.lines().skip(1).filter_map(|line| line.split('\t').next()) {
        if walk.addresses.len() < looks {
            let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
            walk.look(&format!("/search?q={query}"))?;
        }
    }
    Ok(walk.addresses)
}

struct Walk<'a, 'b> {
    browser: &'a mut Browser<'b>,
    seen: HashSet<String>,
    addresses: Vec<Address>,
}

impl<'a, 'b> Walk<'a, 'b> {
    fn new(browser: &'a mut Browser<'b>) -> Self {
        Self {
            browser,
            seen: HashSet::new(),
            addresses: Vec::new(),
        }
    }

    /// Looks at the address for the first time and reads it; nothing if it was seen already.
    fn look(&mut self, url: &str) -> anyhow::Result<Option<String>> {
        if !self.seen.insert(url.to_owned()) {
            return Ok(None);
        }
        let first = self.browser.look(url)?;
        let page = self.browser.read(url)?;
        self.addresses.push(Address {
            url: url.to_owned(),
            first,
            products: links(&page, "main a[href^='/p/']"),
        });
        Ok(Some(page))
    }
}

fn one_below(dice: &SeededRandom, n: usize) -> usize {
    usize::try_from(dice.below(n as u64)).unwrap_or_default()
}

/// How many products a list says it has.
fn size(page: &str) -> u64 {
    let html = Html::parse_document(page);
    let line = elements(&html, "[data-count-line]")
        .first()
        .map(|line| line.text().collect::<String>());
    let total = line.as_deref().and_then(|line| line.split(" of ").nth(1));
    let digits: String = total.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

/// Where a list's page leads: each filter, each order, each page.
fn offers(page: &str, url: &str) -> Vec<String> {
    let html = Html::parse_document(page);
    let mut offers = links(page, ".pager a[href], a.chip[href]");
    let with = |name: &str, value: &str| {
        let pair: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair(name, value)
            .finish();
        let joint = if url.contains('?') { '&' } else { '?' };
        format!("{url}{joint}{pair}")
    };
    for tick in elements(&html, "#facets input[type=checkbox]:not([checked]):not([disabled])") {
        offers.push(with(
            tick.attr("name").unwrap_or_default(),
            tick.attr("value").unwrap_or_default(),
        ));
    }
    if !url.contains("sort=") {
        for order in elements(&html, "#sort option:not([selected])") {
            offers.push(with("sort", order.attr("value").unwrap_or_default()));
        }
    }
    offers
}

fn links(page: &str, which: &str) -> Vec<String> {
    let html = Html::parse_document(page);
    let links = elements(&html, which);
    links
        .iter()
        .filter_map(|link| link.attr("href"))
        .map(str::to_owned)
        .collect()
}

fn elements<'a>(html: &'a Html, which: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(which).expect("a selector of this file");
    html.select(&selector).collect()
}
