//! Companies with a VAT id.

use wares_kernel::CustomerId;

use super::*;
use crate::accounts::{self, CheckVatId};
use crate::ledger;
use crate::pricing::tax::Treatment;
use crate::settings::Taxes;

const ID: &str = "ATU13585627";

fn vienna(vat_id: &str) -> Address {
    Address {
        company: "Roth GmbH".to_owned(),
        vat_id: vat_id.to_owned(),
        line1: "Graben 1".to_owned(),
        postcode: "1010".to_owned(),
        city: "Wien".to_owned(),
        country: "AT".parse().unwrap(),
        ..cologne()
    }
}

async fn shop(db: TestDb, only_checked_ids: bool) -> Shop {
    let mut shop = Shop::open(db).await;
    Arc::make_mut(&mut shop.settings).taxes = Taxes {
        reverse_charge: true,
        only_checked_ids,
    };
    shop
}

impl Buyer {
    /// Enters the address; answers whether that turned the tax.
    async fn live_in(&self, address: Address) -> Option<Turned> {
        let details = Details {
            email: "ines@example.org".parse().unwrap(),
            address,
            wants_marketing: false,
        };
        let save = SaveDetails {
            owner: self.owner,
            typed: json!({}),
            details: Some(details),
            settings: Arc::clone(&self.settings),
        };
        self.db.write(save).await.unwrap()
    }

    /// Everything up to the button, sent to this address.
    async fn ready_in(&self, address: Address, variant_id: VariantId) -> PlaceOrder {
        self.add(variant_id, 3).await;
        self.live_in(address).await;
        self.choose_cheapest().await;
        self.pay_by(payment::BANK_TRANSFER).await;
        self.place_order().await
    }
}

/// Somebody who ordered once as a guest, and is signed in now.
async fn customer(shop: &Shop, buyer: &Buyer, mug: VariantId) -> (Buyer, CustomerId) {
    let place = buyer.ready_in(vienna(ID), mug).await;
    shop.db().write(place).await.unwrap();
    let mut conn = shop.db().read().await.unwrap();
    let email = "ines@example.org".parse().unwrap();
    let id = accounts::find_by_email(&mut conn, &email).await.unwrap().unwrap().id;
    let owner = CartOwner::Customer(id);
    (Buyer { owner, ..buyer.clone() }, id)
}

async fn treatment(buyer: &Buyer) -> Option<Treatment> {
    buyer
        .view()
        .await
        .quote
        .unwrap()
        .business
        .map(|business| business.treatment)
}

