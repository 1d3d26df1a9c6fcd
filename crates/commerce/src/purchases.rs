//! For tests of what follows from orders: an order of two mugs, moved on as far as a test needs it.

use jiff::civil::date;
use wares_db::testing::TestDb;
use wares_db::{DbError, job};
use wares_kernel::{
    Address, Country, Currency, CustomerId, EmailAddress, FulfilmentId, Money, OrderId, OrderLineId, ProductId,
    Quantity, Rate, ShippingMethodId, Token, VariantId,
};

use crate::audit::Actor;
use crate::events::{self, Event};
use crate::fulfilment::{Deliver, Ship, ShipLine};
use crate::inventory;
use crate::orders::{self, NewLine, NewOrder, OrderNumber, TOKEN_PLACE};
use crate::pricing::quote::{QuotedShipping, TaxGroup};
use crate::pricing::shipping::Reason;
use crate::pricing::{Prices, Promise, Quote, QuoteLine, TaxClass};
use crate::seal::Vault;
use crate::testing::Goods;

/// The vault of these tests.
pub(crate) fn vault() -> Vault {
    Vault::new([7; 32])
}

/// Two mugs at 18.00 and delivery for 4.90, promised for 12 or 13 March.
#[derive(Debug, Clone)]
pub(crate) struct Purchase {
    pub(crate) order_id: OrderId,
    pub(crate) number: OrderNumber,
    pub(crate) token: Token,
    pub(crate) line_id: OrderLineId,
    pub(crate) product_id: ProductId,
}

impl Purchase {
    /// Places the order, which waits for its payment.
    pub(crate) async fn place(
        db: &TestDb,
        email: &str,
        customer_id: Option<CustomerId>,
        payment_method: &'static str,
    ) -> Self {
        let goods = Goods::mug(10).create(db).await;
        Self::place_of(db, email, customer_id, payment_method, vec![goods]).await
    }

    /// The same for two of each of these.
    pub(crate) async fn place_of(
        db: &TestDb,
        email: &str,
        customer_id: Option<CustomerId>,
        payment_method: &'static str,
        goods: Vec<(ProductId, VariantId)>,
    ) -> Self {
        let email: EmailAddress = email.parse().expect("an address");
        let work = job(move |tx| {
            let (email, goods) = (email.clone(), goods.clone());
            Box::pin(async move {
                let (order_id, token): (OrderId, _) = (tx.new_id(), tx.new_token());
                let order = NewOrder {
                    id: order_id,
                    cart_id: tx.new_id(),
                    customer_id,
                    email,
                    token_hash: token.hash(),
                    token_sealed: vault().seal_token(tx.random(), TOKEN_PLACE, &token),
                    quote: quote(&goods, tx.new_id()),
                    lines: (1..).zip(&goods).map(|(at, one)| line(at, *one)).collect(),
                    shipping_address: address(),
                    billing_address: None,
                    payment_method: payment_method.to_owned(),
                    promise: Some(Promise {
                        leaves: date(2026, 3, 11),
                        from: date(2026, 3, 12),
                        to: date(2026, 3, 13),
                    }),
                    gift_note: String::new(),
                    hold_until: Some(tx.now().plus(std::time::Duration::from_secs(7 * 86_400))),
                };
                let wants: Vec<_> = goods.iter().map(|(_, variant_id)| (*variant_id, two())).collect();
                inventory::reserve(tx, order_id, &wants)
                    .await
                    .map_err(|error| DbError::Damaged(format!("{error:?}")))?;
                let number = orders::create(tx, &order, &Actor::System).await?;
                events::record(tx, Event::OrderPlaced { order_id }).await?;
                let lines = orders::lines(tx, order_id).await?;
                Ok::<_, DbError>(Self {
                    order_id,
                    number,
                    token,
                    line_id: lines[0].id,
                    product_id: goods[0].0,
                })
            })
        });
        db.db.write(work).await.expect("an order can be placed")
    }

    /// The money has come.
    pub(crate) async fn confirm(&self, db: &TestDb) {
        let order_id = self.order_id;
        let work = job(move |tx| {
            Box::pin(async move {
                let order = orders::lock(tx, order_id).await?.ok_or(DbError::NotFound)?;
                orders::confirm(tx, &order, order.total, &Actor::System).await
            })
        });
        db.db.write(work).await.expect("the order can be confirmed");
    }

    /// So many mugs leave.
    pub(crate) async fn ship(&self, db: &TestDb, quantity: u32) -> FulfilmentId {
        let line = ShipLine {
            order_line_id: self.line_id,
            quantity: Quantity::try_from(quantity).expect("a quantity"),
        };
        let parcel = Ship {
            actor: Actor::System,
            order_id: self.order_id,
            lines: vec![line],
            carrier: "Own van".to_owned(),
            despite_dispute: false,
            tracking_number: "VAN-7".to_owned(),
        };
        db.db.write(parcel).await.expect("a parcel can be sent")
    }

    /// A parcel has arrived.
    pub(crate) async fn deliver(&self, db: &TestDb, fulfilment_id: FulfilmentId) {
        let actor = Actor::System;
        db.db
            .write(Deliver { actor, fulfilment_id })
            .await
            .expect("a parcel can be delivered");
    }

    /// Paid, sent and delivered.
    pub(crate) async fn delivered(db: &TestDb, email: &str, customer_id: Option<CustomerId>) -> Self {
        let purchase = Self::place(db, email, customer_id, "card").await;
        purchase.confirm(db).await;
        let parcel = purchase.ship(db, 2).await;
        purchase.deliver(db, parcel).await;
        purchase
    }
}

fn two() -> Quantity {
    Quantity::try_from(2_u32).expect("a quantity")
}

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn address() -> Address {
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

fn quoted(variant_id: VariantId) -> QuoteLine {
    QuoteLine {
        variant_id,
        quantity: two(),
        unit: euro(1800),
        discount: euro(0),
        total: euro(3600),
        tax: euro(575),
        tax_class: TaxClass::standard(),
        tax_rate: Rate::from_ppm(190_000),
    }
}

fn line(position: i64, (product_id, variant_id): (ProductId, VariantId)) -> NewLine {
    NewLine {
        position,
        product_id,
        variant_id,
        title: "Tarn Mug".to_owned(),
        variant_title: "Oat".to_owned(),
        sku: "TRN-MUG-OAT".to_owned(),
        image_id: None,
        needs_shipping: true,
        quoted: quoted(variant_id),
    }
}

fn quote(goods: &[(ProductId, VariantId)], method_id: ShippingMethodId) -> Quote {
    let n = i64::try_from(goods.len()).expect("a few");
    Quote {
        currency: Currency::EUR,
        prices: Prices::IncludeTax,
        lines: goods.iter().map(|(_, variant_id)| quoted(*variant_id)).collect(),
        shipping: Some(QuotedShipping {
            method_id,
            name: "DHL Parcel".to_owned(),
            zone: "Germany".to_owned(),
            price: euro(490),
            tax: euro(78),
            reason: Reason::Flat,
        }),
        discounts: Vec::new(),
        set_aside: Vec::new(),
        taxes: vec![TaxGroup {
            class: TaxClass::standard(),
            rate: Rate::from_ppm(190_000),
            name: "VAT 19 %".to_owned(),
            goods: euro(3600 * n),
            shipping: euro(490),
            net: euro(3025 * n + 412),
            tax: euro(575 * n + 78),
        }],
        subtotal: euro(3600 * n),
        discount: euro(0),
        shipping_total: euro(490),
        tax: euro(575 * n + 78),
        total: euro(3600 * n + 490),
        business: None,
        relief: None,
    }
}
