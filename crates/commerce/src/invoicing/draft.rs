//! The lines of documents, as pure functions of an order and of a refund.

use wares_kernel::{Money, MoneyError, Rate, split};

use super::document::DocumentLine;
use crate::orders::{Order, OrderLine};
use crate::payment::{LineShare, Part, Shares};
use crate::pricing::quote::TaxGroup;

/// What an order's invoice lists: its lines, and delivery once for each rate of tax it belongs to.
pub(super) fn invoice_lines(order: &Order, lines: &[OrderLine]) -> Result<Vec<DocumentLine>, MoneyError> {
    let mut drafted = Vec::with_capacity(lines.len() + 1);
    for line in lines {
        let group = order.quote.taxes.iter().find(|group| holds(group, line));
        drafted.push(DocumentLine {
            order_line_id: Some(line.id),
            title: line.name(),
            sku: line.sku.clone(),
            quantity: line.quantity.as_i64(),
            unit: line.unit,
            discount: line.discount,
            ..amounts(order, line.total, line.tax, line.tax_rate, group)?
        });
    }
    for group in &order.quote.taxes {
        let of_goods = lines.iter().filter(|line| holds(group, line)).map(|line| line.tax);
        let tax = group.tax.minus(Money::sum(order.currency, of_goods)?)?;
        if !group.shipping.is_zero() || !tax.is_zero() {
            drafted.push(DocumentLine {
                title: delivery(order),
                unit: group.shipping,
                ..amounts(order, group.shipping, tax, group.rate, Some(group))?
            });
        }
    }
    Ok(drafted)
}

fn holds(group: &TaxGroup, line: &OrderLine) -> bool {
    group.class.as_str() == line.tax_class && group.rate == line.tax_rate
}

fn delivery(order: &Order) -> String {
    if order.shipping_method.is_empty() {
        "Delivery".to_owned()
    } else {
        format!("Delivery, {}", order.shipping_method)
    }
}

/// One piece of nothing in particular that comes to `total`, with the tax in it or without as the order's prices have.
fn amounts(
    order: &Order,
    total: Money,
    tax: Money,
    rate: Rate,
    group: Option<&TaxGroup>,
) -> Result<DocumentLine, MoneyError> {
    let (net, gross) = if order.prices_include_tax {
        (total.minus(tax)?, total)
    } else {
        (total, total.plus(tax)?)
    };
    Ok(DocumentLine {
        order_line_id: None,
        title: String::new(),
        sku: String::new(),
        quantity: 1,
        unit: total,
        discount: order.currency.zero(),
        net,
        tax,
        gross,
        tax_rate: rate,
        tax_name: group.map_or_else(String::new, |group| group.name.clone()),
    })
}

/// What the credit note of a refund lists: its shares of the invoice's lines, and what it gives back of delivery.
///
/// `gone` are the lines of the invoice's credit notes so far: what delivery still has at each rate is what it had without them.
pub(super) fn credit_lines(
    invoice: &[DocumentLine],
    gone: &[DocumentLine],
    goods: &[LineShare],
    shipping: Part,
) -> Result<Vec<DocumentLine>, MoneyError> {
    let mut drafted = Vec::new();
    for share in goods {
        let of = invoice.iter().find(|line| line.order_line_id == Some(share.line_id));
        if let Some(line) = of {
            drafted.push(part_of(line, share.quantity, share.part)?);
        }
    }
    let delivery: Vec<&DocumentLine> = invoice.iter().filter(|line| line.order_line_id.is_none()).collect();
    for (line, part) in delivery.iter().zip(shares_of_delivery(&delivery, gone, shipping)?) {
        if !part.amount.is_zero() || !part.tax.is_zero() {
            drafted.push(part_of(line, 1, part)?);
        }
    }
    Ok(drafted)
}

