use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use wares_db::testing::START;
use wares_db::{DbError, both_engines, job};
use wares_kernel::{Country, Currency, Instant, Money, Quantity, Rate, VariantId};

use super::delivery::Calendar;
use super::shipping::{Method, Parcel, RateKind, RateStep, Reason};
use super::tax::{TaxRate, TaxTable};
use super::*;
use crate::settings::{Settings, Weekday};

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn variant(n: u128) -> VariantId {
    VariantId::new(uuid::Uuid::from_u128(n))
}

fn rate(class: &str, ppm: i64) -> TaxRate {
    TaxRate {
        region: String::new(),
        class: class.parse().unwrap(),
        name: format!("VAT {}", Rate::from_ppm(ppm).percent()),
        rate: Rate::from_ppm(ppm),
        from: date(2021, 1, 1),
        to: None,
    }
}

fn german(prices: Prices) -> Rules {
    Rules {
        prices,
        tax: TaxTable::pick(
            &[rate("standard", 190_000), rate("reduced", 70_000)],
            "",
            date(2026, 3, 10),
        ),
        business: None,
    }
}

fn line(n: u128, quantity: u32, unit: i64, class: &str) -> BasketLine {
    BasketLine {
        variant_id: variant(n),
        product_id: wares_kernel::Id::new(uuid::Uuid::from_u128(n)),
        quantity: Quantity::try_from(quantity).unwrap(),
        unit: euro(unit),
        tax_class: class.parse().unwrap(),
    }
}

fn method(kind: RateKind, rates: &[(i64, i64)]) -> Method {
    Method {
        id: wares_kernel::Id::new(uuid::Uuid::from_u128(9)),
        zone_id: wares_kernel::Id::new(uuid::Uuid::from_u128(8)),
        zone: "Germany".to_owned(),
        name: "Standard".to_owned(),
        kind,
        rates: rates
            .iter()
            .map(|&(from, price_minor)| RateStep { from, price_minor })
            .collect(),
        free_from_minor: None,
        weight_max_g: None,
        transit_min_days: 1,
        transit_max_days: 2,
        carrier_id: None,
        is_active: true,
        position: 1,
    }
}

fn basket(lines: Vec<BasketLine>, shipping: Option<i64>) -> Basket {
    let parcel = Parcel {
        weight_g: 1000,
        value: euro(0),
    };
    Basket {
        currency: Currency::EUR,
        lines,
        delivery: shipping.and_then(|price| method(RateKind::Flat, &[(0, price)]).offer(parcel)),
        claims: Vec::new(),
    }
}

#[test]
fn tax_is_rounded_once_for_all_lines_of_a_rate() {
    // 3 × 18.00 + 4.90 = 58.90; the tax in it is 9.404… and not the sum of rounded parts.
    let quote = quote(
        &basket(vec![line(1, 3, 1800, "standard")], Some(490)),
        &german(Prices::IncludeTax),
    )
    .unwrap();
    assert_eq!((quote.total, quote.tax), (euro(5890), euro(940)));
    assert_eq!(quote.taxes[0].net, euro(4950));
}

#[test]
fn net_prices_get_the_tax_added() {
    let quote = quote(
        &basket(vec![line(1, 1, 1000, "standard")], Some(500)),
        &german(Prices::ExcludeTax),
    )
    .unwrap();
    assert_eq!(
        (quote.subtotal, quote.tax, quote.total),
        (euro(1000), euro(285), euro(1785))
    );
}

#[test]
fn delivery_is_taxed_as_the_goods_are() {
    let lines = vec![line(1, 1, 3000, "standard"), line(2, 1, 1000, "reduced")];
    let quote = quote(&basket(lines, Some(400)), &german(Prices::IncludeTax)).unwrap();
    let shares: Vec<Money> = quote.taxes.iter().map(|group| group.shipping).collect();
    assert_eq!(shares, [euro(300), euro(100)]);
}

