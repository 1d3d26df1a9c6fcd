use futures_util::future::join_all;
use proptest::prelude::*;
use uuid::Uuid;
use wares_db::both_engines;
use wares_kernel::{Currency, Money, OrderId, OrderLineId, Quantity, Rate, RefundId};

use super::draft::{credit_lines, taken_lines};
use super::*;
use crate::audit::Actor;
use crate::events::Event;
use crate::fulfilment::{Ship, ShipLine};
use crate::ledger;
use crate::orders;
use crate::payment::testing::Counter;
use crate::payment::{
    self, CASH_ON_DELIVERY, CarryOutRefund, LineShare, MarkPaid, Part, RequestRefund, Shares, Wanted, testing::settle,
};
use crate::reactions::Reaction;
use crate::settings::{Change, Invoicing};
use crate::testing::Goods;

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

async fn documents(shop: &Counter, order_id: OrderId) -> Vec<Document> {
    of_order(&mut shop.test.db.read().await.unwrap(), order_id)
        .await
        .unwrap()
}

async fn paid(shop: &Counter, n: u8, variant_id: wares_kernel::VariantId) -> OrderId {
    let (order_id, attempt_id) = shop.order(n, variant_id, 3).await;
    shop.gateway.pay(attempt_id);
    settle(&shop.till, attempt_id).await.unwrap();
    order_id
}

/// Follows up a fact, as the worker does.
async fn react(shop: &Counter, event: Event) {
    shop.test.db.write(Reaction(event)).await.unwrap();
}

async fn refund(shop: &Counter, order_id: OrderId, wanted: Wanted) -> RefundId {
    let ask = RequestRefund {
        actor: Actor::System,
        order_id,
        wanted,
        reason: "Damaged".to_owned(),
        note: String::new(),
        confirmed: None,
    };
    let refund_id = shop.test.db.write(ask).await.unwrap();
    payment::carry_out(&shop.till, CarryOutRefund { refund_id })
        .await
        .unwrap();
    refund_id
}

fn amount(minor: i64) -> Wanted {
    Wanted {
        amount: Some(euro(minor)),
        ..Wanted::default()
    }
}

