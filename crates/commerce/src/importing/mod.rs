//! Products from other programs' files.
//!
//! Reading is pure and streaming: [`Reader`] takes a file and gives its products one by one, each with what is wrong with it.
//! A product with an error is left out whole; where only a detail cannot be taken over, the product is kept and the report says so.
//!
//! [`Import`] puts them into the shop in small units of work. Pictures that a file names by their addresses are fetched
//! afterwards, by [`FetchPictures`]. A file that comes through the admin panel is kept by [`keep`] until jobs have checked and
//! imported it. Owns the tables `imports` and `import_pieces`. What must stay true:
//! - importing the same file twice changes nothing: a product is recognised by its address, now or once, or by its SKUs;
//! - an import that was broken off goes on where it stopped;
//! - what a file does not say stays as it is; stock is set for new variants only, afterwards it changes by movements.
//!
//! To add a program's form: a mapper such as `shopify.rs`, a variant of [`Format`] with its columns, its arm in `read.rs`.

mod batch;
mod cell;
mod check;
pub mod demo;
mod fetch;
mod file;
#[cfg(test)]
mod file_tests;
mod format;
mod jobs;
mod lines;
mod pictures;
mod plain;
mod plan;
mod problem;
mod product;
mod read;
mod report;
mod run;
#[cfg(test)]
mod run_tests;
mod sheet;
mod shopify;
mod source;
mod store;
mod table;
#[cfg(test)]
mod tests;
mod vendure;
mod woocommerce;

pub use fetch::{FetchError, FetchPictures, PictureSource, fetch_pictures};
pub use file::{FILE_MAX, Incoming, KeepError, keep};
pub use format::Format;
pub use jobs::{CheckFile, ImportFile, Prune, Start, StartError, check_file, import_file};
pub use pictures::{Folder, PictureFiles};
pub use problem::{Effect, Problem};
pub use product::{Picture, Product, Stock, Variant};
pub use read::{OpenError, Reader, Step};
pub use report::{Outcome, Report};
pub use run::{Import, ImportError, Imported};
pub use source::Source;
pub use store::{ImportRow, import, imports};
