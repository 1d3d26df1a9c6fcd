mod without_tax;

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;
use wares_db::testing::START;
use wares_db::{DbError, both_engines};
use wares_kernel::{Currency, Id, Money, ProductId, PromotionId, Quantity, Rate, VariantId};

use super::*;
use crate::pricing::shipping::{Method, Parcel, RateKind, RateStep};
use crate::pricing::tax::{TaxRate, TaxTable};
use crate::pricing::{Basket, BasketLine, Prices, Quote, Rules, quote};

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn above_zero(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).expect("above zero")
}

fn pieces(n: u32) -> Quantity {
    Quantity::try_from(n).expect("a quantity")
}

fn share(percent: i64) -> Share {
    Share::try_from(Rate::from_ppm(percent * 10_000)).expect("a share")
}

fn percent(percent: i64) -> Benefit {
    Benefit::Percent { off: share(percent) }
}

fn amount(minor: u32) -> Benefit {
    Benefit::Amount {
        off_minor: above_zero(minor),
    }
}

const FREE_SHIPPING: Benefit = Benefit::FreeShipping { up_to_minor: None };

fn product(n: u128) -> ProductId {
    Id::new(Uuid::from_u128(n))
}

/// A code that is in order, for everything, not to be combined.
fn claim(n: u128, benefit: Benefit) -> Claim {
    let code: Code = format!("CODE{n}").parse().expect("a code");
    Claim {
        promotion_id: PromotionId::new(Uuid::from_u128(n)),
        name: code.to_string(),
        code: Some(code),
        benefit,
        coverage: Coverage::Everything,
        gets: None,
        minimum: None,
        combines: false,
        standing: Ok(()),
    }
}

fn combining(n: u128, benefit: Benefit) -> Claim {
    Claim {
        combines: true,
        ..claim(n, benefit)
    }
}

fn by_itself(n: u128, benefit: Benefit) -> Claim {
    Claim {
        code: None,
        name: format!("Sale {n}"),
        ..claim(n, benefit)
    }
}

fn only(products: &[u128]) -> Coverage {
    Coverage::Only(products.iter().map(|n| product(*n)).collect::<BTreeSet<_>>())
}

fn line(n: u128, quantity: u32, unit: i64, class: &str) -> BasketLine {
    BasketLine {
        variant_id: VariantId::new(Uuid::from_u128(n)),
        product_id: product(n),
        quantity: pieces(quantity),
        unit: euro(unit),
        tax_class: class.parse().expect("a class"),
    }
}

fn rules(prices: Prices) -> Rules {
    let rate = |class: &str, ppm| TaxRate {
        region: String::new(),
        class: class.parse().expect("a class"),
        name: format!("VAT {class}"),
        rate: Rate::from_ppm(ppm),
        from: date(2021, 1, 1),
        to: None,
    };
    let rates = vec![rate("standard", 190_000), rate("reduced", 70_000), rate("zero", 0)];
    Rules {
        prices,
        tax: TaxTable::pick(&rates, "", date(2026, 3, 10)),
        business: None,
    }
}

fn basket(lines: Vec<BasketLine>, shipping: Option<i64>, claims: Vec<Claim>) -> Basket {
    let method = |price_minor| Method {
        id: Id::new(Uuid::from_u128(9)),
        zone_id: Id::new(Uuid::from_u128(8)),
        zone: "Germany".to_owned(),
        name: "Standard".to_owned(),
        kind: RateKind::Flat,
        rates: vec![RateStep { from: 0, price_minor }],
        free_from_minor: None,
        weight_max_g: None,
        transit_min_days: 1,
        transit_max_days: 2,
        carrier_id: None,
        is_active: true,
        position: 1,
    };
    let parcel = Parcel {
        weight_g: 1000,
        value: euro(0),
    };
    Basket {
        currency: Currency::EUR,
        lines,
        delivery: shipping.and_then(|price| method(price).offer(parcel)),
        claims,
    }
}

/// Two mugs at 18.00 and a book at 9.99, delivery at 4.90.
fn priced(claims: Vec<Claim>) -> Quote {
    let lines = vec![line(1, 2, 1800, "standard"), line(2, 1, 999, "reduced")];
    quote(&basket(lines, Some(490), claims), &rules(Prices::IncludeTax)).expect("a price")
}