both_engines! {
    async fn an_order_without_tax_keeps_what_was_decided(db: TestDb) {
        let shop = shop(db, false).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let place = shop.visitor(1).ready_in(vienna(ID), mug).await;
        let placed = shop.db().write(place).await.unwrap();
        let order = shop.order(placed.order_id).await;
        // 18.00 and 9.90 without Austria's 20 %: 3 × 15.00 + 8.25.
        assert_eq!((order.subtotal.minor(), order.shipping.minor(), order.tax.minor(), order.total.minor()), (4500, 825, 0, 5325));
        assert!(!order.prices_include_tax);
        let business = order.quote.business.clone().unwrap();
        assert_eq!((business.vat_id.as_str(), business.is_checked, business.treatment), (ID, false, Treatment::ReverseCharge));
        assert_eq!(order.shipping_address.vat_id, ID);
        let mut conn = shop.db().read().await.unwrap();
        let lines = orders::lines(&mut conn, order.id).await.unwrap();
        assert_eq!((lines[0].unit.minor(), lines[0].tax_rate.ppm()), (1500, 0));
        assert_eq!(payment::attempts(&mut conn, order.id).await.unwrap()[0].amount, order.total);
        assert_eq!(ledger::violations(&mut conn, shop.now()).await.unwrap().len(), 0);
    }

    async fn the_address_and_the_id_turn_the_tax_and_say_so(db: TestDb) {
        let shop = shop(db, false).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let buyer = shop.visitor(1);
        buyer.add(mug, 1).await;
        assert_eq!(buyer.live_in(vienna("")).await, None);
        assert_eq!(treatment(&buyer).await, None);
        assert_eq!(buyer.live_in(vienna(ID)).await, Some(Turned::WithoutTax));
        assert_eq!(buyer.live_in(vienna(ID)).await, None);
        let view = buyer.view().await;
        assert_eq!(view.price_of(&view.cart.lines[0]), (wares_kernel::Money::new(1500, Currency::EUR), wares_kernel::Money::new(1500, Currency::EUR)));
        assert_eq!(view.choices[0].price.minor(), 825);
        assert_eq!(buyer.live_in(Address { country: Country::DE, ..vienna(ID) }).await, Some(Turned::WithTax));
        assert_eq!(treatment(&buyer).await, Some(Treatment::SameCountry));
        assert_eq!(buyer.live_in(vienna("DE136695976")).await, None);
        assert_eq!(treatment(&buyer).await, Some(Treatment::OtherCountry));
    }

    async fn an_id_that_staff_must_check_counts_for_its_customer_while_signed_in(db: TestDb) {
        let shop = shop(db, true).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let guest = shop.visitor(1);
        let (ines, customer_id) = customer(&shop, &guest, mug).await;
        let place = ines.ready_in(vienna(ID), mug).await;
        assert_eq!(treatment(&ines).await, Some(Treatment::NotChecked));

        let mut conn = shop.db().read().await.unwrap();
        let noted = accounts::vat_ids(&mut conn, customer_id).await.unwrap();
        assert_eq!(noted.iter().map(|noted| (noted.vat_id.as_str(), noted.checked_at)).collect::<Vec<_>>(), [(ID, None)]);
        drop(conn);
        let ana = Actor::Staff { id: wares_kernel::Id::new(uuid::Uuid::from_u128(1)), name: "Ana".to_owned(), ip: None };
        let check = CheckVatId { actor: ana, customer_id, vat_id: ID.to_owned(), is_checked: true };
        assert!(shop.db().write(check.clone()).await.unwrap());
        assert!(!shop.db().write(CheckVatId { vat_id: "DE136695976".to_owned(), ..check.clone() }).await.unwrap());
        assert_eq!(treatment(&ines).await, Some(Treatment::ReverseCharge));
        // The button still shows the total with tax.
        let PlaceError::TotalChanged(changes) = shop.db().write(place).await.unwrap_err() else { panic!("another total") };
        assert!(changes.contains(&Changed::ReverseCharge { applies: true }), "{changes:?}");
        let placed = shop.db().write(ines.place_order().await).await.unwrap();
        assert!(shop.order(placed.order_id).await.quote.business.unwrap().is_checked);

        // Anybody can know an id and an e-mail address.
        let stranger = shop.visitor(2);
        stranger.add(mug, 1).await;
        stranger.live_in(vienna(ID)).await;
        assert_eq!(treatment(&stranger).await, Some(Treatment::NotChecked));

        let noted = accounts::vat_ids(&mut shop.db().read().await.unwrap(), customer_id).await.unwrap();
        assert_eq!((noted[0].checked_by.as_str(), noted[0].checked_at), ("Ana", Some(shop.now())));
        assert!(shop.db().write(CheckVatId { is_checked: false, ..check }).await.unwrap());
        let ids = accounts::vat_ids(&mut shop.db().read().await.unwrap(), customer_id).await.unwrap();
        assert_eq!((ids[0].checked_at, ids[0].checked_by.as_str()), (None, ""));
    }

    async fn who_ends_the_offer_meanwhile_has_the_total_shown_again(db: TestDb) {
        let shop = shop(db, false).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let place = shop.visitor(1).ready_in(vienna(ID), mug).await;
        let mut settings = Settings::clone(&shop.settings);
        settings.taxes.reverse_charge = false;
        let settings = Arc::new(settings);
        let refused = shop.db().write(PlaceOrder { settings, ..place }).await.unwrap_err();
        let PlaceError::TotalChanged(changes) = refused else { panic!("{refused}") };
        assert!(changes.contains(&Changed::ReverseCharge { applies: false }), "{changes:?}");
        assert_eq!(shop.stock(mug).await, (10, 0));
    }
}
