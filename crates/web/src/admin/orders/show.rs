//! One order: lines by where they are, the money and where each figure comes from, payments, what happened.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use wares_commerce::{
    fulfilment::{self, Fulfilment, FulfilmentLine},
    invoicing::{self, Document},
    orders::{self, Comment, CommentError, FulfilmentStatus, Order, OrderLine, OrderNumber, OrderState},
    payment::{self, PaymentAttempt},
    staff::Permission,
};
use wares_kernel::Money;

use super::{
    buyer::buyer,
    capture, label, ledger, line,
    pages::{Delivery, LineGroup, OrderPage, Paper, Tracking},
    payments, timeline,
};
use crate::{
    App,
    admin::{
        desk::Desk,
        notice::done,
        panel::Spot,
        parts::{Link, State as Mark, Tab, Thumb},
        rights::{ChangeOrders, Right, SeeOrders},
        staff::{Staff, invalid, ok},
        words,
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path, Query},
    templates::format,
    urls::{admin as urls, with_query},
};

/// Which part of the timeline.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::admin) struct Wanted {
    tl: String,
}

/// `GET /admin/orders/{number}`
pub(in crate::admin) async fn show(
    staff: Staff<SeeOrders>,
    State(app): State<App>,
    Path(number): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let order = find(&app, &number).await?;
    ok(&app, &page(&app, &staff, &order, &wanted, FormView::default()).await?).await
}

/// `POST /admin/orders/{number}/notes`
pub(in crate::admin) async fn note(
    staff: Staff<ChangeOrders>,
    State(app): State<App>,
    Path(number): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    let order = find(&app, &number).await?;
    let mut check = Check::new(&entered);
    let text = check.long_text("note", 2_000, "Enter a note");
    let errors = match check.done() {
        Ok(()) => match app
            .db
            .write(entered.once(Comment {
                actor: staff.actor(),
                order_id: order.id,
                text,
            }))
            .await
        {
            Ok(()) => {
                return Ok(done(
                    &app,
                    &format!("{}#tl", urls::order(&number)),
                    "The note was added.",
                ));
            }
            Err(CommentError::Db(error)) => return Err(error.into()),
            Err(CommentError::NoOrder) => return Err(Error::NotFound),
            Err(CommentError::Text(refusal)) => FormErrors::one("note", refusal.to_string()),
        },
        Err(errors) => errors,
    };
    let form = FormView::again(&entered, errors, &[]);
    invalid(&app, &page(&app, &staff, &order, &Wanted::default(), form).await?).await
}

/// The order of a number in an address. What is no number is not found.
pub(super) async fn find(app: &App, number: &str) -> Result<Order, Error> {
    let number: OrderNumber = number.parse().map_err(|_| Error::NotFound)?;
    orders::by_number(&mut *app.db.read().await?, &number)
        .await?
        .ok_or(Error::NotFound)
}