fn off(quote: &Quote) -> Vec<i64> {
    quote.lines.iter().map(|line| line.discount.minor()).collect()
}

#[track_caller]
fn refused(quote: &Quote) -> &Refusal {
    assert_eq!(quote.set_aside.len(), 1, "{:?}", quote.set_aside);
    &quote.set_aside[0].why
}

#[test]
fn a_share_is_rounded_once_and_shared_out_without_losing_a_cent() {
    // 10 % of 45.99 is 4.599, which is 4.60; the lines' exact parts are 3.60 and 0.999.
    let quote = priced(vec![claim(1, percent(10))]);
    assert_eq!((quote.subtotal, quote.discount), (euro(4599), euro(460)));
    assert_eq!(off(&quote), [360, 100]);
    assert_eq!(quote.total, euro(4599 - 460 + 490));
}

#[test]
fn tax_is_owed_on_what_is_paid() {
    let half = priced(vec![claim(1, percent(50))]);
    // 18.00 + 4.99 (9.99 less 5.00) + 4.90, delivery shared out by what the goods cost now.
    let goods: Vec<Money> = half.taxes.iter().map(|group| group.goods).collect();
    assert_eq!(goods, [euro(1800), euro(499)]);
    let net = quote(
        &basket(vec![line(1, 1, 1000, "standard")], None, vec![claim(1, amount(200))]),
        &rules(Prices::ExcludeTax),
    )
    .expect("a price");
    assert_eq!(
        (net.subtotal, net.discount, net.tax, net.total),
        (euro(1000), euro(200), euro(152), euro(952))
    );
}

#[test]
fn an_amount_takes_off_no_more_than_there_is() {
    let quote = priced(vec![claim(1, amount(1_000_000))]);
    assert_eq!((quote.discount, quote.total), (euro(4599), euro(490)));
}

#[test]
fn a_discount_for_some_products_leaves_the_others_alone() {
    let only_books = Claim {
        coverage: only(&[2]),
        ..claim(1, amount(500))
    };
    let quote = priced(vec![only_books]);
    assert_eq!(off(&quote), [0, 500]);
    let not_these = Claim {
        coverage: only(&[7]),
        ..claim(1, percent(10))
    };
    assert_eq!(refused(&priced(vec![not_these])), &Refusal::NotForThese);
}

#[test]
fn a_minimum_is_what_the_goods_it_is_for_are_worth() {
    let from = |minor, coverage| Claim {
        minimum: Some(euro(minor)),
        coverage,
        ..claim(1, percent(10))
    };
    assert_eq!(priced(vec![from(4599, Coverage::Everything)]).discount, euro(460));
    let below = priced(vec![from(5000, Coverage::Everything)]);
    let (minimum, missing) = (euro(5000), euro(401));
    assert_eq!(refused(&below), &Refusal::Below { minimum, missing });
    assert_eq!(
        refused(&below).to_string(),
        "This code is for goods worth €50.00 or more: add €4.01"
    );
    let books = priced(vec![from(4000, only(&[2]))]);
    let (minimum, missing) = (euro(4000), euro(3001));
    assert_eq!(refused(&books), &Refusal::Below { minimum, missing });
}

#[test]
fn free_delivery_takes_off_the_price_of_delivery_and_says_what_it_was() {
    let quote = priced(vec![claim(1, FREE_SHIPPING)]);
    assert_eq!((quote.shipping_total, quote.discount), (euro(0), euro(0)));
    assert_eq!((quote.discounts[0].delivery, quote.total), (euro(490), euro(4599)));
    let figures = quote.explain(|_| "Mug".to_owned());
    let delivery = figures
        .iter()
        .find(|figure| figure.label == "Delivery")
        .expect("delivery");
    assert_eq!(delivery.note, "Free by CODE1. It would have cost €4.90.");
}

