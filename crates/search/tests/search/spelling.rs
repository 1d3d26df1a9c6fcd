//! Words the catalogue does not have.

use wares_search::{Correction, Query};

use crate::support::{found, numbers, product, put, titles};

#[test]
fn one_typing_error_is_corrected_and_said() {
    let shop = titles(&["Linen shirt", "Cotton shirt"]);
    let hits = shop.search(&Query::of("linnen shrit")).unwrap();
    assert_eq!(numbers(&hits), [1]);
    let applied = Correction::Applied("linen shirt".to_owned());
    assert_eq!(hits.correction, Some(applied));
}

#[test]
fn what_is_similar_is_looked_for_anew_when_the_catalogue_has_changed() {
    let shop = titles(&["Linen shirt"]);
    let hits = shop.search(&Query::of("doorbel")).unwrap();
    assert_eq!((hits.total, hits.correction), (0, None));
    put(&shop, [product(2, "Doorbell")]);
    let hits = shop.search(&Query::of("doorbel")).unwrap();
    assert_eq!(numbers(&hits), [2]);
}

#[test]
fn the_correction_that_fits_the_other_words_wins() {
    let shop = titles(&["Mode magazine", "Mode poster", "Mode book", "Wireless mouse"]);
    assert_eq!(found(&shop, "wireless mose"), [4]);
}

#[test]
fn a_shopper_may_insist_on_the_words_as_typed() {
    let shop = titles(&["Linen shirt"]);
    let hits = shop.search(&Query {
        verbatim: true,
        ..Query::of("linnen shirt")
    });
    let hits = hits.unwrap();
    assert_eq!(hits.correction, None);
    assert_eq!(hits.dropped, ["linnen"]);
}

#[test]
fn a_word_that_is_there_is_never_replaced() {
    let mut all = vec!["Batery tester"];
    all.extend(["Battery pack"; 60]);
    let shop = titles(&all);
    let hits = shop.search(&Query::of("batery")).unwrap();
    assert_eq!(numbers(&hits), [1]);
    let offered = Correction::Offered("battery".to_owned());
    assert_eq!(hits.correction, Some(offered));
}

#[test]
fn a_beginning_of_a_word_finds_the_word() {
    let shop = titles(&["Bluetooth speaker"]);
    assert_eq!(found(&shop, "blueto"), [1]);
    assert_eq!(found(&shop, "speaker blueto"), [1]);
}

#[test]
fn model_numbers_are_not_corrected_into_each_other() {
    let shop = titles(&["RTX 2070 graphics"]);
    let hits = shop.search(&Query::of("rtx 2060")).unwrap();
    assert_eq!(hits.correction, None);
    assert_eq!(hits.dropped, ["2060"]);
}

#[test]
fn the_least_telling_words_are_dropped_and_named() {
    let shop = titles(&["Red linen shirt", "Red hat", "Red cup", "Espresso machine"]);
    let hits = shop.search(&Query::of("red espresso machine")).unwrap();
    assert_eq!(numbers(&hits), [4]);
    assert_eq!(hits.dropped, ["red"]);
}

#[test]
fn a_text_of_which_nothing_is_known_says_so() {
    let shop = titles(&["Shirt"]);
    let hits = shop.search(&Query::of("xyzzyqwv plughqqq")).unwrap();
    assert!(hits.ids.is_empty());
    assert_eq!(hits.dropped, ["xyzzyqwv", "plughqqq"]);
}

#[test]
fn few_hits_come_with_others_that_lack_a_word() {
    let shop = titles(&["Red linen shirt", "Linen shirt", "Linen dress", "Red hat"]);
    let hits = shop.search(&Query::of("red linen shirt")).unwrap();
    assert_eq!(hits.total, 1);
    assert_eq!(numbers(&hits), [1]);
    assert!(hits.dropped.is_empty());
    let also = hits.also.unwrap();
    let lacking: Vec<(u128, &str)> = also
        .hits
        .iter()
        .map(|hit| (hit.id.as_u128(), hit.lacks.as_str()))
        .collect();
    assert_eq!(lacking, [(2, "red")]);
    assert_eq!(also.total, 1);
}
