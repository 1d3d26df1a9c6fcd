//! What filters leave.

use std::collections::BTreeSet;

use wares_search::{Base, Filters, Index, Query};

use crate::support::{With, category, numbers, product, shop};

fn wardrobe() -> Index {
    shop([
        product(1, "Shirt")
            .facet("Colour", "Red")
            .facet("Size", "M")
            .brand("Acme")
            .price(1000),
        product(2, "Shirt")
            .facet("Colour", "Blue")
            .facet("Size", "M")
            .brand("Acme")
            .price(2000),
        product(3, "Shirt")
            .facet("Colour", "Red")
            .facet("Size", "L")
            .brand("Best")
            .price(3000),
        product(4, "Hat").facet("Colour", "Green").brand("Best").sold_out(),
    ])
}

fn left(index: &Index, filters: Filters) -> Vec<u128> {
    let query = Query {
        filters,
        ..Query::all()
    };
    numbers(&index.search(&query).unwrap())
}

fn facets(chosen: &[(&str, &[&str])]) -> Filters {
    let chosen = chosen.iter().map(|(name, values)| {
        let values = values.iter().map(|value| (*value).to_owned());
        ((*name).to_owned(), values.collect())
    });
    Filters {
        facets: chosen.collect(),
        ..Filters::default()
    }
}

/// Three mugs; the first is of oak, and younger than the others.
fn mugs() -> Index {
    let mut red = product(1, "Red mug").brand("Tarn").facet("Material", "Oak");
    red.marks = vec!["Gift Idea".into()];
    red.created_at = 500;
    let mut blue = product(2, "Blue mug").brand("Combe");
    blue.on_sale = true;
    shop([red, blue, product(3, "Dear mug").brand("Tarn").price(90_000)])
}

#[test]
fn a_list_is_made_of_what_it_is_made_of_and_counts_nothing_else() {
    let index = mugs();
    let made_of = |change: &dyn Fn(&mut Base)| {
        let mut base = Base::default();
        change(&mut base);
        let filters = Filters {
            base,
            ..Filters::default()
        };
        let query = Query {
            filters,
            ..Query::all()
        };
        let hits = index.search(&query).unwrap();
        let counted: u64 = hits.counts.brands.iter().map(|brand| brand.count).sum();
        assert_eq!((hits.total, counted), (hits.ids.len() as u64, hits.ids.len() as u64));
        assert!(hits.counts.facets.is_empty(), "tags are no facet");
        numbers(&hits)
    };
    assert_eq!(made_of(&|_| ()), [1, 2, 3]);
    assert_eq!(made_of(&|base| base.brand = Some("tarn".into())), [1, 3]);
    assert_eq!(made_of(&|base| base.tag = Some("gift idea".into())), [1]);
    assert_eq!(made_of(&|base| base.tag = Some("material:OAK".into())), [1]);
    assert_eq!(made_of(&|base| base.on_sale = true), [2]);
    assert_eq!(made_of(&|base| base.since = Some(400)), [1]);
    let dear = |base: &mut Base| (base.brand, base.price_min) = (Some("Tarn".into()), Some(80_000));
    assert_eq!(made_of(&dear), [3]);
    let some = [2, 3, 9].map(uuid::Uuid::from_u128);
    assert_eq!(made_of(&|base| base.only = Some(some.into())), [2, 3]);
    assert!(made_of(&|base| base.only = Some(BTreeSet::new())).is_empty());
    assert!(made_of(&|base| base.tag = Some("unheard of".into())).is_empty());
}

#[test]
fn values_of_one_facet_are_alternatives_and_facets_must_all_hold() {
    let shop = wardrobe();
    assert_eq!(left(&shop, facets(&[("Colour", &["Red", "Blue"])])), [1, 2, 3]);
    let both = facets(&[("Colour", &["Red", "Blue"]), ("Size", &["M"])]);
    assert_eq!(left(&shop, both), [1, 2]);
}

#[test]
fn a_facet_or_value_nobody_has_leaves_nothing() {
    let shop = wardrobe();
    assert!(left(&shop, facets(&[("Colour", &["Mauve"])])).is_empty());
    assert!(left(&shop, facets(&[("Weight", &["Heavy"])])).is_empty());
}

#[test]
fn a_price_range_holds_if_some_variant_is_in_it() {
    let mut wide = product(1, "Shirt").price(1000);
    wide.price_to = Some(5000);
    let shop = shop([wide, product(2, "Shirt").price(2000), product(3, "Gift")]);
    let priced = |price_min, price_max| {
        let filters = Filters {
            price_min,
            price_max,
            ..Filters::default()
        };
        left(&shop, filters)
    };
    assert_eq!(priced(Some(4000), None), [1]);
    assert_eq!(priced(None, Some(1500)), [1]);
    assert_eq!(priced(Some(1500), Some(2500)), [1, 2]);
    assert!(priced(Some(6000), None).is_empty());
}

#[test]
fn a_category_holds_all_below_it() {
    let shop = shop([
        product(1, "A").within(&["Clothing", "Shirts"]),
        product(2, "B").within(&["Clothing", "Hats"]),
        product(3, "C").within(&["Books"]),
    ]);
    let inside = |name| {
        let filters = Filters {
            base: Base::category(category(name)),
            ..Filters::default()
        };
        left(&shop, filters)
    };
    assert_eq!(inside("Clothing"), [1, 2]);
    assert_eq!(inside("Hats"), [2]);
    assert!(inside("Cars").is_empty());
}

#[test]
fn stock_sale_and_rating_can_be_asked_for() {
    let mut good = product(1, "Shirt");
    good.rating_hundredths = 420;
    let mut reduced = product(2, "Shirt").sold_out();
    reduced.on_sale = true;
    let shop = shop([good, reduced]);
    let stocked = Filters {
        in_stock: true,
        ..Filters::default()
    };
    let on_sale = Filters {
        on_sale: true,
        ..Filters::default()
    };
    let rated = |least| Filters {
        rating_at_least: Some(least),
        ..Filters::default()
    };
    assert_eq!(left(&shop, stocked), [1]);
    assert_eq!(left(&shop, on_sale), [2]);
    assert_eq!(left(&shop, rated(400)), [1]);
    assert!(left(&shop, rated(450)).is_empty());
}

#[test]
fn filters_that_leave_nothing_do_not_drop_words() {
    let shop = wardrobe();
    let hits = shop.search(&Query {
        filters: facets(&[("Colour", &["Green"])]),
        ..Query::of("shirt")
    });
    let hits = hits.unwrap();
    assert!(hits.ids.is_empty());
    assert!(hits.dropped.is_empty());
    let colours = &hits.counts.facets[0];
    let red = colours.values.iter().find(|value| value.value == "Red");
    assert_eq!(red.map(|value| value.count), Some(2));
}
