mod at_once;

use wares_db::testing::TestDb;
use wares_db::{DbError, Sql, both_engines, job, p, sql};
use wares_kernel::{Currency, CustomerId, Money, ProductId, Quantity, Token, TokenHash, VariantId};

use super::*;
use crate::inventory::Opening;
use crate::testing::Goods;

const PRICE: Sql = sql!("UPDATE variants SET price_minor = ?2 WHERE id = ?1");
const ON_HAND: Sql = sql!("UPDATE stock SET on_hand = ?2 WHERE variant_id = ?1");
const RETIRE: Sql = sql!("UPDATE products SET status = 'archived' WHERE id = ?1");
const CUSTOMER: Sql = sql!(
    "INSERT INTO customers (id, email, email_key, name, name_key, surname_key, created_at)
     VALUES (?1, 'ann@example.org', 'ann@example.org', 'Ann', 'ann', 'ann', ?2)"
);
const BACK: Sql = sql!("UPDATE carts SET ordered_at = NULL WHERE id = ?1");

fn visitor(n: u8) -> CartOwner {
    CartOwner::Visitor(Token::from_bytes([n; 32]).hash())
}

fn pieces(n: u32) -> Quantity {
    Quantity::try_from(n).unwrap()
}

async fn add(test: &TestDb, owner: CartOwner, variant_id: VariantId, n: u32) -> Result<Added, AddError> {
    test.db
        .write(Add {
            owner,
            variant_id,
            quantity: pieces(n),
        })
        .await
}

async fn set(test: &TestDb, owner: CartOwner, variant_id: VariantId, n: u32) -> Result<Changed, ChangeError> {
    test.db
        .write(SetQuantity {
            owner,
            variant_id,
            quantity: pieces(n),
        })
        .await
}

async fn shown(test: &TestDb, owner: CartOwner) -> CartView {
    view(&mut test.db.read().await.unwrap(), &owner, Currency::EUR)
        .await
        .unwrap()
        .expect("a cart")
}

async fn quantities(test: &TestDb, owner: CartOwner) -> Vec<u32> {
    shown(test, owner)
        .await
        .lines
        .iter()
        .map(|line| line.quantity.get())
        .collect()
}

async fn change(test: &TestDb, sql: Sql, id: VariantId, value: i64) {
    test.db
        .write(job(move |tx| {
            Box::pin(async move { tx.exec(sql, p![id, value]).await })
        }))
        .await
        .unwrap();
}

async fn retire(test: &TestDb, id: ProductId) {
    test.db
        .write(job(move |tx| Box::pin(async move { tx.exec(RETIRE, p![id]).await })))
        .await
        .unwrap();
}

async fn customer(test: &TestDb) -> CustomerId {
    let work = job(|tx| {
        Box::pin(async move {
            let (id, now): (CustomerId, _) = (tx.new_id(), tx.now());
            tx.exec(CUSTOMER, p![id, now]).await?;
            Ok::<_, DbError>(id)
        })
    });
    test.db.write(work).await.unwrap()
}

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

