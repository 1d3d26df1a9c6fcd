//! The admin panel: one folder a noun, one file a verb.
//!
//! `pages.rs` in each folder says what its pages show, with samples; [`parts`] are the pieces all pages share and [`panel`]
//! what surrounds them.

mod activity;
mod categories;
mod customers;
mod gate;
mod home;
mod imports;
mod inquiries;
mod mailbox;
mod orders;
mod panel;
mod parts;
mod products;
mod reviews;
mod samples;
mod settings;
mod stock;

use axum::Router;

use crate::{app::App, templates::Registry};

/// The admin panel's pages, for the test that renders every sample.
pub(crate) fn pages(pages: &mut Registry) {
    pages.add::<gate::pages::SignInPage>();
    pages.add::<gate::pages::SetUpPage>();
    pages.add::<gate::pages::InvitationPage>();
    pages.add::<gate::pages::ClosedPage>();
    pages.add::<home::pages::DashboardPage>();
    pages.add::<home::pages::ChecklistPage>();
    pages.add::<home::pages::SearchPage>();
    pages.add::<home::pages::MessagePage>();
    pages.add::<home::pages::ConfirmPage>();
    pages.add::<orders::pages::ListPage>();
    pages.add::<orders::pages::OrderPage>();
    pages.add::<orders::pages::ShipPage>();
    pages.add::<orders::pages::CancelPage>();
    pages.add::<orders::pages::MarkPaidPage>();
    pages.add::<products::pages::ListPage>();
    pages.add::<products::pages::AddPage>();
    pages.add::<products::pages::EditPage>();
    pages.add::<products::pages::ConflictPage>();
    pages.add::<stock::pages::ListPage>();
    pages.add::<stock::pages::StockPage>();
    pages.add::<categories::pages::CategoryPage>();
    pages.add::<customers::pages::ListPage>();
    pages.add::<customers::pages::CustomerPage>();
    pages.add::<activity::pages::ListPage>();
    pages.add::<mailbox::pages::MailboxPage>();
    pages.add::<inquiries::pages::InboxPage>();
    pages.add::<reviews::pages::ListPage>();
    pages.add::<reviews::pages::AnswerPage>();
    pages.add::<settings::pages::StorePage>();
    pages.add::<settings::pages::ShippingPage>();
    pages.add::<settings::pages::ZonePage>();
    pages.add::<settings::pages::MethodPage>();
    pages.add::<settings::pages::TaxesPage>();
    pages.add::<settings::pages::PaymentsPage>();
    pages.add::<settings::pages::EmailPage>();
    pages.add::<settings::pages::StaffPage>();
    pages.add::<imports::pages::UploadPage>();
    pages.add::<imports::pages::ImportPage>();
}

/// The admin panel's routes.
pub(crate) fn routes() -> Router<App> {
    Router::new()
}