#[test]
fn a_class_without_a_rate_of_its_own_is_taxed_as_standard() {
    let quote = quote(
        &basket(vec![line(1, 1, 1190, "books")], None),
        &german(Prices::IncludeTax),
    )
    .unwrap();
    assert_eq!(quote.tax, euro(190));
}

#[test]
fn where_no_rate_is_known_the_price_stays_and_no_tax_is_in_it() {
    let rules = Rules {
        prices: Prices::IncludeTax,
        tax: TaxTable::none(),
        business: None,
    };
    let quote = quote(&basket(vec![line(1, 1, 1190, "standard")], None), &rules).unwrap();
    assert_eq!((quote.total, quote.tax), (euro(1190), euro(0)));
}

#[test]
fn an_order_that_is_too_large_is_refused_and_never_wraps() {
    let rules = german(Prices::IncludeTax);
    for unit in [i64::MAX, i64::MAX / 999, quote::TOTAL_MAX_MINOR] {
        let refused = quote(&basket(vec![line(1, 999, unit, "standard")], Some(1)), &rules);
        assert_eq!(refused, Err(QuoteError::TooLarge), "{unit}");
    }
    let negative = quote(&basket(vec![line(1, 1, -1, "standard")], None), &rules);
    assert_eq!(negative, Err(QuoteError::NegativePrice));
}

#[test]
fn a_later_rate_replaces_an_earlier_one_and_a_region_its_country() {
    let mut old = rate("standard", 160_000);
    old.to = Some(date(2025, 12, 31));
    let mut state = rate("standard", 88_750);
    state.region = "NY".to_owned();
    let rates = vec![old, rate("standard", 190_000), state];
    let on = |region: &str, day| TaxTable::pick(&rates, region, day).rate(&TaxClass::standard()).ppm();
    assert_eq!(on("", date(2026, 3, 10)), 190_000);
    assert_eq!(on("ny", date(2026, 3, 10)), 88_750);
    assert_eq!(on("", date(2020, 3, 10)), 0);
}

#[test]
fn the_price_of_delivery_follows_its_list() {
    let by_weight = method(RateKind::Weight, &[(0, 490), (5_000, 890)]);
    let price = |method: &Method, weight_g, value| {
        let parcel = Parcel {
            weight_g,
            value: euro(value),
        };
        method.offer(parcel).map(|offer| offer.price.minor())
    };
    assert_eq!(price(&by_weight, 4_999, 0), Some(490));
    assert_eq!(price(&by_weight, 5_000, 0), Some(890));
    let by_value = method(RateKind::Price, &[(0, 900), (10_000, 400)]);
    assert_eq!(price(&by_value, 1, 9_999), Some(900));
    assert_eq!(price(&by_value, 1, 10_000), Some(400));
    let mut free = method(RateKind::Flat, &[(0, 490)]);
    free.free_from_minor = Some(7_500);
    free.weight_max_g = Some(20_000);
    assert_eq!(price(&free, 1, 7_499), Some(490));
    assert_eq!(price(&free, 1, 7_500), Some(0));
    assert_eq!(price(&free, 20_001, 7_500), None);
    assert_eq!(price(&method(RateKind::Weight, &[(1_000, 490)]), 999, 0), None);
}

#[test]
fn free_delivery_says_what_it_would_have_cost() {
    let mut free = method(RateKind::Flat, &[(0, 490)]);
    free.free_from_minor = Some(7_500);
    let offer = free
        .offer(Parcel {
            weight_g: 1,
            value: euro(8_000),
        })
        .unwrap();
    assert_eq!(
        offer.reason,
        Reason::FreeFrom {
            threshold: euro(7_500),
            value: euro(8_000),
            instead_of: euro(490)
        }
    );
}

fn berlin(processing_days: i64) -> Calendar {
    Calendar {
        time_zone: TimeZone::get("Europe/Berlin").unwrap(),
        cut_off_hour: 14,
        processing_days,
        closed: vec![Weekday::Saturday, Weekday::Sunday],
        shop_holidays: [date(2026, 4, 3), date(2026, 4, 6)].into(),
        destination_holidays: [date(2026, 4, 3), date(2026, 4, 6)].into(),
    }
}

