//! What category and search pages share: facets, chips, sort, cards and pages, as templates/storefront/_listing.html shows them.

use serde::Serialize;

use super::{Card, samples};
use crate::{
    templates::{Link, format::count},
    urls,
};

/// How many products one page of a list shows.
pub(super) const PAGE_SIZE: u64 = 24;

/// So many pages of a list can be turned. Nobody looks further, and to find what comes so far behind, the index would have to put hundreds of
/// thousands of products in order.
pub(super) const PAGES_MAX: u64 = 400;

/// How many pages a list of so many products has.
pub(super) fn pages(total: u64) -> u64 {
    total.div_ceil(PAGE_SIZE).min(PAGES_MAX)
}

/// A list of products that can be narrowed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Listing {
    /// Where its forms lead.
    pub(super) action: String,
    /// What every form keeps: the words searched for.
    pub(super) kept: Vec<Pair>,
    /// What the sort form keeps: the words and every filter.
    pub(super) chosen: Vec<Pair>,
    pub(super) facets: Vec<Facet>,
    pub(super) availability: Option<Facet>,
    pub(super) price: Option<PriceFacet>,
    /// Filters in force; each link drops one.
    pub(super) applied: Vec<Link>,
    pub(super) clear_url: String,
    /// Filters that many use; each link adds one.
    pub(super) quick: Vec<Link>,
    /// "24 of 62 products".
    pub(super) count_line: String,
    /// "62 products".
    pub(super) total_text: String,
    pub(super) sort: SortView,
    pub(super) cards: Vec<Card>,
    /// What to say when there are none.
    pub(super) empty_line: String,
    pub(super) pager: Option<Pager>,
}

/// A name and a value in a form.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) value: String,
}

/// One facet with its values: six are shown, more behind a button.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Facet {
    pub(super) legend: String,
    pub(super) name: String,
    pub(super) values: Vec<FacetValue>,
    pub(super) more: Vec<FacetValue>,
    pub(super) more_open: bool,
}

/// How many values of a facet are shown at once.
const VALUES_SHOWN: usize = 6;

impl Facet {
    pub(super) fn new(legend: impl Into<String>, name: impl Into<String>, mut values: Vec<FacetValue>) -> Self {
        let more = values.split_off(values.len().min(VALUES_SHOWN));
        Self {
            legend: legend.into(),
            name: name.into(),
            more_open: more.iter().any(|value| value.checked),
            values,
            more,
        }
    }
}

/// A value one can tick.
#[derive(Debug, Clone, Serialize)]
pub(super) struct FacetValue {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) count: u64,
    pub(super) checked: bool,
}

/// From and to.
#[derive(Debug, Clone, Serialize)]
pub(super) struct PriceFacet {
    pub(super) legend: String,
    pub(super) symbol: String,
    pub(super) min: String,
    pub(super) max: String,
}

/// How the list is ordered.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SortView {
    /// What is in force.
    pub(super) current: &'static str,
    /// The same, if it is not what one gets without asking.
    pub(super) chosen: Option<&'static str>,
    pub(super) options: Vec<Choice>,
}

/// One entry of a select.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) text: &'static str,
}

/// Links to the other pages of a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Pager {
    pub(super) seen: String,
    /// What to say on the last page if the list goes on.
    pub(super) end_line: Option<String>,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    pub(super) steps: Vec<Step>,
}

/// One page, or (without an address) a gap.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Step {
    pub(super) number: u64,
    pub(super) url: Option<String>,
    pub(super) is_current: bool,
}

impl Pager {
    /// The pages of a list of `total` things; none when one page holds them all. `url` makes the address of a page.
    pub(super) fn new(page: u64, total: u64, url: impl Fn(u64) -> String) -> Option<Self> {
        let last = pages(total);
        if last <= 1 {
            return None;
        }
        let mut steps = Vec::new();
        let mut before = 0;
        for number in (1..=last).filter(|n| *n == 1 || *n == last || n.abs_diff(page) <= 1) {
            if number > before + 1 {
                steps.push(Step {
                    number: 0,
                    url: None,
                    is_current: false,
                });
            }
            steps.push(Step {
                number,
                url: Some(url(number)),
                is_current: number == page,
            });
            before = number;
        }
        Some(Self {
            seen: format!(
                "You have seen {} of {}",
                count((page * PAGE_SIZE).min(total)),
                count(total)
            ),
            end_line: (page == last && total > last * PAGE_SIZE)
                .then(|| "The list ends here. Filters, another order or a search show the other products.".into()),
            previous: (page > 1).then(|| url(page - 1)),
            next: (page < last).then(|| url(page + 1)),
            steps,
        })
    }
}