async fn books_are_clean(shop: &Counter) {
    let mut reader = shop.test.db.read().await.unwrap();
    let found = ledger::violations(&mut reader, shop.till.clock.now()).await.unwrap();
    let found: Vec<String> = found.iter().map(|row| format!("{} {row}", row.invariant.id)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

both_engines! {
    async fn a_paid_order_has_one_invoice_that_comes_to_it(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let order_id = paid(&shop, 1, mug).await;
        react(&shop, Event::OrderConfirmed { order_id }).await;
        react(&shop, Event::OrderConfirmed { order_id }).await;
        let (order, issued) = (shop.find(order_id).await, documents(&shop, order_id).await);
        let [invoice] = issued.as_slice() else { panic!("one invoice: {issued:?}") };
        assert_eq!((invoice.number.as_str(), invoice.total, invoice.tax), ("INV-00001", order.total, order.tax));
        assert_eq!((invoice.sheet.paid, invoice.sheet.supplied_on), (order.total, None));
        let of = lines(&mut shop.test.db.read().await.unwrap(), invoice.id).await.unwrap();
        assert_eq!(of.iter().map(|line| line.quantity).collect::<Vec<_>>(), [3, 1]);
        let rows = taxes(&of).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].net, rows[0].gross), (order.quote.taxes[0].net, order.total));
        books_are_clean(&shop).await;
    }

    async fn what_is_paid_on_delivery_is_invoiced_when_it_is_sent(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let ready = shop.ready_to_pay(1, mug, 1, CASH_ON_DELIVERY).await;
        let order_id = shop.place(&ready).await.unwrap().order_id;
        react(&shop, Event::OrderConfirmed { order_id }).await;
        assert!(documents(&shop, order_id).await.is_empty());
        let line = orders::lines(&mut shop.test.db.read().await.unwrap(), order_id).await.unwrap().remove(0);
        let ship = Ship {
            actor: Actor::System,
            order_id,
            lines: vec![ShipLine { order_line_id: line.id, quantity: Quantity::ONE }],
            carrier: String::new(),
            despite_dispute: false,
            tracking_number: String::new(),
        };
        let fulfilment_id = shop.test.db.write(ship).await.unwrap();
        react(&shop, Event::FulfilmentShipped { fulfilment_id }).await;
        let issued = documents(&shop, order_id).await;
        assert_eq!(issued.len(), 1);
        assert_eq!((issued[0].sheet.paid, issued[0].sheet.paid_on), (euro(0), None));
        assert_eq!(issued[0].sheet.supplied_on, Some(issued[0].sheet.issued_on));
        shop.test.db.write(MarkPaid { actor: Actor::System, order_id }).await.unwrap();
        assert_eq!(shop.n_events("order_paid").await, 1);
        react(&shop, Event::OrderPaid { order_id }).await;
        assert_eq!(documents(&shop, order_id).await.len(), 1);
        books_are_clean(&shop).await;
    }

    async fn each_refund_has_a_credit_note_and_together_they_come_to_the_invoice(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let order_id = paid(&shop, 1, mug).await;
        let total = shop.find(order_id).await.total.minor();
        // The reaction to the payment may come after that to the refund.
        for part in [700, 1, total - 701] {
            let refund_id = refund(&shop, order_id, amount(part)).await;
            react(&shop, Event::RefundSucceeded { refund_id }).await;
            react(&shop, Event::RefundSucceeded { refund_id }).await;
        }
        react(&shop, Event::OrderConfirmed { order_id }).await;
        let issued = documents(&shop, order_id).await;
        let numbers: Vec<&str> = issued.iter().map(|document| document.number.as_str()).collect();
        assert_eq!(numbers, ["INV-00001", "CN-00001", "CN-00002", "CN-00003"]);
        let credited: i64 = issued[1..].iter().map(|document| document.total.minor()).sum();
        let tax: i64 = issued[1..].iter().map(|document| document.tax.minor()).sum();
        assert_eq!((credited, tax), (issued[0].total.minor(), issued[0].tax.minor()));
        assert_eq!(issued[3].sheet.invoice_number, "INV-00001");
        books_are_clean(&shop).await;
    }

    async fn fifty_at_once_are_numbered_without_a_gap(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(200).create(&shop.test).await;
        let mut orders = Vec::new();
        for n in 1..=50 {
            orders.push(paid(&shop, n, mug).await);
        }
        let twice = orders.iter().chain(&orders);
        let reactions = twice.map(|order_id| shop.test.db.write(Reaction(Event::OrderConfirmed { order_id: *order_id })));
        for done in join_all(reactions).await {
            done.unwrap();
        }
        let all = all(&mut shop.test.db.read().await.unwrap(), &Filter::default()).await.unwrap();
        let mut serials: Vec<i64> = all.iter().map(|document| document.serial).collect();
        serials.sort_unstable();
        assert_eq!(serials, (1..=50).collect::<Vec<_>>());
        books_are_clean(&shop).await;
    }

    async fn a_number_taken_by_work_that_fails_is_not_lost(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(20).create(&shop.test).await;
        let first = paid(&shop, 1, mug).await;
        let fails = wares_db::job(move |tx| Box::pin(async move {
            invoice(tx, first).await?;
            Err::<(), _>(wares_db::DbError::NotFound)
        }));
        assert!(shop.test.db.write(fails).await.is_err());
        let second = paid(&shop, 2, mug).await;
        react(&shop, Event::OrderConfirmed { order_id: second }).await;
        react(&shop, Event::OrderConfirmed { order_id: first }).await;
        assert_eq!(documents(&shop, second).await[0].number, "INV-00001");
        assert_eq!(documents(&shop, first).await[0].number, "INV-00002");
        books_are_clean(&shop).await;
    }

    async fn another_prefix_goes_on_counting_and_documents_are_found_by_number(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(20).create(&shop.test).await;
        let first = paid(&shop, 1, mug).await;
        react(&shop, Event::OrderConfirmed { order_id: first }).await;
        let value = Invoicing { invoice_prefix: "R/2027-".to_owned(), footer: "HRB 1".to_owned(), ..Invoicing::default() };
        shop.test.db.write(Change { actor: Actor::System, version: 0, value }).await.unwrap();
        let second = paid(&shop, 2, mug).await;
        react(&shop, Event::OrderConfirmed { order_id: second }).await;
        let issued = documents(&shop, second).await;
        assert_eq!((issued[0].number.as_str(), issued[0].sheet.footer.as_str()), ("R/2027-00002", "HRB 1"));
        assert_eq!(documents(&shop, first).await[0].sheet.footer, "");
        let mut reader = shop.test.db.read().await.unwrap();
        assert_eq!(next_serial(&mut reader, Series::Invoice).await.unwrap(), 3);
        let number = shop.find(first).await.number.to_string();
        for (number, n) in [("r/2027-00002", 1), (number.as_str(), 1), ("R/2027-00001", 0), ("", 2)] {
            let filter = Filter { number: number.to_owned(), ..Filter::default() };
            assert_eq!(all(&mut reader, &filter).await.unwrap().len(), n, "{number}");
        }
        let filter = Filter { series: Some(Series::CreditNote), ..Filter::default() };
        assert!(all(&mut reader, &filter).await.unwrap().is_empty());
        let filter = Filter { from: Some(shop.till.clock.now().plus(std::time::Duration::from_secs(1))), ..Filter::default() };
        assert!(all(&mut reader, &filter).await.unwrap().is_empty());
    }
}

