//! The admin panel: one folder a noun, one file a verb.
//!
//! `pages.rs` in each folder says what its pages show, with samples; [`parts`] are the pieces all pages share and [`panel`]
//! what surrounds them.

mod activity;
mod categories;
mod choices;
mod collections;
mod csv;
mod customers;
mod desk;
mod discounts;
mod documents;
mod gate;
mod home;
mod imports;
mod inquiries;
mod lists;
mod mailbox;
mod newsletter;
mod notice;
mod orders;
mod panel;
mod parts;
mod picker;
mod products;
mod reviews;
mod rights;
mod samples;
mod searches;
mod settings;
mod staff;
mod stock;
mod table;
mod upload;
mod words;

use axum::Router;

use crate::{app::App, templates::Registry};

use table::Table;
pub use table::{Needs, Route};

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
    pages.add::<documents::pages::ListPage>();
    pages.add::<orders::money_pages::CancelPage>();
    pages.add::<orders::money_pages::MarkPaidPage>();
    pages.add::<orders::money_pages::RefundPage>();
    pages.add::<orders::money_pages::CapturePage>();
    pages.add::<products::pages::ListPage>();
    pages.add::<products::pages::AddPage>();
    pages.add::<products::pages::EditPage>();
    pages.add::<products::pages::ConflictPage>();
    pages.add::<searches::pages::ReportPage>();
    pages.add::<searches::pages::RulesPage>();
    pages.add::<searches::pages::RulePage>();
    pages.add::<stock::pages::ListPage>();
    pages.add::<stock::pages::StockPage>();
    pages.add::<categories::pages::CategoryPage>();
    pages.add::<collections::pages::CollectionPage>();
    pages.add::<customers::pages::ListPage>();
    pages.add::<customers::pages::CustomerPage>();
    pages.add::<newsletter::pages::ListPage>();
    pages.add::<activity::pages::ListPage>();
    pages.add::<mailbox::pages::MailboxPage>();
    pages.add::<inquiries::pages::InboxPage>();
    pages.add::<reviews::pages::ListPage>();
    pages.add::<reviews::pages::AnswerPage>();
    pages.add::<discounts::pages::ListPage>();
    pages.add::<discounts::pages::DiscountPage>();
    pages.add::<settings::pages::StorePage>();
    pages.add::<settings::delivery::pages::ShippingPage>();
    pages.add::<settings::delivery::pages::ZonePage>();
    pages.add::<settings::delivery::pages::MethodPage>();
    pages.add::<settings::delivery::pages::CarrierPage>();
    pages.add::<settings::delivery::pages::TaxesPage>();
    pages.add::<settings::pages::PaymentsPage>();
    pages.add::<settings::pages::InvoicesPage>();
    pages.add::<settings::pages::EmailPage>();
    pages.add::<settings::pages::StaffPage>();
    pages.add::<imports::pages::UploadPage>();
    pages.add::<imports::pages::ImportPage>();
}

/// The admin panel's routes.
pub(crate) fn routes() -> Router<App> {
    let (router, _) = table().into_parts();
    router
}

/// Every route of the panel with who may use it, for the test that tries them all as somebody else.
pub fn listed_routes() -> Vec<Route> {
    let (_, routes) = table().into_parts();
    routes
}

fn table() -> Table {
    let table = Table::default()
        .open_page("/admin/setup", gate::show_set_up)
        .open_act("/admin/setup", gate::make_shop)
        .open_page("/admin/sign-in", gate::show_sign_in)
        .open_act("/admin/sign-in", gate::enter)
        .open_page("/admin/invitation/{token}", gate::show_invitation)
        .open_act("/admin/invitation/{token}", gate::join)
        .act("/admin/sign-out", gate::sign_out)
        .page("/admin", home::dashboard)
        .page("/admin/checklist", home::checklist)
        .page("/admin/search", home::search)
        .page("/admin/activity", activity::list)
        .page("/admin/customers", customers::list)
        .page("/admin/customers/{id}", customers::show)
        .act("/admin/customers/{id}/vat-ids", customers::check_vat_id)
        .page("/admin/newsletter", newsletter::list)
        .act("/admin/newsletter/export", newsletter::export);
    delivery(rules(words(goods(trade(table)))))
}

