//! Things to buy.

use wares_commerce::{
    audit::Actor,
    catalog::{self, Description, OptionDraft, ProductDraft, SaveProduct, Status, ValueDraft, VariantDraft},
    inventory, pricing,
    settings::{self, Store},
};
use wares_db::{DbError, job};
use wares_kernel::{Country, Currency, VariantId};

use super::TestShop;

/// A product of one variant.
pub(crate) struct Goods {
    pub(crate) slug: String,
    pub(crate) variant: VariantId,
}

impl TestShop {
    /// A shop that delivers to Germany, with its tax and its ways of sending.
    pub(crate) async fn delivering(self) -> Self {
        self.delivering_for(Currency::EUR).await
    }

    /// The same, with delivery that is paid in another currency.
    pub(crate) async fn delivering_for(self, currency: Currency) -> Self {
        let seeding = job(move |tx| Box::pin(async move { pricing::seed(tx, Country::DE, currency).await }));
        self.data.db.write(seeding).await.expect("a new shop can be set up");
        self.catch_up().await;
        self
    }

    /// A shop that sells in another currency. It comes before anything is put up.
    pub(crate) async fn in_currency(self, currency: Currency) -> Self {
        let mut conn = self.data.db.read().await.expect("a connection");
        let known = settings::load::<Store>(&mut conn).await.expect("settings can be read");
        drop(conn);
        let change = settings::Change {
            actor: Actor::System,
            version: known.version,
            value: Store {
                currency,
                ..known.value
            },
        };
        self.data.db.write(change).await.expect("settings that are right");
        self.catch_up().await;
        self
    }

    /// Puts up something at a price in cents.
    pub(crate) async fn goods(&self, title: &str, price_minor: i64, stock: i64) -> Goods {
        let variant = VariantDraft {
            values: Vec::new(),
            ..variant(price_minor, stock)
        };
        self.save(draft(title, Vec::new(), vec![variant])).await
    }

    /// Puts up something in two colours.
    pub(crate) async fn goods_in_colours(&self, title: &str, colours: [&str; 2]) -> Goods {
        let option = OptionDraft {
            name: "Colour".into(),
            values: colours
                .map(|value| ValueDraft {
                    value: value.into(),
                    swatch: String::new(),
                })
                .into(),
        };
        let variants = colours.map(|value| VariantDraft {
            values: vec![value.into()],
            ..variant(2400, 9)
        });
        self.save(draft(title, vec![option], variants.into())).await
    }

    async fn save(&self, draft: ProductDraft) -> Goods {
        let save = SaveProduct {
            actor: Actor::System,
            product: None,
            draft,
        };
        let saved = self.data.db.write(save).await.expect("the product is well-formed");
        let mut conn = self.data.db.read().await.expect("the test database is there");
        let catalog::Lookup::Here(view) = catalog::product_at(&mut conn, &saved.slug).await.expect("a read") else {
            panic!("the product is not in the shop");
        };
        Goods {
            slug: saved.slug.to_string(),
            variant: view.variants[0].variant.id,
        }
    }

    /// Says that so many are in the house.
    pub(crate) async fn set_stock(&self, variant: VariantId, on_hand: i64) {
        let level = job(move |tx| {
            Box::pin(async move {
                inventory::level_to(tx, variant, on_hand, "counted").await?;
                Ok::<_, DbError>(())
            })
        });
        self.data.db.write(level).await.expect("stock can be set");
    }
}

fn variant(price_minor: i64, stock: i64) -> VariantDraft {
    VariantDraft {
        id: None,
        sku: None,
        barcode: String::new(),
        values: Vec::new(),
        price_minor,
        was_minor: None,
        cost_minor: None,
        weight_g: 400,
        image: None,
        is_active: true,
        needs_shipping: true,
        may_backorder: false,
        opening_stock: stock,
    }
}

fn draft(title: &str, options: Vec<OptionDraft>, variants: Vec<VariantDraft>) -> ProductDraft {
    ProductDraft {
        slug: None,
        title: title.into(),
        description: Description::default(),
        brand: String::new(),
        tax_class: "standard".into(),
        categories: Vec::new(),
        tags: Vec::new(),
        attributes: Vec::new(),
        status: Status::Active,
        seo_title: String::new(),
        seo_description: String::new(),
        options,
        variants,
        images: Vec::new(),
    }
}