/// The reference shop's list of 62.
#[expect(clippy::too_many_lines, reason = "a sample is data")]
pub(super) fn sample(action: &str, cards: Vec<Card>) -> Listing {
    let value = |label: &str, count, checked| FacetValue {
        value: label.to_lowercase(),
        label: label.into(),
        count,
        checked,
    };
    let colours = [
        ("Chalk", 11),
        ("Oat", 6),
        ("Moss", 5),
        ("Iron", 7),
        ("Clay", 4),
        ("Ink", 3),
        ("Ochre", 2),
        ("Smoke", 0),
    ];
    let pair = |name: &str, value: &str| Pair {
        name: name.into(),
        value: value.into(),
    };
    let shown = cards.len();
    Listing {
        action: action.into(),
        kept: Vec::new(),
        chosen: vec![
            pair("colour", "chalk"),
            pair("colour", "moss"),
            pair("material", "stoneware"),
        ],
        facets: vec![
            Facet::new(
                "Colour",
                "colour",
                colours
                    .map(|(name, count)| value(name, count, matches!(name, "Chalk" | "Moss")))
                    .into(),
            ),
            Facet::new(
                "Material",
                "material",
                vec![
                    value("Stoneware", 19, true),
                    value("Porcelain", 3, false),
                    value("Earthenware", 2, false),
                ],
            ),
        ],
        availability: Some(Facet::new(
            "Availability",
            "stock",
            vec![value("In stock", 21, false), value("On sale", 2, false)],
        )),
        price: Some(PriceFacet {
            legend: "Price, incl. VAT".into(),
            symbol: "€".into(),
            min: String::new(),
            max: "90".into(),
        }),
        applied: ["Chalk", "Moss", "Stoneware", "Up to €90"]
            .map(|text| Link::new(text, action))
            .into(),
        clear_url: action.into(),
        quick: vec![Link::new("In stock", urls::with_query(action, [("stock", "in-stock")]))],
        count_line: format!("{shown} of 62 products"),
        total_text: "62 products".into(),
        sort: sort_view(SORTS[0].value),
        cards,
        empty_line: "No products match all 4 filters.".into(),
        pager: Pager::new(1, 62, |page| {
            urls::with_query(action, [("page", page.to_string().as_str())])
        }),
    }
}

/// Every order a list can have, the usual one first.
pub(super) const SORTS: [Choice; 5] = [
    Choice {
        value: "featured",
        text: "Featured",
    },
    Choice {
        value: "newest",
        text: "Newest",
    },
    Choice {
        value: "price-up",
        text: "Price, low to high",
    },
    Choice {
        value: "price-down",
        text: "Price, high to low",
    },
    Choice {
        value: "rating",
        text: "Rating",
    },
];

pub(super) fn sort_view(current: &'static str) -> SortView {
    SortView {
        current,
        chosen: (current != SORTS[0].value).then_some(current),
        options: SORTS.to_vec(),
    }
}

/// A list with nothing in it.
pub(super) fn empty_sample(action: &str) -> Listing {
    Listing {
        count_line: "0 of 0 products".into(),
        total_text: "0 products".into(),
        pager: None,
        ..sample(action, samples::cards().into_iter().take(0).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(page: u64, total: u64) -> String {
        let pager = Pager::new(page, total, |n| format!("?page={n}")).expect("more than one page");
        pager
            .steps
            .iter()
            .map(|step| match (&step.url, step.is_current) {
                (None, _) => "…".to_owned(),
                (_, true) => format!("[{}]", step.number),
                _ => step.number.to_string(),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn the_pager_shows_the_ends_and_the_neighbours() {
        assert_eq!(shown(1, 300), "[1] 2 … 13");
        assert_eq!(shown(6, 300), "1 … 5 [6] 7 … 13");
        assert_eq!(shown(13, 300), "1 … 12 [13]");
        assert_eq!(shown(2, 62), "1 [2] 3");
    }

    #[test]
    fn one_page_needs_no_pager() {
        assert!(Pager::new(1, 24, |n| n.to_string()).is_none());
        assert!(Pager::new(1, 0, |n| n.to_string()).is_none());
    }

    #[test]
    fn the_first_page_has_none_before_and_the_last_none_after() {
        let first = Pager::new(1, 62, |n| n.to_string()).unwrap();
        assert_eq!((first.previous, first.next.as_deref()), (None, Some("2")));
        let last = Pager::new(3, 62, |n| n.to_string()).unwrap();
        assert_eq!((last.previous.as_deref(), last.next), (Some("2"), None));
        assert_eq!(last.seen, "You have seen 62 of 62");
    }

    #[test]
    fn a_list_with_too_many_pages_ends_early_and_says_so() {
        let total = (PAGES_MAX + 5) * PAGE_SIZE;
        let page = |page| Pager::new(page, total, |n| n.to_string()).unwrap();
        assert_eq!(page(PAGES_MAX - 1).end_line, None);
        assert_eq!(page(PAGES_MAX - 1).next, Some(PAGES_MAX.to_string()));
        let last = page(PAGES_MAX);
        assert_eq!(last.next, None);
        assert!(last.end_line.is_some());
        let complete = Pager::new(PAGES_MAX, PAGES_MAX * PAGE_SIZE, |n| n.to_string()).unwrap();
        assert_eq!((complete.next, complete.end_line), (None, None));
    }

    #[test]
    fn six_values_of_a_facet_are_shown_and_the_rest_opens_when_one_is_ticked() {
        let values = |ticked: usize| -> Vec<FacetValue> {
            (0..8)
                .map(|n| FacetValue {
                    value: n.to_string(),
                    label: n.to_string(),
                    count: 1,
                    checked: n == ticked,
                })
                .collect()
        };
        let facet = Facet::new("Colour", "colour", values(7));
        assert_eq!((facet.values.len(), facet.more.len(), facet.more_open), (6, 2, true));
        assert!(!Facet::new("Colour", "colour", values(0)).more_open);
    }
}