#[test]
fn free_delivery_is_refused_where_it_gives_nothing() {
    let of = |shipping, benefit| {
        let lines = vec![line(1, 1, 1800, "standard")];
        quote(
            &basket(lines, shipping, vec![claim(1, benefit)]),
            &rules(Prices::IncludeTax),
        )
        .expect("a price")
    };
    assert_eq!(refused(&of(None, FREE_SHIPPING)), &Refusal::NothingToDeliver);
    assert_eq!(refused(&of(Some(0), FREE_SHIPPING)), &Refusal::DeliveryIsFree);
    let cheap = Benefit::FreeShipping {
        up_to_minor: Some(above_zero(500)),
    };
    assert_eq!(of(Some(500), cheap).shipping_total, euro(0));
    let up_to = euro(500);
    assert_eq!(refused(&of(Some(501), cheap)), &Refusal::DeliveryTooDear { up_to });
}

#[test]
fn of_pieces_bought_together_the_cheapest_are_free() {
    let three_for_two = Benefit::BuyGet {
        buy: pieces(2),
        get: pieces(1),
        off: Share::ALL,
    };
    let of = |lines| {
        quote(
            &basket(lines, None, vec![claim(1, three_for_two)]),
            &rules(Prices::IncludeTax),
        )
        .expect("a price")
    };
    // Seven pieces make two groups of three: two of the three cheapest are free.
    let quote = of(vec![
        line(1, 4, 2000, "standard"),
        line(2, 1, 500, "standard"),
        line(3, 2, 700, "standard"),
    ]);
    assert_eq!(off(&quote), [0, 500, 700]);
    let few = of(vec![line(1, 2, 2000, "standard")]);
    assert_eq!(refused(&few), &Refusal::TooFew { missing: 1 });
    assert_eq!(refused(&few).to_string(), "Add 1 more of what this code is for");
}

/// Two of these products bought, one of those free.
fn two_bring_one(bought: &[u128], got: &[u128]) -> Claim {
    let benefit = Benefit::BuyGet {
        buy: pieces(2),
        get: pieces(1),
        off: Share::ALL,
    };
    Claim {
        coverage: only(bought),
        gets: Some(only(got)),
        ..claim(1, benefit)
    }
}

fn quoted(lines: Vec<BasketLine>, claim: Claim) -> Quote {
    quote(&basket(lines, None, vec![claim]), &rules(Prices::IncludeTax)).expect("a price")
}

#[test]
fn two_shirts_bring_a_cap() {
    let lines = || {
        vec![
            line(1, 5, 2000, "standard"),
            line(2, 1, 900, "standard"),
            line(3, 4, 700, "standard"),
        ]
    };
    // Five shirts bring two caps, the cheapest.
    let quote = quoted(lines(), two_bring_one(&[1], &[2, 3]));
    assert_eq!(off(&quote), [0, 0, 1400]);
    assert!(
        quote
            .explain(|_| String::new())
            .iter()
            .any(|figure| figure.note.contains("2 pieces bought 1 of what one gets"))
    );
    let none = quoted(lines(), two_bring_one(&[1], &[4]));
    assert_eq!(refused(&none), &Refusal::NothingToGet);
    let few = quoted(
        vec![line(1, 1, 2000, "standard"), line(2, 1, 900, "standard")],
        two_bring_one(&[1], &[2]),
    );
    assert_eq!(refused(&few), &Refusal::TooFew { missing: 1 });
}

#[test]
fn a_piece_is_bought_or_got_and_never_both() {
    let both = two_bring_one(&[1, 2], &[2]);
    let one_shirt = |caps| vec![line(1, 1, 2000, "standard"), line(2, caps, 900, "standard")];
    assert_eq!(refused(&quoted(one_shirt(1), both.clone())), &Refusal::NothingToGet);
    for (caps, free) in [(2, 1), (4, 1), (5, 2)] {
        assert_eq!(off(&quoted(one_shirt(caps), both.clone())), [0, free * 900], "{caps}");
    }
}

#[test]
fn the_second_piece_at_half_the_price() {
    let second = Benefit::BuyGet {
        buy: pieces(1),
        get: pieces(1),
        off: share(50),
    };
    let quote = priced(vec![claim(1, second)]);
    assert_eq!((off(&quote), quote.discount), (vec![0, 500], euro(500)));
}

#[test]
fn two_codes_that_do_not_go_together_give_whichever_takes_more_off() {
    let quote = priced(vec![claim(1, percent(10)), claim(2, amount(1000))]);
    assert_eq!((quote.discounts.len(), quote.discount), (1, euro(1000)));
    assert_eq!(quote.set_aside[0].code.as_str(), "CODE1");
    assert_eq!(refused(&quote).to_string(), "This code cannot be combined with CODE2");
}