fn at(text: &str) -> Instant {
    text.parse::<jiff::Timestamp>().unwrap().into()
}

#[test]
fn the_promise_counts_business_days_in_the_shops_time_zone() {
    let promised = |now: &str, processing| {
        let promise = berlin(processing).promise(at(now), 1, 2);
        [promise.leaves, promise.from, promise.to].map(|day| day.to_string()[5..].to_owned())
    };
    // Tuesday 13:59 in Berlin leaves on the same day; a minute later on the next.
    assert_eq!(promised("2026-03-10T12:59:00Z", 0), ["03-10", "03-11", "03-12"]);
    assert_eq!(promised("2026-03-10T13:00:00Z", 0), ["03-11", "03-12", "03-13"]);
    // Late on Friday: Monday, and one day to pack makes it Tuesday.
    assert_eq!(promised("2026-03-13T20:00:00Z", 0), ["03-16", "03-17", "03-18"]);
    assert_eq!(promised("2026-03-13T20:00:00Z", 1), ["03-17", "03-18", "03-19"]);
    // Saturday night in UTC is Sunday in Berlin.
    assert_eq!(promised("2026-03-14T23:30:00Z", 0), ["03-16", "03-17", "03-18"]);
    // Thursday before Good Friday: nothing arrives before Tuesday after Easter.
    assert_eq!(promised("2026-04-02T08:00:00Z", 0), ["04-02", "04-07", "04-08"]);
    assert_eq!(promised("2026-04-03T08:00:00Z", 0), ["04-07", "04-08", "04-09"]);
}

#[test]
fn the_night_the_clocks_change_does_not_move_the_cut_off() {
    // On 29 March 2026 Berlin goes from UTC+1 to UTC+2: 11:59Z is 13:59 there on the Monday after.
    let promise = berlin(0).promise(at("2026-03-30T11:59:00Z"), 0, 0);
    assert_eq!(promise.leaves, date(2026, 3, 30));
    let promise = berlin(0).promise(at("2026-03-30T12:00:00Z"), 0, 0);
    assert_eq!(promise.leaves, date(2026, 3, 31));
}

#[test]
fn lateness_is_counted_from_the_promise() {
    let calendar = berlin(0);
    let promise = calendar.promise(at("2026-03-10T08:00:00Z"), 1, 2);
    assert_eq!(calendar.days_late(promise, at("2026-03-11T10:00:00Z")), 0);
    assert_eq!(calendar.days_late(promise, at("2026-03-14T10:00:00Z")), 2);
    assert_eq!(calendar.days_late(promise, at("2026-03-10T16:00:00Z")), -1);
}

#[test]
fn every_figure_is_explained_and_its_parts_add_up() {
    let lines = vec![line(1, 2, 1800, "standard"), line(2, 1, 700, "reduced")];
    let quote = quote(&basket(lines, Some(490)), &german(Prices::IncludeTax)).unwrap();
    let figures = quote.explain(|_| "Mug".to_owned());
    let labels: Vec<&str> = figures.iter().map(|figure| figure.label.as_str()).collect();
    assert_eq!(labels, ["Lines", "Delivery", "VAT 19 %", "VAT 7 %", "Total"]);
    for figure in figures {
        assert_eq!(
            figure.steps.last().map(|step| step.amount),
            Some(figure.amount),
            "{}",
            figure.label
        );
    }
}

#[test]
fn a_quote_survives_being_stored() {
    let quote = quote(
        &basket(vec![line(1, 2, 1800, "standard")], Some(490)),
        &german(Prices::IncludeTax),
    )
    .unwrap();
    let stored = serde_json::to_value(&quote).unwrap();
    assert_eq!(serde_json::from_value::<Quote>(stored).unwrap(), quote);
}

