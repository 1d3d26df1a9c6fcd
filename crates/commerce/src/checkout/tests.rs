mod at_once;
mod companies;
mod signed;

use std::sync::Arc;

use serde_json::json;
use wares_db::testing::TestDb;
use wares_db::{Db, DbError, both_engines, job};
use wares_kernel::{Address, Country, Currency, EmailAddress, Instant, OrderId, Quantity, Token, VariantId};

use super::*;
use crate::audit::Actor;
use crate::cart::{self, CartOwner};
use crate::inventory::{self, Adjust, Reason};
use crate::orders::{self, OrderState, PaymentStatus};
use crate::payment;
use crate::pricing;
use crate::seal::Vault;
use crate::settings::Settings;
use crate::testing::{Goods, set_price};

/// A shop that delivers, and takes transfers and cash.
pub(super) struct Shop {
    pub(super) test: TestDb,
    pub(super) settings: Arc<Settings>,
    vault: Vault,
}

impl Shop {
    pub(super) async fn open(test: TestDb) -> Self {
        let seed = job(|tx| Box::pin(async move { pricing::seed(tx, Country::DE, Currency::EUR).await }));
        test.db.write(seed).await.unwrap();
        let mut settings = Settings::load(&mut test.db.read().await.unwrap()).await.unwrap();
        settings.payments.bank_transfer.is_enabled = true;
        settings.payments.cash_on_delivery.is_enabled = true;
        Self {
            test,
            settings: Arc::new(settings),
            vault: Vault::new([7; 32]),
        }
    }

    pub(super) fn db(&self) -> &Db {
        &self.test.db
    }

    pub(super) fn now(&self) -> Instant {
        wares_kernel::Clock::now(&*self.test.clock)
    }

    pub(super) async fn stock(&self, variant_id: VariantId) -> (i64, i64) {
        let level = inventory::level(&mut self.db().read().await.unwrap(), variant_id)
            .await
            .unwrap()
            .unwrap();
        (level.on_hand, level.reserved)
    }

    pub(super) async fn order(&self, id: OrderId) -> orders::Order {
        orders::find(&mut self.db().read().await.unwrap(), id)
            .await
            .unwrap()
            .unwrap()
    }
}

/// Somebody who buys.
#[derive(Clone)]
pub(super) struct Buyer {
    pub(super) owner: CartOwner,
    pub(super) db: Db,
    settings: Arc<Settings>,
    vault: Vault,
    now: Instant,
}

impl Shop {
    pub(super) fn visitor(&self, n: u8) -> Buyer {
        Buyer {
            owner: CartOwner::Visitor(Token::from_bytes([n; 32]).hash()),
            db: self.db().clone(),
            settings: Arc::clone(&self.settings),
            vault: self.vault.clone(),
            now: self.now(),
        }
    }
}

fn cologne() -> Address {
    Address {
        name: "Ines Roth".to_owned(),
        company: String::new(),
        vat_id: String::new(),
        line1: "Ehrenstraße 12".to_owned(),
        line2: String::new(),
        postcode: "50672".to_owned(),
        city: "Köln".to_owned(),
        region: String::new(),
        country: Country::DE,
        phone: String::new(),
    }
}

impl Buyer {
    pub(super) async fn add(&self, variant_id: VariantId, n: u32) {
        let quantity = Quantity::try_from(n).unwrap();
        let add = cart::Add {
            owner: self.owner,
            variant_id,
            quantity,
        };
        self.db.write(add).await.unwrap();
    }

    pub(super) async fn view(&self) -> CheckoutView {
        view(
            &mut self.db.read().await.unwrap(),
            &self.owner,
            &self.settings,
            self.now,
        )
        .await
        .unwrap()
        .unwrap()
    }

    async fn enter_details(&self) {
        self.enter_details_of("ines@example.org").await;
    }

    pub(super) async fn enter_details_of(&self, email: &str) {
        let email: EmailAddress = email.parse().unwrap();
        let details = Details {
            email,
            address: cologne(),
            wants_marketing: false,
        };
        let (owner, settings) = (self.owner, Arc::clone(&self.settings));
        let save = SaveDetails {
            owner,
            typed: json!({"city": "Köln"}),
            details: Some(details),
            settings,
        };
        self.db.write(save).await.unwrap();
    }

