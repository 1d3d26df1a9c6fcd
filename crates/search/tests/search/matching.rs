//! What is found at all.

use uuid::Uuid;
use wares_search::{Index, Language, Options, Query, Synonyms};

use crate::support::{With, found, numbers, product, put, shop, titles};

#[test]
fn every_word_must_be_there() {
    let shop = titles(&["Red shirt", "Blue shirt", "Red hat"]);
    assert_eq!(found(&shop, "red shirt"), [1]);
}

#[test]
fn singular_and_plural_find_each_other() {
    let shop = titles(&["Wireless headphones", "Coffee mug"]);
    assert_eq!(found(&shop, "headphone"), [1]);
    assert_eq!(found(&shop, "mugs"), [2]);
}

#[test]
fn case_accents_and_punctuation_make_no_difference() {
    let shop = titles(&["Crème Brûlée Set (6 pcs.)"]);
    assert_eq!(found(&shop, "CREME-brulee, set!"), [1]);
}

#[test]
fn a_measure_is_found_however_it_is_written() {
    let shop = titles(&["80 175-ml Cyan Ink", "Audio cable 3.5 mm", "Disk 256GB"]);
    for text in ["175ml", "175 ml", "175-ml", "80 175-ml"] {
        assert_eq!(found(&shop, text), [1], "{text}");
    }
    assert_eq!(found(&shop, "3.5mm"), [2]);
    assert_eq!(found(&shop, "3,5 mm cable"), [2]);
    assert_eq!(found(&shop, "256 gb"), [3]);
}

#[test]
fn compounds_are_found_joined_hyphenated_and_parted() {
    let shop = titles(&["Wi-Fi router", "Smart watch", "Mousepad"]);
    for text in ["wifi", "wi-fi", "wi fi", "WiFi router"] {
        assert_eq!(found(&shop, text), [1], "{text}");
    }
    assert_eq!(found(&shop, "smartwatch"), [2]);
    assert_eq!(found(&shop, "mouse pad"), [3]);
}

#[test]
fn a_model_number_is_found_with_and_without_its_hyphen() {
    let shop = titles(&["Brother TN-2110 toner", "Brother TN 2120 toner"]);
    assert_eq!(found(&shop, "tn2110"), [1]);
    assert_eq!(found(&shop, "TN-2110"), [1]);
    assert_eq!(found(&shop, "tn2120"), [2]);
}

#[test]
fn a_sku_leads_straight_to_its_product() {
    let shop = shop([
        product(1, "Shirt").sku("AB-1234"),
        product(2, "A text about AB 1234").described("ab 1234 ab 1234"),
    ]);
    let hits = shop.search(&Query::of("ab1234")).unwrap();
    assert_eq!(hits.exact, Some(Uuid::from_u128(1)));
    assert_eq!(numbers(&hits)[0], 1);
}

#[test]
fn a_code_of_two_products_is_no_exact_hit() {
    let shop = shop([product(1, "Shirt").sku("X-77"), product(2, "Hat").sku("X77")]);
    let hits = shop.search(&Query::of("X77")).unwrap();
    assert_eq!(hits.exact, None);
    assert_eq!(hits.total, 2);
}

#[test]
fn words_of_descriptions_values_categories_and_brands_are_found() {
    let shop = shop([product(1, "Aurora")
        .brand("Acme")
        .facet("Material", "Linen")
        .within(&["Clothing", "Dresses"])
        .described("Falls softly.")]);
    for text in ["acme", "linen", "dress", "clothing", "softly", "acme linen dress"] {
        assert_eq!(found(&shop, text), [1], "{text}");
    }
}

#[test]
fn words_that_say_nothing_are_not_required() {
    let shop = titles(&["Phone case"]);
    assert_eq!(found(&shop, "the case for a phone"), [1]);
}

#[test]
fn synonyms_can_be_swapped_while_the_shop_is_open() {
    let shop = titles(&["Notebook 14 inch", "Sofa", "Solid state drive"]);
    assert!(found(&shop, "couch").is_empty());
    let rules = [("couch", "sofa"), ("ssd, solid state drive", "")];
    shop.set_synonyms(Synonyms::of(rules, Language::English));
    assert_eq!(found(&shop, "couch"), [2]);
    assert_eq!(found(&shop, "ssd"), [3]);
}

#[test]
fn another_language_has_its_own_stems() {
    let german = Options {
        language: Language::German,
        ..Options::default()
    };
    let shop = Index::in_memory(german).unwrap();
    put(&shop, [product(1, "Leinenhemden für Herren")]);
    assert_eq!(found(&shop, "leinenhemd"), [1]);
    assert_eq!(found(&shop, "Hemd für Herren Leinenhemden"), [1]);
}

#[test]
fn any_text_is_a_valid_query() {
    let shop = titles(&["Shirt"]);
    let long = "word ".repeat(5_000);
    let texts = [
        "",
        " ",
        "\"",
        "+-!(){}[]^~*?:\\/",
        "\u{0}\u{1}\u{1f}",
        "😀",
        "a AND OR NOT",
        &long,
    ];
    for text in texts {
        shop.search(&Query::of(text)).unwrap();
        shop.suggest(text).unwrap();
    }
}
