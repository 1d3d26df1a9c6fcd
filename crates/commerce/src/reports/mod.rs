//! What lists, searches and figures read across modules. Read-only: nothing here writes.
//!
//! Every list is keyset-paged along an index, and every count stops at a limit, so that a page costs the same with fifty orders
//! and with a million. A search looks up what has an index over everything (numbers, e-mail addresses, SKUs, beginnings of
//! titles) and looks for words anywhere only among the newest few thousand.
//!
//! To add a list: a file with its query, its row, its statements in `STATEMENTS`, which a test prepares on both engines.

mod arrived;
mod dashboard;
mod delivery;
mod discounts;
mod heavy;
mod order_export;
mod orders;
mod products;
mod stock;
#[cfg(test)]
mod tests;
mod together;
mod words;

pub use arrived::{ArrivedLine, arrived_lines};
pub use dashboard::{Badges, Day, Figures, Waiting, badges, figures, sales_by_day, waiting};
pub use delivery::{MethodRow, TaxRateRow, Zone, tax_rates, zones};
pub use discounts::{
    DiscountRow, DiscountUse, DiscountView, NamedProduct, discount_figures, discount_uses, discounts, products_named,
};
pub use heavy::{HeavyPicture, heavy_pictures};
pub use order_export::{ExportedLine, ExportedOrder, exported_lines, exported_orders};
pub use orders::{OrderFilter, OrderRow, OrderView, count_orders, find_orders, orders, orders_of};
pub use products::{ProductRow, ProductView, count_products, find_products, products, products_of};
pub use stock::{AfterVariant, StockRow, StockView, count_stock, find_stock, stock};
pub use together::bought_with;

/// Counts stop here: whoever reads "1,000+" does not need the rest.
pub const COUNT_MAX: i64 = 1_000;

/// How many of the newest a search for words anywhere looks at.
const RECENT: i64 = 5_000;
