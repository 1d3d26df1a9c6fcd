//! Counts equal a naive recount, whatever is ticked.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use wares_search::{Base, Counting, Document, FacetChoice, Filters, Hits, Index, PriceSpan, Query, ValueCount};

use crate::support::{With, category, product, shop};

const NAMES: [&str; 3] = ["Colour", "Size", "Material"];
const BRANDS: [&str; 3] = ["Acme", "Best", "Core"];
const KINDS: [&str; 3] = ["Shirts", "Hats", "Shoes"];

prop_compose! {
    fn any_document()(
        values in prop::collection::btree_set((0..3_usize, 0..4_u8), 0..5),
        brand in 0..3_usize,
        kind in 0..3_usize,
        prices in prop::option::of((0..50_u64, 0..20_u64)),
        rating in 0..=500_u32,
        in_stock: bool,
        on_sale: bool,
        wanted in any::<bool>(),
    ) -> Document {
        let title = if wanted { "Blue thing" } else { "Other" };
        let mut document = product(0, title).brand(BRANDS[brand]).within(&["All", KINDS[kind]]);
        for (name, value) in values {
            document = document.facet(NAMES[name], &value.to_string());
        }
        document.price_from = prices.map(|(from, _)| from);
        document.price_to = prices.map(|(from, more)| from + more);
        document.rating_hundredths = rating;
        document.in_stock = in_stock;
        document.on_sale = on_sale;
        document
    }
}

prop_compose! {
    fn any_filters()(
        brands in prop::collection::btree_set(0..3_usize, 0..3),
        chosen in prop::collection::btree_map(0..3_usize, prop::collection::btree_set(0..5_u8, 0..3), 0..3),
        kind in prop::option::of(0..3_usize),
        price_min in prop::option::of(0..60_u64),
        price_max in prop::option::of(0..60_u64),
        rating_at_least in prop::option::of(0..=500_u32),
        in_stock: bool,
        on_sale: bool,
    ) -> Filters {
        let values = |set: BTreeSet<u8>| set.into_iter().map(|v| v.to_string()).collect();
        Filters {
            base: Base {
                category: kind.map(|kind| category(KINDS[kind])),
                ..Base::default()
            },
            brands: brands.into_iter().map(|b| BRANDS[b].to_owned()).collect(),
            facets: chosen.into_iter().map(|(n, set)| (NAMES[n].to_owned(), values(set))).collect(),
            price_min,
            price_max,
            rating_at_least,
            in_stock,
            on_sale,
        }
    }
}

/// The filters, each with the documents it lets through.
fn passing(document: &Document, filters: &Filters) -> BTreeMap<String, bool> {
    let mut passing = BTreeMap::new();
    for (name, wanted) in filters.facets.iter().filter(|(_, values)| !values.is_empty()) {
        let has = document
            .facets
            .iter()
            .any(|f| f.name == *name && wanted.contains(&f.value));
        passing.insert(name.clone(), has);
    }
    if !filters.brands.is_empty() {
        passing.insert("brand".to_owned(), filters.brands.contains(&document.brand));
    }
    if filters.price_min.is_some() || filters.price_max.is_some() {
        let in_range = document.price_from.zip(document.price_to).is_some_and(|(from, to)| {
            from <= filters.price_max.unwrap_or(u64::MAX) && to >= filters.price_min.unwrap_or(0)
        });
        passing.insert("price".to_owned(), in_range);
    }
    if let Some(least) = filters.rating_at_least {
        passing.insert("rating".to_owned(), document.rating_hundredths >= least);
    }
    if filters.in_stock {
        passing.insert("stock".to_owned(), document.in_stock);
    }
    if filters.on_sale {
        passing.insert("sale".to_owned(), document.on_sale);
    }
    passing
}

fn in_scope(document: &Document, filters: &Filters, text: &str) -> bool {
    let inside = filters.base.category.is_none_or(|wanted| {
        document
            .categories
            .iter()
            .flatten()
            .any(|category| category.id == wanted)
    });
    inside && (text.is_empty() || document.title.to_lowercase().contains(text))
}

/// The documents that pass all filters but this one.
fn but<'a>(
    documents: &'a [Document],
    filters: &'a Filters,
    text: &'a str,
    own: &'a str,
) -> impl Iterator<Item = &'a Document> {
    documents.iter().filter(move |document| {
        in_scope(document, filters, text)
            && passing(document, filters)
                .iter()
                .all(|(name, passes)| *passes || name == own)
    })
}

fn tally<'a>(values: impl Iterator<Item = &'a str>) -> BTreeMap<String, u64> {
    let mut tally = BTreeMap::new();
    for value in values {
        *tally.entry(value.to_owned()).or_default() += 1;
    }
    tally
}

/// Selected values are shown even if nothing has them.
fn counted(values: &[ValueCount]) -> BTreeMap<String, u64> {
    let some = values.iter().filter(|value| value.count > 0);
    some.map(|value| (value.value.clone(), value.count)).collect()
}