#[expect(
    clippy::too_many_lines,
    reason = "one page or row, field by field; cutting it would only scatter them"
)]
async fn page<R: Right>(
    app: &App,
    staff: &Staff<R>,
    order: &Order,
    wanted: &Wanted,
    form: FormView,
) -> Result<OrderPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let number = order.number.as_str();
    let lines = orders::lines(&mut conn, order.id).await?;
    let parcels = fulfilment::of_order(&mut conn, order.id).await?;
    let packed = fulfilment::lines(&mut conn, order.id).await?;
    let money = payments::Moved::of(&mut conn, order).await?;
    let attempts = &money.attempts;
    let history = orders::timeline(&mut conn, order.id).await?;
    let documents = invoicing::of_order(&mut conn, order.id).await?;
    let pictures = line::pictures(&mut conn, &lines).await?;
    let n_left: i64 = lines.iter().map(OrderLine::n_to_ship).sum();
    let may_ship = staff.may(Permission::SendParcels) && order.state == OrderState::Placed && n_left > 0;
    let refundable = refundable(order, attempts);
    Ok(OrderPage {
        panel: staff.panel(&mut conn, Spot::Orders).await?,
        back: Link::new("Orders", urls::orders()),
        number: number.to_owned(),
        order: words::order(order.state.word()),
        payment: words::payment(order.payment_status.word()),
        fulfilment: words::fulfilment(order.fulfilment_status.word()),
        ship: may_ship.then(|| {
            Link::new(
                format!("Send {}", words::plural(n_left, "item", "items")),
                urls::ship(number),
            )
        }),
        mark_paid: waits_for_hand(staff, order, attempts)
            .then(|| Link::new("The money has come", urls::mark_paid(number))),
        capture: (staff.may(Permission::ChangeOrders) && capture::waiting(attempts).is_some())
            .then(|| urls::capture(number)),
        warning: warning(&desk, order, attempts),
        refund: (staff.may(Permission::Refund) && refundable.minor() > 0 && !payment::is_disputed(attempts))
            .then(|| urls::refund(number)),
        cancel: may_cancel(staff, order).then(|| urls::cancel_order(number)),
        mails: staff
            .may(Permission::SeeMail)
            .then(|| with_query(urls::mailbox(), [("order", number)])),
        activity: urls::activity_of("order", &order.id.to_string()),
        groups: groups(
            &desk,
            order,
            &lines,
            &Sent {
                parcels: &parcels,
                packed: &packed,
            },
            &pictures,
            staff,
        ),
        price_note: match (order.prices_include_tax, &order.quote.relief) {
            (true, _) => "Prices include tax.",
            (false, Some(_)) => "Prices are without tax: reverse charge.",
            (false, None) => "Tax is added to prices.",
        }
        .into(),
        ledger: ledger::rows(order, &lines, &money),
        refundable: (refundable.minor() > 0).then(|| format::money(refundable)),
        payments: payments::rows(&desk, order, &lines, &money, staff.may(Permission::Refund)),
        documents: documents.iter().map(|document| paper(&desk, document)).collect(),
        slip: (order.state == OrderState::Placed && n_left > 0).then(|| urls::packing_slip(number)),
        timeline_tabs: tabs(number, &wanted.tl),
        timeline: timeline::days(&desk, order.currency, &history, wanted.tl == "notes"),
        note_action: staff.may(Permission::ChangeOrders).then(|| urls::order_note(number)),
        form,
        customer: buyer(&mut conn, &desk, order, staff.may(Permission::SeeCustomers)).await?,
        address: label(&order.shipping_address),
        billing: order.billing_address.as_ref().map(label),
        delivery: delivery(&desk, order),
        customer_note: Some(order.gift_note.clone()).filter(|note| !note.is_empty()),
    })
}

fn paper(desk: &Desk, document: &Document) -> Paper {
    Paper {
        name: format!("{} {}", document.series.name(), document.number),
        url: urls::document(document.id),
        issued: desk.moment(document.issued_at),
        amount: format::money(document.signed(document.total)),
    }
}

/// What staff must know before they do anything with the order.
fn warning(desk: &Desk, order: &Order, attempts: &[PaymentAttempt]) -> Option<String> {
    let disputed: i64 = attempts.iter().map(|attempt| attempt.totals.in_dispute()).sum();
    if disputed > 0 {
        let amount = format::money(Money::new(disputed, order.currency));
        return Some(format!(
            "The buyer's bank disputes {amount} and has still to decide. Nothing of the order is refunded or cancelled until then, and nothing should be sent."
        ));
    }
    let waiting = capture::waiting(attempts)?;
    let until = waiting.authorised_until?;
    let amount = format::money(waiting.amount);
    Some(format!(
        "{amount} is authorised and must be taken before {}.",
        desk.moment(until).text
    ))
}

fn refundable(order: &Order, attempts: &[PaymentAttempt]) -> Money {
    let left = attempts.iter().map(|attempt| attempt.totals.left()).sum();
    Money::new(left, order.currency)
}

/// Whether money is expected that no gateway will tell of.
fn waits_for_hand<R>(staff: &Staff<R>, order: &Order, attempts: &[PaymentAttempt]) -> bool {
    let by_hand = [payment::BANK_TRANSFER, payment::CASH_ON_DELIVERY];
    staff.may(Permission::ChangeOrders)
        && matches!(
            order.state,
            OrderState::AwaitingPayment | OrderState::Placed | OrderState::Completed
        )
        && attempts
            .iter()
            .any(|attempt| attempt.state.is_live() && by_hand.contains(&attempt.gateway.as_str()))
}

fn may_cancel<R>(staff: &Staff<R>, order: &Order) -> bool {
    let is_open = matches!(order.state, OrderState::AwaitingPayment | OrderState::Placed);
    staff.may(Permission::Refund) && is_open && order.fulfilment_status == FulfilmentStatus::Unfulfilled
}

