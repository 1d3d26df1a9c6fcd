//! Goods for a test's shop.

use wares_commerce::{
    audit::Actor,
    catalog::{
        Attribute, CategoryDraft, Choice, CollectionDraft, Description, OptionDraft, ProductDraft, Rule, SaveCategory,
        SaveCollection, SaveProduct, Saved, Status, ValueDraft, VariantDraft,
    },
};
use wares_kernel::{CategoryId, CollectionId, ProductId};

use super::TestShop;

/// A product to be made: one variant for €12.00, three in stock, unless said otherwise.
pub(crate) fn product(title: &str) -> ProductDraft {
    ProductDraft {
        slug: None,
        title: title.into(),
        description: Description::from_html("<p>Made to be used daily. Kept simple.</p>").0,
        brand: String::new(),
        tax_class: "standard".into(),
        categories: Vec::new(),
        tags: Vec::new(),
        attributes: Vec::new(),
        status: Status::Active,
        seo_title: String::new(),
        seo_description: String::new(),
        options: Vec::new(),
        variants: vec![variant(&[], 1200, 30)],
        images: Vec::new(),
    }
}

/// A variant with these values at this price, so many in stock.
pub(crate) fn variant(values: &[&str], price_minor: i64, opening_stock: i64) -> VariantDraft {
    let sku = if values.is_empty() {
        None
    } else {
        values.join("-").to_uppercase().parse().ok()
    };
    VariantDraft {
        id: None,
        sku,
        barcode: String::new(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        price_minor,
        was_minor: None,
        cost_minor: Some(700),
        weight_g: 300,
        image: None,
        is_active: true,
        needs_shipping: true,
        may_backorder: false,
        opening_stock,
    }
}

/// An option with its values.
pub(crate) fn option(name: &str, values: &[&str]) -> OptionDraft {
    OptionDraft {
        name: name.into(),
        values: values
            .iter()
            .map(|value| ValueDraft {
                value: (*value).to_owned(),
                swatch: String::new(),
            })
            .collect(),
    }
}

/// A property.
pub(crate) fn attribute(name: &str, value: &str) -> Attribute {
    Attribute {
        name: name.into(),
        values: vec![value.into()],
    }
}

impl TestShop {
    /// Puts a product up.
    pub(crate) async fn put_up(&self, draft: ProductDraft) -> Saved {
        let work = SaveProduct {
            actor: Actor::System,
            product: None,
            draft,
        };
        self.app.db.write(work).await.expect("the product is in order")
    }

    /// Makes a product what the draft says; `version` counts its changes from 1.
    pub(crate) async fn change(&self, product: ProductId, version: i64, draft: ProductDraft) -> Saved {
        let work = SaveProduct {
            actor: Actor::System,
            product: Some((product, version)),
            draft,
        };
        self.app.db.write(work).await.expect("the product is in order")
    }

    /// A collection of what costs at most €25, changed as `change` does, and shown in the header.
    pub(crate) async fn collection(&self, name: &str, change: impl FnOnce(&mut CollectionDraft)) -> CollectionId {
        let mut draft = CollectionDraft {
            slug: None,
            name: name.into(),
            description: String::new(),
            choice: Choice::ByRule(Rule {
                price_max_minor: Some(2500),
                ..Rule::default()
            }),
            picture: None,
            in_header: true,
            on_home: false,
            is_visible: true,
        };
        change(&mut draft);
        let save = SaveCollection {
            actor: Actor::System,
            collection: None,
            draft,
        };
        self.data.db.write(save).await.expect("the collection is in order")
    }

    /// Makes a category.
    pub(crate) async fn category(&self, name: &str, parent: Option<CategoryId>) -> CategoryId {
        let work = SaveCategory {
            actor: Actor::System,
            category: None,
            draft: CategoryDraft {
                slug: None,
                name: name.into(),
                description: format!("All about {}.", name.to_lowercase()),
                parent,
                image: None,
                is_visible: true,
            },
        };
        self.app.db.write(work).await.expect("the category is in order")
    }
}
