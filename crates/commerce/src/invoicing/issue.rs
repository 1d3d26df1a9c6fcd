//! Issuing documents, as steps of what follows from a payment, a parcel and a refund.

use uuid::Uuid;
use wares_db::fault::Point;
use wares_db::{Conn, DbError, Tx};
use wares_kernel::{Address, DocumentId, Instant, Money, MoneyError, OrderId, RefundId};

use super::document::{Document, DocumentLine, Series, Sheet};
use super::draft::{credit_lines, invoice_lines, taken_lines, taken_off};
use super::store;
use crate::fulfilment;
use crate::orders::{self, FulfilmentStatus, Order};
use crate::payment::{self, Refund, RefundProgress, Shares};
use crate::settings::{self, Invoicing, Store};

/// What a document without tax says (articles 226 (11) and (11a) of directive 2006/112/EC).
const WITHOUT_TAX: &str =
    "Reverse charge: the buyer accounts for the VAT (articles 138 and 196 of directive 2006/112/EC).";

/// Issues an order's invoice if it is due and not there yet; answers the invoice, if there is one afterwards.
///
/// It is due when the money has come or a parcel has left.
pub async fn invoice(tx: &mut Tx, order_id: OrderId) -> Result<Option<DocumentId>, DbError> {
    let Some(order) = orders::lock(tx, order_id).await? else {
        return Ok(None);
    };
    if let Some(id) = store::by_cause(tx, order_id.uuid()).await? {
        credit_release(tx, &order, id).await?;
        return Ok(Some(id));
    }
    if order.paid_at.is_none() && order.fulfilment_status == FulfilmentStatus::Unfulfilled {
        return Ok(None);
    }
    let now = tx.now();
    let (shop, words) = settings::pair::<Store, Invoicing>(tx).await?;
    let (sheet, lines) = drafted(tx, &order, (&shop, &words), now).await?;
    let draft = Draft {
        series: Series::Invoice,
        prefix: words.invoice_prefix,
        cause_id: order_id.uuid(),
        order_id,
        invoice_id: None,
        sheet,
        lines,
    };
    issue(tx, draft).await.map(Some)
}

/// What an order's invoice would say if it were issued now, for showing the order before there is one.
pub async fn preview(conn: &mut Conn, order: &Order, now: Instant) -> Result<(Sheet, Vec<DocumentLine>), DbError> {
    let (shop, words) = settings::pair::<Store, Invoicing>(conn).await?;
    drafted(conn, order, (&shop, &words), now).await
}

async fn drafted(
    conn: &mut Conn,
    order: &Order,
    words: (&Store, &Invoicing),
    now: Instant,
) -> Result<(Sheet, Vec<DocumentLine>), DbError> {
    let lines = invoice_lines(order, &orders::lines(conn, order.id).await?).map_err(damaged)?;
    let sheet = sheet(conn, order, words, now).await?;
    match payment::release(conn, order).await? {
        Some(release) => {
            let lines = taken_lines(&lines, &release.shares, order.prices_include_tax).map_err(damaged)?;
            let discounts = taken_off(&sheet.discounts, &lines).map_err(damaged)?;
            Ok((Sheet { discounts, ..sheet }, lines))
        }
        None => Ok((sheet, lines)),
    }
}

/// Issues the credit note over what was not taken of an order's money, where its invoice says that all of it is owed: it was issued with a
/// parcel that left before.
async fn credit_release(tx: &mut Tx, order: &Order, invoice_id: DocumentId) -> Result<(), DbError> {
    let Some(release) = payment::release(tx, order).await? else {
        return Ok(());
    };
    let invoice = store::document(tx, invoice_id).await?.ok_or(DbError::NotFound)?;
    let cause_id = release.attempt_id.uuid();
    if invoice.total != order.total || store::by_cause(tx, cause_id).await?.is_some() {
        return Ok(());
    }
    let gone = store::credited(tx, invoice_id).await?;
    let of = store::lines(tx, invoice_id).await?;
    let Shares { lines, shipping } = &release.shares;
    let lines = credit_lines(&of, &gone, lines, *shipping).map_err(damaged)?;
    let (shop, words) = settings::pair::<Store, Invoicing>(tx).await?;
    let sheet = Sheet {
        paid: order.currency.zero(),
        paid_on: None,
        payment_reference: String::new(),
        reason: "Not charged".to_owned(),
        ..follow_up(&invoice, &shop, &words, tx.now())
    };
    let draft = Draft {
        series: Series::CreditNote,
        prefix: words.credit_prefix.clone(),
        cause_id,
        order_id: order.id,
        invoice_id: Some(invoice_id),
        sheet,
        lines,
    };
    issue(tx, draft).await.map(drop)
}

/// Issues the credit note of a refund that has arrived, if it is not there yet, and its order's invoice where that is missing.
///
/// A refund of money that never belonged to the order has none.
pub async fn credit(tx: &mut Tx, refund_id: RefundId) -> Result<(), DbError> {
    let Some(refund) = payment::refund(tx, refund_id).await?.filter(belongs) else {
        return Ok(());
    };
    let Some(invoice_id) = invoice(tx, refund.order_id).await? else {
        return Ok(());
    };
    if store::by_cause(tx, refund_id.uuid()).await?.is_some() {
        return Ok(());
    }
    let invoice = store::document(tx, invoice_id).await?.ok_or(DbError::NotFound)?;
    let goods: Vec<_> = payment::refund_lines(tx, refund.order_id)
        .await?
        .into_iter()
        .filter(|line| line.refund_id == refund_id)
        .map(|line| line.share)
        .collect();
    let gone = store::credited(tx, invoice_id).await?;
    let of = store::lines(tx, invoice_id).await?;
    let lines = credit_lines(&of, &gone, &goods, refund.shipping).map_err(damaged)?;
    let (shop, words) = settings::pair::<Store, Invoicing>(tx).await?;
    let draft = Draft {
        series: Series::CreditNote,
        prefix: words.credit_prefix.clone(),
        cause_id: refund_id.uuid(),
        order_id: refund.order_id,
        invoice_id: Some(invoice_id),
        sheet: credit_sheet(&invoice, &refund, &shop, &words, tx.now()),
        lines,
    };
    issue(tx, draft).await.map(drop)
}

