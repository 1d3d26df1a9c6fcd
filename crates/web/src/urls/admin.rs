//! Links inside the admin panel.

use wares_kernel::{
    CarrierId, CategoryId, CollectionId, CustomerId, DocumentId, FulfilmentId, ImportId, InquiryId, MailId, ProductId,
    PromotionId, RedirectId, RefundId, ReviewId, ShippingMethodId, ShippingZoneId, StaffId, SynonymId, TaxRateId,
    VariantId,
};

use super::{segment, with_query};

macro_rules! places {
    ($($(#[$doc:meta])* $name:ident => $path:literal,)*) => {
        $($(#[$doc])* pub fn $name() -> &'static str { concat!("/admin", $path) })*
    };
}

places! {
    /// The dashboard.
    home => "",
    /// First run: the one-time set-up.
    set_up => "/setup",
    /// Signing in.
    sign_in => "/sign-in",
    /// Signing out (POST).
    sign_out => "/sign-out",
    /// What to do before opening.
    checklist => "/checklist",
    /// Search over everything.
    search => "/search",
    /// Orders.
    orders => "/orders",
    /// Those of a list as a file (POST).
    export_orders => "/orders/export.csv",
    /// Invoices and credit notes.
    documents => "/invoices",
    /// The same as a file.
    export_documents => "/invoices/export.csv",
    /// Products.
    products => "/products",
    /// A new product.
    add_product => "/products/new",
    /// Stock of all variants.
    stock => "/stock",
    /// The category tree.
    categories => "/categories",
    /// Collections.
    collections => "/collections",
    /// Customers, with and without an account.
    customers => "/customers",
    /// Who wants news by mail.
    newsletter => "/newsletter",
    /// The confirmed addresses as a file (POST).
    export_newsletter => "/newsletter/export",
    /// The audit log.
    activity => "/activity",
    /// Sent mails.
    mailbox => "/mail",
    /// Inquiries.
    inquiries => "/inquiries",
    /// Reviews.
    reviews => "/reviews",
    /// What shoppers searched for.
    searches => "/searches",
    /// Words that mean the same.
    synonyms => "/searches/synonyms",
    /// A new synonym.
    add_synonym => "/searches/synonyms/new",
    /// Searches that lead to a page.
    redirects => "/searches/redirects",
    /// A new redirect.
    add_redirect => "/searches/redirects/new",
    /// Discounts.
    discounts => "/discounts",
    /// A new discount.
    add_discount => "/discounts/new",
    /// Importing products.
    imports => "/import",
    /// Settings: the store.
    settings_store => "/settings/store",
    /// Settings: shipping.
    settings_shipping => "/settings/shipping",
    /// Settings: a new shipping zone.
    add_zone => "/settings/shipping/zones/new",
    /// Settings: a new carrier.
    add_carrier => "/settings/shipping/carriers/new",
    /// Closes the shop for a day (POST).
    days_off => "/settings/shipping/days-off",
    /// Makes a day off a working day again (POST).
    remove_day_off => "/settings/shipping/days-off/remove",
    /// Settings: taxes.
    settings_taxes => "/settings/taxes",
    /// Settings: selling to companies (POST).
    settings_companies => "/settings/taxes/companies",
    /// Settings: payments.
    settings_payments => "/settings/payments",
    /// Settings: invoices.
    settings_invoices => "/settings/invoices",
    /// Settings: e-mail.
    settings_email => "/settings/email",
    /// Sends a test through the mail server (POST).
    test_mail => "/settings/email/test",
    /// Settings: staff and roles.
    settings_staff => "/settings/staff",
}

/// A collection.
pub fn collection(id: CollectionId) -> String {
    format!("{}/{id}", collections())
}

/// Saves a collection's picture.
pub fn collection_picture(id: CollectionId) -> String {
    format!("{}/picture", collection(id))
}

/// Deletes a collection (`GET` asks, `POST` does).
pub fn delete_collection(id: CollectionId) -> String {
    format!("{}/delete", collection(id))
}

/// Search over everything for some words.
pub fn search_for(words: &str) -> String {
    with_query(search(), &[("q", words)])
}

/// The one-time set-up, with its key.
pub fn set_up_with(key: &str) -> String {
    with_query(set_up(), [("key", key)])
}

/// Joining the staff, from the link in the invitation.
pub fn invitation(token: &str) -> String {
    format!("/admin/invitation/{}", segment(token))
}

/// An order.
pub fn order(number: &str) -> String {
    format!("{}/{}", orders(), segment(number))
}

/// What can be done with an order (`GET` asks, `POST` does).
fn order_act(number: &str, act: &str) -> String {
    format!("{}/{act}", order(number))
}

/// What goes into an order's parcel, to print: all that is still to be sent.
pub fn packing_slip(number: &str) -> String {
    order_act(number, "slip")
}

/// What is in a parcel that was sent, to print.
pub fn parcel_slip(number: &str, parcel: FulfilmentId) -> String {
    with_query(&packing_slip(number), [("parcel", parcel.to_string().as_str())])
}

/// An invoice or a credit note.
pub fn document(id: DocumentId) -> String {
    format!("{}/{id}", documents())
}

/// Writes a note into an order's timeline (POST).
pub fn order_note(number: &str) -> String {
    order_act(number, "notes")
}

/// Sends a parcel of an order.
pub fn ship(number: &str) -> String {
    order_act(number, "ship")
}

/// Cancels an order and gives the money back.
pub fn cancel_order(number: &str) -> String {
    order_act(number, "cancel")
}

/// Takes the authorised money of an order.
pub fn capture(number: &str) -> String {
    order_act(number, "capture")
}

/// Gives back pieces of an order, or an amount.
pub fn refund(number: &str) -> String {
    order_act(number, "refund")
}

/// Records that the money of a refund was sent by hand (POST).
pub fn refund_sent(number: &str, refund: RefundId) -> String {
    format!("{}/refunds/{refund}/sent", order(number))
}

/// Records that the money of a bank transfer has come.
pub fn mark_paid(number: &str) -> String {
    order_act(number, "paid")
}

/// Records that a parcel has arrived (POST).
pub fn mark_delivered(number: &str, parcel: FulfilmentId) -> String {
    format!("{}/parcels/{parcel}/delivered", order(number))
}

/// A product.
pub fn product(id: ProductId) -> String {
    format!("{}/{id}", products())
}

/// A product's pictures (POST).
pub fn pictures(id: ProductId) -> String {
    format!("{}/pictures", product(id))
}

/// Takes a product out of the shop.
pub fn archive(id: ProductId) -> String {
    format!("{}/archive", product(id))
}

/// A variant's stock and its ledger.
pub fn stock_of(id: VariantId) -> String {
    format!("{}/{id}", stock())
}

/// A category.
pub fn category(id: CategoryId) -> String {
    format!("{}/{id}", categories())
}

/// Moves a category up or down (POST).
pub fn move_category(id: CategoryId) -> String {
    format!("{}/move", category(id))
}

/// Deletes an empty category.
pub fn delete_category(id: CategoryId) -> String {
    format!("{}/delete", category(id))
}

/// A customer, with or without an account.
pub fn customer(id: CustomerId) -> String {
    format!("{}/{id}", customers())
}

/// Says of a customer's VAT id whether it was looked up (POST).
pub fn customer_vat_ids(id: CustomerId) -> String {
    format!("{}/vat-ids", customer(id))
}

/// A mail.
pub fn mail(id: MailId) -> String {
    format!("{}/{id}", mailbox())
}

/// A mail's HTML by itself, for a sandboxed frame.
pub fn mail_body(id: MailId) -> String {
    format!("{}/body", mail(id))
}

/// Sends a mail again (POST).
pub fn resend(id: MailId) -> String {
    format!("{}/resend", mail(id))
}

/// An inquiry.
pub fn inquiry(id: InquiryId) -> String {
    format!("{}/{id}", inquiries())
}

/// Closes an inquiry (POST).
pub fn close_inquiry(id: InquiryId) -> String {
    format!("{}/close", inquiry(id))
}

/// Publishes a review (POST).
pub fn review(id: ReviewId) -> String {
    format!("{}/{id}", reviews())
}

/// Rejects a review with a reason.
pub fn reject_review(id: ReviewId) -> String {
    format!("{}/reject", review(id))
}

/// Replies to a review.
pub fn reply_review(id: ReviewId) -> String {
    format!("{}/reply", review(id))
}

/// A synonym.
pub fn synonym(id: SynonymId) -> String {
    format!("{}/{id}", synonyms())
}

/// Deletes a synonym.
pub fn delete_synonym(id: SynonymId) -> String {
    format!("{}/delete", synonym(id))
}

/// A redirect.
pub fn redirect(id: RedirectId) -> String {
    format!("{}/{id}", redirects())
}

/// Deletes a redirect.
pub fn delete_redirect(id: RedirectId) -> String {
    format!("{}/delete", redirect(id))
}

/// A discount.
pub fn discount(id: PromotionId) -> String {
    format!("{}/{id}", discounts())
}

/// Ends a discount.
pub fn stop_discount(id: PromotionId) -> String {
    format!("{}/stop", discount(id))
}

/// Makes single-use codes (POST).
pub fn make_codes(id: PromotionId) -> String {
    format!("{}/codes", discount(id))
}

/// A discount's single-use codes as a file.
pub fn export_codes(id: PromotionId) -> String {
    format!("{}/codes.csv", discount(id))
}

/// A run of the importer.
pub fn import(id: ImportId) -> String {
    format!("{}/{id}", imports())
}

/// What an import left out or changed, as a table to keep.
pub fn import_errors(id: ImportId) -> String {
    format!("{}/errors.csv", import(id))
}

/// A shipping zone.
pub fn zone(id: ShippingZoneId) -> String {
    format!("{}/zones/{id}", settings_shipping())
}

/// Deletes a shipping zone.
pub fn delete_zone(id: ShippingZoneId) -> String {
    format!("{}/delete", zone(id))
}

/// A new method in a zone.
pub fn add_method(zone_id: ShippingZoneId) -> String {
    format!("{}/methods/new", zone(zone_id))
}

/// A shipping method.
pub fn method(id: ShippingMethodId) -> String {
    format!("{}/methods/{id}", settings_shipping())
}

/// Deletes a shipping method.
pub fn delete_method(id: ShippingMethodId) -> String {
    format!("{}/delete", method(id))
}

/// A carrier.
pub fn carrier(id: CarrierId) -> String {
    format!("{}/carriers/{id}", settings_shipping())
}

/// Deletes a carrier.
pub fn delete_carrier(id: CarrierId) -> String {
    format!("{}/delete", carrier(id))
}

/// Deletes a tax rate that has not begun.
pub fn delete_tax_rate(id: TaxRateId) -> String {
    format!("{}/{id}/delete", settings_taxes())
}

/// Changes one member of staff (POST).
pub fn staff(id: StaffId) -> String {
    format!("{}/{id}", settings_staff())
}

/// Takes somebody's access away.
pub fn disable_staff(id: StaffId) -> String {
    format!("{}/disable", staff(id))
}

/// What happened to one thing, such as `order` and its number.
pub fn activity_of(kind: &str, id: &str) -> String {
    with_query(activity(), &[("object", kind), ("id", id)])
}

/// Choosing a new password for the admin panel, from a mail.
pub fn reset_with(token: &str) -> String {
    format!("/admin/reset/{}", segment(token))
}
