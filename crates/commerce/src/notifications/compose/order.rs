//! Mails about orders.

use serde_json::json;
use wares_db::Conn;
use wares_jobs::JobError;
use wares_kernel::format::{self, day_range, money};
use wares_kernel::{EmailAddress, FulfilmentId, Money, OrderId, RefundId};

use super::{Composed, Desk, first_name, gone, moment, sealed};
use crate::accounts::link::Purpose;
use crate::events::MoneyNews;
use crate::fulfilment::{self, Fulfilment};
use crate::invoicing::{self, Document};
use crate::notifications::letter::Letter;
use crate::notifications::letters::order as letters;
use crate::notifications::letters::order::{
    Delivered, DocumentFacts, LineFacts, OrderCancelled, OrderConfirmation, OrderExpired, OrderFacts, OrderLink,
    OrderReceived, PartReleased, PaymentReturned, Refunded, Shipped, SumFacts,
};
use crate::orders::{self, Order, OrderLine, OrderNumber, OrderState, PaymentStatus};
use crate::payment::gateway::NextStep;
use crate::payment::{self, AttemptState, LineShare, RefundProgress};
use crate::settings::{self, Payments};

type Result = std::result::Result<Option<Composed>, JobError>;

/// An order and its lines.
struct About {
    order: Order,
    lines: Vec<OrderLine>,
    facts: OrderFacts,
}

async fn about(desk: &Desk<'_>, conn: &mut Conn, id: OrderId) -> std::result::Result<About, JobError> {
    let order = orders::find(conn, id).await?.ok_or_else(|| gone("the order"))?;
    let lines = orders::lines(conn, id).await?;
    let mut facts = facts(desk, &order, &lines)?;
    facts.documents = documents(desk, conn, &order).await?;
    Ok(About { order, lines, facts })
}

/// The papers of an order so far.
async fn documents(
    desk: &Desk<'_>,
    conn: &mut Conn,
    order: &Order,
) -> std::result::Result<Vec<DocumentFacts>, JobError> {
    let token = orders::token_of(&desk.office.vault, order).map_err(sealed)?;
    let facts = |document: &Document| DocumentFacts {
        name: format!("{} {}", document.series.name(), document.number),
        url: desk.office.links.document(&token, &document.id.to_string()),
    };
    Ok(invoicing::of_order(conn, order.id).await?.iter().map(facts).collect())
}

fn finished<L: Letter>(desk: &Desk<'_>, order: &Order, letter: &L) -> std::result::Result<Composed, JobError> {
    let mut composed = desk.mail((&order.email, &order.shipping_address.name), letter)?;
    composed.mail.order_id = Some(order.id);
    Ok(composed)
}

/// Placed and waiting for a transfer; by another way to pay the buyer is at the gateway and gets no mail yet.
pub(super) async fn received(desk: &Desk<'_>, conn: &mut Conn, id: OrderId) -> Result {
    let About { order, facts, .. } = about(desk, conn, id).await?;
    if order.payment_method != payment::BANK_TRANSFER || order.state != OrderState::AwaitingPayment {
        return Ok(None);
    }
    let zone = desk.shop.zone();
    let today = format::date_of(desk.now(), &zone);
    let last_day = order.hold_until.map_or(today, |until| format::date_of(until, &zone));
    let letter = OrderReceived {
        order: facts,
        pay_by: day_range(last_day, last_day, today),
        account: account(conn, &order).await?,
    };
    finished(desk, &order, &letter).map(Some)
}

/// Where to transfer the money to: as the buyer was told at checkout, else as the settings say.
async fn account(conn: &mut Conn, order: &Order) -> std::result::Result<Vec<SumFacts>, JobError> {
    let told = payment::attempts(conn, order.id)
        .await?
        .into_iter()
        .find_map(|attempt| match attempt.next {
            Some(NextStep::Instructions(lines)) => Some(lines),
            _ => None,
        });
    if let Some(lines) = told {
        return Ok(lines.into_iter().map(|line| sum(&line.label, line.value)).collect());
    }
    let bank = settings::load::<Payments>(conn).await?.value.bank_transfer;
    let mut account = vec![sum("Account holder", bank.holder), sum("IBAN", bank.iban)];
    for (label, value) in [("BIC", bank.bic), ("Bank", bank.bank)] {
        if !value.is_empty() {
            account.push(sum(label, value));
        }
    }
    account.push(sum("Amount", money(order.total)));
    account.push(sum("Reference", order.number.to_string()));
    Ok(account)
}