    pub(super) async fn choose_cheapest(&self) {
        let method_id = self.view().await.choices[0].offer.method_id;
        let (owner, settings) = (self.owner, Arc::clone(&self.settings));
        self.db
            .write(ChooseDelivery {
                owner,
                method_id,
                settings,
            })
            .await
            .unwrap();
    }

    pub(super) async fn pay_by(&self, method: &str) {
        let review = Review {
            billing_address: None,
            payment_method: Some(method.to_owned()),
            gift_note: "For Ann".to_owned(),
        };
        let (owner, settings) = (self.owner, Arc::clone(&self.settings));
        let save = SaveReview {
            owner,
            typed: json!({}),
            review: Some(review),
            settings,
        };
        self.db.write(save).await.unwrap();
    }

    /// Everything up to the button.
    pub(super) async fn ready(self, variant_id: VariantId, n: u32, method: &str) -> (Self, PlaceOrder) {
        self.add(variant_id, n).await;
        self.enter_details().await;
        self.choose_cheapest().await;
        self.pay_by(method).await;
        let place = self.place_order().await;
        (self, place)
    }

    /// The button as the page shows it now.
    pub(super) async fn place_order(&self) -> PlaceOrder {
        let view = self.view().await;
        PlaceOrder {
            actor: Actor::Guest {
                name: "Ines Roth".to_owned(),
                ip: None,
            },
            owner: self.owner,
            cart_id: view.cart.id,
            shown_total_minor: view.quote.unwrap().total.minor(),
            signed: None,
            settings: Arc::clone(&self.settings),
            vault: self.vault.clone(),
        }
    }
}

pub(super) async fn let_expire(shop: &Shop, id: OrderId) {
    let expire = job(move |tx| {
        Box::pin(async move {
            let order = orders::lock(tx, id).await?.ok_or(DbError::NotFound)?;
            orders::expire(tx, &order).await
        })
    });
    shop.db().write(expire).await.unwrap();
}

pub(super) async fn confirm(shop: &Shop, id: OrderId) {
    let confirm = job(move |tx| {
        Box::pin(async move {
            let order = orders::lock(tx, id).await?.ok_or(DbError::NotFound)?;
            orders::confirm(tx, &order, order.total, &Actor::System).await
        })
    });
    shop.db().write(confirm).await.unwrap();
}

