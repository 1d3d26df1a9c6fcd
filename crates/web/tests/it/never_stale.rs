//! A page from memory is the page that would be made now, whichever instance is asked and whatever was changed through the other.
//!
//! Random changes of the catalogue, its collections and stock, its reviews and the shop's settings; after each, pages of two instances that keep what they
//! made are compared with those of a third that keeps nothing.

use wares_commerce::{
    audit::Actor,
    catalog::{
        self, CategoryDraft, Choice, CollectionDraft, Lookup, ProductDraft, Rule, SaveCategory, SaveCollection,
        SaveProduct, Saved, Status,
    },
    inventory,
    reviews::{AddSamples, Sample},
    settings::{self, Store},
};
use wares_db::{Db, DbError, both_engines, job};
use wares_kernel::{CategoryId, CollectionId, ProductId, SeededRandom, Slug, VariantId};

use crate::support::{
    TestShop, Visitor, catch_up,
    shelf::{attribute, product},
};

/// Shops of a run, and changes in each.
const SEEDS: u64 = 3;
const DEEDS: u64 = 35;
/// Pages of each instance that are compared after a change.
const LOOKS: u64 = 9;

/// The pages that show them.
const PAGES: [&str; 21] = [
    "/",
    "/categories",
    "/c/cups",
    "/c/bowls",
    "/c/bowls?sort=price",
    "/c/cups?stock=in",
    "/c/cups?brand=Fieldhouse",
    "/p/tarn-mug",
    "/p/combe-bowl",
    "/p/rill-cup",
    "/p/tarn-mug?rsort=lowest",
    "/search?q=mug",
    "/search?q=fieldhouse&sort=newest",
    "/pages/about",
    "/sitemap.xml",
    "/sitemap/pages.xml",
    "/llms.txt",
    "/collections/breakfast",
    "/collections/breakfast?sort=price-up",
    "/collections/cheap",
    "/collections/cheap?stock=in",
];

fn one_of<'a, T>(dice: &SeededRandom, things: &'a [T]) -> &'a T {
    let which = dice.below(things.len() as u64);
    &things[usize::try_from(which).expect("a short list")]
}

/// A product as it was saved last.
struct Ware {
    id: ProductId,
    version: i64,
    variant: VariantId,
    draft: ProductDraft,
}

/// The shelves of the shop, and the pages that show them.
struct Shelves {
    wares: Vec<Ware>,
    categories: Vec<(CategoryId, i64, CategoryDraft)>,
    collections: Vec<(CollectionId, i64, CollectionDraft)>,
    shop_version: i64,
    pages: Vec<String>,
}

impl Shelves {
    async fn fill(db: &Db) -> Self {
        let mut categories = Vec::new();
        for name in ["Cups", "Bowls"] {
            let draft = CategoryDraft {
                slug: name.to_lowercase().parse().ok(),
                name: name.into(),
                description: String::new(),
                parent: None,
                image: None,
                is_visible: true,
            };
            let save = SaveCategory {
                actor: Actor::System,
                category: None,
                draft: draft.clone(),
            };
            categories.push((db.write(save).await.expect("a category"), 1, draft));
        }
        let mut wares = Vec::new();
        for (n, title) in ["Tarn mug", "Combe bowl", "Rill cup"].into_iter().enumerate() {
            let mut draft = product(title);
            draft.slug = title.replace(' ', "-").to_lowercase().parse().ok();
            draft.brand = "Fieldhouse".into();
            draft.categories = vec![categories[n % 2].0];
            let saved = save(db, None, &draft).await;
            wares.push(Ware {
                id: saved.id,
                version: 1,
                variant: only_variant(db, &saved.slug).await,
                draft,
            });
        }
        Self {
            collections: collections(db, &wares, categories[0].0).await,
            wares,
            categories,
            shop_version: 0,
            pages: PAGES.map(ToOwned::to_owned).into(),
        }
    }