pub(super) async fn confirmation(desk: &Desk<'_>, conn: &mut Conn, id: OrderId) -> Result {
    let About { order, facts, .. } = about(desk, conn, id).await?;
    let letter = OrderConfirmation {
        order: facts,
        is_paid: order.paid_at.is_some() || order.total.is_zero(),
        is_authorised: order.payment_status == PaymentStatus::Authorised,
        return_days: desk.shop.return_days,
    };
    finished(desk, &order, &letter).map(Some)
}

/// To the address the order was placed with, as that was written then.
pub(super) async fn link(desk: &Desk<'_>, conn: &mut Conn, number: &OrderNumber, email: &EmailAddress) -> Result {
    let Some(order) = orders::for_guest(conn, number, email).await? else {
        return Ok(None);
    };
    let lines = orders::lines(conn, order.id).await?;
    let letter = OrderLink {
        order: facts(desk, &order, &lines)?,
    };
    finished(desk, &order, &letter).map(Some)
}

pub(super) async fn expired(desk: &Desk<'_>, conn: &mut Conn, id: OrderId) -> Result {
    let About { order, facts, .. } = about(desk, conn, id).await?;
    // A payment that came in the meantime has made it an order again.
    if order.state != OrderState::Expired {
        return Ok(None);
    }
    finished(desk, &order, &OrderExpired { order: facts }).map(Some)
}

pub(super) async fn cancelled(desk: &Desk<'_>, conn: &mut Conn, id: OrderId) -> Result {
    let About { order, facts, .. } = about(desk, conn, id).await?;
    let refunds = payment::refunds(conn, id).await?;
    // What went back before belongs to mails of its own.
    let by_cancelling = |refund: &&payment::Refund| Some(refund.created_at) >= order.cancelled_at;
    let going_back = refunds
        .iter()
        .filter(|refund| refund.state != RefundProgress::Failed)
        .filter(by_cancelling)
        .map(|refund| refund.amount);
    let going_back = Money::sum(order.currency, going_back).map_err(|error| JobError::Fail(error.into()))?;
    let letter = OrderCancelled {
        order: facts,
        refund: (!going_back.is_zero()).then(|| money(going_back)),
    };
    finished(desk, &order, &letter).map(Some)
}

pub(super) async fn payment_returned(desk: &Desk<'_>, conn: &mut Conn, id: OrderId) -> Result {
    let About { order, facts, .. } = about(desk, conn, id).await?;
    finished(desk, &order, &PaymentReturned { order: facts }).map(Some)
}

pub(super) async fn part_released(desk: &Desk<'_>, conn: &mut Conn, id: OrderId) -> Result {
    let About { order, lines, facts } = about(desk, conn, id).await?;
    let release = payment::release(conn, &order)
        .await?
        .ok_or_else(|| gone("what was let go"))?;
    let taken = order.total.minus(release.amount);
    let letter = PartReleased {
        order: facts,
        taken: money(taken.map_err(|error| JobError::Fail(error.into()))?),
        released: money(release.amount),
        lines: pieces(&release.shares.lines, release.shares.shipping.amount, &lines),
    };
    finished(desk, &order, &letter).map(Some)
}

pub(super) async fn refunded(desk: &Desk<'_>, conn: &mut Conn, id: RefundId) -> Result {
    let refund = payment::refund(conn, id).await?.ok_or_else(|| gone("the refund"))?;
    let About { order, lines, facts } = about(desk, conn, refund.order_id).await?;
    let letter = Refunded {
        order: facts,
        amount: money(refund.amount),
        lines: given_back(conn, &refund, &lines).await?,
        note: refund.note,
    };
    finished(desk, &order, &letter).map(Some)
}

