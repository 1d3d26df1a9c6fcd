//! Products from other programs' files.
//!
//! Reading is pure and streaming: [`Reader`] takes a file and gives its products one by one, each with what is wrong with it.
//! A product with an error is left out whole; where only a detail cannot be taken over, the product is kept and the report says so.

mod cell;
mod check;
mod format;
mod lines;
mod plain;
mod problem;
mod product;
mod read;
mod sheet;
mod shopify;
mod source;
mod table;
#[cfg(test)]
mod tests;
mod vendure;
mod woocommerce;

pub use format::Format;
pub use problem::{Effect, Problem};
pub use product::{Picture, Product, Stock, Variant};
pub use read::{OpenError, Reader, Step};
pub use source::Source;
