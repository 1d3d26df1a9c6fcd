//! Sending a parcel, and recording that it has arrived.

use axum::{extract::State, response::Response};
use wares_commerce::{
    fulfilment::{self, Deliver, DeliverError, Ship, ShipError, ShipLine},
    inventory,
    orders::{self, Order, OrderLine, PaymentStatus},
    pricing::carriers,
};
use wares_kernel::{FulfilmentId, Quantity};

use super::{
    label, line,
    pages::{Recipient, ShipLine as Shown, ShipPage},
    show::find,
};
use crate::{
    App,
    admin::{
        notice::done,
        panel::Spot,
        parts::{Choice, Link},
        rights::SendParcels,
        staff::{Staff, invalid, ok},
        words,
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path},
    templates::format,
    urls::admin as urls,
};

/// `GET /admin/orders/{number}/ship`
pub(in crate::admin) async fn show(
    staff: Staff<SendParcels>,
    State(app): State<App>,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let order = find(&app, &number).await?;
    let lines = orders::lines(&mut *app.db.read().await?, order.id).await?;
    let form = FormView {
        values: lines
            .iter()
            .map(|line| (field(line), line.n_to_ship().to_string()))
            .collect(),
        ..FormView::default()
    };
    ok(&app, &page(&app, &staff, &order, &lines, form).await?).await
}

/// `POST /admin/orders/{number}/ship`
pub(in crate::admin) async fn send(
    staff: Staff<SendParcels>,
    State(app): State<App>,
    Path(number): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    let order = find(&app, &number).await?;
    let lines = orders::lines(&mut *app.db.read().await?, order.id).await?;
    let errors = match read(&entered, &staff, &order, &lines) {
        Ok(work) => match app.db.write(entered.once(work)).await {
            Ok(_) => {
                return Ok(done(
                    &app,
                    &urls::order(&number),
                    "The parcel was sent. The customer gets a mail.",
                ));
            }
            Err(ShipError::Db(error)) => return Err(error.into()),
            Err(ShipError::NoOrder) => return Err(Error::NotFound),
            Err(refusal) => refused(&refusal, &lines),
        },
        Err(errors) => errors,
    };
    let form = FormView::again(&entered, errors, &[]);
    invalid(&app, &page(&app, &staff, &order, &lines, form).await?).await
}

/// `POST /admin/orders/{number}/parcels/{parcel}/delivered`
pub(in crate::admin) async fn deliver(
    staff: Staff<SendParcels>,
    State(app): State<App>,
    Path((number, fulfilment_id)): Path<(String, FulfilmentId)>,
    entered: Entered,
) -> Result<Response, Error> {
    let order = find(&app, &number).await?;
    let parcel = fulfilment::find(&mut *app.db.read().await?, fulfilment_id).await?;
    if parcel.is_none_or(|parcel| parcel.order_id != order.id) {
        return Err(Error::NotFound);
    }
    match app
        .db
        .write(entered.once(Deliver {
            actor: staff.actor(),
            fulfilment_id,
        }))
        .await
    {
        Ok(()) => Ok(done(
            &app,
            &urls::order(&number),
            "The parcel is delivered. The customer is asked for a review.",
        )),
        Err(DeliverError::NoParcel) => Err(Error::NotFound),
        Err(DeliverError::Db(error)) => Err(error.into()),
    }
}

/// By what a line's quantity is named.
fn field(line: &OrderLine) -> String {
    format!("q-{}", line.id)
}