    /// Changes something and says what; `n` makes every change a new one.
    async fn change(&mut self, db: &Db, dice: &SeededRandom, n: u64) -> String {
        let n_wares = self.wares.len() as u64;
        let ware = &mut self.wares[usize::try_from(dice.below(n_wares)).expect("a short list")];
        match dice.below(11) {
            0 => ware.draft.title = format!("Mug no. {n}"),
            1 => ware.draft.variants[0].price_minor = 1000 + i64::try_from(n).expect("a small number"),
            2 => ware.draft.categories = vec![one_of(dice, &self.categories).0],
            3 if ware.draft.status == Status::Active => ware.draft.status = Status::Archived,
            3 => ware.draft.status = Status::Active,
            4 => return set_stock(db, ware.variant, i64::try_from(dice.below(4)).expect("a small number")).await,
            5 => return praise(db, ware.id, n).await,
            6 => return self.rename_category(db, dice, n).await,
            7..=9 => return self.change_collection(db, dice, n).await,
            _ => return self.rename_shop(db, n).await,
        }
        ware.draft.attributes = vec![attribute("Batch", &n.to_string())];
        save(db, Some((ware.id, ware.version)), &ware.draft).await;
        ware.version += 1;
        format!(
            "{:?} is {:?} in {:?}",
            ware.draft.title, ware.draft.status, ware.draft.categories
        )
    }

    async fn rename_category(&mut self, db: &Db, dice: &SeededRandom, n: u64) -> String {
        let which = dice.below(self.categories.len() as u64);
        let (id, version, draft) = &mut self.categories[usize::try_from(which).expect("a short list")];
        draft.name = format!("Shelf {n}");
        let save = SaveCategory {
            actor: Actor::System,
            category: Some((*id, *version)),
            draft: draft.clone(),
        };
        db.write(save).await.expect("a category");
        *version += 1;
        format!("a category is called {}", draft.name)
    }

    async fn change_collection(&mut self, db: &Db, dice: &SeededRandom, n: u64) -> String {
        let which = dice.below(self.collections.len() as u64);
        let (id, version, draft) = &mut self.collections[usize::try_from(which).expect("a short list")];
        match (dice.below(6), &mut draft.choice) {
            (0, _) => draft.name = format!("Table {n}"),
            (1, _) => draft.in_header = !draft.in_header,
            (2, _) => draft.on_home = !draft.on_home,
            (3, _) => draft.is_visible = !draft.is_visible,
            (_, Choice::ByHand(products)) => products.rotate_left(1),
            (_, Choice::ByRule(rule)) => rule.price_max_minor = Some(1000 + i64::try_from(n).expect("a small number")),
        }
        save_collection(db, Some((*id, *version)), draft).await;
        *version += 1;
        format!("a collection is {draft:?}")
    }

    async fn rename_shop(&mut self, db: &Db, n: u64) -> String {
        let change = settings::Change {
            actor: Actor::System,
            version: self.shop_version,
            value: Store {
                name: format!("Fieldhouse {n}"),
                ..Store::default()
            },
        };
        db.write(change).await.expect("the settings are in order");
        self.shop_version += 1;
        format!("the shop is called Fieldhouse {n}")
    }
}

/// One collection by hand and one by rule, each with its version and what it was made of.
async fn collections(db: &Db, wares: &[Ware], category: CategoryId) -> Vec<(CollectionId, i64, CollectionDraft)> {
    let by_hand = Choice::ByHand(wares.iter().map(|ware| ware.id).collect());
    let cheap = Choice::ByRule(Rule {
        category: Some(category),
        price_max_minor: Some(2500),
        ..Rule::default()
    });
    let mut collections = Vec::new();
    for (name, choice) in [("Breakfast", by_hand), ("Cheap", cheap)] {
        let draft = CollectionDraft {
            slug: name.to_lowercase().parse().ok(),
            name: name.into(),
            description: String::new(),
            choice,
            picture: None,
            in_header: false,
            on_home: true,
            is_visible: true,
        };
        collections.push((save_collection(db, None, &draft).await, 1, draft));
    }
    collections
}