#[test]
fn codes_that_go_together_are_all_given_shares_before_amounts() {
    let quote = priced(vec![
        combining(1, amount(599)),
        combining(2, percent(50)),
        combining(3, FREE_SHIPPING),
    ]);
    // Half of 45.99 is 23.00; 5.99 off the other 22.99.
    assert_eq!(
        (quote.discount, quote.shipping_total, quote.total),
        (euro(2899), euro(0), euro(1700))
    );
    assert!(quote.set_aside.is_empty());
}

#[test]
fn one_that_takes_more_off_alone_beats_several_together() {
    let quote = priced(vec![
        combining(1, percent(10)),
        combining(2, FREE_SHIPPING),
        claim(3, percent(50)),
    ]);
    assert_eq!(quote.discounts[0].name, "CODE3");
    assert_eq!((quote.discounts.len(), quote.set_aside.len()), (1, 2));
}

#[test]
fn what_is_given_by_itself_is_not_told_of_when_it_is_not_given() {
    let quote = priced(vec![by_itself(1, percent(5)), claim(2, percent(10))]);
    assert_eq!(quote.discounts[0].name, "CODE2");
    assert!(quote.set_aside.is_empty());
    let the_other_way = priced(vec![by_itself(1, percent(10)), claim(2, percent(5))]);
    assert_eq!(
        refused(&the_other_way).to_string(),
        "This code cannot be combined with Sale 1"
    );
    let the_same = priced(vec![by_itself(1, percent(10)), claim(2, percent(10))]);
    assert_eq!(
        the_same.discounts[0].name, "CODE2",
        "of two alike the one that was asked for"
    );
}

#[test]
fn where_nothing_is_left_nothing_is_taken() {
    let quote = priced(vec![combining(1, percent(100)), combining(2, amount(500))]);
    assert_eq!(quote.discount, euro(4599));
    assert_eq!(refused(&quote), &Refusal::NothingLeft);
}

#[test]
fn two_codes_of_one_promotion_are_one() {
    let other = Claim {
        code: Some("OTHER".parse().expect("a code")),
        ..combining(1, percent(10))
    };
    let quote = priced(vec![combining(1, percent(10)), other]);
    assert_eq!((quote.discounts.len(), quote.discount), (1, euro(460)));
    assert_eq!(quote.set_aside[0].code.as_str(), "OTHER");
}

#[test]
fn what_may_not_be_used_is_not_given() {
    let used_up = Claim {
        standing: Err(Refusal::UsedUp),
        ..claim(1, percent(10))
    };
    let quote = priced(vec![used_up]);
    assert_eq!((refused(&quote), quote.discount), (&Refusal::UsedUp, euro(0)));
}

#[test]
fn a_discount_is_explained_by_its_rule_and_its_lines() {
    let quote = priced(vec![claim(1, percent(10))]);
    let figures = quote.explain(|id| {
        if id == VariantId::new(Uuid::from_u128(1)) {
            "Mug"
        } else {
            "Book"
        }
        .to_owned()
    });
    let discount = &figures[1];
    assert_eq!((discount.label.as_str(), discount.amount), ("CODE1", euro(-460)));
    let steps: Vec<(&str, i64)> = discount
        .steps
        .iter()
        .map(|step| (step.label.as_str(), step.amount.minor()))
        .collect();
    assert_eq!(steps, [("Mug", -360), ("Book", -100), ("CODE1", -460)]);
    assert_eq!(
        discount.note,
        "10 % of €45.99, what the goods it is for cost; rounded once and shared out to the lines in proportion."
    );
    for figure in &figures {
        assert_eq!(
            figure.steps.last().map(|step| step.amount),
            Some(figure.amount),
            "{}",
            figure.label
        );
    }
}

#[test]
fn an_order_keeps_its_discounts() {
    let quote = priced(vec![combining(1, percent(10)), combining(2, FREE_SHIPPING)]);
    let stored = serde_json::to_value(&quote).expect("it can be kept");
    assert_eq!(serde_json::from_value::<Quote>(stored).expect("it can be read"), quote);
}