fn trade(table: Table) -> Table {
    table
        .page("/admin/orders", orders::list)
        .act("/admin/orders/export.csv", orders::export)
        .page("/admin/orders/{number}", orders::show)
        .act("/admin/orders/{number}/notes", orders::note)
        .page("/admin/orders/{number}/ship", orders::show_ship)
        .act("/admin/orders/{number}/ship", orders::send)
        .act("/admin/orders/{number}/parcels/{parcel}/delivered", orders::deliver)
        .page("/admin/orders/{number}/cancel", orders::ask_cancel)
        .act("/admin/orders/{number}/cancel", orders::cancel)
        .page("/admin/orders/{number}/capture", orders::ask_capture)
        .act("/admin/orders/{number}/capture", orders::take_money)
        .page("/admin/orders/{number}/refund", orders::ask_refund)
        .act("/admin/orders/{number}/refund", orders::give_back)
        .act("/admin/orders/{number}/refunds/{refund}/sent", orders::refund_sent)
        .page("/admin/orders/{number}/paid", orders::ask_paid)
        .act("/admin/orders/{number}/paid", orders::record_paid)
        .page("/admin/orders/{number}/slip", orders::packing_slip)
        .page("/admin/invoices", documents::list)
        .page("/admin/invoices/export.csv", documents::export)
        .page("/admin/invoices/{id}", documents::show)
        .page("/admin/inquiries", inquiries::list)
        .page("/admin/inquiries/{id}", inquiries::show)
        .act("/admin/inquiries/{id}", inquiries::answer)
        .act("/admin/inquiries/{id}/close", inquiries::close)
        .page("/admin/reviews", reviews::list)
        .act("/admin/reviews/{id}", reviews::publish)
        .page("/admin/reviews/{id}/reject", reviews::ask_reject)
        .act("/admin/reviews/{id}/reject", reviews::reject)
        .page("/admin/reviews/{id}/reply", reviews::ask_reply)
        .act("/admin/reviews/{id}/reply", reviews::reply)
        .page("/admin/discounts", discounts::list)
        .page("/admin/discounts/new", discounts::show_new)
        .act("/admin/discounts/new", discounts::add)
        .page("/admin/discounts/{id}", discounts::show)
        .act("/admin/discounts/{id}", discounts::save)
        .page("/admin/discounts/{id}/stop", discounts::ask_stop)
        .act("/admin/discounts/{id}/stop", discounts::stop)
        .act("/admin/discounts/{id}/codes", discounts::make)
        .page("/admin/discounts/{id}/codes.csv", discounts::export)
        .page("/admin/mail", mailbox::list)
        .page("/admin/mail/{id}", mailbox::show)
        .page("/admin/mail/{id}/body", mailbox::body)
        .act("/admin/mail/{id}/resend", mailbox::resend)
}

fn goods(table: Table) -> Table {
    table
        .page("/admin/products", products::list)
        .page("/admin/products/new", products::show_add)
        .act_with_files("/admin/products/new", products::add)
        .page("/admin/products/{id}", products::show)
        .act("/admin/products/{id}", products::save)
        .act_with_files("/admin/products/{id}/pictures", products::save_pictures)
        .page("/admin/products/{id}/archive", products::ask_archive)
        .act("/admin/products/{id}/archive", products::archive)
        .page("/admin/import", imports::show_upload)
        .act_with_files("/admin/import", imports::receive)
        .page("/admin/import/{id}", imports::show)
        .act("/admin/import/{id}", imports::start)
        .page("/admin/import/{id}/errors.csv", imports::errors)
        .page("/admin/stock", stock::list)
        .page("/admin/stock/{variant}", stock::show)
        .act("/admin/stock/{variant}", stock::adjust)
        .page("/admin/categories", categories::show_new)
        .act("/admin/categories", categories::add)
        .page("/admin/categories/{id}", categories::show)
        .act("/admin/categories/{id}", categories::save)
        .act("/admin/categories/{id}/move", categories::step)
        .page("/admin/categories/{id}/delete", categories::ask_delete)
        .act("/admin/categories/{id}/delete", categories::delete)
        .page("/admin/collections", collections::show_new)
        .act("/admin/collections", collections::add)
        .page("/admin/collections/{id}", collections::show)
        .act("/admin/collections/{id}", collections::save)
        .act_with_files("/admin/collections/{id}/picture", collections::save_picture)
        .page("/admin/collections/{id}/delete", collections::ask_delete)
        .act("/admin/collections/{id}/delete", collections::delete)
}

