//! One order: its confirmation, its way, its invoice; paying it, looking it up, calling it off.
//!
//! Everything under `/orders/{token}` is opened by the token in the address, without a cookie. Those pages are kept by
//! nobody, found by no search engine, and tell no other site where they are.

mod document;
mod found;
mod keep;
mod pages;
mod pay;
mod samples;
mod show;
mod track;
mod view;

pub(crate) use document::full;
pub(crate) use found::Found;
pub(crate) use pages::{Action, SlipLine, SlipPage};

pub(crate) use pay::go_on;
pub(crate) use show::{document_page, order_page};
pub(crate) use view::{Words, way_to_pay};

use crate::{routes::Routes, templates::Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.add::<pages::PendingPage>();
    registry.add::<pages::PayPage>();
    registry.add::<pages::ConfirmationPage>();
    registry.add::<pages::OrderPage>();
    registry.add::<pages::FindPage>();
    registry.add::<pages::CancelPage>();
    registry.add::<pages::DocumentPage>();
    registry.add::<pages::SlipPage>();
}

pub(super) fn routes() -> Routes {
    show::routes()
        .merge(keep::routes())
        .merge(pay::routes())
        .merge(track::routes())
}
