//! What the tests of the trade arrange: products with stock, straight into the tables; promotions.

use wares_db::testing::{START, TestDb};
use wares_db::{DbError, Sql, job, p, sql};
use wares_kernel::{ProductId, PromotionId, Rate, VariantId};

use crate::audit::Actor;
use crate::inventory::{self, Opening};
use crate::pricing::discount::{Benefit, Given, Limits, Promotion, SavePromotion, Scope, Share, Window};

const PRODUCT: Sql = sql!(
    "INSERT INTO products (id, slug, title, title_key, description_html, status, tags, created_at, updated_at, published_at,
                           price_min_minor, price_max_minor, n_variants)
     VALUES (?1, ?2, ?3, ?2, '', 'active', ?4, ?5, ?5, ?5, ?6, ?6, 1)"
);
const VARIANT: Sql = sql!(
    "INSERT INTO variants (id, product_id, sku, title, position, price_minor, weight_g, needs_shipping, created_at)
     VALUES (?1, ?2, ?3, '', 1, ?4, ?5, ?6, ?7)"
);

/// A product of one variant to be made.
#[derive(Debug, Clone)]
pub(crate) struct Goods {
    pub(crate) title: &'static str,
    pub(crate) price_minor: i64,
    pub(crate) stock: Opening,
    pub(crate) weight_g: i64,
    pub(crate) needs_shipping: bool,
}

impl Goods {
    /// A mug of 400 g for 18.00 with so many in stock.
    pub(crate) fn mug(on_hand: i64) -> Self {
        Self {
            title: "Mug",
            price_minor: 1800,
            stock: Opening {
                on_hand,
                may_backorder: false,
                low_at: 5,
            },
            weight_g: 400,
            needs_shipping: true,
        }
    }

    pub(crate) async fn create(self, db: &TestDb) -> (ProductId, VariantId) {
        let work = job(move |tx| {
            let goods = self.clone();
            Box::pin(async move {
                let (product_id, variant_id): (ProductId, VariantId) = (tx.new_id(), tx.new_id());
                let (slug, sku, now) = (product_id.to_string(), variant_id.to_string(), tx.now());
                let tags = serde_json::json!([]);
                let (price, weight, ships) = (goods.price_minor, goods.weight_g, goods.needs_shipping);
                tx.exec(PRODUCT, p![product_id, slug, goods.title, tags, now, price])
                    .await?;
                tx.exec(VARIANT, p![variant_id, product_id, sku, price, weight, ships, now])
                    .await?;
                inventory::open(tx, variant_id, goods.stock).await?;
                inventory::recount(tx, product_id).await?;
                Ok::<_, DbError>((product_id, variant_id))
            })
        });
        db.db.write(work).await.expect("goods can be made")
    }
}

const SET_PRICE: Sql = sql!("UPDATE variants SET price_minor = ?2 WHERE id = ?1");
const N_EVENTS: Sql = sql!("SELECT count(*) FROM jobs WHERE kind = 'event' AND payload->>'event' = ?1");
const N_SOLD: Sql = sql!("SELECT n_sold FROM products WHERE id = ?1");

/// Changes what a variant costs.
pub(crate) async fn set_price(db: &TestDb, variant_id: VariantId, minor: i64) {
    let work = job(move |tx| Box::pin(async move { tx.exec(SET_PRICE, p![variant_id, minor]).await }));
    db.db.write(work).await.expect("a price can be changed");
}

/// How many facts of this name were recorded.
pub(crate) async fn n_events(db: &TestDb, name: &str) -> i64 {
    let mut conn = db.db.read().await.expect("the database can be read");
    let (n,): (i64,) = conn.one(N_EVENTS, p![name]).await.expect("facts can be counted");
    n
}

/// How often a product was sold.
pub(crate) async fn n_sold(db: &TestDb, product_id: ProductId) -> i64 {
    let mut conn = db.db.read().await.expect("the database can be read");
    let (n,): (i64,) = conn.one(N_SOLD, p![product_id]).await.expect("the product is there");
    n
}

/// Ten per cent off everything, without an end and without limits.
pub(crate) fn ten_percent(given: Given) -> Promotion {
    Promotion {
        name: "Ten per cent".to_owned(),
        given,
        benefit: Benefit::Percent {
            off: Share::try_from(Rate::from_ppm(100_000)).expect("a share"),
        },
        scope: Scope::default(),
        gets: None,
        minimum_minor: None,
        window: Window::new(START, None).expect("no end"),
        limits: Limits::default(),
        combines: false,
    }
}

/// Lets a shop give something.
pub(crate) async fn give(db: &TestDb, terms: Promotion) -> PromotionId {
    let save = SavePromotion {
        actor: Actor::System,
        known: None,
        terms,
    };
    db.db.write(save).await.expect("the promotion is in order")
}
