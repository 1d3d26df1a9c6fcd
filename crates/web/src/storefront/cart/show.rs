use axum::{extract::State, response::Response};
use serde::Deserialize;
use wares_commerce::{
    cart::{self, Line, LineState, Notice as Told},
    catalog,
    checkout::{self, CheckoutView},
};
use wares_kernel::{Money, VariantId};

use super::{
    add::only,
    code::codes,
    page::{CartPage, CartView, Change, LineView, Removed},
};
use crate::{
    App,
    http::{Accepts, Error, Query},
    storefront::{figures, parts::Notice, pictures::thumb_of, tree, visitor::Visitor},
    templates::format::{date_of, day_range, money},
    urls,
};

/// What was just done.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    removed: Option<VariantId>,
    qty: Option<u32>,
    added: Option<VariantId>,
    cut: Option<VariantId>,
    only: Option<i64>,
    done: Option<String>,
}

/// `GET /cart`
pub(super) async fn show(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut cart = cart_view(&app, &visitor).await?;
    if let Some(removed) = removed(&app, &cart, &asked).await? {
        cart.removed = Some(removed);
    }
    cart.said = said(&cart, &asked).or(cart.said);
    if accepts == Accepts::Fragment {
        cart.announce = Some(announcement(&cart));
    }
    app.page(accepts, &page(&app, cart)).await
}

pub(super) fn page(app: &App, cart: CartView) -> CartPage {
    CartPage::new(&app.shop_name(), cart)
}

/// What was taken out, unless it is back already.
async fn removed(app: &App, cart: &CartView, asked: &Asked) -> Result<Option<Removed>, Error> {
    let (Some(variant), Some(quantity)) = (asked.removed, asked.qty) else {
        return Ok(None);
    };
    let id = variant.to_string();
    if cart.lines.iter().any(|line| line.variant == id) {
        return Ok(None);
    }
    let terms = catalog::sale_terms(&mut *app.db.read().await?, &[variant]).await?;
    Ok(terms.into_iter().next().map(|terms| Removed {
        name: terms.title,
        variant: id,
        quantity,
    }))
}

fn said(cart: &CartView, asked: &Asked) -> Option<Notice> {
    let line = |variant: Option<VariantId>| {
        let id = variant?.to_string();
        cart.lines.iter().find(|line| line.variant == id)
    };
    if let Some(line) = line(asked.added).or(line(asked.cut)) {
        let name = line.name.clone();
        return Some(match asked.only {
            Some(left) => Notice::warn(only(left)).with(name),
            None => Notice::ok(format!("{name} is in your cart")),
        });
    }
    match asked.done.as_deref()? {
        "blocked" => Some(Notice::warn("Change what is marked, then go on to checkout")),
        "empty" => Some(Notice::warn("Put something in your cart, then go on to checkout")),
        "coded" => Some(Notice::ok("The discount is taken off")),
        "uncoded" => Some(Notice::ok("The code is removed")),
        "again" => Some(Notice::ok("What can be bought again is in your cart")),
        _ => None,
    }
}

fn announcement(cart: &CartView) -> String {
    if let Some(removed) = &cart.removed {
        return format!("Removed {}. Undo", removed.name);
    }
    match (&cart.said, &cart.sums) {
        (Some(said), _) => said.title.clone(),
        (None, Some(sums)) => format!("Cart changed, total {}", sums.total),
        (None, None) => "Your cart is empty".into(),
    }
}

/// Everything the cart's page shows; an empty cart shows ways on.
pub(super) async fn cart_view(app: &App, visitor: &Visitor) -> Result<CartView, Error> {
    let mut shown = filled(app, visitor).await?;
    if shown.lines.is_empty() {
        let mut conn = app.db.read().await?;
        let nodes = tree::shown(&mut conn).await?;
        shown.categories = tree::index(app, &mut conn, &nodes).await?;
    }
    Ok(shown)
}

async fn filled(app: &App, visitor: &Visitor) -> Result<CartView, Error> {
    let settings = app.settings.get();
    let mut shown = CartView {
        signed_in: visitor.customer.is_some(),
        ..CartView::default()
    };
    let Some(owner) = super::owner(app, visitor) else {
        return Ok(shown);
    };
    let mut conn = app.db.read().await?;
    // The figures are those of checkout: sent as chosen there, or the cheapest way within the shop's own country.
    let Some(checkout) = checkout::view(&mut conn, &owner, &settings, app.now()).await? else {
        let empty = cart::view(&mut conn, &owner, settings.store.currency).await?;
        shown.said = empty.and_then(|cart| cart.notices.first().map(told));
        return Ok(shown);
    };
    let cart = &checkout.cart;
    shown.lines = cart.lines.iter().map(line_view).collect();
    shown.changes = cart.lines.iter().filter_map(change).collect();
    shown.said = cart.notices.first().map(told);
    shown.blocked = (!cart.is_ready()).then(|| "Change what is marked to go on.".into());
    reprice(&mut shown, &checkout);
    add_figures(app, &mut shown, &checkout);
    Ok(shown)
}

