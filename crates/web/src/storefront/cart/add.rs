use axum::{extract::State, http::StatusCode, response::Response};
use wares_commerce::{
    cart::{self, Add, AddError, AddOnce, Added},
    catalog::{self, SaleTerms},
};
use wares_kernel::{Quantity, Slug, VariantId};

use super::{
    Ours,
    added_page::{AddAgain, AddedPage, Kept, NotAddedPage},
};
use crate::{
    App,
    http::{Accepts, Entered, Error},
    storefront::{
        Head, figures,
        pictures::thumb_of,
        reply::{see, with_status},
        visitor::Visitor,
    },
    templates::format::money,
    urls,
};

/// `POST /cart/lines`: the product is named by its variant, or by its address and the values chosen.
pub(super) async fn add(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    entered: Entered,
) -> Result<Response, Error> {
    let ours = Ours::of(&app, &visitor);
    let Some(variant_id) = variant(&app, &entered).await? else {
        return not_added(&app, accepts, &entered, "Choose one of each option", None).await;
    };
    let Some(quantity) = quantity(&entered) else {
        let form = again(&entered, urls::cart_lines(), "Add to cart");
        return not_added(&app, accepts, &entered, &wrong_quantity(), Some(form)).await;
    };
    let addition = Add {
        owner: ours.owner,
        variant_id,
        quantity,
    };
    match app.db.write(AddOnce(addition)).await {
        Ok(added) => confirm(&app, accepts, &ours, variant_id, &added).await,
        Err(AddError::Db(failure)) => Err(failure.into()),
        Err(refusal) => not_added(&app, accepts, &entered, &refusal.to_string(), None).await,
    }
}

pub(super) fn wrong_quantity() -> String {
    format!("Enter a quantity between 1 and {}", Quantity::MAX)
}

/// The variant the form means: by id, or by the values of the options in their order.
pub(super) async fn variant(app: &App, entered: &Entered) -> Result<Option<VariantId>, Error> {
    if entered.has("variant") {
        return Ok(entered.get("variant").parse().ok());
    }
    let Ok(slug) = entered.get("product").parse::<Slug>() else {
        return Ok(None);
    };
    let values: Vec<String> = (1..=catalog::OPTIONS_MAX)
        .map(|n| format!("o{n}"))
        .take_while(|field| entered.has(field))
        .map(|field| entered.get(&field).to_owned())
        .collect();
    Ok(catalog::variant_with(&mut *app.db.read().await?, &slug, &values).await?)
}

/// One where the form has no field for it.
pub(super) fn quantity(entered: &Entered) -> Option<Quantity> {
    let typed = if entered.has("qty") { entered.get("qty") } else { "1" };
    typed.parse().ok()
}

async fn confirm(
    app: &App,
    accepts: Accepts,
    ours: &Ours,
    variant_id: VariantId,
    added: &Added,
) -> Result<Response, Error> {
    let mut response = match accepts {
        Accepts::Page => {
            let (variant, only) = (variant_id.to_string(), added.only.map(|only| only.to_string()));
            let mut pairs = vec![("added", variant.as_str())];
            pairs.extend(only.as_deref().map(|only| ("only", only)));
            see(&urls::with_query(urls::cart(), pairs))
        }
        Accepts::Fragment => {
            let page = strip(app, ours, variant_id, added).await?;
            app.page(accepts, &page).await?
        }
    };
    ours.tell(app, added.n_pieces, response.headers_mut());
    Ok(response)
}

async fn strip(app: &App, ours: &Ours, variant_id: VariantId, added: &Added) -> Result<AddedPage, Error> {
    let currency = app.settings.get().store.currency;
    let view = cart::view(&mut *app.db.read().await?, &ours.owner, currency).await?;
    let view = view.ok_or(Error::NotFound)?;
    let line = view.lines.iter().find(|line| line.terms.variant_id == variant_id);
    let line = line.ok_or(Error::NotFound)?;
    Ok(AddedPage {
        head: Head::private(&app.shop_name(), "Cart"),
        text: format!("{} × {}", name(&line.terms), added.quantity),
        count: figures::items(u64::try_from(added.n_pieces).unwrap_or_default()),
        subtotal: money(view.subtotal),
        picture_view: thumb_of(line),
        limited: added.only.map(only),
    })
}

/// Why there are fewer than asked for.
pub(in crate::storefront) fn only(left: i64) -> String {
    format!("Only {left} available; quantity set to {left}")
}

/// Title and values in one.
fn name(terms: &SaleTerms) -> String {
    if terms.variant_title.is_empty() {
        terms.title.clone()
    } else {
        format!("{}, {}", terms.title, terms.variant_title.replace(" / ", ", "))
    }
}

/// Everything that names the variant, and the quantity as typed, for the same button once more.
pub(super) fn again(entered: &Entered, action: &'static str, verb: &'static str) -> AddAgain {
    let options: Vec<String> = (1..=catalog::OPTIONS_MAX).map(|n| format!("o{n}")).collect();
    let names = ["product", "variant"]
        .into_iter()
        .chain(options.iter().map(String::as_str));
    let kept = names.filter(|name| entered.has(name)).map(|name| Kept {
        name: name.to_owned(),
        value: entered.get(name).to_owned(),
    });
    AddAgain {
        action,
        verb,
        quantity: entered.get("qty").to_owned(),
        kept: kept.collect(),
    }
}

/// Why nothing was bought or put into the cart.
pub(super) async fn not_added(
    app: &App,
    accepts: Accepts,
    entered: &Entered,
    reason: &str,
    again: Option<AddAgain>,
) -> Result<Response, Error> {
    let back_url = match entered.get("product") {
        "" => urls::home().to_owned(),
        slug => urls::product(slug),
    };
    let page = NotAddedPage {
        head: Head::private(&app.shop_name(), "Not added to the cart"),
        reason: reason.to_owned(),
        back_url,
        again,
    };
    with_status(app, accepts, StatusCode::UNPROCESSABLE_ENTITY, &page).await
}