prop_compose! {
    fn any_line()(n in 0u128..1000, quantity in 1u32..=999, unit in 0i64..1_000_000, class in 0usize..3) -> BasketLine {
        line(n, quantity, unit, ["standard", "reduced", "zero"][class])
    }
}
prop_compose! {
    fn any_rules()(standard in 0i64..300_000, reduced in 0i64..200_000, include in any::<bool>()) -> Rules {
        let rates = vec![rate("standard", standard), rate("reduced", reduced), rate("zero", 0)];
        Rules {
            prices: if include { Prices::IncludeTax } else { Prices::ExcludeTax },
            tax: TaxTable::pick(&rates, "", date(2026, 3, 10)),
            business: None,
        }
    }
}

proptest! {
    #[test]
    fn lines_sum_to_totals_and_nothing_is_negative(
        lines in proptest::collection::vec(any_line(), 1..30),
        shipping in proptest::option::of(0i64..100_000),
        rules in any_rules(),
    ) {
        let Ok(quote) = quote(&basket(lines, shipping), &rules) else {
            // Only an order above the limit has no price.
            return Ok(());
        };
        let minor = |amounts: Vec<Money>| amounts.iter().map(|amount| amount.minor()).sum::<i64>();
        let lines = minor(quote.lines.iter().map(|line| line.total).collect());
        let line_tax = minor(quote.lines.iter().map(|line| line.tax).collect());
        let shipping_tax = quote.shipping.as_ref().map_or(0, |shipping| shipping.tax.minor());
        prop_assert_eq!(lines, quote.subtotal.minor() - quote.discount.minor());
        prop_assert_eq!(line_tax + shipping_tax, quote.tax.minor());
        let added = if rules.prices == Prices::ExcludeTax { quote.tax.minor() } else { 0 };
        prop_assert_eq!(lines + quote.shipping_total.minor() + added, quote.total.minor());
        for group in &quote.taxes {
            let gross = group.net.minor() + group.tax.minor();
            let base = group.goods.minor() + group.shipping.minor();
            prop_assert_eq!(gross, if added == 0 && rules.prices == Prices::IncludeTax { base } else { base + group.tax.minor() });
            prop_assert!(group.tax.minor() >= 0 && group.net.minor() >= 0);
        }
        for line in &quote.lines {
            prop_assert!(line.tax.minor() >= 0 && line.tax.minor() <= line.total.minor());
        }
    }
}

both_engines! {
    async fn a_new_shop_can_sell_at_home_and_abroad(db: TestDb) {
        let work = || job(|tx| Box::pin(async move { seed(tx, Country::DE, Currency::EUR).await }));
        db.db.write(work()).await.unwrap();
        db.db.write(work()).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        let settings = Settings::load(&mut conn).await.unwrap();
        for (country, ppm, cheapest) in [("DE", 190_000, Some(490)), ("AT", 200_000, Some(990)), ("US", 0, Some(1990)), ("BR", 0, None)] {
            let country: Country = country.parse().unwrap();
            let market = Market::at((country, ""), &settings, START);
            assert_eq!(market.rules.tax.rate(&TaxClass::standard()).ppm(), ppm, "{country}");
            let offers = market.offers(Parcel { weight_g: 800, value: euro(1000) });
            assert_eq!(offers.first().map(|offer| offer.price.minor()), cheapest, "{country}");
        }
        let home = Market::at_home(&settings, START);
        assert!(home.calendar.shop_holidays.contains(&date(2026, 4, 3)));
        assert_eq!(settings.tariff.countries().len(), 27 + 5 + 5);
        let carriers = carriers::carriers(&mut conn).await.unwrap();
        assert!(carriers.iter().all(|carrier| carriers::check_template(&carrier.tracking_url).is_ok()));
    }

    async fn every_statement_is_understood(db: TestDb) {
        let mut conn = db.db.read().await.unwrap();
        for sql in store::ALL {
            conn.prepare(*sql).await.map_err(|error: DbError| format!("{error}: {}", sql.lite)).unwrap();
        }
    }
}