both_engines! {
    async fn a_cart_becomes_an_order_with_everything_copied(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (_, place) = shop.visitor(1).ready(mug, 2, payment::BANK_TRANSFER).await;
        let placed = shop.db().write(place).await.unwrap();

        let order = shop.order(placed.order_id).await;
        assert_eq!(order.state, OrderState::AwaitingPayment);
        assert_eq!((order.subtotal.minor(), order.shipping.minor(), order.total.minor()), (3600, 490, 4090));
        assert_eq!(order.tax.minor(), 653);
        assert_eq!(order.number, placed.number);
        assert_eq!(order.gift_note, "For Ann");
        assert_eq!(order.promise.unwrap().to.to_string(), "2026-03-13");
        assert_eq!(order.hold_until, Some(shop.now().plus(std::time::Duration::from_hours(7 * 24))));
        assert_eq!(orders::token_of(&shop.vault, &order).unwrap(), placed.token);
        let mut conn = shop.db().read().await.unwrap();
        let by_link = orders::by_token(&mut conn, placed.token.hash()).await.unwrap();
        assert_eq!(by_link.as_ref(), Some(&order));
        let lines = orders::lines(&mut conn, order.id).await.unwrap();
        assert_eq!((lines.len(), lines[0].title.as_str(), lines[0].total.minor()), (1, "Mug", 3600));
        let attempts = payment::attempts(&mut conn, order.id).await.unwrap();
        assert_eq!(attempts.len(), 1);
        assert_eq!((Some(attempts[0].id), attempts[0].amount), (placed.attempt_id, order.total));
        drop(conn);
        assert_eq!(shop.stock(mug).await, (10, 2));
    }

    async fn the_last_pieces_are_sold_once_before_anybody_is_charged(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let mut buttons = Vec::new();
        for n in 0..50 {
            buttons.push(shop.visitor(n).ready(mug, 1, payment::BANK_TRANSFER).await.1);
        }
        let pressed: Vec<_> = buttons.into_iter().map(|place| {
            let db = shop.db().clone();
            tokio::spawn(async move { db.write(place).await })
        }).collect();
        let (mut n_placed, mut n_sold_out) = (0, 0);
        for press in pressed {
            match press.await.unwrap() {
                Ok(_) => n_placed += 1,
                Err(PlaceError::SoldOut(short)) => {
                    assert_eq!((short[0].title.as_str(), short[0].wanted, short[0].left), ("Mug", 1, 0));
                    n_sold_out += 1;
                }
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!((n_placed, n_sold_out), (10, 40));
        assert_eq!(shop.stock(mug).await, (10, 10));
    }

    async fn a_double_click_and_two_windows_give_one_order_and_one_attempt(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (_, place) = shop.visitor(1).ready(mug, 1, payment::BANK_TRANSFER).await;
        let clicks: Vec<_> = (0..8).map(|_| {
            let (db, place) = (shop.db().clone(), place.clone());
            tokio::spawn(async move { db.write(place).await.unwrap() })
        }).collect();
        let mut answers = Vec::new();
        for click in clicks {
            let placed = click.await.unwrap();
            answers.push((placed.order_id, placed.attempt_id, placed.token.reveal()));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1);
        assert!(answers[0].1.is_some());
        assert_eq!(shop.stock(mug).await, (10, 1));
    }

    async fn what_is_added_while_an_order_is_paid_does_not_change_it(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (buyer, place) = shop.visitor(1).ready(mug, 1, payment::BANK_TRANSFER).await;
        let placed = shop.db().write(place.clone()).await.unwrap();
        buyer.add(mug, 5).await;
        let again = shop.db().write(place).await.unwrap();
        assert_eq!(again.order_id, placed.order_id);
        assert_eq!(shop.order(placed.order_id).await.n_pieces, 1);
        assert_eq!(buyer.view().await.cart.n_pieces, 5);
    }

    async fn a_changed_total_stops_the_order_and_says_what_changed(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (buyer, place) = shop.visitor(1).ready(mug, 2, payment::BANK_TRANSFER).await;
        set_price(&shop.test, mug, 2000).await;
        let refused = shop.db().write(place.clone()).await.unwrap_err();
        let PlaceError::TotalChanged(changed) = refused else { panic!("{refused}") };
        let euro = |minor| wares_kernel::Money::new(minor, Currency::EUR);
        assert_eq!(changed[0], Changed::Price { variant_id: mug, old: euro(1800), new: euro(2000) });
        assert_eq!(changed.last(), Some(&Changed::Total { old: euro(4090), new: euro(4490) }));
        assert_eq!(shop.stock(mug).await, (10, 0), "nothing is held for an order that was not placed");
        // What was typed is kept, and agreeing to the new total places it.
        assert_eq!(buyer.view().await.checkout.gift_note, "For Ann");
        let placed = shop.db().write(buyer.place_order().await).await.unwrap();
        assert_eq!(placed.total, euro(4490));
    }

    async fn a_tampered_total_changes_nothing(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (_, place) = shop.visitor(1).ready(mug, 2, payment::BANK_TRANSFER).await;
        for shown_total_minor in [0, 1, -4090, i64::MAX] {
            let refused = shop.db().write(PlaceOrder { shown_total_minor, ..place.clone() }).await;
            assert!(matches!(refused, Err(PlaceError::TotalChanged(_))), "{shown_total_minor}");
        }
    }

    async fn somebody_elses_cart_cannot_be_ordered(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (_, place) = shop.visitor(1).ready(mug, 1, payment::BANK_TRANSFER).await;
        let stranger = shop.visitor(2).owner;
        let refused = shop.db().write(PlaceOrder { owner: stranger, ..place.clone() }).await;
        assert!(matches!(refused, Err(PlaceError::NoCart)));
        // Nor is its order told once it was placed.
        shop.db().write(place.clone()).await.unwrap();
        let refused = shop.db().write(PlaceOrder { owner: stranger, ..place }).await;
        assert!(matches!(refused, Err(PlaceError::NoCart)));
    }

    async fn no_step_can_be_skipped(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let buyer = shop.visitor(1);
        buyer.add(mug, 1).await;
        let place = |buyer: Buyer| async move { buyer.db.write(buyer.place_order().await).await.unwrap_err() };
        assert!(matches!(place(buyer.clone()).await, PlaceError::Incomplete(Step::Details)));
        let (owner, settings) = (buyer.owner, Arc::clone(&buyer.settings));
        let method_id = buyer.view().await.choices[0].offer.method_id;
        let early = buyer.db.write(ChooseDelivery { owner, method_id, settings }).await;
        assert!(matches!(early, Err(ChooseDeliveryError::NoAddress)));
        buyer.enter_details().await;
        assert!(matches!(place(buyer.clone()).await, PlaceError::Incomplete(Step::Delivery)));
        buyer.choose_cheapest().await;
        assert!(matches!(place(buyer.clone()).await, PlaceError::NoPaymentMethod));
        let settings = Arc::clone(&buyer.settings);
        let review = Review { billing_address: None, payment_method: Some("shells".to_owned()), gift_note: String::new() };
        let odd = buyer.db.write(SaveReview { owner, typed: json!({}), review: Some(review), settings }).await;
        assert!(matches!(odd, Err(SaveReviewError::NotChosen(NotChosen::NotOffered))));
    }

    async fn what_was_typed_wrongly_is_kept_too(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let buyer = shop.visitor(1);
        buyer.add(mug, 1).await;
        let (owner, settings) = (buyer.owner, Arc::clone(&buyer.settings));
        let typed = json!({"email": "ines@", "postcode": "506"});
        buyer.db.write(SaveDetails { owner, typed: typed.clone(), details: None, settings }).await.unwrap();
        let view = buyer.view().await;
        assert_eq!(view.checkout.typed["details"], typed);
        assert_eq!(view.step, Step::Details);
    }

    async fn an_order_above_the_shops_limit_is_refused(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, jewel) = Goods { price_minor: 600_000, ..Goods::mug(9) }.create(&shop.test).await;
        let (_, place) = shop.visitor(1).ready(jewel, 2, payment::BANK_TRANSFER).await;
        assert!(matches!(shop.db().write(place).await, Err(PlaceError::TooLarge)));
        assert_eq!(shop.stock(jewel).await, (9, 0));
    }

    async fn cash_on_delivery_counts_at_once_and_leaves_the_stock(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (_, place) = shop.visitor(1).ready(mug, 2, payment::CASH_ON_DELIVERY).await;
        let placed = shop.db().write(place).await.unwrap();
        let order = shop.order(placed.order_id).await;
        assert_eq!((order.state, order.payment_status), (OrderState::Placed, PaymentStatus::Unpaid));
        assert_eq!((order.paid_at, placed.attempt_id), (None, None));
        assert_eq!(shop.stock(mug).await, (8, 0));
    }

    async fn a_free_order_calls_no_gateway(db: TestDb) {
        let shop = Shop::open(db).await;
        let sample = Goods { price_minor: 0, needs_shipping: false, ..Goods::mug(10) };
        let (_, sample) = sample.create(&shop.test).await;
        let buyer = shop.visitor(1);
        buyer.add(sample, 1).await;
        buyer.enter_details().await;
        let placed = shop.db().write(buyer.place_order().await).await.unwrap();
        let order = shop.order(placed.order_id).await;
        assert_eq!((order.state, order.payment_status, placed.attempt_id), (OrderState::Placed, PaymentStatus::Paid, None));
        assert_eq!(order.promise, None);
        assert!(payment::attempts(&mut shop.db().read().await.unwrap(), order.id).await.unwrap().is_empty());
    }

    async fn an_order_that_was_not_paid_gives_back_stock_cart_and_what_was_typed(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (buyer, place) = shop.visitor(1).ready(mug, 2, payment::BANK_TRANSFER).await;
        let placed = shop.db().write(place.clone()).await.unwrap();
        let_expire(&shop, placed.order_id).await;
        let_expire(&shop, placed.order_id).await;
        assert_eq!(shop.order(placed.order_id).await.state, OrderState::Expired);
        assert_eq!(shop.stock(mug).await, (10, 0));
        let view = buyer.view().await;
        assert_eq!((view.step, view.cart.n_pieces), (Step::Review, 2));
        // The same button now places a new order.
        let again = shop.db().write(place).await.unwrap();
        assert_ne!(again.order_id, placed.order_id);
    }

    async fn a_confirmed_order_is_told_once_and_its_stock_leaves_once(db: TestDb) {
        let shop = Shop::open(db).await;
        let (product, mug) = Goods::mug(10).create(&shop.test).await;
        let (_, place) = shop.visitor(1).ready(mug, 2, payment::BANK_TRANSFER).await;
        let placed = shop.db().write(place).await.unwrap();
        confirm(&shop, placed.order_id).await;
        confirm(&shop, placed.order_id).await;
        let_expire(&shop, placed.order_id).await;
        let order = shop.order(placed.order_id).await;
        assert_eq!(order.state, OrderState::Placed);
        assert!(order.paid_at.is_some() && order.hold_until.is_none());
        assert_eq!(shop.stock(mug).await, (8, 0));
        assert_eq!(crate::testing::n_events(&shop.test, "order_confirmed").await, 1);
        assert_eq!(crate::testing::n_sold(&shop.test, product).await, 2);
        let mut conn = shop.db().read().await.unwrap();
        let kinds: Vec<String> = orders::timeline(&mut conn, order.id).await.unwrap().into_iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds.iter().filter(|kind| *kind == "placed").count(), 1);
        assert_eq!(kinds.iter().filter(|kind| *kind == "paid").count(), 1);
    }

    async fn a_cancelled_order_puts_its_stock_back_once(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (_, place) = shop.visitor(1).ready(mug, 3, payment::BANK_TRANSFER).await;
        let id = shop.db().write(place).await.unwrap().order_id;
        confirm(&shop, id).await;
        let cancel = || payment::CancelOrder { actor: Actor::System, order_id: id, reason: "changed my mind".to_owned(), confirmed: None };
        shop.db().write(cancel()).await.unwrap();
        assert_eq!(shop.order(id).await.state, OrderState::Cancelled);
        assert_eq!(shop.stock(mug).await, (10, 0));
        let refused = shop.db().write(cancel()).await.unwrap_err();
        assert_eq!(refused.to_string(), "This order is cancelled and cannot be cancelled any more");
        assert_eq!(shop.stock(mug).await, (10, 0));
    }

    async fn the_buyer_who_calls_off_an_unpaid_order_has_the_cart_again(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (buyer, place) = shop.visitor(1).ready(mug, 3, payment::BANK_TRANSFER).await;
        let id = shop.db().write(place).await.unwrap().order_id;
        let cancel = payment::CancelOrder { actor: Actor::System, order_id: id, reason: String::new(), confirmed: None };
        shop.db().write(cancel).await.unwrap();
        assert_eq!(shop.stock(mug).await, (10, 0));
        assert_eq!(buyer.view().await.cart.n_pieces, 3);
    }

    async fn a_sale_and_a_count_at_the_same_time_lose_nothing(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(20).create(&shop.test).await;
        let mut buttons = Vec::new();
        for n in 0..10 {
            buttons.push(shop.visitor(n).ready(mug, 1, payment::CASH_ON_DELIVERY).await.1);
        }
        let selling: Vec<_> = buttons.into_iter().map(|place| {
            let db = shop.db().clone();
            tokio::spawn(async move { db.write(place).await.unwrap() })
        }).collect();
        for _ in 0..5 {
            let adjust = Adjust { actor: Actor::System, variant_id: mug, delta: 2, reason: Reason::Received, note: String::new() };
            shop.db().write(adjust).await.unwrap();
        }
        for sale in selling {
            sale.await.unwrap();
        }
        assert_eq!(shop.stock(mug).await, (20, 0));
    }

    async fn a_guest_finds_the_order_by_number_and_address_only(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (_, place) = shop.visitor(1).ready(mug, 1, payment::BANK_TRANSFER).await;
        let placed = shop.db().write(place).await.unwrap();
        let mut conn = shop.db().read().await.unwrap();
        let mine: EmailAddress = "INES@example.org".parse().unwrap();
        let other: EmailAddress = "eve@example.org".parse().unwrap();
        assert!(orders::for_guest(&mut conn, &placed.number, &mine).await.unwrap().is_some());
        assert!(orders::for_guest(&mut conn, &placed.number, &other).await.unwrap().is_none());
    }
}
