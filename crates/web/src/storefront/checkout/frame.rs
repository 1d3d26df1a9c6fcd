//! What the three pages of checkout have in common.

use axum::response::Response;
use wares_commerce::{
    cart::{CartOwner, Line},
    checkout::{self, CheckoutView},
};
use wares_kernel::CartId;

use super::pages::{Around, Step, Summary};
use crate::{
    App,
    http::{Entered, Error, FormView},
    storefront::{
        cart, figures,
        parts::{self, Item, Notice, Sums},
        pictures::thumb_of,
        reply::see,
        visitor::Visitor,
    },
    templates::format::money,
    urls,
};

/// The visitor's checkout, or where they have to go instead.
pub(super) async fn open(app: &App, visitor: &Visitor) -> Result<Result<(CartOwner, CheckoutView), Response>, Error> {
    open_of(app, cart::checkout_owner(app, visitor).await?).await
}

/// Whose the cart is that a form of checkout names. In another window something else may be bought meanwhile.
pub(super) async fn named_owner(app: &App, visitor: &Visitor, entered: &Entered) -> Result<Option<CartOwner>, Error> {
    match entered.get("cart").parse::<CartId>() {
        Ok(cart_id) => cart::owner_of(app, visitor, cart_id).await,
        Err(_) => cart::checkout_owner(app, visitor).await,
    }
}

/// The checkout of an owner, or where they have to go instead.
pub(super) async fn open_of(
    app: &App,
    owner: Option<CartOwner>,
) -> Result<Result<(CartOwner, CheckoutView), Response>, Error> {
    let cart_says = |done| Ok(Err(see(&urls::with_query(urls::cart(), [("done", done)]))));
    let Some(owner) = owner else {
        return cart_says("empty");
    };
    let settings = app.settings.get();
    let found = checkout::view(&mut *app.db.read().await?, &owner, &settings, app.now()).await?;
    match found {
        None => cart_says("empty"),
        Some(view) if view.blocked().next().is_some() => match product_url(&owner, &view) {
            Some(url) => Ok(Err(see(&url))),
            None => cart_says("blocked"),
        },
        Some(view) => Ok(Ok((owner, view))),
    }
}

/// The product that is bought at once; nothing for a cart.
fn product_url(owner: &CartOwner, view: &CheckoutView) -> Option<String> {
    let line = view.cart.lines.first().filter(|_| owner.is_at_once())?;
    Some(urls::product(line.terms.slug.as_str()))
}

/// Back to the cart, which says that there is nothing in it.
pub(super) fn empty_cart() -> Response {
    see(&urls::with_query(urls::cart(), [("done", "empty")]))
}

/// Leads to the first step that is not done, and says so.
pub(super) fn not_yet(step: checkout::Step) -> Response {
    see(&urls::with_query(Step::of(step).url(), [("missing", "1")]))
}

/// Said where somebody came by a link that was too early.
pub(super) fn missing(asked: Option<u8>) -> Option<Notice> {
    asked.map(|_| Notice::warn("This comes first; then it goes on"))
}

/// Said after the address or the VAT id changed which of the two is paid, prices with tax or without. What a link says has to be true.
pub(super) fn said_of_tax(turned: Option<&str>, view: &CheckoutView) -> Option<Notice> {
    let quote = view.quote.as_ref().ok()?;
    let total = money(quote.total);
    match (turned?, &quote.relief) {
        ("without", Some(_)) => Some(Notice::ok(format!(
            "Your VAT id counts: prices are without VAT, the total is {total}"
        ))),
        ("with", None) => Some(Notice::warn(format!("Prices are with VAT now, the total is {total}"))),
        _ => None,
    }
}

/// Steps, summary and form of one step's page.
pub(super) fn around(
    app: &App,
    step: Step,
    (owner, view): (&CartOwner, &CheckoutView),
    form: FormView,
    said: Option<Notice>,
) -> Around {
    Around {
        cart: view.cart.id.to_string(),
        product_url: product_url(owner, view),
        head: parts::head(&app.shop_name(), step.title(), &form),
        steps: step.links(),
        order: summary(view),
        said,
        form,
    }
}

fn summary(view: &CheckoutView) -> Summary {
    let item = |line: &Line| Item {
        picture: thumb_of(line),
        name: line.terms.title.clone(),
        options: line.terms.variant_title.replace(" / ", ", "),
        quantity: line.quantity.get(),
        total: money(view.price_of(line).1),
    };
    Summary {
        count: figures::items(u64::try_from(view.cart.n_pieces).unwrap_or_default()),
        lines: view.cart.lines.iter().map(item).collect(),
        sums: sums(view),
    }
}

fn sums(view: &CheckoutView) -> Sums {
    match &view.quote {
        Ok(quote) => figures::sums(quote, "Subtotal", "Delivery"),
        Err(_) => Sums {
            rows: Vec::new(),
            total_label: "Total".into(),
            total: money(view.cart.subtotal),
            note: String::new(),
        },
    }
}

/// What was typed on a page before, as values for its form.
pub(super) fn typed_before(view: &CheckoutView, page: &str) -> Option<Vec<(String, String)>> {
    let fields = view.checkout.typed.get(page)?.as_object()?;
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    Some(
        fields
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), text(value)?)))
            .collect(),
    )
}

/// A form with these values.
pub(super) fn filled(values: Vec<(String, String)>) -> FormView {
    FormView::prefilled(values.iter().map(|(name, value)| (name.as_str(), value.clone())))
}

/// A form as it was typed, to be kept.
pub(super) fn as_typed(entered: &Entered) -> serde_json::Value {
    let mut fields = serde_json::Map::new();
    for (name, value) in entered.pairs().take(40) {
        let value: String = value.chars().take(600).collect();
        fields.entry(name.to_owned()).or_insert(value.into());
    }
    fields.into()
}