async fn save(db: &Db, existing: Option<(ProductId, i64)>, draft: &ProductDraft) -> Saved {
    let work = SaveProduct {
        actor: Actor::System,
        product: existing,
        draft: draft.clone(),
    };
    db.write(work).await.expect("the product is in order")
}

async fn save_collection(db: &Db, existing: Option<(CollectionId, i64)>, draft: &CollectionDraft) -> CollectionId {
    let work = SaveCollection {
        actor: Actor::System,
        collection: existing,
        draft: draft.clone(),
    };
    db.write(work).await.expect("the collection is in order")
}

async fn only_variant(db: &Db, slug: &Slug) -> VariantId {
    let mut conn = db.read().await.expect("the test database is there");
    let Lookup::Here(view) = catalog::product_at(&mut conn, slug).await.expect("a read") else {
        panic!("{slug} is not in the shop");
    };
    view.variants[0].variant.id
}

async fn set_stock(db: &Db, variant: VariantId, on_hand: i64) -> String {
    let level = job(move |tx| {
        Box::pin(async move {
            inventory::level_to(tx, variant, on_hand, "counted").await?;
            Ok::<_, DbError>(())
        })
    });
    db.write(level).await.expect("stock can be set");
    format!("{on_hand} are left of {variant}")
}

async fn praise(db: &Db, product_id: ProductId, n: u64) -> String {
    let sample = Sample {
        rating: u8::try_from(n % 5 + 1).expect("at most five"),
        title: format!("Review {n}"),
        body: "Holds tea.".into(),
        author: "Ines R.".into(),
        at: wares_db::testing::START,
    };
    let samples = vec![sample];
    db.write(AddSamples { product_id, samples })
        .await
        .expect("samples are added");
    format!("{product_id} is reviewed")
}

both_engines! {
    async fn no_page_from_memory_differs_from_one_made_now(db: TestDb) {
        let shop = TestShop::on(db).await;
        let mut shelves = Shelves::fill(&shop.data.db).await;
        let (one, mut follower_of_one) = shop.second_instance().await;
        let (two, mut follower_of_two) = shop.second_instance().await;
        let (fresh, mut follower_of_fresh) = shop.forgetful_instance().await;
        let mut same_from_memory = 0;
        for seed in 1..=SEEDS {
            let dice = SeededRandom::new(seed);
            for n in 1..=DEEDS {
                let deed = shelves.change(&shop.data.db, &dice, seed * 1000 + n).await;
                for follower in [&mut follower_of_one, &mut follower_of_two, &mut follower_of_fresh] {
                    catch_up(&shop.data.db, follower).await;
                }
                for _ in 0..LOOKS {
                    let page = one_of(&dice, &shelves.pages);
                    let made = fresh.get(page).await;
                    for (name, instance) in [("one", &one), ("two", &two)] {
                        let kept = instance.get(page).await;
                        assert_eq!(kept.status, made.status, "seed {seed}, {n}: {deed}: {page} of instance {name}");
                        assert!(
                            kept.bytes == made.bytes,
                            "seed {seed}, {n}: {deed}: {page} of instance {name} is stale:\n{}\n--- made now:\n{}", kept.text(), made.text()
                        );
                        same_from_memory += 1;
                    }
                }
            }
        }
        assert_eq!(same_from_memory, SEEDS * DEEDS * LOOKS * 2);
        assert!(shop_keeps_pages(&one).await, "an instance that keeps nothing would prove nothing");
    }
}

/// Whether a page asked for twice is the same object: made once, its tag is answered with 304.
async fn shop_keeps_pages(instance: &Visitor) -> bool {
    let first = instance.get("/pages/about").await;
    !first.header("etag").is_empty() && first.header("etag") == instance.get("/pages/about").await.header("etag")
}
