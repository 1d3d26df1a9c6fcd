//! Every link of the shop, as a function. Nothing else in the program writes a path of its own.
//!
//! Names that go into a path are percent-encoded here. Links in mails are these with the configured address in front
//! ([`crate::Config::base_url`]).

pub mod admin;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

/// What may not stand in one segment of a path.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident => $path:literal,)*) => {
        $($(#[$doc])* pub fn $name() -> &'static str { $path })*

        /// The links without a name in them, for templates: `{{ urls.cart }}`.
        #[derive(Debug, Clone, Copy, Serialize)]
        pub struct Fixed { $($(#[$doc])* pub $name: &'static str,)* }

        /// All links without a name in them.
        pub fn fixed() -> Fixed {
            Fixed { $($name: $path,)* }
        }
    };
}

fixed! {
    /// The first page.
    home => "/",
    /// All categories.
    categories => "/categories",
    /// Search results.
    search => "/search",
    /// Suggestions while typing.
    suggest => "/search/suggest",
    /// The cart.
    cart => "/cart",
    /// Adds to the cart.
    cart_lines => "/cart/lines",
    /// Puts a removed line back.
    cart_undo => "/cart/undo",
    /// Applies or removes a discount code.
    cart_code => "/cart/code",
    /// Checkout: the first step that is still missing.
    checkout => "/checkout",
    /// Buys one thing past the cart.
    buy_now => "/checkout/now",
    /// Checkout, step one.
    checkout_details => "/checkout/details",
    /// Checkout, step two.
    checkout_delivery => "/checkout/delivery",
    /// Checkout, step three.
    checkout_review => "/checkout/review",
    /// Applies or removes a discount code in step three.
    checkout_code => "/checkout/code",
    /// The account's first page.
    account => "/account",
    /// The account's orders.
    account_orders => "/account/orders",
    /// What the customer wrote about what they bought.
    account_reviews => "/account/reviews",
    /// The account's address book.
    account_addresses => "/account/addresses",
    /// Name, e-mail address and telephone of the account.
    account_profile => "/account/profile",
    /// Password and signed-in devices of the account.
    account_security => "/account/security",
    /// A new address in the account's address book.
    account_address_new => "/account/addresses/new",
    /// Changes the e-mail address of the account (POST).
    account_email => "/account/email",
    /// Ends the sessions on all other devices (POST).
    account_sessions => "/account/sessions",
    /// Changes the password of the account (POST).
    account_password => "/account/password",
    /// Signing in.
    sign_in => "/login",
    /// Signing out (POST).
    sign_out => "/logout",
    /// Opening an account.
    register => "/register",
    /// A forgotten password.
    forgot => "/forgot",
    /// A new password, from the link in the mail.
    reset => "/reset",
    /// Looking an order up by number and e-mail address.
    track => "/track",
    /// Asking for news by mail.
    news => "/news",
    /// Saying that a review helped (POST).
    helpful => "/reviews/helpful",
    /// Writing to the shop.
    contact => "/contact",
    /// Cost and time of delivery, and sending back.
    shipping_returns => "/pages/shipping-returns",
    /// Ways to pay.
    ways_to_pay => "/pages/shipping-returns#pay",
    /// Privacy.
    privacy => "/pages/privacy",
    /// Terms.
    terms => "/pages/terms",
    /// The admin panel.
    admin => "/admin",
    /// For search engines.
    sitemap => "/sitemap.xml",
    for_language_models => "/llms.txt",
}

/// One part of the sitemap.
pub fn sitemap_part(part: &str) -> String {
    format!("/sitemap/{part}.xml")
}

/// A collection's page.
pub fn collection(slug: &str) -> String {
    format!("/collections/{}", segment(slug))
}

/// A category's page.
pub fn category(slug: &str) -> String {
    format!("/c/{}", segment(slug))
}

/// A product's page.
pub fn product(slug: &str) -> String {
    format!("/p/{}", segment(slug))
}

/// A product's page with one variant chosen.
pub fn variant(slug: &str, variant: &str) -> String {
    with_query(&product(slug), &[("v", variant)])
}

/// Search results for some words.
pub fn search_for(query: &str) -> String {
    with_query(search(), &[("q", query)])
}

/// A content page: about, terms, imprint…
pub fn content(slug: &str) -> String {
    format!("/pages/{}", segment(slug))
}

/// One line of the cart (POST changes or removes it).
pub fn cart_line(line: &str) -> String {
    format!("/cart/lines/{}", segment(line))
}

/// An order by the token in its link.
pub fn order(token: &str) -> String {
    format!("/orders/{}", segment(token))
}

/// Makes an account of a guest's order (POST).
pub fn keep_orders(token: &str) -> String {
    format!("/orders/{}/account", segment(token))
}

/// An order's invoice.
pub fn invoice(token: &str) -> String {
    format!("/orders/{}/invoice", segment(token))
}

/// An invoice or a credit note of an order.
pub fn document(token: &str, id: &str) -> String {
    format!("/orders/{}/documents/{}", segment(token), segment(id))
}

/// An order in the customer's account.
pub fn account_order(number: &str) -> String {
    format!("/account/orders/{}", segment(number))
}

/// Writing about something in an order of the account.
pub fn account_review(number: &str, line: &str) -> String {
    format!("/account/orders/{}/review/{}", segment(number), segment(line))
}

/// One address of the address book.
pub fn account_address(id: &str) -> String {
    format!("/account/addresses/{}", segment(id))
}

/// Takes an address out of the address book (POST).
pub fn account_address_remove(id: &str) -> String {
    format!("/account/addresses/{}/remove", segment(id))
}

/// Makes an address the one delivered to (POST).
pub fn account_address_default(id: &str) -> String {
    format!("/account/addresses/{}/default", segment(id))
}

/// Puts a removed address back (POST).
pub fn account_address_restore(id: &str) -> String {
    format!("/account/addresses/{}/restore", segment(id))
}

/// Ends a session on another device (POST).
pub fn account_session(id: &str) -> String {
    format!("/account/sessions/{}", segment(id))
}

/// Proving a mailbox, from the link in the mail.
pub fn verify_email(token: &str) -> String {
    format!("/verify/{}", segment(token))
}

/// Moving an account to another address, from the link in the mail.
pub fn confirm_email(token: &str) -> String {
    format!("/account/email/{}", segment(token))
}

/// A new password, from the signed link in the mail.
pub fn reset_with(token: &str) -> String {
    format!("/reset/{}", segment(token))
}

/// A thread with the shop, by the token in its link.
pub fn inquiry(token: &str) -> String {
    format!("/inquiries/{}", segment(token))
}

/// An order on its way, by the token in its link.
pub fn track_order(token: &str) -> String {
    format!("/orders/{}/track", segment(token))
}

/// Paying an order that waits.
pub fn pay_order(token: &str) -> String {
    format!("/orders/{}/pay", segment(token))
}

/// Where a buyer comes back to from the payment page.
pub fn return_to_order(token: &str) -> String {
    format!("/orders/{}/return", segment(token))
}

/// Calling an order off.
pub fn cancel_order(token: &str) -> String {
    format!("/orders/{}/cancel", segment(token))
}

/// Putting what was ordered into the cart again (POST).
pub fn buy_again(number: &str) -> String {
    format!("/account/orders/{}/again", segment(number))
}

/// A question about an order.
pub fn ask_about_order(number: &str) -> String {
    with_query(contact(), [("order", number)])
}

/// Confirming that one wants news, from the link in the mail.
pub fn confirm_news(token: &str) -> String {
    format!("/news/{}", segment(token))
}

/// Stopping the news, from the link in each of them.
pub fn leave_news(token: &str) -> String {
    format!("/news/{}/leave", segment(token))
}

/// Writing a review, from the signed link in the mail.
pub fn write_review(token: &str) -> String {
    format!("/reviews/{}", segment(token))
}

/// Reviewing one line of an order, from the signed link in the mail.
pub fn review_line(token: &str, line: &str) -> String {
    format!("/reviews/{}/{}", segment(token), segment(line))
}

/// A question about a product.
pub fn ask_about(product: &str) -> String {
    with_query(contact(), &[("product", product)])
}

/// A picture in one width and format.
pub fn media(name: &str) -> String {
    format!("/media/{}", segment(name))
}

/// The stylesheet of the shop's own colour, as six hexadecimal digits.
pub fn accent(colour: &str) -> String {
    format!("/accent/{}.css", segment(colour))
}

/// The tile shown where there is no photograph.
pub fn tile(name: &str) -> String {
    format!("/img/ph/{}.svg", segment(name))
}

/// Where mails link to.
pub fn mail_paths() -> wares_commerce::notifications::Paths {
    wares_commerce::notifications::Paths {
        order,
        document,
        write_review,
        verify_email,
        reset_password: reset_with,
        confirm_email,
        inquiry,
        staff_order: admin::order,
        join_staff: admin::invitation,
        reset_staff_password: admin::reset_with,
        confirm_news,
        leave_news,
        sign_in: sign_in(),
        forgot: forgot(),
        contact: contact(),
    }
}

/// `path?name=value&…`, encoded; without parameters just the path.
pub fn with_query<'a, I>(path: &str, pairs: I) -> String
where
    I: IntoIterator,
    I::Item: std::borrow::Borrow<(&'a str, &'a str)>,
{
    use std::borrow::Borrow as _;
    let mut query = form_urlencoded::Serializer::new(String::new());
    for pair in pairs {
        let (name, value) = pair.borrow();
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// Whether a path is called by programs that sign or authorise each call, instead of by pages.
pub(crate) fn is_for_machines(path: &str) -> bool {
    path.starts_with("/webhooks/") || path.starts_with("/api/")
}

/// Whether `next` may be followed after signing in: a path of this shop and nothing else.
///
/// It starts with one slash, has no backslash and no control characters, and is at most 512 bytes long, so that no browser
/// reads another host into it.
pub fn is_own_path(next: &str) -> bool {
    next.len() <= 512
        && next.starts_with('/')
        && !next.starts_with("//")
        && !next.chars().any(|c| c == '\\' || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_path_are_encoded() {
        assert_eq!(product("a/b?c#d e"), "/p/a%2Fb%3Fc%23d%20e");
        assert_eq!(search_for("a&b=c"), "/search?q=a%26b%3Dc");
    }

    #[test]
    fn only_paths_of_this_shop_are_followed() {
        for own in ["/", "/cart", "/account/orders?page=2#x", "/p/ü"] {
            assert!(is_own_path(own), "{own}");
        }
        let long = format!("/{}", "a".repeat(600));
        for foreign in [
            "",
            "cart",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil",
            "https://evil.example",
            "/a\nb",
            "/\t/evil.example",
            "javascript:alert(1)",
            &long,
        ] {
            assert!(!is_own_path(foreign), "{foreign}");
        }
    }
}
