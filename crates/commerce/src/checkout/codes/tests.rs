use std::num::NonZeroU32;
use std::sync::Arc;

use wares_db::{DbError, Sql, both_engines, job, p, sql};
use wares_kernel::{Currency, CustomerId, Id, Money, PromotionId, Token, VariantId};

use crate::audit::Actor;
use crate::cart::CartOwner;
use crate::checkout::tests::{Buyer, Shop, confirm, let_expire};
use crate::checkout::*;
use crate::pricing::discount::{
    self, Benefit, Code, Given, Limits, MakeCodes, Promotion, Refusal, SaveError, SavePromotion, Scope, StopPromotion,
};
use crate::testing::{Goods, give, ten_percent};
use crate::{ledger, orders, payment};

const BY_TRANSFER: &str = payment::BANK_TRANSFER;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn by_code(text: &str) -> Promotion {
    ten_percent(Given::Code(code(text)))
}

fn limited(in_all: u32, each: u32) -> Limits {
    Limits {
        in_all: NonZeroU32::new(in_all),
        each: NonZeroU32::new(each),
    }
}

fn once(text: &str) -> Promotion {
    Promotion {
        limits: limited(1, 0),
        ..by_code(text)
    }
}

impl Buyer {
    async fn enter(&self, text: &str, settings: &Arc<crate::settings::Settings>) -> Result<(), EnterCodeError> {
        let (owner, settings) = (self.owner, Arc::clone(settings));
        self.db
            .write(EnterCode {
                owner,
                code: code(text),
                settings,
            })
            .await
    }
}

/// Everything up to the button, with a mail address of their own and a code.
async fn ready(shop: &Shop, n: u16, mug: VariantId, text: &str) -> (Buyer, PlaceOrder) {
    let mut buyer = shop.visitor(0);
    let mut cookie = [77; 32];
    cookie[..2].copy_from_slice(&n.to_be_bytes());
    buyer.owner = CartOwner::Visitor(Token::from_bytes(cookie).hash());
    buyer.add(mug, 1).await;
    buyer.enter_details_of(&format!("buyer{n}@example.org")).await;
    buyer.choose_cheapest().await;
    buyer.pay_by(BY_TRANSFER).await;
    buyer.enter(text, &shop.settings).await.unwrap();
    let place = buyer.place_order().await;
    (buyer, place)
}

#[track_caller]
fn refused(outcome: Result<(), EnterCodeError>) -> Refusal {
    match outcome {
        Err(EnterCodeError::Refused(why)) => why,
        other => panic!("{other:?}"),
    }
}

async fn books(shop: &Shop) -> Vec<String> {
    let found = ledger::violations(&mut shop.db().read().await.unwrap(), shop.now())
        .await
        .unwrap();
    found.iter().map(|row| format!("{} {row}", row.invariant.id)).collect()
}

async fn n_counted(shop: &Shop, id: PromotionId) -> u32 {
    discount::find(&mut shop.db().read().await.unwrap(), id)
        .await
        .unwrap()
        .unwrap()
        .n_counted
}