fn words(table: Table) -> Table {
    table
        .page("/admin/searches", searches::show_report)
        .page("/admin/searches/synonyms", searches::list_synonyms)
        .page("/admin/searches/synonyms/new", searches::show_new_synonym)
        .act("/admin/searches/synonyms/new", searches::add_synonym)
        .page("/admin/searches/synonyms/{id}", searches::show_synonym)
        .act("/admin/searches/synonyms/{id}", searches::save_synonym)
        .page("/admin/searches/synonyms/{id}/delete", searches::ask_delete_synonym)
        .act("/admin/searches/synonyms/{id}/delete", searches::delete_synonym)
        .page("/admin/searches/redirects", searches::list_redirects)
        .page("/admin/searches/redirects/new", searches::show_new_redirect)
        .act("/admin/searches/redirects/new", searches::add_redirect)
        .page("/admin/searches/redirects/{id}", searches::show_redirect)
        .act("/admin/searches/redirects/{id}", searches::save_redirect)
        .page("/admin/searches/redirects/{id}/delete", searches::ask_delete_redirect)
        .act("/admin/searches/redirects/{id}/delete", searches::delete_redirect)
}

fn rules(table: Table) -> Table {
    table
        .page("/admin/settings/store", settings::show_store)
        .act("/admin/settings/store", settings::save_store)
        .page("/admin/settings/payments", settings::show_payments)
        .act("/admin/settings/payments", settings::save_payments)
        .page("/admin/settings/invoices", settings::show_invoices)
        .act("/admin/settings/invoices", settings::save_invoices)
        .page("/admin/settings/email", settings::show_email)
        .act("/admin/settings/email", settings::save_email)
        .act("/admin/settings/email/test", settings::test_mail)
        .page("/admin/settings/staff", settings::show_staff)
        .act("/admin/settings/staff", settings::invite)
        .act("/admin/settings/staff/{id}", settings::change_staff)
        .page("/admin/settings/staff/{id}/disable", settings::ask_disable)
        .act("/admin/settings/staff/{id}/disable", settings::disable_staff)
}

fn delivery(table: Table) -> Table {
    table
        .page("/admin/settings/shipping", settings::show_delivery)
        .act("/admin/settings/shipping", settings::save_delivery)
        .page("/admin/settings/shipping/zones/new", settings::show_new_zone)
        .act("/admin/settings/shipping/zones/new", settings::add_zone)
        .page("/admin/settings/shipping/zones/{id}", settings::show_zone)
        .act("/admin/settings/shipping/zones/{id}", settings::save_zone)
        .page("/admin/settings/shipping/zones/{id}/delete", settings::ask_delete_zone)
        .act("/admin/settings/shipping/zones/{id}/delete", settings::delete_zone)
        .page(
            "/admin/settings/shipping/zones/{id}/methods/new",
            settings::show_new_method,
        )
        .act("/admin/settings/shipping/zones/{id}/methods/new", settings::add_method)
        .page("/admin/settings/shipping/methods/{id}", settings::show_method)
        .act("/admin/settings/shipping/methods/{id}", settings::save_method)
        .page(
            "/admin/settings/shipping/methods/{id}/delete",
            settings::ask_delete_method,
        )
        .act("/admin/settings/shipping/methods/{id}/delete", settings::delete_method)
        .page("/admin/settings/shipping/carriers/new", settings::show_new_carrier)
        .act("/admin/settings/shipping/carriers/new", settings::add_carrier)
        .page("/admin/settings/shipping/carriers/{id}", settings::show_carrier)
        .act("/admin/settings/shipping/carriers/{id}", settings::save_carrier)
        .page(
            "/admin/settings/shipping/carriers/{id}/delete",
            settings::ask_delete_carrier,
        )
        .act(
            "/admin/settings/shipping/carriers/{id}/delete",
            settings::delete_carrier,
        )
        .act("/admin/settings/shipping/days-off", settings::add_day_off)
        .act("/admin/settings/shipping/days-off/remove", settings::remove_day_off)
        .page("/admin/settings/taxes", settings::show_taxes)
        .act("/admin/settings/taxes", settings::save_rate)
        .act("/admin/settings/taxes/companies", settings::save_companies)
        .page("/admin/settings/taxes/{id}/delete", settings::ask_delete_rate)
        .act("/admin/settings/taxes/{id}/delete", settings::delete_rate)
}