#[test]
fn an_order_from_before_there_were_discounts_can_be_read() {
    let mut stored = serde_json::to_value(priced(Vec::new())).expect("it can be kept");
    stored.as_object_mut().expect("an object").remove("discounts");
    assert_eq!(
        serde_json::from_value::<Quote>(stored).expect("it can be read"),
        priced(Vec::new())
    );
}

fn kept(limits: Limits) -> Kept {
    let window = Window::new(START, Some(START.plus(std::time::Duration::from_hours(24)))).expect("a day");
    Kept {
        id: PromotionId::new(Uuid::from_u128(1)),
        terms: Promotion {
            name: "A day of sale".to_owned(),
            given: Given::Automatically,
            benefit: percent(10),
            scope: Scope::default(),
            gets: None,
            minimum_minor: None,
            window,
            limits,
            combines: false,
        },
        n_counted: 0,
        stopped_at: None,
        version: 1,
    }
}

#[test]
fn it_is_given_from_its_first_instant_until_before_its_last() {
    let kept = kept(Limits::default());
    let (second, day) = (std::time::Duration::from_secs(1), std::time::Duration::from_hours(24));
    assert_eq!(kept.standing(0, START.minus(second)), Err(Refusal::NotYet));
    assert_eq!(kept.standing(0, START), Ok(()));
    assert_eq!(kept.standing(0, START.plus(day).minus(second)), Ok(()));
    assert_eq!(kept.standing(0, START.plus(day)), Err(Refusal::Expired));
    let stopped = Kept {
        stopped_at: Some(START),
        ..kept
    };
    assert_eq!(stopped.standing(0, START), Err(Refusal::Expired));
}

#[test]
fn limits_are_reached_by_everybody_and_by_each() {
    let limits = Limits {
        in_all: Some(above_zero(3)),
        each: Some(above_zero(1)),
    };
    let used = |n_counted| Kept {
        n_counted,
        ..kept(limits)
    };
    assert_eq!(used(2).standing(0, START), Ok(()));
    assert_eq!(used(2).standing(1, START), Err(Refusal::UsedAlready));
    assert_eq!(used(3).standing(0, START), Err(Refusal::UsedUp));
}

#[test]
fn nothing_wrong_can_be_said() {
    assert!(Share::try_from(Rate::from_ppm(0)).is_err());
    assert!(Share::try_from(Rate::from_ppm(1_000_001)).is_err());
    assert!(Window::new(START, Some(START)).is_err());
}

prop_compose! {
    fn any_line()(n in 0u128..12, quantity in 1u32..=999, unit in 0i64..1_000_000, class in 0usize..3) -> BasketLine {
        line(n, quantity, unit, ["standard", "reduced", "zero"][class])
    }
}

fn any_share() -> impl Strategy<Value = Share> {
    (1i64..=1_000_000).prop_map(|ppm| Share::try_from(Rate::from_ppm(ppm)).expect("a share"))
}

fn any_benefit() -> impl Strategy<Value = Benefit> {
    prop_oneof![
        any_share().prop_map(|off| Benefit::Percent { off }),
        (1u32..).prop_map(amount),
        proptest::option::of(1u32..100_000).prop_map(|most| Benefit::FreeShipping {
            up_to_minor: most.map(above_zero)
        }),
        (1u32..=999, 1u32..=999, any_share()).prop_map(|(buy, get, off)| Benefit::BuyGet {
            buy: pieces(buy),
            get: pieces(get),
            off
        }),
        (1u32..=3, 1u32..=3, any_share()).prop_map(|(buy, get, off)| Benefit::BuyGet {
            buy: pieces(buy),
            get: pieces(get),
            off
        }),
    ]
}

prop_compose! {
    fn any_claim()(
        n in 1u128..20,
        benefit in any_benefit(),
        products in proptest::option::of(proptest::collection::vec(0u128..12, 0..4)),
        gets in proptest::option::of(proptest::collection::vec(0u128..12, 0..4)),
        minimum in proptest::option::of(1i64..1_000_000),
        combines in any::<bool>(),
        has_code in any::<bool>(),
    ) -> Claim {
        let claim = if has_code { claim(n, benefit) } else { by_itself(n, benefit) };
        Claim {
            coverage: products.map_or(Coverage::Everything, |products| only(&products)),
            gets: gets.map(|products| only(&products)),
            minimum: minimum.map(euro),
            combines,
            ..claim
        }
    }
}

