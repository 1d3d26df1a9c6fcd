//! A shop with buyers who have done everything but press the button.

use std::sync::Arc;

use serde_json::json;
use wares_commerce::audit::Actor;
use wares_commerce::cart::{self, CartOwner};
use wares_commerce::catalog::{self, Description, ProductDraft, SaveProduct, Status, VariantDraft};
use wares_commerce::checkout::{self, ChooseDelivery, Details, PlaceOrder, Review, SaveDetails, SaveReview};
use wares_commerce::payment::BANK_TRANSFER;
use wares_commerce::pricing;
use wares_commerce::seal::Vault;
use wares_commerce::settings::Settings;
use wares_db::{Db, job};
use wares_kernel::{
    Address, Clock, Country, Currency, EmailAddress, Quantity, Random, SystemClock, SystemRandom, VariantId,
};

/// Products of the shop; each order takes two of them.
const PRODUCTS: usize = 200;

/// A shop that is ready to sell.
pub(crate) struct Shop {
    db: Db,
    settings: Arc<Settings>,
    goods: Vec<VariantId>,
}

impl Shop {
    pub(crate) async fn furnish(db: Db) -> anyhow::Result<Self> {
        db.write(job(|tx| {
            Box::pin(async move { pricing::seed(tx, Country::DE, Currency::EUR).await })
        }))
        .await?;
        let mut settings = Settings::load(&mut *db.read().await?).await?;
        settings.payments.bank_transfer.is_enabled = true;
        let mut goods = Vec::with_capacity(PRODUCTS);
        for n in 0..PRODUCTS {
            goods.push(put_up(&db, n).await?);
        }
        Ok(Self {
            db,
            settings: Arc::new(settings),
            goods,
        })
    }

    /// Buyer number `n` fills a cart, goes through checkout and is about to order.
    pub(crate) async fn buyer(&self, n: usize) -> anyhow::Result<PlaceOrder> {
        let owner = CartOwner::Visitor(SystemRandom.token().hash());
        for step in [0, 7] {
            let variant_id = self.goods[(n + step) % self.goods.len()];
            let quantity = Quantity::try_from(1_u32)?;
            let add = cart::Add {
                owner,
                variant_id,
                quantity,
            };
            self.db.write(add).await?;
        }
        self.enter_details(owner).await?;
        let method_id = self.view(owner).await?.choices[0].offer.method_id;
        let settings = Arc::clone(&self.settings);
        self.db
            .write(ChooseDelivery {
                owner,
                method_id,
                settings,
            })
            .await?;
        self.choose_to_transfer(owner).await?;
        let view = self.view(owner).await?;
        Ok(PlaceOrder {
            actor: Actor::Guest {
                name: "Ines Roth".to_owned(),
                ip: None,
            },
            owner,
            cart_id: view.cart.id,
            shown_total_minor: view.quote?.total.minor(),
            signed: None,
            settings: Arc::clone(&self.settings),
            vault: Vault::new([7; 32]),
        })
    }

    async fn view(&self, owner: CartOwner) -> anyhow::Result<checkout::CheckoutView> {
        let mut conn = self.db.read().await?;
        let view = checkout::view(&mut conn, &owner, &self.settings, SystemClock.now()).await?;
        view.ok_or_else(|| anyhow::anyhow!("the cart is gone"))
    }

    async fn enter_details(&self, owner: CartOwner) -> anyhow::Result<()> {
        let details = Details {
            email: "ines@example.com".parse::<EmailAddress>()?,
            address: Address {
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
            },
            wants_marketing: false,
        };
        let save = SaveDetails {
            owner,
            typed: json!({"name": "Ines Roth", "line1": "Ehrenstraße 12", "postcode": "50672", "city": "Köln"}),
            details: Some(details),
            settings: Arc::clone(&self.settings),
        };
        self.db.write(save).await?;
        Ok(())
    }

    async fn choose_to_transfer(&self, owner: CartOwner) -> anyhow::Result<()> {
        let review = Review {
            billing_address: None,
            payment_method: Some(BANK_TRANSFER.to_owned()),
            gift_note: String::new(),
        };
        let save = SaveReview {
            owner,
            typed: json!({}),
            review: Some(review),
            settings: Arc::clone(&self.settings),
        };
        Ok(self.db.write(save).await?)
    }
}

/// Puts up a product of one variant, with enough in stock for everybody.
async fn put_up(db: &Db, n: usize) -> anyhow::Result<VariantId> {
    let variant = VariantDraft {
        id: None,
        sku: None,
        barcode: String::new(),
        values: Vec::new(),
        price_minor: 1_200 + i64::try_from(n)? * 10,
        was_minor: None,
        cost_minor: None,
        weight_g: 400,
        image: None,
        is_active: true,
        needs_shipping: true,
        may_backorder: false,
        opening_stock: 1_000_000,
    };
    let draft = ProductDraft {
        slug: None,
        title: format!("Cup {n}"),
        description: Description::default(),
        brand: String::new(),
        tax_class: "standard".to_owned(),
        categories: Vec::new(),
        tags: Vec::new(),
        attributes: Vec::new(),
        status: Status::Active,
        seo_title: String::new(),
        seo_description: String::new(),
        options: Vec::new(),
        variants: vec![variant],
        images: Vec::new(),
    };
    let (actor, product) = (Actor::System, None);
    let saved = db.write(SaveProduct { actor, product, draft }).await?;
    let mut conn = db.read().await?;
    match catalog::product_at(&mut conn, &saved.slug).await? {
        catalog::Lookup::Here(view) => Ok(view.variants[0].variant.id),
        _ => anyhow::bail!("the product is not in the shop"),
    }
}
