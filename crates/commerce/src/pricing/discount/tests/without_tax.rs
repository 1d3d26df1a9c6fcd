//! What companies pay that owe the tax themselves.

use super::*;
use crate::pricing::tax::{Business, Treatment};

fn company(prices: Prices) -> Rules {
    Rules {
        business: Some(Business {
            vat_id: "ATU13585627".parse().expect("an id"),
            is_checked: true,
            treatment: Treatment::ReverseCharge,
        }),
        ..rules(prices)
    }
}

fn without(lines: Vec<BasketLine>, claims: Vec<Claim>) -> Quote {
    quote(&basket(lines, Some(490), claims), &company(Prices::IncludeTax)).expect("a price")
}

#[test]
fn prices_lose_the_tax_that_is_in_them_piece_by_piece() {
    // 18.00 is 15.126… without its 19 %: 15.13 each; 4.90 is 4.117….
    let quote = without(vec![line(1, 3, 1800, "standard")], Vec::new());
    let of = &quote.lines[0];
    assert_eq!(
        (of.unit, of.total, of.tax, of.tax_rate),
        (euro(1513), euro(4539), euro(0), Rate::ZERO)
    );
    assert_eq!(
        (quote.shipping_total, quote.tax, quote.total),
        (euro(412), euro(0), euro(4951))
    );
    assert_eq!(quote.prices, Prices::ExcludeTax);
    let group = &quote.taxes[0];
    assert_eq!(
        (group.name.as_str(), group.rate, group.net, group.tax),
        ("Reverse charge", Rate::ZERO, euro(4951), euro(0))
    );
    let relief = quote.relief.expect("a consumer would pay tax");
    assert_eq!((relief.prices, relief.tax), (Prices::IncludeTax, euro(940)));
}

#[test]
fn prices_without_tax_stay_and_none_is_added() {
    let basket = basket(vec![line(1, 3, 1800, "standard")], Some(490), Vec::new());
    let quote = quote(&basket, &company(Prices::ExcludeTax)).expect("a price");
    assert_eq!(
        (quote.lines[0].unit, quote.shipping_total, quote.total),
        (euro(1800), euro(490), euro(5890))
    );
    assert_eq!(quote.relief.map(|relief| relief.tax), Some(euro(1119)));
}

#[test]
fn each_class_loses_its_own_tax_and_delivery_that_of_what_it_carries() {
    let lines = vec![line(1, 1, 3000, "standard"), line(2, 1, 1000, "reduced")];
    let quote = quote(&basket(lines, Some(400), Vec::new()), &company(Prices::IncludeTax)).expect("a price");
    let units: Vec<Money> = quote.lines.iter().map(|line| line.unit).collect();
    assert_eq!(units, [euro(2521), euro(935)]);
    // 3.00 of delivery at 19 %, 1.00 at 7 %: on one line of the invoice, there is one rate now.
    assert_eq!(quote.shipping_total, euro(252 + 93));
    let delivery: Vec<Money> = quote.taxes.iter().map(|group| group.shipping).collect();
    assert_eq!(delivery, [euro(345), euro(0)]);
}

#[test]
fn what_discounts_take_off_loses_its_tax_too() {
    let quote = without(vec![line(1, 2, 1800, "standard")], vec![claim(1, percent(10))]);
    // 32.40 is left with tax, 27.23 without: of 30.26 that is 3.03 less.
    assert_eq!(
        (quote.subtotal, quote.discount, quote.lines[0].total),
        (euro(3026), euro(303), euro(2723))
    );
    assert_eq!(
        (quote.discounts[0].goods, quote.discounts[0].shares.clone()),
        (euro(303), vec![euro(303)])
    );
    let free = without(
        vec![line(1, 2, 1800, "standard")],
        vec![claim(1, percent(100)), claim(2, FREE_SHIPPING)],
    );
    assert_eq!((free.lines[0].total, free.total), (euro(0), euro(412)));
    let sent = without(vec![line(1, 1, 500, "standard")], vec![claim(2, FREE_SHIPPING)]);
    assert_eq!((sent.shipping_total, sent.discounts[0].delivery), (euro(0), euro(412)));
}