fn sum<'a>(amounts: impl IntoIterator<Item = &'a Money>) -> i64 {
    amounts.into_iter().map(|amount| amount.minor()).sum()
}

proptest! {
    #[test]
    fn lines_sum_to_totals_and_nothing_is_negative_whatever_is_taken_off(
        lines in proptest::collection::vec(any_line(), 1..20),
        shipping in proptest::option::of(0i64..100_000),
        claims in proptest::collection::vec(any_claim(), 0..8),
        prices in prop_oneof![Just(Prices::IncludeTax), Just(Prices::ExcludeTax)],
    ) {
        let Ok(quote) = quote(&basket(lines, shipping, claims.clone()), &rules(prices)) else {
            // Only an order above the limit has no price.
            return Ok(());
        };
        for line in &quote.lines {
            prop_assert!(line.discount.minor() >= 0 && line.total.minor() >= 0 && line.tax.minor() >= 0);
            prop_assert_eq!(line.total.minor(), line.unit.minor() * line.quantity.as_i64() - line.discount.minor());
            prop_assert!(line.tax.minor() <= line.total.minor());
        }
        let goods = sum(quote.lines.iter().map(|line| &line.total));
        prop_assert_eq!(goods, quote.subtotal.minor() - quote.discount.minor());
        let tax = sum(quote.lines.iter().map(|line| &line.tax)) + quote.shipping.as_ref().map_or(0, |shipping| shipping.tax.minor());
        prop_assert_eq!(tax, quote.tax.minor());
        let added = if prices == Prices::ExcludeTax { tax } else { 0 };
        prop_assert_eq!(goods + quote.shipping_total.minor() + added, quote.total.minor());
        prop_assert!(quote.total.minor() >= 0 && quote.shipping_total.minor() >= 0);

        prop_assert_eq!(sum(quote.discounts.iter().map(|discount| &discount.goods)), quote.discount.minor());
        let delivery = sum(quote.discounts.iter().map(|discount| &discount.delivery));
        prop_assert_eq!(delivery, shipping.unwrap_or(0) - quote.shipping_total.minor());
        for discount in &quote.discounts {
            prop_assert!(discount.goods.minor() + discount.delivery.minor() > 0);
            prop_assert_eq!(sum(&discount.shares), discount.goods.minor());
            prop_assert!(discount.shares.iter().all(|share| share.minor() >= 0));
        }
    }

    #[test]
    fn each_code_is_given_or_set_aside_and_nothing_is_combined_that_may_not_be(
        lines in proptest::collection::vec(any_line(), 1..8),
        claims in proptest::collection::vec(any_claim(), 0..8),
    ) {
        let Ok(quote) = quote(&basket(lines, Some(490), claims.clone()), &rules(Prices::IncludeTax)) else {
            return Ok(());
        };
        let n_codes = claims.iter().filter(|claim| claim.code.is_some()).count();
        let n_given = quote.discounts.iter().filter(|discount| discount.code.is_some()).count();
        prop_assert_eq!(n_given + quote.set_aside.len(), n_codes);
        if quote.discounts.len() > 1 {
            for discount in &quote.discounts {
                prop_assert!(claims.iter().any(|claim| claim.promotion_id == discount.promotion_id && claim.combines));
            }
        }
    }

    #[test]
    fn another_claim_never_makes_it_dearer(
        lines in proptest::collection::vec(any_line(), 1..8),
        claims in proptest::collection::vec(any_claim(), 0..6),
        one in any_claim(),
    ) {
        prop_assume!(!one.combines && claims.iter().all(|claim| claim.promotion_id != one.promotion_id));
        let price = |claims: Vec<Claim>| quote(&basket(lines.clone(), Some(490), claims), &rules(Prices::IncludeTax));
        let with = price([claims.clone(), vec![one]].concat());
        if let (Ok(without), Ok(with)) = (price(claims), with) {
            prop_assert!(with.total.minor() <= without.total.minor());
        }
    }
}

both_engines! {
    async fn every_statement_is_understood(db: TestDb) {
        let mut conn = db.db.read().await.unwrap();
        for sql in store::ALL {
            conn.prepare(*sql).await.map_err(|error: DbError| format!("{error}: {}", sql.lite)).unwrap();
        }
    }
}