fn tabs(number: &str, part: &str) -> Vec<Tab> {
    let here = urls::order(number);
    let notes = with_query(&here, [("tl", "notes")]);
    vec![
        Tab::new("All", format!("{here}#tl"), part != "notes"),
        Tab::new("Notes", format!("{notes}#tl"), part == "notes"),
    ]
}

/// What has been sent, and in which parcels.
struct Sent<'a> {
    parcels: &'a [Fulfilment],
    packed: &'a [FulfilmentLine],
}

fn groups<R>(
    desk: &Desk,
    order: &Order,
    lines: &[OrderLine],
    sent: &Sent<'_>,
    pictures: &[Option<Thumb>],
    staff: &Staff<R>,
) -> Vec<LineGroup> {
    let number = order.number.as_str();
    let may_send = staff.may(Permission::SendParcels);
    let left: Vec<_> = lines
        .iter()
        .zip(pictures)
        .filter(|(line, _)| line.n_to_ship() > 0)
        .map(|(line, picture)| line::shown(line, line.n_to_ship(), picture.clone()))
        .collect();
    let n_left: i64 = lines.iter().map(OrderLine::n_to_ship).sum();
    let mut groups = Vec::new();
    if n_left > 0 {
        groups.push(LineGroup {
            mark: "ring",
            tone: if order.state == OrderState::Placed { "warn" } else { "" },
            title: title_of_rest(order, n_left),
            note: order.promise.map_or_else(String::new, |promise| {
                format!("promised {}", format::day_range(promise.from, promise.to, desk.today))
            }),
            tracking: None,
            ship: (may_send && order.state == OrderState::Placed).then(|| urls::ship(number)),
            deliver: None,
            slip: None,
            lines: left,
        });
    }
    for parcel in sent.parcels {
        let inside = sent
            .packed
            .iter()
            .filter(|packed| packed.fulfilment_id == parcel.id)
            .filter_map(|packed| {
                let at = lines.iter().position(|line| line.id == packed.order_line_id)?;
                Some(line::shown(&lines[at], packed.quantity.as_i64(), pictures[at].clone()))
            });
        groups.push(parcel_group(desk, number, parcel, inside.collect(), may_send));
    }
    groups
}

fn title_of_rest(order: &Order, n_left: i64) -> String {
    let items = words::plural(n_left, "item", "items");
    match order.state {
        OrderState::Placed => format!("To send, {items}"),
        OrderState::AwaitingPayment => format!("Waiting for payment, {items}"),
        OrderState::Completed | OrderState::Expired | OrderState::Cancelled => format!("Not sent, {items}"),
    }
}

fn parcel_group(
    desk: &Desk,
    number: &str,
    parcel: &Fulfilment,
    lines: Vec<super::pages::Line>,
    may: bool,
) -> LineGroup {
    let state = match parcel.delivered_at {
        Some(_) => Mark::done("delivered"),
        None => Mark::under_way("shipped"),
    };
    let at = parcel.delivered_at.unwrap_or(parcel.shipped_at);
    let carrier = if parcel.carrier.is_empty() {
        String::new()
    } else {
        format!(" · {}", parcel.carrier)
    };
    LineGroup {
        mark: state.mark(),
        tone: state.tone(),
        title: format!("Parcel {}, {}", parcel.parcel, state.word()),
        note: format!("{}{carrier}", desk.moment(at).text),
        tracking: (!parcel.tracking_number.is_empty()).then(|| Tracking {
            text: parcel.tracking_number.clone(),
            url: Some(parcel.tracking_url.clone()).filter(|url| !url.is_empty()),
        }),
        ship: None,
        slip: Some(urls::parcel_slip(number, parcel.id)),
        deliver: (may && parcel.delivered_at.is_none()).then(|| urls::mark_delivered(number, parcel.id)),
        lines,
    }
}

fn delivery(desk: &Desk, order: &Order) -> Delivery {
    let method = if order.shipping_method.is_empty() {
        "nothing is sent"
    } else {
        &order.shipping_method
    };
    let kept = order.promise.zip(order.delivered_at).map(|(promise, delivered)| {
        match fulfilment::days_late(promise.to, delivered, &desk.zone) {
            0 => Mark::done("On time"),
            days => Mark::attention(words::plural(i64::from(days), "day late", "days late")),
        }
    });
    Delivery {
        method: method.to_owned(),
        promised: order.promise.map_or_else(
            || "no date".into(),
            |promise| format::day_range(promise.from, promise.to, desk.today),
        ),
        kept,
    }
}
