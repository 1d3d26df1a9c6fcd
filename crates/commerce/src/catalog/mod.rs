//! What the shop offers: products with their options, variants, attributes and pictures, and the tree of categories.
//!
//! Owns the tables `products`, `product_*`, `option_values`, `variants`, `variant_values`, `categories`, `collections`,
//! `collection_products`, `slug_history` and `wanted_pictures`. What must stay true:
//! - an active product has at least one variant for sale; no two variants of a product have the same values;
//! - a SKU belongs to one variant; an address belongs to one product or category, and its old addresses lead to it;
//! - a variant that orders know is never deleted: it is retired;
//! - the columns lists read (prices, stock, main picture, numbers of products) are brought up to date in the same unit of work;
//! - every change is in the change log; every change by somebody is in the audit log.
//!
//! Changes: [`SaveProduct`], [`SetStatus`], [`DeleteProduct`], [`SaveCategory`], [`MoveCategory`], [`DeleteCategory`],
//! [`SaveCollection`], [`DeleteCollection`].
//! Pages: [`product_at`], [`category_at`], [`collection_at`], [`cards`], [`newest`], [`best_sold`], [`related`], [`in_category`], [`tree`].
//! Trade: [`sale_terms`], [`variant_with`], [`variant_of_code`]. Machines: [`parts`], [`placed`]. Staff: [`stored`], [`list`], [`counts`];
//! searches are in [`crate::reports`].

mod card;
mod category;
mod collection;
#[cfg(test)]
mod collection_tests;
pub mod description;
mod draft;
mod list;
mod matrix;
mod page;
mod save;
mod status;
mod steps;
mod store;
mod stored;
mod swatch;
#[cfg(test)]
mod tests;
mod wanted;

pub use card::{Card, Photo, best_sold, cards, in_category, newest, photo, related};
pub(crate) use category::at_path;
pub use category::{
    ABOUT_MAX, Category, CategoryDraft, CategoryError, DEPTH_MAX, DeleteCategory, DeleteCategoryError, MoveCategory,
    NAME_MAX, Node, SaveCategory, category, tree,
};
pub use collection::{
    CHOSEN_MAX, Choice, Collection, CollectionDraft, CollectionError, CollectionRow, DeleteCollection, Rule,
    SaveCollection, collection, collection_at, collections,
};
pub use description::Description;
pub use draft::{
    Attribute, DraftProblem, ImageDraft, OPTIONS_MAX, OptionDraft, PICTURES_MAX, PRICE_MAX_MINOR, ProductDraft,
    TITLE_MAX, VARIANTS_MAX, ValueDraft, VariantDraft, combinations,
};
pub use list::{Listed, Part, Placed, Show, list, parts, placed};
pub use page::{
    CategoryView, Former, Lookup, OptionView, ProductView, SaleTerms, Shown, SoldVariant, Step, ValueView, VariantView,
    category_at, product_at, sale_terms, variant_of_code, variant_with,
};
pub(crate) use save::place;
pub use save::{DeleteError, DeleteProduct, SaveError, SaveProduct, Saved, SetStatus};
pub use status::Status;
pub use steps::{rate, recognise};
pub(crate) use store::reads::photo as photo_at;
pub use stored::{Stored, stored};
pub use swatch::swatch;
pub use wanted::{Missing, Wanted, missing_pictures, picture_failed, picture_fetched, want_pictures};
