//! What comes first.

use wares_search::{Query, Sort};

use crate::support::{With, found, numbers, product, shop, titles};

#[test]
fn a_word_in_the_title_counts_more_than_in_the_text() {
    let shop = shop([
        product(1, "Cup").described("Goes well with a kettle. Kettle, kettle, kettle."),
        product(2, "Kettle"),
    ]);
    assert_eq!(found(&shop, "kettle"), [2, 1]);
}

#[test]
fn the_thing_itself_comes_before_what_belongs_to_it() {
    let shop = titles(&[
        "Mouse pad",
        "Acme mouse wireless black",
        "Case for mouse",
        "Beta mouse optical black",
        "Gamma mouse laser black edition",
    ]);
    let hits = found(&shop, "mouse");
    assert_eq!(hits.len(), 5);
    assert_eq!(hits[3..].iter().filter(|n| [1, 3].contains(*n)).count(), 2, "{hits:?}");
}

#[test]
fn who_asks_for_the_accessory_gets_it() {
    let shop = titles(&["Mouse optical", "Mouse pad", "Mouse laser", "Mouse wired"]);
    assert_eq!(found(&shop, "mouse pad")[0], 2);
}

#[test]
fn a_category_says_what_a_product_is() {
    let shop = shop([
        product(1, "Laptop Elegance").within(&["Computers", "Laptop bags"]),
        product(2, "Elegance 14 laptop, 16GB, silver").within(&["Computers", "Laptops"]),
    ]);
    assert_eq!(found(&shop, "laptop"), [2, 1]);
    assert_eq!(found(&shop, "laptop bag"), [1]);
}

#[test]
fn words_next_to_each_other_come_first() {
    let shop = titles(&[
        "Red case with linen and white shirt print",
        "Case, white, with red linen shirt print",
    ]);
    assert_eq!(found(&shop, "linen shirt"), [2, 1]);
}

#[test]
fn of_equals_the_available_and_the_popular_come_first() {
    let shop = shop([
        product(1, "Blue shirt"),
        product(2, "Blue shirt").popularity(90),
        product(3, "Blue shirt").popularity(9).sold_out(),
        product(4, "Blue shirt"),
    ]);
    assert_eq!(found(&shop, "blue shirt"), [2, 1, 4, 3]);
}

#[test]
fn a_listing_has_the_sold_out_last_and_the_popular_first() {
    let shop = shop([
        product(1, "A").popularity(5).sold_out(),
        product(2, "B"),
        product(3, "C").popularity(3),
    ]);
    assert_eq!(found(&shop, ""), [3, 2, 1]);
}

#[test]
fn each_order_is_what_it_says() {
    let mut shop_of = Vec::new();
    for (n, price, created_at, rating, n_reviews) in [
        (1, Some(500), 30, 500, 1),
        (2, Some(100), 10, 470, 200),
        (3, None, 20, 0, 0),
        (4, Some(100), -5, 300, 4),
    ] {
        let mut document = product(n, "Thing");
        document.price_from = price;
        document.created_at = created_at;
        document.rating_hundredths = rating;
        document.n_reviews = n_reviews;
        shop_of.push(document);
    }
    let shop = shop(shop_of);
    let sorted = |sort| {
        let query = Query { sort, ..Query::all() };
        numbers(&shop.search(&query).unwrap())
    };
    assert_eq!(sorted(Sort::PriceAsc), [2, 4, 1, 3]);
    assert_eq!(sorted(Sort::PriceDesc), [1, 2, 4, 3]);
    assert_eq!(sorted(Sort::Newest), [1, 3, 2, 4]);
    assert_eq!(sorted(Sort::Rating), [2, 1, 4, 3]);
}

#[test]
fn pages_follow_each_other_without_gap_or_repetition() {
    let shop = shop((1..=50).map(|n| product(n, "Blue shirt")));
    let mut seen = Vec::new();
    for page in 1..=6 {
        let hits = shop.search(&Query {
            page,
            page_size: 10,
            ..Query::of("shirt")
        });
        seen.extend(numbers(&hits.unwrap()));
    }
    assert_eq!(seen, (1..=50).collect::<Vec<_>>());
}