fn line(n: usize, is_delivery: bool, gross: i64, ppm: i64) -> DocumentLine {
    let rate = Rate::from_ppm(ppm);
    let tax = rate.within(euro(gross)).unwrap();
    DocumentLine {
        order_line_id: (!is_delivery).then(|| OrderLineId::new(Uuid::from_u128(u128::try_from(n).unwrap()))),
        title: String::new(),
        sku: String::new(),
        quantity: 1,
        unit: euro(gross),
        discount: euro(0),
        net: euro(gross - tax.minor()),
        tax,
        gross: euro(gross),
        tax_rate: rate,
        tax_name: rate.percent(),
    }
}

proptest! {
    #[test]
    fn credit_notes_come_to_their_refunds_and_never_to_more_than_the_invoice(
        amounts in proptest::collection::vec((0i64..5000, 0i64..900, 0i64..270_000), 1..4),
        cuts in proptest::collection::vec(0i64..100, 0..6),
    ) {
        let mut invoice = Vec::new();
        for (n, (goods, delivery, ppm)) in amounts.iter().enumerate() {
            invoice.push(line(n, false, *goods, *ppm));
            invoice.push(line(n, true, *delivery, *ppm));
        }
        let of = |lines: &[DocumentLine], delivery: bool| -> (i64, i64) {
            let some = lines.iter().filter(|line| line.order_line_id.is_none() == delivery);
            some.fold((0, 0), |(gross, tax), line| (gross + line.gross.minor(), tax + line.tax.minor()))
        };
        let mut gone: Vec<DocumentLine> = Vec::new();
        // Some refunds of a share of what is left of delivery, then one of all the rest.
        for percent in cuts.iter().chain([&100]) {
            let (all, back) = (of(&invoice, true), of(&gone, true));
            let (left, left_tax) = (all.0 - back.0, all.1 - back.1);
            let part = Part { amount: euro(left * percent / 100), tax: euro(left_tax * percent / 100) };
            let goods: Vec<LineShare> = invoice.iter().filter(|line| *percent == 100 && line.order_line_id.is_some()).map(|line| LineShare {
                line_id: line.order_line_id.unwrap(),
                quantity: 1,
                part: Part { amount: line.gross, tax: line.tax },
            }).collect();
            let credit = credit_lines(&invoice, &gone, &goods, part).unwrap();
            prop_assert_eq!(of(&credit, true), (part.amount.minor(), part.tax.minor()));
            for line in &credit {
                prop_assert!(line.gross.minor() >= 0 && line.tax.minor() >= 0);
                prop_assert_eq!(line.gross.minor(), line.net.minor() + line.tax.minor());
            }
            gone.extend(credit);
            for row in taxes(&invoice).unwrap() {
                let credited = taxes(&gone).unwrap().into_iter().find(|other| other.rate == row.rate);
                prop_assert!(credited.is_none_or(|credited| credited.gross.minor() <= row.gross.minor() && credited.tax.minor() <= row.tax.minor()));
            }
        }
        prop_assert_eq!((of(&gone, true), of(&gone, false)), (of(&invoice, true), of(&invoice, false)));
    }

    #[test]
    fn what_is_invoiced_and_what_was_let_go_come_to_the_order(
        goods in proptest::collection::vec((1i64..5, 0i64..2000, 0i64..300, 0i64..270_000), 1..5),
        delivery in proptest::collection::vec(0i64..900, 1..3),
        left_out in proptest::collection::vec(0i64..5, 5),
        percent in 0i64..=100,
        prices_include_tax in any::<bool>(),
    ) {
        let mut whole = Vec::new();
        for (n, (quantity, unit, off, ppm)) in goods.iter().enumerate() {
            let total = (quantity * unit - off).max(0);
            let unit_line = line(n, false, total, *ppm);
            let total = if prices_include_tax { unit_line.gross } else { unit_line.net };
            // Without tax in the prices a piece costs less; nothing here depends on how much.
            let unit = euro(*unit);
            let discount = euro(unit.minor() * quantity - total.minor());
            whole.push(DocumentLine { quantity: *quantity, unit, discount, ..unit_line });
        }
        // Both kinds of delivery may be at the same rate.
        whole.extend(delivery.iter().map(|gross| line(0, true, *gross, 190_000)));
        let share = |(line, n): (&DocumentLine, &i64)| LineShare {
            line_id: line.order_line_id.unwrap(),
            quantity: (*n).min(line.quantity),
            part: part_of(line, (*n).min(line.quantity), line.quantity),
        };
        let of_delivery = whole[goods.len()..].iter().fold((0, 0), |sum, line| (sum.0 + line.gross.minor(), sum.1 + line.tax.minor()));
        let released = Shares {
            lines: whole[..goods.len()].iter().zip(&left_out).map(share).collect(),
            shipping: Part { amount: euro(of_delivery.0 * percent / 100), tax: euro(of_delivery.1 * percent / 100) },
        };
        let taken = taken_lines(&whole, &released, prices_include_tax).unwrap();
        let sum = released.sum().unwrap();
        let of = |lines: &[DocumentLine]| lines.iter().fold((0, 0), |sum, line| (sum.0 + line.gross.minor(), sum.1 + line.tax.minor()));
        prop_assert_eq!((of(&taken).0 + sum.amount.minor(), of(&taken).1 + sum.tax.minor()), of(&whole));
        for line in &taken {
            let total = if prices_include_tax { line.gross } else { line.net };
            prop_assert!(line.quantity > 0 && line.gross.minor() >= 0 && line.tax.minor() >= 0);
            prop_assert_eq!(line.net.minor() + line.tax.minor(), line.gross.minor());
            prop_assert_eq!(line.unit.minor() * line.quantity - line.discount.minor(), total.minor());
        }
    }
}

/// So many of the equal pieces of a line.
fn part_of(line: &DocumentLine, n: i64, of: i64) -> Part {
    Part {
        amount: euro(line.gross.minor() * n / of),
        tax: euro(line.tax.minor() * n / of),
    }
}