/// To the shop itself. Nothing about an authorisation that ends when its money was taken or let go by now.
pub(super) async fn money_news(desk: &Desk<'_>, conn: &mut Conn, id: OrderId, news: MoneyNews) -> Result {
    let order = orders::find(conn, id).await?.ok_or_else(|| gone("the order"))?;
    let attempts = payment::attempts(conn, id).await?;
    let waits = |attempt: &&payment::PaymentAttempt| {
        attempt.state == AttemptState::Authorised && attempt.capture_asked.is_none()
    };
    let waiting = attempts.iter().find(waits);
    let Some(email) = desk.shop.email.clone() else {
        return Ok(None);
    };
    if news == MoneyNews::AuthorisationEnds && waiting.is_none() {
        return Ok(None);
    }
    let until = waiting.and_then(|attempt| attempt.authorised_until);
    let disputed: i64 = attempts.iter().map(|attempt| attempt.totals.disputed).sum();
    let letter = letters::MoneyNews {
        number: order.number.to_string(),
        url: desk.office.links.staff_order(order.number.as_str()),
        news: news.word(),
        amount: money(if disputed > 0 {
            Money::new(disputed, order.currency)
        } else {
            order.total
        }),
        until: until.map_or_else(String::new, |until| moment(until, &desk.shop)),
    };
    let mut composed = desk.mail((&email, &desk.shop.name), &letter)?;
    composed.mail.order_id = Some(order.id);
    Ok(Some(composed))
}

/// The pieces of a refund, and delivery, with what goes back for each.
async fn given_back(
    conn: &mut Conn,
    refund: &payment::Refund,
    lines: &[OrderLine],
) -> std::result::Result<Vec<LineFacts>, JobError> {
    let parts = payment::refund_lines(conn, refund.order_id).await?;
    let of_this = parts.iter().filter(|part| part.refund_id == refund.id);
    let shares: Vec<LineShare> = of_this.map(|part| part.share).collect();
    Ok(pieces(&shares, refund.shipping.amount, lines))
}

/// Pieces of lines, and delivery if there are some, with an amount for each.
fn pieces(shares: &[LineShare], delivery: Money, lines: &[OrderLine]) -> Vec<LineFacts> {
    let pieces = shares.iter().filter(|share| share.quantity > 0);
    let mut facts: Vec<LineFacts> = pieces
        .filter_map(|share| {
            let line = lines.iter().find(|line| line.id == share.line_id)?;
            Some(LineFacts {
                title: line.title.clone(),
                detail: detail(line, share.quantity),
                total: money(share.part.amount),
            })
        })
        .collect();
    if !facts.is_empty() && !delivery.is_zero() {
        facts.push(LineFacts {
            title: "Delivery".to_owned(),
            detail: String::new(),
            total: money(delivery),
        });
    }
    facts
}

pub(super) async fn shipped(desk: &Desk<'_>, conn: &mut Conn, id: FulfilmentId) -> Result {
    let parcel = parcel(conn, id).await?;
    let About { order, lines, facts } = about(desk, conn, parcel.order_id).await?;
    let letter = Shipped {
        order: facts,
        items_in_parcel: contents(conn, &parcel, &lines).await?,
        more_follows: lines.iter().any(|line| line.needs_shipping && line.n_to_ship() > 0),
        tracking_url: Some(parcel.tracking_url).filter(|url| url.starts_with("https://")),
        carrier: parcel.carrier,
        tracking_number: parcel.tracking_number,
    };
    finished(desk, &order, &letter).map(Some)
}

pub(super) async fn delivered(desk: &Desk<'_>, conn: &mut Conn, id: FulfilmentId) -> Result {
    let parcel = parcel(conn, id).await?;
    let About { order, lines, facts } = about(desk, conn, parcel.order_id).await?;
    let token = desk.draw();
    let letter = Delivered {
        order: facts,
        items_in_parcel: contents(conn, &parcel, &lines).await?,
        review_url: desk.office.links.with(|paths| paths.write_review, &token),
        return_days: desk.shop.return_days,
    };
    let mail = finished(desk, &order, &letter)?;
    Ok(Some(mail.carrying(token, Purpose::Review, order.id.uuid(), json!({}))))
}