fn read(entered: &Entered, staff: &Staff<SendParcels>, order: &Order, lines: &[OrderLine]) -> Result<Ship, FormErrors> {
    let mut check = Check::new(entered);
    let mut packed = Vec::new();
    for line in lines {
        let name = field(line);
        let text = check.optional_text(&name, 6);
        if text.is_empty() || text == "0" {
            continue;
        }
        let left = line.n_to_ship();
        let quantity = text.parse::<u32>().ok().and_then(|n| Quantity::try_from(n).ok());
        match quantity {
            Some(quantity) if quantity.as_i64() <= left => packed.push(ShipLine {
                order_line_id: line.id,
                quantity,
            }),
            _ => check.wrong(&name, format!("Enter a whole number from 0 to {left}")),
        }
    }
    let carrier = check.optional_text("carrier", 60);
    let tracking_number = check.optional_text("tracking", 60);
    check.done()?;
    Ok(Ship {
        actor: staff.actor(),
        order_id: order.id,
        lines: packed,
        carrier,
        tracking_number,
        despite_dispute: entered.has("despite"),
    })
}

fn refused(refusal: &ShipError, lines: &[OrderLine]) -> FormErrors {
    let field = match refusal {
        ShipError::TooMuch { title, .. } => {
            let line = lines.iter().find(|line| line.title == *title);
            line.map_or_else(String::new, field)
        }
        ShipError::Empty => lines.first().map_or_else(String::new, field),
        ShipError::TrackingTooLong => "tracking".into(),
        ShipError::CarrierTooLong => "carrier".into(),
        ShipError::Disputed => "despite".into(),
        ShipError::NoOrder | ShipError::NotReady(_) | ShipError::Db(_) => String::new(),
    };
    FormErrors::one(field, refusal.to_string())
}

async fn page(
    app: &App,
    staff: &Staff<SendParcels>,
    order: &Order,
    lines: &[OrderLine],
    form: FormView,
) -> Result<ShipPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let number = order.number.as_str();
    let pictures = line::pictures(&mut conn, lines).await?;
    let mut shown = Vec::new();
    for (line, picture) in lines.iter().zip(pictures).filter(|(line, _)| line.n_to_ship() > 0) {
        let level = inventory::level(&mut conn, line.variant_id).await?;
        shown.push(Shown {
            field: field(line),
            picture,
            name: line.title.clone(),
            variant: line.variant_title.clone(),
            label: line.name(),
            sku: line.sku.clone(),
            on_hand: level.map(|level| format!("{} left in the house", level.on_hand)),
            max: line.n_to_ship().to_string(),
        });
    }
    let known = carriers::carriers(&mut conn).await?;
    let n_left: i64 = lines.iter().map(OrderLine::n_to_ship).sum();
    let items = words::plural(n_left, "item", "items");
    Ok(ShipPage {
        panel: staff.panel(&mut conn, Spot::Orders).await?,
        back: Link::new(format!("Order {number}"), urls::order(number)),
        number: number.to_owned(),
        action: urls::ship(number),
        lede: order.promise.map_or_else(String::new, |promise| {
            format!("Promised {}.", format::day_range(promise.from, promise.to, desk.today))
        }),
        left: format!("{items} left to send"),
        lines: shown,
        carriers: std::iter::once(Choice::new("", "Nobody in particular"))
            .chain(
                known
                    .iter()
                    .filter(|carrier| carrier.is_active)
                    .map(|carrier| carrier_choice(&carrier.name)),
            )
            .collect(),
        customer: Recipient {
            name: order.shipping_address.name.clone(),
            email: order.email.to_string(),
        },
        verb: format!("Send {items}"),
        address: label(&order.shipping_address),
        customer_note: Some(order.gift_note.clone()).filter(|note| !note.is_empty()),
        is_disputed: order.payment_status == PaymentStatus::Disputed,
        form,
    })
}

/// A carrier, with the pattern its numbers are recognised by where they are distinctive.
fn carrier_choice(name: &str) -> Choice {
    let pattern = match name {
        "DHL" => Some(r"^00340\d{15}$|^JJD"),
        "UPS" => Some(r"^1Z[0-9A-Z]{16}$"),
        "DPD" => Some(r"^\d{14}$"),
        "USPS" => Some(r"^9\d{21}$"),
        _ => None,
    };
    Choice {
        data: pattern.map(Into::into),
        ..Choice::new(name, name)
    }
}
