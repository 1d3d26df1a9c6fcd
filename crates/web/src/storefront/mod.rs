//! The pages shoppers see. One file a page, GET and POST of one page together.
//!
//! Public pages (home, category, search, product, content) are the same bytes for everybody: nothing personal is in them and
//! their forms carry no tokens. The number in the cart and the name are filled in by the script from readable cookies.

mod accent;
mod account;
mod address_form;
mod card;
mod cart;
mod category;
mod checkout;
mod collection;
mod content;
mod figures;
mod for_machines;
mod frame;
mod goods;
mod head;
mod home;
mod identity;
mod letters;
mod list_query;
mod listing;
mod media;
mod orders;
mod page_at;
mod parts;
mod picture;
mod pictures;
mod product;
mod reply;
mod review_form;
mod said;
mod samples;
mod search;
mod shelf;
mod sitemap;
mod structured;
mod tile;
mod tree;
mod visitor;
mod ways_to_pay;
mod webhooks;

pub mod errors;

pub use card::{Card, IndexEntry, PriceTag, RatingView, StockNote};
pub(crate) use collection::{in_header as collections_in_header, n_shown as n_shown_of_collection};
pub(crate) use frame::frame;
pub use head::Head;
pub(crate) use orders::{SlipLine, SlipPage, document_page, full};
pub(crate) use page_at::is_page;
pub(crate) use parts::Row;
pub use picture::{Picture, Source};
pub use tile::Tile;
pub(crate) use tree::{sections, shown as shown_categories};

use crate::{routes::Routes, templates::Registry};

/// The storefront's pages, for the test that renders every sample.
pub(crate) fn pages(pages: &mut Registry) {
    home::pages(pages);
    category::pages(pages);
    search::pages(pages);
    product::pages(pages);
    content::pages(pages);
    errors::pages(pages);
    account::register(pages);
    cart::register(pages);
    checkout::register(pages);
    identity::register(pages);
    letters::register(pages);
    orders::register(pages);
    pages.add::<said::SaidPage>();
}

/// The storefront's routes.
pub(crate) fn routes() -> Routes {
    Routes::default()
        .merge(accent::routes())
        .merge(account::routes())
        .merge(cart::routes())
        .merge(category::routes())
        .merge(checkout::routes())
        .merge(collection::routes())
        .merge(content::routes())
        .merge(for_machines::routes())
        .merge(identity::routes())
        .merge(letters::routes())
        .merge(orders::routes())
        .merge(webhooks::routes())
        .merge(home::routes())
        .merge(media::routes())
        .merge(product::routes())
        .merge(search::routes())
        .merge(sitemap::routes())
        .merge(tile::routes())
}