async fn parcel(conn: &mut Conn, id: FulfilmentId) -> std::result::Result<Fulfilment, JobError> {
    fulfilment::find(conn, id).await?.ok_or_else(|| gone("the parcel"))
}

/// What is in a parcel, without prices.
async fn contents(
    conn: &mut Conn,
    parcel: &Fulfilment,
    lines: &[OrderLine],
) -> std::result::Result<Vec<LineFacts>, JobError> {
    let contents = fulfilment::lines(conn, parcel.order_id).await?;
    let of_parcel = contents.iter().filter(|content| content.fulfilment_id == parcel.id);
    Ok(of_parcel
        .filter_map(|content| {
            let line = lines.iter().find(|line| line.id == content.order_line_id)?;
            Some(LineFacts {
                title: line.title.clone(),
                detail: detail(line, content.quantity.as_i64()),
                total: String::new(),
            })
        })
        .collect())
}

fn facts(desk: &Desk<'_>, order: &Order, lines: &[OrderLine]) -> std::result::Result<OrderFacts, JobError> {
    let token = orders::token_of(&desk.office.vault, order).map_err(sealed)?;
    let today = format::date_of(desk.now(), &desk.shop.zone());
    let is_sent = lines.iter().any(|line| line.needs_shipping);
    let address = &order.shipping_address;
    let mut place = address.lines();
    place.push(address.country.name().to_owned());
    let lines: std::result::Result<Vec<LineFacts>, JobError> = lines.iter().map(priced).collect();
    Ok(OrderFacts {
        number: order.number.to_string(),
        url: desk.office.links.with(|paths| paths.order, &token),
        first_name: first_name(&address.name),
        lines: lines?,
        sums: sums(order),
        total: money(order.total),
        promise: order
            .promise
            .as_ref()
            .map(|promise| day_range(promise.from, promise.to, today))
            .unwrap_or_default(),
        address: if is_sent { place.join(", ") } else { String::new() },
        delivery: order.shipping_method.clone(),
        documents: Vec::new(),
    })
}

/// A line with what it costs before discounts, which have a row of their own.
fn priced(line: &OrderLine) -> std::result::Result<LineFacts, JobError> {
    let before = line
        .total
        .plus(line.discount)
        .map_err(|error| JobError::Fail(error.into()))?;
    Ok(LineFacts {
        title: line.title.clone(),
        detail: detail(line, line.quantity.as_i64()),
        total: money(before),
    })
}

/// "Moss, set of two, × 2".
fn detail(line: &OrderLine, quantity: i64) -> String {
    if line.variant_title.is_empty() {
        format!("× {quantity}")
    } else {
        format!("{}, × {quantity}", line.variant_title)
    }
}

/// What stands between the lines and the total: with the lines it adds up to it.
fn sums(order: &Order) -> Vec<SumFacts> {
    let mut sums = Vec::new();
    let discounts = &order.quote.discounts;
    let of_goods = discounts.iter().filter(|discount| !discount.goods.is_zero());
    sums.extend(of_goods.map(|discount| {
        let off = discount.goods.negated();
        sum(&format!("Discount {}", discount.name), money(off))
    }));
    if !order.shipping_method.is_empty() {
        let price = if order.shipping.is_zero() {
            "Free".to_owned()
        } else {
            money(order.shipping)
        };
        let by = discounts.iter().find(|discount| !discount.delivery.is_zero());
        let label = by.map_or_else(
            || "Delivery".to_owned(),
            |discount| format!("Delivery, free with {}", discount.name),
        );
        sums.push(sum(&label, price));
    }
    if let (Some(_), Some(business)) = (&order.quote.relief, &order.quote.business) {
        sums.push(sum(
            &format!("VAT, reverse charge for VAT id {}", business.vat_id),
            money(order.tax),
        ));
        return sums;
    }
    let included = if order.prices_include_tax { ", included" } else { "" };
    let taxes = order.quote.taxes.iter().filter(|group| !group.name.is_empty());
    sums.extend(taxes.map(|group| sum(&format!("{}{included}", group.name), money(group.tax))));
    sums
}

fn sum(label: &str, amount: String) -> SumFacts {
    SumFacts {
        label: label.to_owned(),
        amount,
    }
}