both_engines! {
    async fn a_code_is_taken_off_and_kept_with_the_order(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        give(&shop.test, by_code("AUTUMN-10")).await;
        let (_, place) = ready(&shop, 1, mug, "autumn 10").await;
        let placed = shop.db().write(place).await.unwrap();
        let order = shop.order(placed.order_id).await;
        assert_eq!((order.subtotal.minor(), order.discount.minor(), order.total.minor()), (1800, 180, 2110));
        assert_eq!(order.quote.discounts[0].name, "AUTUMN-10");
        let lines = orders::lines(&mut shop.db().read().await.unwrap(), order.id).await.unwrap();
        assert_eq!((lines[0].discount.minor(), lines[0].total.minor()), (180, 1620));
        assert_eq!(books(&shop).await, Vec::<String>::new());
    }

    async fn a_code_that_gives_nothing_is_refused_and_not_kept(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let minimum_minor = NonZeroU32::new(5000);
        give(&shop.test, Promotion { minimum_minor, ..by_code("FROM50") }).await;
        let scope = Scope { products: vec![Id::new(uuid::Uuid::from_u128(7))], categories: Vec::new() };
        give(&shop.test, Promotion { scope, ..by_code("BOOKS") }).await;
        let buyer = shop.visitor(1);
        assert!(matches!(buyer.enter("FROM50", &shop.settings).await, Err(EnterCodeError::NoCart)));
        buyer.add(mug, 1).await;
        assert_eq!(refused(buyer.enter("NONSENSE", &shop.settings).await), Refusal::Unknown);
        let below = refused(buyer.enter("FROM50", &shop.settings).await);
        assert_eq!(below.to_string(), "This code is for goods worth €50.00 or more: add €32.00");
        assert_eq!(refused(buyer.enter("BOOKS", &shop.settings).await), Refusal::NotForThese);
        assert!(buyer.view().await.cart.codes.is_empty());
        buyer.add(mug, 2).await;
        buyer.enter("FROM50", &shop.settings).await.unwrap();
        assert_eq!(buyer.view().await.quote.unwrap().discount.minor(), 540);
    }

    async fn a_code_that_stops_fitting_stays_in_the_cart_and_says_why(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let id = give(&shop.test, by_code("AUTUMN10")).await;
        let (buyer, place) = ready(&shop, 1, mug, "AUTUMN10").await;
        shop.db().write(StopPromotion { actor: Actor::System, promotion_id: id }).await.unwrap();
        let quote = buyer.view().await.quote.unwrap();
        assert_eq!((quote.set_aside[0].why.clone(), quote.discount.minor()), (Refusal::Expired, 0));
        let refused = shop.db().write(place).await.unwrap_err();
        let PlaceError::TotalChanged(changed) = refused else { panic!("{refused}") };
        let euro = |minor| Money::new(minor, Currency::EUR);
        let gone = Changed::Discount { name: "AUTUMN10".into(), old: euro(180), new: euro(0), why: Some(Refusal::Expired) };
        assert_eq!(changed[0], gone);
        assert_eq!(changed.last(), Some(&Changed::Total { old: euro(2110), new: euro(2290) }));
        let removing = RemoveCode { owner: buyer.owner, code: code("autumn10"), settings: Arc::clone(&shop.settings) };
        shop.db().write(removing).await.unwrap();
        assert!(buyer.view().await.cart.codes.is_empty());
    }

    async fn what_is_given_by_itself_needs_no_code(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let free = Benefit::FreeShipping { up_to_minor: None };
        give(&shop.test, Promotion { name: "Free delivery".into(), benefit: free, ..ten_percent(Given::Automatically) }).await;
        let (buyer, place) = shop.visitor(1).ready(mug, 1, BY_TRANSFER).await;
        assert_eq!(buyer.view().await.choices[0].price.minor(), 0);
        let placed = shop.db().write(place).await.unwrap();
        let order = shop.order(placed.order_id).await;
        assert_eq!((order.discount.minor(), order.shipping.minor(), order.total.minor()), (0, 0, 1800));
        assert_eq!(books(&shop).await, Vec::<String>::new());
    }

    async fn a_code_for_a_category_counts_what_is_below_it(db: TestDb) {
        const CATEGORY: Sql = sql!(
            "INSERT INTO categories (id, parent_id, slug, name, position, created_at) VALUES (?1, ?2, ?3, ?3, 1, ?4)"
        );
        const LIST: Sql = sql!("INSERT INTO product_categories (product_id, category_id) VALUES (?1, ?2)");
        let shop = Shop::open(db).await;
        let (product, mug) = Goods::mug(10).create(&shop.test).await;
        let (_, other) = Goods::mug(10).create(&shop.test).await;
        let table = shop.db().write(job(move |tx| Box::pin(async move {
            let (table, cups, now): (wares_kernel::CategoryId, wares_kernel::CategoryId, _) = (tx.new_id(), tx.new_id(), tx.now());
            tx.exec(CATEGORY, p![table, None::<wares_kernel::CategoryId>, *"table", now]).await?;
            tx.exec(CATEGORY, p![cups, Some(table), *"cups", now]).await?;
            tx.exec(LIST, p![product, cups]).await?;
            Ok::<_, DbError>(table)
        }))).await.unwrap();
        let scope = Scope { products: Vec::new(), categories: vec![table] };
        give(&shop.test, Promotion { scope, ..by_code("TABLE10") }).await;
        let buyer = shop.visitor(1);
        buyer.add(other, 1).await;
        assert_eq!(refused(buyer.enter("TABLE10", &shop.settings).await), Refusal::NotForThese);
        buyer.add(mug, 1).await;
        buyer.enter("TABLE10", &shop.settings).await.unwrap();
        assert_eq!(buyer.view().await.quote.unwrap().discount.minor(), 180);
    }

    async fn what_can_be_used_once_is_used_once_by_five_hundred_through_two_instances(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(1000).create(&shop.test).await;
        let id = give(&shop.test, once("FIRST")).await;
        let instances = [shop.db().clone(), shop.test.second_instance()];
        let mut buttons = Vec::new();
        for n in 0..500 {
            buttons.push(ready(&shop, n, mug, "FIRST").await.1);
        }
        let pressed: Vec<_> = buttons.into_iter().enumerate().map(|(n, place)| {
            let db = instances[n % 2].clone();
            tokio::spawn(async move { db.write(place).await })
        }).collect();
        let (mut n_placed, mut n_told) = (0, 0);
        for press in pressed {
            match press.await.unwrap() {
                Ok(_) => n_placed += 1,
                Err(PlaceError::DiscountGone(gone)) => {
                    assert_eq!((gone.name.as_str(), gone.why), ("FIRST", Refusal::UsedUp));
                    n_told += 1;
                }
                Err(PlaceError::TotalChanged(changed)) => {
                    assert!(matches!(&changed[0], Changed::Discount { why: Some(Refusal::UsedUp), .. }));
                    n_told += 1;
                }
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!((n_placed, n_told), (1, 499));
        assert_eq!(shop.stock(mug).await, (1000, 1), "nothing is held for those who were late");
        assert_eq!(n_counted(&shop, id).await, 1);
        assert_eq!(books(&shop).await, Vec::<String>::new());
    }

    async fn placing_cancelling_and_letting_expire_at_once_lose_no_use(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(1000).create(&shop.test).await;
        let id = give(&shop.test, Promotion { limits: limited(2, 1), ..by_code("FEW") }).await;
        let mut buyers = Vec::new();
        for n in 0..20 {
            buyers.push(ready(&shop, n, mug, "FEW").await.1);
        }
        let rounds: Vec<_> = buyers.into_iter().enumerate().map(|(n, place)| {
            let db = shop.db().clone();
            tokio::spawn(async move {
                for _ in 0..4 {
                    let Ok(placed) = db.write(place.clone()).await else { continue };
                    let order_id = placed.order_id;
                    if n % 2 == 0 {
                        let cancel = payment::CancelOrder { actor: Actor::System, order_id, reason: String::new(), confirmed: None };
                        db.write(cancel).await.unwrap();
                    } else {
                        let expire = job(move |tx| Box::pin(async move {
                            let order = orders::lock(tx, order_id).await?.ok_or(DbError::NotFound)?;
                            orders::expire(tx, &order).await
                        }));
                        db.write(expire).await.unwrap();
                    }
                }
            })
        }).collect();
        for round in rounds {
            round.await.unwrap();
        }
        assert_eq!(n_counted(&shop, id).await, 0);
        assert_eq!(shop.stock(mug).await, (1000, 0));
        assert_eq!(books(&shop).await, Vec::<String>::new());
    }

    async fn each_code_of_a_bulk_works_once(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let id = give(&shop.test, ten_percent(Given::UniqueCodes)).await;
        let make = |n, prefix: &str| MakeCodes { actor: Actor::System, promotion_id: id, prefix: prefix.to_owned(), n };
        shop.db().write(make(1200, "thanks")).await.unwrap();
        let codes = discount::codes_after(&mut shop.db().read().await.unwrap(), id, "", 5000).await.unwrap();
        assert_eq!(codes.len(), 1200);
        assert!(codes.iter().all(|row| row.code.starts_with("THANKS-") && row.code.len() == 21), "{:?}", codes[0]);
        let (_, place) = ready(&shop, 1, mug, &codes[0].code).await;
        shop.db().write(place).await.unwrap();
        let late = shop.visitor(2);
        late.add(mug, 1).await;
        assert_eq!(refused(late.enter(&codes[0].code, &shop.settings).await), Refusal::UsedUp);
        late.enter(&codes[1].code, &shop.settings).await.unwrap();
        assert_eq!(books(&shop).await, Vec::<String>::new());
        for (n, prefix) in [(0, "A"), (10_001, "A"), (5, "A B"), (5, "=1")] {
            assert!(shop.db().write(make(n, prefix)).await.is_err(), "{n} {prefix}");
        }
    }

    async fn nobody_uses_more_than_their_share_whatever_address_they_give(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        give(&shop.test, Promotion { limits: limited(0, 1), ..by_code("WELCOME") }).await;
        let (_, place) = ready(&shop, 1, mug, "WELCOME").await;
        shop.db().write(place).await.unwrap();
        // Another browser, the same mailbox: the limit shows once the address is known.
        let again = shop.visitor(2);
        again.add(mug, 1).await;
        again.enter("WELCOME", &shop.settings).await.unwrap();
        again.enter_details_of("Buyer1+again@example.org").await;
        let quote = again.view().await.quote.unwrap();
        assert_eq!((quote.set_aside[0].why.clone(), quote.discount.minor()), (Refusal::UsedAlready, 0));
        again.enter_details_of("buyer2@example.org").await;
        assert_eq!(again.view().await.quote.unwrap().discount.minor(), 180);
    }

    async fn two_windows_of_one_buyer_use_it_once(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(100).create(&shop.test).await;
        give(&shop.test, Promotion { limits: limited(0, 1), ..by_code("WELCOME") }).await;
        let mut buttons = Vec::new();
        for n in 0..12 {
            let (buyer, _) = ready(&shop, n, mug, "WELCOME").await;
            buyer.enter_details_of("ines@example.org").await;
            buttons.push(buyer.place_order().await);
        }
        let pressed: Vec<_> = buttons.into_iter().map(|place| {
            let db = shop.db().clone();
            tokio::spawn(async move { db.write(place).await.is_ok() })
        }).collect();
        let mut n_placed = 0;
        for press in pressed {
            n_placed += usize::from(press.await.unwrap());
        }
        assert_eq!(n_placed, 1);
        assert_eq!(books(&shop).await, Vec::<String>::new());
    }

    async fn an_account_uses_it_once_with_whatever_address(db: TestDb) {
        const CUSTOMER: Sql = sql!(
            "INSERT INTO customers (id, email, email_key, name, name_key, surname_key, created_at) VALUES (?1, ?2, ?2, 'Ines', 'ines', 'ines', ?3)"
        );
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        give(&shop.test, Promotion { limits: limited(0, 1), ..by_code("WELCOME") }).await;
        let id = shop.db().write(job(|tx| Box::pin(async move {
            let (id, now): (CustomerId, _) = (tx.new_id(), tx.now());
            tx.exec(CUSTOMER, p![id, *"ines@example.org", now]).await?;
            Ok::<_, DbError>(id)
        }))).await.unwrap();
        let mut buyer = shop.visitor(1);
        buyer.owner = CartOwner::Customer(id);
        let order = |email: &'static str| {
            let buyer = buyer.clone();
            let settings = Arc::clone(&shop.settings);
            async move {
                buyer.add(mug, 1).await;
                buyer.enter_details_of(email).await;
                buyer.choose_cheapest().await;
                buyer.pay_by(BY_TRANSFER).await;
                let entered = buyer.enter("WELCOME", &settings).await;
                (entered, buyer.place_order().await)
            }
        };
        let (entered, place) = order("ines@example.org").await;
        entered.unwrap();
        shop.db().write(place).await.unwrap();
        let (entered, _) = order("other@example.org").await;
        assert_eq!(refused(entered), Refusal::UsedAlready);
    }

    async fn an_order_that_ends_without_a_sale_gives_its_use_back_once(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let id = give(&shop.test, once("FIRST")).await;
        let (buyer, place) = ready(&shop, 1, mug, "FIRST").await;
        let placed = shop.db().write(place.clone()).await.unwrap();
        let other = shop.visitor(2);
        other.add(mug, 1).await;
        assert_eq!(refused(other.enter("FIRST", &shop.settings).await), Refusal::UsedUp);
        let_expire(&shop, placed.order_id).await;
        let_expire(&shop, placed.order_id).await;
        assert_eq!(n_counted(&shop, id).await, 0);
        // The cart has its code again, and the same button works.
        assert_eq!(buyer.view().await.cart.codes, [code("FIRST")]);
        let again = shop.db().write(place).await.unwrap();
        confirm(&shop, again.order_id).await;
        assert_eq!(n_counted(&shop, id).await, 1);
        // Paid or not: what is cancelled has brought the buyer nothing.
        let cancel = payment::CancelOrder { actor: Actor::System, order_id: again.order_id, reason: String::new(), confirmed: None };
        shop.db().write(cancel).await.unwrap();
        assert_eq!(n_counted(&shop, id).await, 0);
        other.enter("FIRST", &shop.settings).await.unwrap();
    }

    async fn a_limit_that_comes_later_counts_what_was_before_it(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let id = give(&shop.test, by_code("AUTUMN10")).await;
        for n in 1..=2 {
            let (_, place) = ready(&shop, n, mug, "AUTUMN10").await;
            shop.db().write(place).await.unwrap();
        }
        assert_eq!(n_counted(&shop, id).await, 0, "nobody waits for a counter that limits nothing");
        let save = |version, in_all| SavePromotion {
            actor: Actor::System,
            known: Some((id, version)),
            terms: Promotion { limits: limited(in_all, 0), ..by_code("AUTUMN10") },
        };
        assert!(matches!(shop.db().write(save(1, 1)).await, Err(SaveError::UsedMore { n: 2 })));
        shop.db().write(save(1, 3)).await.unwrap();
        assert_eq!(n_counted(&shop, id).await, 2);
        assert!(matches!(shop.db().write(save(1, 9)).await, Err(SaveError::Changed)), "somebody else was faster");
        let (_, place) = ready(&shop, 3, mug, "AUTUMN10").await;
        shop.db().write(place).await.unwrap();
        let late = shop.visitor(4);
        late.add(mug, 1).await;
        assert_eq!(refused(late.enter("AUTUMN10", &shop.settings).await), Refusal::UsedUp);
        assert_eq!(books(&shop).await, Vec::<String>::new());
    }

    async fn a_code_belongs_to_one_promotion(db: TestDb) {
        let shop = Shop::open(db).await;
        give(&shop.test, by_code("AUTUMN10")).await;
        let again = SavePromotion { actor: Actor::System, known: None, terms: by_code("autumn-10") };
        assert!(matches!(shop.db().write(again).await, Err(SaveError::CodeTaken)));
    }

    async fn an_order_that_a_code_makes_free_needs_no_payment(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods { needs_shipping: false, ..Goods::mug(10) }.create(&shop.test).await;
        let benefit = Benefit::Amount { off_minor: NonZeroU32::new(5000).unwrap() };
        give(&shop.test, Promotion { benefit, ..by_code("GIFT") }).await;
        let buyer = shop.visitor(1);
        buyer.add(mug, 1).await;
        buyer.enter_details_of("ines@example.org").await;
        buyer.enter("GIFT", &shop.settings).await.unwrap();
        let placed = shop.db().write(buyer.place_order().await).await.unwrap();
        assert_eq!((placed.total.minor(), placed.attempt_id), (0, None));
        assert_eq!(shop.order(placed.order_id).await.state, orders::OrderState::Placed);
        assert_eq!(books(&shop).await, Vec::<String>::new());
    }

    async fn the_books_tell_when_a_use_was_meddled_with(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        give(&shop.test, Promotion { limits: limited(5, 1), ..by_code("FIRST") }).await;
        let bulk = give(&shop.test, ten_percent(Given::UniqueCodes)).await;
        shop.db().write(MakeCodes { actor: Actor::System, promotion_id: bulk, prefix: String::new(), n: 1 }).await.unwrap();
        let codes = discount::codes_after(&mut shop.db().read().await.unwrap(), bulk, "", 1).await.unwrap();
        for (n, text) in [(1, "FIRST"), (2, "FIRST"), (3, codes[0].code.as_str())] {
            let (_, place) = ready(&shop, n, mug, text).await;
            shop.db().write(place).await.unwrap();
        }
        assert_eq!(books(&shop).await, Vec::<String>::new());
        for (edit, mended) in EDITS {
            for (sql, is_wrong) in [(edit, true), (mended, false)] {
                let sql = *sql;
                shop.db().write(job(move |tx| Box::pin(async move { tx.exec(sql, p![]).await }))).await.unwrap();
                let found = books(&shop).await;
                assert_eq!(found.iter().any(|line| line.starts_with("I8 ")), is_wrong, "{}: {found:?}", sql.lite);
            }
        }
    }
}

/// What nobody may do to the books of discounts, and what undoes it.
const EDITS: &[(Sql, Sql)] = &[
    (
        sql!("UPDATE promotions SET n_uses = n_uses + 1 WHERE uses_max IS NOT NULL"),
        sql!("UPDATE promotions SET n_uses = n_uses - 1 WHERE uses_max IS NOT NULL"),
    ),
    (
        sql!("UPDATE promotion_codes SET n_uses = 0 WHERE uses_max IS NOT NULL"),
        sql!("UPDATE promotion_codes SET n_uses = 1 WHERE uses_max IS NOT NULL"),
    ),
    (
        sql!("UPDATE promotion_uses SET code_key = email_key, email_key = 'one' WHERE uses_each_max IS NOT NULL"),
        sql!("UPDATE promotion_uses SET email_key = code_key, code_key = 'FIRST' WHERE uses_each_max IS NOT NULL"),
    ),
    (
        sql!("UPDATE promotion_uses SET state = 'released' WHERE uses_each_max IS NULL"),
        sql!("UPDATE promotion_uses SET state = 'taken' WHERE uses_each_max IS NULL"),
    ),
    (
        sql!("UPDATE promotion_uses SET goods_minor = goods_minor + 1"),
        sql!("UPDATE promotion_uses SET goods_minor = goods_minor - 1"),
    ),
];
