//! What the shop offers: products with their options and variants, and the tree of categories.

pub mod description;