fn check(documents: &[Document], filters: &Filters, text: &str, hits: &Hits) {
    let counts = &hits.counts;
    assert_eq!(hits.total, but(documents, filters, text, "").count() as u64);
    for name in NAMES {
        let expected = tally(
            but(documents, filters, text, name)
                .flat_map(|document| &document.facets)
                .filter(|facet| facet.name == name)
                .map(|facet| facet.value.as_str()),
        );
        let facet = counts.facets.iter().find(|facet| facet.name == name);
        let values = facet.map_or(&[][..], |facet| &facet.values);
        assert_eq!(counted(values), expected, "{name}");
    }
    let brands = tally(but(documents, filters, text, "brand").map(|d| d.brand.as_str()));
    assert_eq!(counted(&counts.brands), brands);
    let prices = || but(documents, filters, text, "price");
    let price = prices()
        .filter_map(|d| d.price_from)
        .min()
        .zip(prices().filter_map(|d| d.price_to).max())
        .map(|(min, max)| PriceSpan { min, max });
    assert_eq!(counts.price, price);
    for (stars, count) in (1..).zip(counts.rated_at_least) {
        let rated = but(documents, filters, text, "rating").filter(|d| d.rating_hundredths >= stars * 100);
        assert_eq!(count, rated.count() as u64, "{stars} stars");
    }
    let stocked = but(documents, filters, text, "stock").filter(|d| d.in_stock);
    assert_eq!(counts.in_stock, stocked.count() as u64);
    let on_sale = but(documents, filters, text, "sale").filter(|d| d.on_sale);
    assert_eq!(counts.on_sale, on_sale.count() as u64);
    for kind in KINDS {
        let inside = |d: &&Document| d.categories[0][1].name == kind;
        let expected = but(documents, filters, text, "").filter(inside).count() as u64;
        let counted = counts.categories.iter().find(|c| c.id == category(kind));
        assert_eq!(counted.map_or(0, |c| c.count), expected, "{kind}");
    }
}

fn numbered(documents: Vec<Document>) -> Vec<Document> {
    let numbered = (1..).zip(documents).map(|(n, document)| Document {
        id: uuid::Uuid::from_u128(n),
        ..document
    });
    numbered.collect()
}

/// In several commits, some of them undone, so that there are several segments with removed documents.
fn in_pieces(documents: &[Document]) -> Index {
    let index = shop(documents.iter().take(1).cloned());
    for piece in documents.chunks(13) {
        let stale = piece.iter().take(2).map(|document| Document {
            title: "Stale blue".to_owned(),
            facets: Vec::new(),
            ..document.clone()
        });
        crate::support::put(&index, stale);
        crate::support::put(&index, piece.iter().cloned());
    }
    index
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn counts_equal_a_naive_recount(
        documents in prop::collection::vec(any_document(), 1..40),
        filters in prop::collection::vec(any_filters(), 6),
        searched: bool,
    ) {
        let documents = numbered(documents);
        let index = in_pieces(&documents);
        let text = if searched { "blue" } else { "" };
        for filters in filters {
            let hits = index.search(&Query {
                filters: filters.clone(),
                // Words must not be corrected or dropped when no title has them.
                verbatim: true,
                count: Counting {
                    facets: FacetChoice::Named(NAMES.map(str::to_owned).to_vec()),
                    max_values: 100,
                },
                ..Query::of(text)
            }).unwrap();
            check(&documents, &filters, text, &hits);
        }
    }
}

#[test]
fn the_facets_most_hits_have_come_first_and_useless_ones_not_at_all() {
    let shop = shop((1..=20).map(|n| {
        let colour = if n % 2 == 0 { "Red" } else { "Blue" };
        let mut document = product(n, "Shirt")
            .facet("Colour", colour)
            .facet("Serial", &n.to_string())
            .facet("Fabric", "Cotton");
        if n > 10 {
            document = document.facet("Size", if n > 15 { "L" } else { "M" });
        }
        document
    }));
    let hits = shop.search(&Query::of("shirt")).unwrap();
    let names: Vec<&str> = hits.counts.facets.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["Colour", "Size"]);
}

#[test]
fn a_selected_value_is_shown_even_if_nothing_has_it() {
    let shop = shop([product(1, "Shirt").facet("Colour", "Red")]);
    let mut query = Query::all();
    query
        .filters
        .facets
        .insert("Colour".to_owned(), vec!["Mauve".to_owned()]);
    let counts = shop.search(&query).unwrap().counts;
    let shown: Vec<(&str, u64, bool)> = counts.facets[0]
        .values
        .iter()
        .map(|v| (v.value.as_str(), v.count, v.selected))
        .collect();
    assert_eq!(shown, [("Red", 1, false), ("Mauve", 0, true)]);
}

#[test]
fn of_equally_frequent_values_the_first_by_name_are_shown_and_chosen_ones_always() {
    let index = shop([
        product(1, "Shirt").facet("Colour", "Red"),
        product(2, "Shirt").facet("Colour", "Teal"),
    ]);
    // Later ones that come first by name.
    let later = [
        product(3, "Shirt").facet("Colour", "Green"),
        product(4, "Shirt").facet("Colour", "Blue"),
    ];
    crate::support::put(&index, later);
    let shown = |chosen: &[&str]| {
        let mut query = Query {
            count: Counting {
                facets: FacetChoice::Named(vec!["Colour".to_owned()]),
                max_values: 2,
            },
            ..Query::all()
        };
        let chosen = chosen.iter().map(|value| (*value).to_owned()).collect();
        query.filters.facets.insert("Colour".to_owned(), chosen);
        let colour = index.search(&query).unwrap().counts.facets.remove(0);
        let values: Vec<String> = colour.values.into_iter().map(|value| value.value).collect();
        (values.join(" "), colour.n_more)
    };
    assert_eq!(shown(&[]), ("Blue Green".to_owned(), 2));
    assert_eq!(shown(&["Teal"]), ("Blue Green Teal".to_owned(), 1));
}