both_engines! {
    async fn adding_the_same_thing_twice_adds_up(test: TestDb) {
        let (_, mug) = Goods::mug(10).create(&test).await;
        add(&test, visitor(1), mug, 2).await.unwrap();
        let added = add(&test, visitor(1), mug, 3).await.unwrap();
        assert_eq!(added, Added { quantity: pieces(5), only: None, n_pieces: 5 });
        assert_eq!(shown(&test, visitor(1)).await.subtotal, euro(5 * 1800));
    }

    async fn a_button_pressed_twice_is_pressed_once(test: TestDb) {
        let (_, mug) = Goods::mug(3).create(&test).await;
        let press = |n| test.db.write(AddOnce(Add { owner: visitor(1), variant_id: mug, quantity: pieces(n) }));
        let (first, second) = tokio::join!(press(1), press(1));
        let once = Added { quantity: pieces(1), only: None, n_pieces: 1 };
        assert_eq!((first.unwrap(), second.unwrap()), (once.clone(), once));
        let other = press(5).await.unwrap();
        assert_eq!(other, Added { quantity: pieces(3), only: Some(3), n_pieces: 3 }, "another quantity is another press");
        assert_eq!(press(5).await.unwrap(), other, "the second answer says why there are fewer, too");
        test.db.write(Remove { owner: visitor(1), variant_id: mug }).await.unwrap();
        assert_eq!(press(5).await.unwrap().quantity, pieces(3), "what was taken out is put in again");
        set(&test, visitor(1), mug, 1).await.unwrap();
        test.clock.advance(std::time::Duration::from_secs(2));
        assert_eq!(press(1).await.unwrap().quantity, pieces(2));
        test.clock.advance(std::time::Duration::from_secs(2));
        assert_eq!(press(1).await.unwrap().quantity, pieces(3), "a moment later it is one more");
    }

    async fn nobody_sees_another_browsers_cart(test: TestDb) {
        let (_, mug) = Goods::mug(10).create(&test).await;
        add(&test, visitor(1), mug, 2).await.unwrap();
        assert!(view(&mut test.db.read().await.unwrap(), &visitor(2), Currency::EUR).await.unwrap().is_none());
        assert_eq!(count(&mut test.db.read().await.unwrap(), &visitor(1)).await.unwrap(), 2);
    }

    async fn more_than_there_is_becomes_what_there_is_and_is_said(test: TestDb) {
        let (_, mug) = Goods::mug(3).create(&test).await;
        let added = add(&test, visitor(1), mug, 5).await.unwrap();
        assert_eq!((added.quantity, added.only), (pieces(3), Some(3)));
        let changed = set(&test, visitor(1), mug, 9).await.unwrap();
        assert_eq!(changed, Changed { quantity: pieces(3), only: Some(3) });
    }

    async fn what_is_sold_out_or_gone_cannot_be_added(test: TestDb) {
        let (_, none) = Goods::mug(0).create(&test).await;
        assert!(matches!(add(&test, visitor(1), none, 1).await, Err(AddError::SoldOut)));
        let (product, gone) = Goods::mug(5).create(&test).await;
        retire(&test, product).await;
        assert!(matches!(add(&test, visitor(1), gone, 1).await, Err(AddError::NotForSale)));
        let nothing: VariantId = wares_kernel::Id::new(uuid::Uuid::nil());
        assert!(matches!(add(&test, visitor(1), nothing, 1).await, Err(AddError::NotForSale)));
    }

    async fn what_may_be_back_ordered_can_be_added_without_stock(test: TestDb) {
        let stock = Opening { on_hand: 0, may_backorder: true, low_at: 5 };
        let (_, mug) = Goods { stock, ..Goods::mug(0) }.create(&test).await;
        assert_eq!(add(&test, visitor(1), mug, 4).await.unwrap().only, None);
        assert_eq!(shown(&test, visitor(1)).await.lines[0].state, LineState::Available);
    }

    async fn a_line_holds_at_most_999_pieces(test: TestDb) {
        let (_, mug) = Goods::mug(5000).create(&test).await;
        add(&test, visitor(1), mug, 999).await.unwrap();
        assert_eq!(add(&test, visitor(1), mug, 999).await.unwrap().quantity, pieces(999));
    }

    async fn a_cart_holds_at_most_a_hundred_products(test: TestDb) {
        for _ in 0..LINES_MAX {
            let (_, mug) = Goods::mug(10).create(&test).await;
            add(&test, visitor(1), mug, 1).await.unwrap();
        }
        let (_, one_more) = Goods::mug(10).create(&test).await;
        assert!(matches!(add(&test, visitor(1), one_more, 1).await, Err(AddError::TooManyLines)));
    }

    async fn a_removal_can_be_undone(test: TestDb) {
        let (_, mug) = Goods::mug(10).create(&test).await;
        add(&test, visitor(1), mug, 4).await.unwrap();
        let removed = test.db.write(Remove { owner: visitor(1), variant_id: mug }).await.unwrap().expect("it was there");
        assert!(shown(&test, visitor(1)).await.lines.is_empty());
        add(&test, visitor(1), mug, removed.quantity.get()).await.unwrap();
        assert_eq!(quantities(&test, visitor(1)).await, [4]);
    }

    async fn removing_twice_is_fine(test: TestDb) {
        let (_, mug) = Goods::mug(10).create(&test).await;
        add(&test, visitor(1), mug, 4).await.unwrap();
        let remove = Remove { owner: visitor(1), variant_id: mug };
        assert!(test.db.write(remove.clone()).await.unwrap().is_some());
        assert!(test.db.write(remove).await.unwrap().is_none());
        assert!(matches!(set(&test, visitor(1), mug, 2).await, Err(ChangeError::NotInCart)));
    }

    async fn a_changed_price_is_told_until_it_is_acknowledged(test: TestDb) {
        let (_, mug) = Goods::mug(10).create(&test).await;
        add(&test, visitor(1), mug, 2).await.unwrap();
        change(&test, PRICE, mug, 2000).await;
        let cart = shown(&test, visitor(1)).await;
        assert_eq!((cart.lines[0].price_before, cart.lines[0].unit, cart.subtotal), (Some(euro(1800)), euro(2000), euro(4000)));
        test.db.write(Acknowledge { owner: visitor(1) }).await.unwrap();
        assert_eq!(shown(&test, visitor(1)).await.lines[0].price_before, None);
    }

    async fn what_was_sold_meanwhile_is_said_and_nothing_is_taken_out(test: TestDb) {
        let (_, few) = Goods::mug(10).create(&test).await;
        let (_, none) = Goods::mug(10).create(&test).await;
        let (product, gone) = Goods::mug(10).create(&test).await;
        for mug in [few, none, gone] {
            add(&test, visitor(1), mug, 4).await.unwrap();
        }
        change(&test, ON_HAND, few, 3).await;
        change(&test, ON_HAND, none, 0).await;
        retire(&test, product).await;
        let cart = shown(&test, visitor(1)).await;
        let state = |id: VariantId| cart.lines.iter().find(|line| line.terms.variant_id == id).map(|line| line.state);
        assert_eq!(state(few), Some(LineState::Short { left: 3 }));
        assert_eq!(state(none), Some(LineState::SoldOut));
        assert_eq!(state(gone), Some(LineState::Gone));
        assert!(!cart.is_ready());
        // Fewer is possible even of what is short.
        set(&test, visitor(1), few, 3).await.unwrap();
    }

    async fn at_sign_in_the_larger_quantity_stays_and_the_rest_joins(test: TestDb) {
        let ann = customer(&test).await;
        let (_, both) = Goods::mug(50).create(&test).await;
        let (_, brought) = Goods::mug(50).create(&test).await;
        add(&test, CartOwner::Customer(ann), both, 5).await.unwrap();
        add(&test, visitor(1), both, 3).await.unwrap();
        add(&test, visitor(1), brought, 2).await.unwrap();
        let merge = Merge { visitor: Token::from_bytes([1; 32]).hash(), customer_id: ann };
        assert_eq!(test.db.write(merge.clone()).await.unwrap(), Merged { n_joined: 1, n_left_out: 0 });
        let cart = shown(&test, CartOwner::Customer(ann)).await;
        let of = |id| cart.lines.iter().find(|line| line.terms.variant_id == id).map(|line| line.quantity.get());
        assert_eq!((of(both), of(brought), cart.lines.len()), (Some(5), Some(2), 2));
        assert_eq!(cart.notices, [Notice::Merged { n_products: 1 }]);
        // A second time there is nothing to merge.
        assert_eq!(test.db.write(merge).await.unwrap(), Merged { n_joined: 0, n_left_out: 0 });
        assert!(current(&mut test.db.read().await.unwrap(), &visitor(1)).await.unwrap().is_none());
    }

    async fn ten_requests_at_once_make_one_cart(test: TestDb) {
        let (_, mug) = Goods::mug(100).create(&test).await;
        let adds: Vec<_> = (0..10).map(|_| {
            let db = test.db.clone();
            tokio::spawn(async move { db.write(Add { owner: visitor(1), variant_id: mug, quantity: Quantity::ONE }).await })
        }).collect();
        for add in adds {
            add.await.unwrap().unwrap();
        }
        assert_eq!(quantities(&test, visitor(1)).await, [10]);
    }

    async fn an_ordered_cart_is_closed_once_and_the_next_wish_opens_another(test: TestDb) {
        let (_, mug) = Goods::mug(10).create(&test).await;
        add(&test, visitor(1), mug, 2).await.unwrap();
        let id = current(&mut test.db.read().await.unwrap(), &visitor(1)).await.unwrap().expect("a cart");
        let shut = || job(move |tx| Box::pin(async move { close(tx, id).await }));
        assert!(test.db.write(shut()).await.unwrap());
        assert!(!test.db.write(shut()).await.unwrap());
        add(&test, visitor(1), mug, 1).await.unwrap();
        assert_eq!(quantities(&test, visitor(1)).await, [1]);
        assert_eq!(last_ordered(&mut test.db.read().await.unwrap(), &visitor(1)).await.unwrap(), Some(id));
        // A browser never has two open carts.
        let twice = test.db.write(job(move |tx| Box::pin(async move { tx.exec(BACK, p![id]).await }))).await;
        assert!(twice.expect_err("one open cart").violates("carts_token_hash_key"));
    }

    async fn the_cart_of_an_order_that_was_not_paid_comes_back(test: TestDb) {
        let (_, mug) = Goods::mug(10).create(&test).await;
        add(&test, visitor(1), mug, 2).await.unwrap();
        let id = current(&mut test.db.read().await.unwrap(), &visitor(1)).await.unwrap().expect("a cart");
        test.db.write(job(move |tx| Box::pin(async move { close(tx, id).await }))).await.unwrap();
        test.db.write(job(move |tx| Box::pin(async move { reopen(tx, id).await }))).await.unwrap();
        let cart = shown(&test, visitor(1)).await;
        assert_eq!(cart.lines[0].quantity, pieces(2));
        assert_eq!(cart.notices, [Notice::Reopened]);
    }

    async fn carts_of_browsers_that_never_come_back_are_forgotten_and_customers_carts_are_kept(test: TestDb) {
        let ann = customer(&test).await;
        let (_, mug) = Goods::mug(10).create(&test).await;
        add(&test, visitor(1), mug, 2).await.unwrap();
        add(&test, CartOwner::Customer(ann), mug, 2).await.unwrap();
        let month = std::time::Duration::from_hours(30 * 24);
        test.clock.advance(month - std::time::Duration::from_secs(1));
        assert_eq!(test.db.write(Prune { kept: month }).await.unwrap(), 0);
        test.clock.advance(std::time::Duration::from_secs(2));
        assert_eq!(test.db.write(Prune { kept: month }).await.unwrap(), 1);
        assert_eq!(quantities(&test, CartOwner::Customer(ann)).await, [2]);
    }
}
