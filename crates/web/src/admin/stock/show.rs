//! One variant's stock: its ledger, who holds some of it, and changes by hand.

use axum::{extract::State, response::Response};
use wares_commerce::{
    catalog::{self, Stored},
    inventory::{self, Adjust, AdjustError, Holding, Level, Reason},
    staff::Permission,
};
use wares_kernel::{After, Page, VariantId, text};

use super::pages::{Held, Movement, StockPage};
use crate::{
    App,
    admin::{
        desk::Desk,
        lists::{Listing, Wanted},
        notice::done,
        panel::Spot,
        parts::{Choice, Link, Pager, Piece},
        rights::{ChangeStock, Right, SeeProducts},
        staff::{Staff, invalid, ok},
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path, Query},
    urls::{admin as urls, with_query},
};

/// Lines of the ledger on a page.
const LEDGER_ROWS: u32 = 50;

/// `GET /admin/stock/{variant}`
pub(in crate::admin) async fn show(
    staff: Staff<SeeProducts>,
    State(app): State<App>,
    Path(id): Path<VariantId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    ok(&app, &page(&app, &staff, id, &wanted, FormView::default()).await?).await
}

/// `POST /admin/stock/{variant}`
pub(in crate::admin) async fn adjust(
    staff: Staff<ChangeStock>,
    State(app): State<App>,
    Path(id): Path<VariantId>,
    entered: Entered,
) -> Result<Response, Error> {
    let errors = match read(&entered, &staff, id) {
        Ok(work) => match app.db.write(entered.once(work)).await {
            Ok(level) => {
                let text = format!("The change was recorded. On hand: {}.", level.on_hand);
                return Ok(done(&app, &urls::stock_of(id), text));
            }
            Err(AdjustError::Db(error)) => return Err(error.into()),
            Err(AdjustError::NotFound) => return Err(Error::NotFound),
            Err(refusal) => {
                let field = if matches!(refusal, AdjustError::Note(_)) {
                    "note"
                } else {
                    "delta"
                };
                FormErrors::one(field, text::capital(&refusal.to_string()))
            }
        },
        Err(errors) => errors,
    };
    let form = FormView::again(&entered, errors, &[]);
    invalid(&app, &page(&app, &staff, id, &Wanted::default(), form).await?).await
}

fn read(entered: &Entered, staff: &Staff<ChangeStock>, variant_id: VariantId) -> Result<Adjust, FormErrors> {
    let mut check = Check::new(entered);
    let text = check.text("delta", 8, "Enter how many more or fewer there are, such as +12 or -1");
    let delta = check.parsed("delta", &text, delta);
    let note = check.optional_text("note", 200);
    let reason = Reason::from_word(entered.get("reason")).filter(|reason| Reason::BY_HAND.contains(reason));
    if reason.is_none() {
        check.wrong("reason", "Choose a reason");
    }
    check.done()?;
    let (Some(delta), Some(reason)) = (delta, reason) else {
        return Err(FormErrors::one("reason", "Choose a reason"));
    };
    Ok(Adjust {
        actor: staff.actor(),
        variant_id,
        delta,
        reason,
        note,
    })
}

/// `+12`, `12`, `-1`, `−1`.
fn delta(text: &str) -> Result<i64, &'static str> {
    text.replace('\u{2212}', "-")
        .replace(char::is_whitespace, "")
        .parse()
        .map_err(|_| "Enter a whole number with + or -, such as +12 or -1")
}

