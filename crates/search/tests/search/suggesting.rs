//! While somebody types.

use wares_search::plain;

use crate::support::{With, product, shop, titles};

fn queries(index: &wares_search::Index, typed: &str) -> Vec<String> {
    let suggestions = index.suggest(typed).unwrap();
    suggestions.queries.iter().map(|parts| plain(parts)).collect()
}

#[test]
fn phrases_of_titles_are_offered_the_frequent_first() {
    let shop = titles(&["Laptop bag", "Laptop bag red", "Laptop lock", "Laptop bag blue"]);
    assert_eq!(queries(&shop, "lap")[..2], ["laptop", "laptop bag"]);
    assert!(queries(&shop, "laptop b").contains(&"laptop bag".to_owned()));
}

#[test]
fn no_suggestion_leads_to_an_empty_page() {
    let shop = titles(&["Laptop bag", "Lapel pin"]);
    let gone = wares_search::Change::Remove(uuid::Uuid::from_u128(2));
    shop.apply([gone]).unwrap();
    shop.commit(2).unwrap();
    for query in queries(&shop, "lap") {
        assert!(!crate::support::found(&shop, &query).is_empty(), "{query}");
    }
    assert!(!queries(&shop, "lap").iter().any(|query| query.contains("lapel")));
}

#[test]
fn what_people_searched_for_comes_first() {
    let shop = titles(&["Laptop bag", "Laptop lock"]);
    let past = [("laptop lock", 900), ("laptop rocket", 9000)];
    shop.set_popular_queries(past.map(|(query, n)| (query.to_owned(), n)));
    assert_eq!(queries(&shop, "lapt")[0], "laptop lock");
}

#[test]
fn words_before_the_last_are_kept() {
    let shop = titles(&["Red wool hat", "Red cotton shirt", "Blue sheet"]);
    let offered = queries(&shop, "red sh");
    assert!(offered.contains(&"red shirt".to_owned()), "{offered:?}");
    assert!(!offered.contains(&"red sheet".to_owned()), "{offered:?}");
}

#[test]
fn categories_and_products_can_be_jumped_to() {
    let shop = shop([
        product(1, "Aurora linen shirt").within(&["Clothing", "Shirts"]),
        product(2, "Sheet").within(&["Home"]),
    ]);
    let offered = shop.suggest("shir").unwrap();
    assert_eq!(plain(&offered.categories[0].name), "Shirts");
    assert_eq!(offered.categories[0].path, ["Clothing"]);
    assert_eq!(plain(&offered.products[0].title), "Aurora linen shirt");
    assert_eq!(offered.products.len(), 1);
}

#[test]
fn one_letter_is_too_little() {
    let shop = titles(&["Laptop bag"]);
    assert_eq!(shop.suggest("l").unwrap(), wares_search::Suggestions::default());
}

#[test]
fn there_are_never_more_than_five_three_and_four() {
    let shop =
        shop((1..=30).map(|n| product(n, &format!("Shirt number{n} shape{n}")).within(&[&format!("Shirts {n}")])));
    let offered = shop.suggest("sh").unwrap();
    assert_eq!(offered.queries.len(), 5);
    assert_eq!(offered.categories.len(), 3);
    assert_eq!(offered.products.len(), 4);
}