#[test]
fn figures_say_why_there_is_no_tax() {
    let quote = without(vec![line(1, 3, 1800, "standard")], vec![claim(1, percent(10))]);
    let figures = quote.explain(|_| "Mug".to_owned());
    let labels: Vec<&str> = figures.iter().map(|figure| figure.label.as_str()).collect();
    assert_eq!(labels, ["Lines", "CODE1", "Delivery", "Reverse charge", "Total"]);
    assert!(figures[0].note.contains("taken out"), "{}", figures[0].note);
    assert!(figures[1].note.contains("with tax"), "{}", figures[1].note);
    assert!(figures[3].note.contains("ATU13585627 (checked)"), "{}", figures[3].note);
    for figure in &figures {
        assert_eq!(
            figure.steps.last().map(|step| step.amount),
            Some(figure.amount),
            "{}",
            figure.label
        );
    }
    let stored = serde_json::to_value(&quote).expect("JSON");
    assert_eq!(serde_json::from_value::<Quote>(stored).expect("a quote"), quote);
}

#[test]
fn an_order_from_before_reads_as_one_without_an_id() {
    let consumer = quote(
        &basket(vec![line(1, 1, 1800, "standard")], None, Vec::new()),
        &rules(Prices::IncludeTax),
    );
    let stored = serde_json::to_value(consumer.expect("a price")).expect("JSON");
    assert!(stored.get("business").is_none() && stored.get("relief").is_none());
    let read: Quote = serde_json::from_value(stored).expect("a quote");
    assert_eq!((read.business, read.relief), (None, None));
}

proptest! {
    #[test]
    fn without_tax_lines_sum_to_totals_and_it_is_what_a_consumer_pays_less_their_tax(
        lines in proptest::collection::vec(any_line(), 1..20),
        shipping in proptest::option::of(0i64..100_000),
        claims in proptest::collection::vec(any_claim(), 0..8),
        prices in prop_oneof![Just(Prices::IncludeTax), Just(Prices::ExcludeTax)],
    ) {
        let basket = basket(lines, shipping, claims);
        let Ok(consumer) = quote(&basket, &rules(prices)) else {
            return Ok(());
        };
        let quote = quote(&basket, &company(prices)).expect("less than a consumer pays");
        for line in &quote.lines {
            prop_assert!(line.discount.minor() >= 0 && line.total.minor() >= 0 && line.tax.is_zero());
            prop_assert_eq!(line.total.minor(), line.unit.minor() * line.quantity.as_i64() - line.discount.minor());
        }
        let goods = sum(quote.lines.iter().map(|line| &line.total));
        prop_assert_eq!(goods, quote.subtotal.minor() - quote.discount.minor());
        prop_assert_eq!(goods + quote.shipping_total.minor(), quote.total.minor());
        prop_assert!(quote.tax.is_zero());
        prop_assert_eq!(sum(quote.taxes.iter().map(|group| &group.net)), quote.total.minor());
        prop_assert_eq!(sum(quote.discounts.iter().map(|discount| &discount.goods)), quote.discount.minor());
        for discount in &quote.discounts {
            prop_assert_eq!(sum(&discount.shares), discount.goods.minor());
            prop_assert!(discount.shares.iter().all(|share| share.minor() >= 0) && discount.delivery.minor() >= 0);
        }
        // The price of one piece is rounded, the total of a consumer's rate only once.
        let n_pieces: i64 = quote.lines.iter().map(|line| line.quantity.as_i64()).sum();
        let apart = (quote.total.minor() - (consumer.total.minor() - consumer.tax.minor())).abs();
        prop_assert!(apart <= if prices == Prices::IncludeTax { n_pieces + 6 } else { 0 }, "{}", apart);
        for (line, theirs) in quote.lines.iter().zip(&consumer.lines) {
            prop_assert!(line.total.minor() <= theirs.total.minor());
        }
    }
}
