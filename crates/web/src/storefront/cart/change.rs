use axum::{extract::State, response::Response};
use wares_commerce::cart::{Acknowledge, Add, AddError, ChangeError, Changed, Remove, SetQuantity, Wish};
use wares_kernel::{Quantity, VariantId};

use super::{Ours, show};
use crate::{
    App,
    http::{Accepts, Entered, Error, FormErrors, FormView, Path},
    storefront::{
        reply::{ask_again, see},
        visitor::Visitor,
    },
    urls,
};

/// What a line's form asks for: a button says the number itself, else it is what was typed.
fn asked(entered: &Entered) -> &str {
    if entered.has("set") && !entered.has("update") {
        entered.get("set").trim()
    } else {
        entered.get("qty").trim()
    }
}

/// `POST /cart/lines/{line}`
pub(super) async fn change(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Path(variant_id): Path<VariantId>,
    entered: Entered,
) -> Result<Response, Error> {
    let ours = Ours::of(&app, &visitor);
    let owner = ours.owner;
    let typed = asked(&entered);
    let shown = if typed == "0" {
        removed(app.db.write(Remove { owner, variant_id }).await?)
    } else if let Ok(quantity) = typed.parse::<Quantity>() {
        let change = SetQuantity {
            owner,
            variant_id,
            quantity,
        };
        set(app.db.write(change).await, variant_id)?
    } else {
        return wrong(&app, accepts, &visitor, variant_id, typed).await;
    };
    // Whoever changes the cart has read what stood above it.
    app.db.write(Acknowledge { owner }).await?;
    let mut response = see(&shown);
    ours.tell(&app, ours.count(&app).await?, response.headers_mut());
    Ok(response)
}

/// Where to look afterwards. What is gone already, in another window, needs no words.
fn removed(wish: Option<Wish>) -> String {
    let Some(wish) = wish else {
        return urls::cart().to_owned();
    };
    let (variant, quantity) = (wish.variant_id.to_string(), wish.quantity.to_string());
    urls::with_query(
        urls::cart(),
        [("removed", variant.as_str()), ("qty", quantity.as_str())],
    )
}

fn set(outcome: Result<Changed, ChangeError>, variant_id: VariantId) -> Result<String, Error> {
    match outcome {
        Ok(Changed { only: Some(only), .. }) => {
            let (variant, only) = (variant_id.to_string(), only.to_string());
            Ok(urls::with_query(
                urls::cart(),
                [("cut", variant.as_str()), ("only", only.as_str())],
            ))
        }
        Ok(_) | Err(ChangeError::NotInCart | ChangeError::SoldOut) => Ok(urls::cart().to_owned()),
        Err(ChangeError::Db(failure)) => Err(failure.into()),
    }
}

async fn wrong(
    app: &App,
    accepts: Accepts,
    visitor: &Visitor,
    variant_id: VariantId,
    typed: &str,
) -> Result<Response, Error> {
    let message = format!("Enter a quantity between 1 and {}", Quantity::MAX);
    let field = format!("qty-{variant_id}");
    let mut cart = show::cart_view(app, visitor).await?;
    cart.form = FormView::again(&Entered::default(), FormErrors::one(field, message.clone()), &[]);
    let id = variant_id.to_string();
    if let Some(line) = cart.lines.iter_mut().find(|line| line.variant == id) {
        typed.clone_into(&mut line.quantity);
        line.wrong = Some(message);
    }
    ask_again(app, accepts, &show::page(app, cart)).await
}

/// `POST /cart/undo`: puts back what was just taken out.
pub(super) async fn undo(State(app): State<App>, visitor: Visitor, entered: Entered) -> Result<Response, Error> {
    let ours = Ours::of(&app, &visitor);
    let (variant_id, quantity) = (entered.get("variant").parse(), entered.get("qty").parse());
    let (Ok(variant_id), Ok(quantity)) = (variant_id, quantity) else {
        return Ok(see(urls::cart()));
    };
    let addition = Add {
        owner: ours.owner,
        variant_id,
        quantity,
    };
    match app.db.write(addition).await {
        Ok(added) => {
            let mut response = see(urls::cart());
            ours.tell(&app, added.n_pieces, response.headers_mut());
            Ok(response)
        }
        Err(AddError::Db(failure)) => Err(failure.into()),
        Err(refusal) => Err(Error::conflict("not_put_back", format!("{refusal}."))),
    }
}