fn belongs(refund: &Refund) -> bool {
    refund.is_credit && refund.state == RefundProgress::Succeeded
}

/// A document before it has a number.
struct Draft {
    series: Series,
    prefix: String,
    cause_id: Uuid,
    order_id: OrderId,
    invoice_id: Option<DocumentId>,
    sheet: Sheet,
    lines: Vec<DocumentLine>,
}

/// Takes the next number and writes the document. The number's row stays locked until the unit of work has ended: see the module.
async fn issue(tx: &mut Tx, draft: Draft) -> Result<DocumentId, DbError> {
    let currency = draft.sheet.paid.currency();
    let sum = |pick: fn(&DocumentLine) -> Money| Money::sum(currency, draft.lines.iter().map(pick)).map_err(damaged);
    let (net, tax, total) = (sum(|line| line.net)?, sum(|line| line.tax)?, sum(|line| line.gross)?);
    let serial = store::take_serial(tx, draft.series).await?;
    tx.reach(Point::SerialTaken).await?;
    let document = Document {
        id: tx.new_id(),
        series: draft.series,
        serial,
        number: Series::number(&draft.prefix, serial),
        cause_id: draft.cause_id,
        order_id: draft.order_id,
        invoice_id: draft.invoice_id,
        currency,
        net,
        tax,
        total,
        issued_at: tx.now(),
        sheet: draft.sheet,
    };
    store::insert(tx, &document, &draft.lines).await?;
    Ok(document.id)
}

/// What an invoice says of its order.
async fn sheet(
    conn: &mut Conn,
    order: &Order,
    (shop, words): (&Store, &Invoicing),
    now: Instant,
) -> Result<Sheet, DbError> {
    let attempts = payment::attempts(conn, order.id).await?;
    let paying = attempts.iter().find(|attempt| attempt.totals.captured > 0);
    let parcels = fulfilment::of_order(conn, order.id).await?;
    let goods = order
        .quote
        .discounts
        .iter()
        .filter(|discount| !discount.goods.is_zero());
    let titles = |_| String::new();
    let explained = order.quote.explain(titles);
    let business = order.quote.business.as_ref();
    Ok(Sheet {
        shop: shop.name.clone(),
        seller: shop.seller(),
        buyer: label(order.billing_address.as_ref().unwrap_or(&order.shipping_address)),
        delivered_to: label(&order.shipping_address),
        issued_on: shop.day(now),
        order_number: order.number.to_string(),
        ordered_on: shop.day(order.created_at),
        supplied_on: parcels.first().map(|parcel| shop.day(parcel.shipped_at)),
        paid_on: order.paid_at.map(|at| shop.day(at)),
        paid: Money::new(paying.map_or(0, |attempt| attempt.totals.captured), order.currency),
        payment_method: order.payment_method.clone(),
        payment_reference: paying
            .and_then(|attempt| attempt.reference.as_ref())
            .map_or_else(String::new, ToString::to_string),
        prices_include_tax: order.prices_include_tax,
        discounts: goods.map(|discount| (discount.name.clone(), discount.goods)).collect(),
        notes: explained
            .iter()
            // How lines come about is in the lines.
            .skip(1)
            .filter(|figure| !figure.note.is_empty())
            .map(|figure| format!("{}: {}", figure.label, figure.note))
            .collect(),
        invoice_number: String::new(),
        invoiced_on: None,
        reason: String::new(),
        footer: words.footer.clone(),
        buyer_vat_id: business.map_or_else(String::new, |business| business.vat_id.to_string()),
        tax_note: business
            .filter(|it| it.is_reverse_charge())
            .map_or("", |_| WITHOUT_TAX)
            .to_owned(),
    })
}

/// What a credit note says: what its invoice said, and what is its own.
fn credit_sheet(invoice: &Document, refund: &Refund, shop: &Store, words: &Invoicing, now: Instant) -> Sheet {
    let settled = refund.settled_at.unwrap_or(now);
    Sheet {
        paid_on: Some(shop.day(settled)),
        paid: refund.amount,
        payment_reference: refund.reference.clone().unwrap_or_default(),
        reason: refund.reason.clone(),
        ..follow_up(invoice, shop, words, now)
    }
}

/// What any credit note says of its invoice.
fn follow_up(invoice: &Document, shop: &Store, words: &Invoicing, now: Instant) -> Sheet {
    Sheet {
        shop: shop.name.clone(),
        seller: shop.seller(),
        issued_on: shop.day(now),
        discounts: Vec::new(),
        notes: Vec::new(),
        invoice_number: invoice.number.clone(),
        invoiced_on: Some(invoice.sheet.issued_on),
        footer: words.footer.clone(),
        ..invoice.sheet.clone()
    }
}

fn label(address: &Address) -> Vec<String> {
    let mut lines = address.lines();
    lines.push(address.country.name().to_owned());
    lines
}

fn damaged(error: MoneyError) -> DbError {
    DbError::Damaged(error.to_string())
}