/// Lines as this buyer pays them: without tax where they owe it themselves. An old price is one with tax and says nothing then.
fn reprice(shown: &mut CartView, view: &CheckoutView) {
    if !view.quote.as_ref().is_ok_and(|quote| quote.relief.is_some()) {
        return;
    }
    for (shown, line) in shown.lines.iter_mut().zip(&view.cart.lines) {
        let (unit, total) = view.price_of(line);
        (shown.unit_price, shown.total, shown.was) = (money(unit), money(total), None);
    }
}

fn add_figures(app: &App, shown: &mut CartView, view: &CheckoutView) {
    let store = &app.settings.get().store;
    let pieces = figures::items(u64::try_from(view.cart.n_pieces).unwrap_or_default());
    let address = view.checkout.shipping_address.as_ref();
    let country = address.map_or(store.country, |address| address.country);
    let delivery = format!("Delivery to {}", country.name());
    match &view.quote {
        Ok(quote) => shown.sums = Some(figures::sums(quote, &format!("Subtotal, {pieces}"), &delivery)),
        Err(refusal) => shown.blocked = Some(refusal.to_string()),
    }
    let today = date_of(app.now(), &store.zone());
    let sent = view.chosen.as_ref().or(view.choices.first());
    shown.arrives = sent.map(|choice| day_range(choice.promise.from, choice.promise.to, today));
    shown.codes = codes(view);
    let refused = shown
        .codes
        .iter()
        .filter_map(|code| Some((&code.code, code.why.as_ref()?)));
    let refused = refused.map(|(code, why)| Change {
        name: code.clone(),
        old_price: None,
        new_price: None,
        text: format!("{}.", why.replacen("This code", "this code", 1)),
    });
    shown.changes.extend(refused.collect::<Vec<_>>());
}

fn line_view(line: &Line) -> LineView {
    let terms = &line.terms;
    let variant = terms.variant_id.to_string();
    let quantity = line.quantity.get();
    let was = terms.was_minor.map(|minor| Money::new(minor, line.unit.currency()));
    LineView {
        change_url: urls::cart_line(&variant),
        url: urls::product(terms.slug.as_str()),
        name: terms.title.clone(),
        options: terms.variant_title.replace(" / ", ", "),
        picture: thumb_of(line),
        unit_price: money(line.unit),
        was: was.filter(|was| was.minor() > line.unit.minor()).map(money),
        quantity: quantity.to_string(),
        fewer: quantity - 1,
        more: quantity + 1,
        total: money(line.total),
        low: match line.state {
            LineState::Short { left } => Some(format!("Only {left} left: choose {left} or fewer")),
            _ => None,
        },
        gone: match line.state {
            LineState::SoldOut => Some("Sold out".into()),
            LineState::Gone => Some("Not sold any more".into()),
            LineState::Available | LineState::Short { .. } => None,
        },
        wrong: None,
        variant,
    }
}

fn change(line: &Line) -> Option<Change> {
    let mut change = Change {
        name: line.terms.title.clone(),
        old_price: None,
        new_price: None,
        text: String::new(),
    };
    match line.state {
        LineState::Short { left } => change.text = format!("only {left} left, and you have {} here.", line.quantity),
        LineState::SoldOut => change.text = "sold out. Remove it to go on.".into(),
        LineState::Gone => change.text = "not sold any more. Remove it to go on.".into(),
        LineState::Available => {
            change.old_price = Some(money(line.price_before?));
            change.new_price = Some(money(line.unit));
        }
    }
    Some(change)
}

fn told(notice: &Told) -> Notice {
    match notice {
        Told::Merged { n_products: 1 } => Notice::ok("One product from this device joined the cart you had saved"),
        Told::Merged { n_products } => Notice::ok(format!(
            "{n_products} products from this device joined the cart you had saved"
        )),
        Told::Bought => Notice::ok("Your payment arrived after all, so what you ordered is not in your cart any more"),
        Told::Reopened => Notice::warn("The order was not paid, so everything is in your cart again"),
    }
}