async fn page<R: Right>(
    app: &App,
    staff: &Staff<R>,
    id: VariantId,
    wanted: &Wanted,
    form: FormView,
) -> Result<StockPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let level = inventory::level(&mut conn, id).await?.ok_or(Error::NotFound)?;
    let product = catalog::stored(&mut conn, level.product_id)
        .await?
        .ok_or(Error::NotFound)?;
    let movements = inventory::movements(&mut conn, id, wanted.place(After::NEWEST), LEDGER_ROWS).await?;
    let holdings = inventory::holdings(&mut conn, id).await?;
    let panel = staff.panel(&mut conn, Spot::Inventory).await?;
    drop(conn);
    let (title, sku) = name(&product, id);
    let listing = Listing {
        action: urls::stock(),
        noun: "",
        placeholder: "",
        wanted,
    };
    let pager = ledger_pager(&listing, id, &movements);
    Ok(StockPage {
        panel,
        back: Link::new("Inventory", urls::stock()),
        title,
        sku,
        on_hand: level.on_hand.to_string(),
        reserved: level.reserved.to_string(),
        available: level.available().to_string(),
        product: urls::product(level.product_id),
        movements: movements.items.iter().map(|movement| row(&desk, movement)).collect(),
        pager,
        action: staff.may(Permission::ChangeStock).then(|| urls::stock_of(id)),
        reasons: Reason::BY_HAND
            .map(|reason| Choice::new(reason.word(), reason.label()))
            .into(),
        delta_hint: hint(&level),
        reservations: holdings.iter().map(|holding| held(&desk, holding)).collect(),
        others: others(&product, id),
        form,
    })
}

fn ledger_pager(listing: &Listing<'_>, id: VariantId, movements: &Page<inventory::Movement>) -> Pager {
    let mut pager = listing.pager(movements.items.len(), "newest first", None);
    let here = urls::stock_of(id);
    pager.first = pager.first.map(|_| here.clone());
    pager.next = movements
        .next
        .map(|after| with_query(&here, [("after", after.to_string().as_str())]));
    pager
}

/// The product's title with the variant's values, and the SKU.
fn name(product: &Stored, id: VariantId) -> (String, String) {
    let variant = product.draft.variants.iter().find(|variant| variant.id == Some(id));
    let values = variant.map(|variant| variant.values.join(", ")).unwrap_or_default();
    let title = &product.draft.title;
    let name = if values.is_empty() {
        title.clone()
    } else {
        format!("{title}, {values}")
    };
    let sku = variant
        .and_then(|variant| variant.sku.as_ref())
        .map(ToString::to_string);
    (name, sku.unwrap_or_else(|| "none".into()))
}

fn hint(level: &Level) -> String {
    format!(
        "With + or −. On hand: {}, of which {} are reserved.",
        level.on_hand, level.reserved
    )
}

fn row(desk: &Desk, movement: &inventory::Movement) -> Movement {
    let known = Reason::from_word(&movement.reason);
    let label = known.map_or_else(|| movement.reason.clone(), |reason| reason.label().to_owned());
    let mut reason = vec![Piece::text(label)];
    if let Some(number) = &movement.order_number {
        reason.push(Piece::text(", "));
        reason.push(Piece::link(number, urls::order(number)));
    }
    Movement {
        at: desk.moment(movement.at),
        reason,
        note: (!movement.note.is_empty()).then(|| movement.note.clone()),
        by: movement.staff_name.clone().unwrap_or_else(|| "the shop".into()),
        change: signed(movement.delta),
        is_plus: movement.delta > 0,
        balance: movement.on_hand_after.to_string(),
    }
}

fn signed(n: i64) -> String {
    if n > 0 {
        format!("+{n}")
    } else {
        n.to_string().replace('-', "\u{2212}")
    }
}

fn held(desk: &Desk, holding: &Holding) -> Held {
    let until = holding
        .hold_until
        .map(|until| format!(", until {}", desk.time(until).text));
    Held {
        text: format!("{}{}", holding.number, until.unwrap_or_default()),
        url: Some(urls::order(&holding.number)),
        quantity: holding.quantity.to_string(),
    }
}

fn others(product: &Stored, id: VariantId) -> Vec<Held> {
    product
        .draft
        .variants
        .iter()
        .zip(&product.stock)
        .filter(|(variant, _)| variant.id != Some(id))
        .filter_map(|(variant, (on_hand, _))| {
            Some(Held {
                text: variant.values.join(", "),
                url: Some(urls::stock_of(variant.id?)),
                quantity: on_hand.to_string(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_typed_as_people_type_them() {
        for (typed, n) in [("+12", 12), ("12", 12), ("-1", -1), ("−1", -1), (" + 3 ", 3)] {
            assert_eq!(delta(typed), Ok(n), "{typed}");
        }
        for typed in ["", "1.5", "a", "99999999999999999999", "1e3"] {
            assert!(delta(typed).is_err(), "{typed}");
        }
        assert_eq!((signed(3).as_str(), signed(-2).as_str()), ("+3", "−2"));
    }
}