/// Of what an invoice would list, what the money was taken for: all of it but what was let go.
pub(super) fn taken_lines(
    lines: &[DocumentLine],
    released: &Shares,
    prices_include_tax: bool,
) -> Result<Vec<DocumentLine>, MoneyError> {
    let delivery: Vec<&DocumentLine> = lines.iter().filter(|line| line.order_line_id.is_none()).collect();
    let mut of_delivery = shares_of_delivery(&delivery, &[], released.shipping)?.into_iter();
    let mut taken = Vec::new();
    for line in lines {
        let gone = match line.order_line_id {
            Some(id) => {
                let share = released.lines.iter().find(|share| share.line_id == id);
                share.map(|share| (share.quantity, share.part))
            }
            None => of_delivery.next().map(|part| (0, part)),
        };
        match gone {
            Some((quantity, part)) => taken.extend(less(line, quantity, part, prices_include_tax)?),
            None => taken.push(line.clone()),
        }
    }
    Ok(taken)
}

/// A line without some pieces and some of its money; nothing where that is all of it. Goods keep the price of one piece, and what is missing of
/// it is a discount; of delivery the price itself is lower.
fn less(
    line: &DocumentLine,
    quantity: i64,
    gone: Part,
    prices_include_tax: bool,
) -> Result<Option<DocumentLine>, MoneyError> {
    let (tax, gross) = (line.tax.minus(gone.tax)?, line.gross.minus(gone.amount)?);
    let net = gross.minus(tax)?;
    let total = if prices_include_tax { gross } else { net };
    let is_delivery = line.order_line_id.is_none();
    let quantity = line.quantity - quantity;
    if quantity == 0 || (is_delivery && gross.is_zero()) {
        return Ok(None);
    }
    let unit = if is_delivery { total } else { line.unit };
    Ok(Some(DocumentLine {
        quantity,
        unit,
        discount: unit.times(quantity)?.minus(total)?,
        net,
        tax,
        gross,
        ..line.clone()
    }))
}

/// What was taken off the lines that are left, under the names of the discounts: their shares are not told apart any more.
pub(super) fn taken_off(
    discounts: &[(String, Money)],
    lines: &[DocumentLine],
) -> Result<Vec<(String, Money)>, MoneyError> {
    let Some(currency) = lines.first().map(|line| line.gross.currency()) else {
        return Ok(Vec::new());
    };
    let off = Money::sum(currency, lines.iter().map(|line| line.discount))?;
    let mut names: Vec<&str> = discounts.iter().map(|(name, _)| name.as_str()).collect();
    if names.is_empty() {
        names.push("on the order");
    }
    Ok(if off.is_zero() {
        Vec::new()
    } else {
        vec![(names.join(", "), off)]
    })
}

fn part_of(line: &DocumentLine, quantity: i64, part: Part) -> Result<DocumentLine, MoneyError> {
    Ok(DocumentLine {
        quantity,
        discount: line.discount.currency().zero(),
        net: part.amount.minus(part.tax)?,
        tax: part.tax,
        gross: part.amount,
        ..line.clone()
    })
}

/// Delivery that belongs to several rates goes back from each in proportion to what is left there, tax like amount.
fn shares_of_delivery(
    delivery: &[&DocumentLine],
    gone: &[DocumentLine],
    shipping: Part,
) -> Result<Vec<Part>, MoneyError> {
    let mut left = Vec::with_capacity(delivery.len());
    for line in delivery {
        let same = |other: &&DocumentLine| {
            other.order_line_id.is_none() && other.tax_rate == line.tax_rate && other.tax_name == line.tax_name
        };
        let sum =
            |pick: fn(&DocumentLine) -> Money| Money::sum(line.gross.currency(), gone.iter().filter(same).map(pick));
        left.push((
            line.gross.minus(sum(|gone| gone.gross)?)?,
            line.tax.minus(sum(|gone| gone.tax)?)?,
        ));
    }
    let weights = |pick: fn(&(Money, Money)) -> Money| -> Vec<u64> {
        left.iter()
            .map(|both| u64::try_from(pick(both).minor()).unwrap_or(0))
            .collect()
    };
    let amounts = split::split(shipping.amount, &weights(|both| both.0));
    let taxes = split::split(shipping.tax, &weights(|both| both.1));
    let parts = amounts.into_iter().zip(taxes);
    Ok(parts.map(|(amount, tax)| Part { amount, tax }).collect())
}
