//! Giving money back: pieces, delivery, or an amount.

use axum::{extract::State, http::StatusCode, response::Response};
use wares_commerce::{
    orders::OrderLine,
    payment::{
        self, LineRest, PaymentAttempt, RefundError, RequestRefund, SettleByHand, SettleByHandError, Wanted, WantedLine,
    },
};
use wares_db::Conn;
use wares_kernel::{Money, OrderLineId, Quantity, RefundId};

use super::{
    line,
    money_pages::{RefundPage, RefundableLine},
    pages::Amount,
    password,
    show::find,
    with_money::WithMoney,
};
use crate::{
    App,
    admin::{
        home::pages::MessagePage,
        notice::done,
        panel::Spot,
        parts::{Choice, Link},
        rights::Refund,
        staff::{Staff, ok, show},
        words,
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path},
    templates::format,
    urls::admin as urls,
};

const REASONS: [&str; 6] = [
    "Customer changed their mind",
    "Damaged",
    "Wrong item",
    "Late delivery",
    "Goodwill",
    "Other",
];

/// `GET /admin/orders/{number}/refund`
pub(in crate::admin) async fn ask(
    staff: Staff<Refund>,
    State(app): State<App>,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let found = WithMoney::of(&app, &number).await?;
    if found.left().minor() <= 0 {
        return ok(&app, &found.nothing_left(&app, &staff).await?).await;
    }
    let put_back = found.lines.iter().map(|line| (restock(line.id), "1".to_owned()));
    let form = FormView {
        values: put_back.collect(),
        ..FormView::default()
    };
    ok(&app, &found.refund_page(&app, &staff, None, form).await?).await
}

/// `POST /admin/orders/{number}/refund`
pub(in crate::admin) async fn give_back(
    staff: Staff<Refund>,
    State(app): State<App>,
    Path(number): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    let found = WithMoney::of(&app, &number).await?;
    let again = |errors| FormView::again(&entered, errors, &[password::FIELD]);
    let (status, errors) = match found.asked(&entered, &staff) {
        Ok((_, amount)) if entered.has("look") => {
            let form = again(FormErrors::default());
            return ok(&app, &found.refund_page(&app, &staff, Some(amount), form).await?).await;
        }
        Ok((ask, amount)) => match password::proof(&app, &staff, &entered, &found.order, amount).await? {
            Ok(confirmed) => match app.db.write(entered.once(RequestRefund { confirmed, ..ask })).await {
                Ok(id) => return answered(&app, &number, id).await,
                Err(refusal) => (StatusCode::UNPROCESSABLE_ENTITY, refused(&refusal)?),
            },
            Err(refusal) => refusal,
        },
        Err(Wrong::Typed(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Err(Wrong::Refused(refusal)) => (StatusCode::UNPROCESSABLE_ENTITY, refused(&refusal)?),
    };
    let page = found.refund_page(&app, &staff, None, again(errors)).await?;
    show(&app, status, &page).await
}

/// What is wrong with a form: what was typed, or what was asked for.
enum Wrong {
    Typed(FormErrors),
    Refused(RefundError),
}

async fn answered(app: &App, number: &str, id: RefundId) -> Result<Response, Error> {
    let refund = payment::refund(&mut *app.db.read().await?, id).await?;
    let amount = refund.map_or_else(String::new, |refund| format::money(refund.amount));
    let said = format!("{amount} is on its way back. The customer gets a mail when it was sent.");
    Ok(done(app, &urls::order(number), said))
}

/// `POST /admin/orders/{number}/refunds/{refund}/sent`
pub(in crate::admin) async fn sent(
    staff: Staff<Refund>,
    State(app): State<App>,
    Path((number, refund_id)): Path<(String, RefundId)>,
    entered: Entered,
) -> Result<Response, Error> {
    let order = find(&app, &number).await?;
    let settle = SettleByHand {
        actor: staff.actor(),
        order_id: order.id,
        refund_id,
    };
    match app.db.write(entered.once(settle)).await {
        Ok(()) => Ok(done(
            &app,
            &urls::order(&number),
            "The refund was recorded as sent. The customer gets a mail.",
        )),
        Err(SettleByHandError::NoRefund) => Err(Error::NotFound),
        Err(SettleByHandError::Db(error)) => Err(error.into()),
        Err(refusal @ SettleByHandError::NotWaiting) => Err(Error::conflict("not_waiting", format!("{refusal}."))),
    }
}

impl WithMoney {
    /// Said instead of a form that could only be refused.
    async fn nothing_left(&self, app: &App, staff: &Staff<Refund>) -> Result<MessagePage, Error> {
        let has_paid = self.attempts.iter().any(|attempt| attempt.totals.captured > 0);
        Ok(MessagePage {
            panel: staff.panel(&mut *app.db.read().await?, Spot::Orders).await?,
            heading: "Nothing to refund".into(),
            body: if has_paid {
                "All the money of this order has gone back or is on its way.".into()
            } else {
                "No money of this order has come.".into()
            },
            link: Link::new("Back to the order", urls::order(self.order.number.as_str())),
        })
    }

    /// What of the order's money is still here.
    fn left(&self) -> Money {
        let left = self.attempts.iter().map(|attempt| attempt.totals.left());
        Money::new(left.max().unwrap_or(0), self.order.currency)
    }

    /// What is asked for, and what it comes to.
    fn asked(&self, entered: &Entered, staff: &Staff<Refund>) -> Result<(RequestRefund, Money), Wrong> {
        let ask = self.to_give_back(entered, staff).map_err(Wrong::Typed)?;
        let amount = self.worked_out(&ask.wanted).map_err(Wrong::Refused)?;
        Ok((ask, amount))
    }

    fn worked_out(&self, wanted: &Wanted) -> Result<Money, RefundError> {
        let shares = payment::worked_out(wanted, &self.rest, &self.lines, self.left().minor())?;
        Ok(shares.sum()?.amount)
    }

    fn to_give_back(&self, entered: &Entered, staff: &Staff<Refund>) -> Result<RequestRefund, FormErrors> {
        let mut check = Check::new(entered);
        let mut pieces = Vec::new();
        for rest in &self.rest.lines {
            let quantity = pieces_of(&mut check, rest);
            pieces.extend(quantity.map(|quantity| WantedLine {
                line_id: rest.line_id,
                quantity,
                restock: entered.has(&restock(rest.line_id)),
            }));
        }
        let text = check.optional_text("amount", 16);
        let amount = check.parsed("amount", &text, |text| {
            Money::parse(text, self.order.currency)
                .ok()
                .filter(|amount| amount.minor() > 0)
                .ok_or("Enter an amount above zero, such as 12.50")
        });
        let reason = entered.get("reason");
        if !REASONS.contains(&reason) {
            check.wrong("reason", "Choose a reason");
        }
        let note = check.optional_long_text("note", 1000);
        let shipping = check.ticked("shipping");
        check.done()?;
        Ok(RequestRefund {
            actor: staff.actor(),
            order_id: self.order.id,
            wanted: Wanted {
                lines: pieces,
                shipping,
                amount,
            },
            reason: reason.to_owned(),
            note,
            confirmed: None,
        })
    }

    async fn refund_page(
        &self,
        app: &App,
        staff: &Staff<Refund>,
        amount: Option<Money>,
        form: FormView,
    ) -> Result<RefundPage, Error> {
        let mut conn = app.db.read().await?;
        let number = self.order.number.as_str();
        let totals = self.attempts.iter().map(|attempt| attempt.totals);
        let sum = |pick: fn(payment::Totals) -> i64| {
            format::money(Money::new(totals.clone().map(pick).sum(), self.order.currency))
        };
        let left = self.left();
        let shipping = self.rest.shipping.amount;
        let mut ledger = vec![
            Amount::new("Captured", sum(|totals| totals.captured)),
            Amount::new("Went back before", sum(|totals| totals.refunded)),
            Amount::total("Can go back", format::money(left)),
        ];
        ledger.extend(amount.map(|amount| Amount::total("You refund", format::money(amount))));
        Ok(RefundPage {
            panel: staff.panel(&mut conn, Spot::Orders).await?,
            back: Link::new(format!("Order {number}"), urls::order(number)),
            number: number.to_owned(),
            action: urls::refund(number),
            lines: self.shown(&mut conn, &form).await?,
            shipping: (shipping.minor() > 0).then(|| format!("{} paid", format::money(shipping))),
            shipping_minor: shipping.minor(),
            left_minor: left.minor(),
            decimals: self.order.currency.decimals(),
            symbol: self.order.currency.symbol().to_owned(),
            ledger,
            reasons: REASONS.map(|reason| Choice::new(reason, reason)).into(),
            verb: amount.map_or_else(|| "Refund".into(), |amount| format!("Refund {}", format::money(amount))),
            password: password::hint(&mut conn, staff, &self.order, left).await?,
            way: way(&self.attempts),
            form,
        })
    }

    /// The lines of which something is left, and those that were on the page when it was sent: what was typed there stays.
    async fn shown(&self, conn: &mut Conn, form: &FormView) -> Result<Vec<RefundableLine>, Error> {
        let typed = |id| form.values.contains_key(&field(id));
        let pictures = line::pictures(conn, &self.lines).await?;
        let lines = self.lines.iter().zip(&self.rest.lines).zip(pictures);
        Ok(lines
            .filter(|((line, rest), _)| rest.n_left > 0 || typed(line.id))
            .map(|((line, rest), picture)| RefundableLine {
                field: field(line.id),
                restock: restock(line.id),
                picture,
                name: line.title.clone(),
                variant: line.variant_title.clone(),
                label: line.name(),
                each: format::money(rest.worth(1)),
                max: rest.n_left.to_string(),
                worth: worth(rest),
                place: place(line),
            })
            .collect())
    }
}

/// What one, two, three… pieces are worth, for the page's script.
pub(super) fn worth(rest: &LineRest) -> String {
    let each: Vec<String> = (1..=rest.n_left).map(|n| rest.worth(n).minor().to_string()).collect();
    each.join(" ")
}

/// Where the pieces are that staff decide about.
fn place(line: &OrderLine) -> String {
    match (line.n_to_ship(), line.n_shipped) {
        (0, _) => "all sent".into(),
        (left, 0) => format!(
            "{} not sent yet, and will not be sent then",
            words::plural(left, "piece", "pieces")
        ),
        (left, sent) => format!("{left} not sent yet, {sent} sent"),
    }
}

fn way(attempts: &[PaymentAttempt]) -> String {
    let holder = attempts
        .iter()
        .find(|attempt| attempt.totals.captured > attempt.totals.refunded);
    match holder {
        Some(attempt) if attempt.gateway == payment::CARD => {
            "The money goes back the way it came. The bank usually books it in 3 to 5 days.".into()
        }
        Some(_) => {
            "Send the money by hand, then record that on the order's page. The customer gets the mail then.".into()
        }
        None => String::new(),
    }
}

pub(super) fn field(id: OrderLineId) -> String {
    format!("q-{id}")
}

fn restock(id: OrderLineId) -> String {
    format!("restock-{id}")
}

/// How many pieces of a line were typed; nothing for none.
pub(super) fn pieces_of(check: &mut Check<'_>, rest: &LineRest) -> Option<Quantity> {
    let name = field(rest.line_id);
    let text = check.optional_text(&name, 6);
    if text.is_empty() || text == "0" {
        return None;
    }
    let quantity = text.parse::<u32>().ok().and_then(|n| Quantity::try_from(n).ok());
    let quantity = quantity.filter(|quantity| quantity.as_i64() <= rest.n_left);
    if quantity.is_none() {
        check.wrong(&name, format!("Enter a whole number from 0 to {}", rest.n_left));
    }
    quantity
}

/// A refusal at its field; what is no refusal travels on.
fn refused(refusal: &RefundError) -> Result<FormErrors, Error> {
    let field = match refusal {
        RefundError::NoOrder => return Err(Error::NotFound),
        RefundError::Db(error) => return Err(error.clone().into()),
        RefundError::TooMany { line_id, .. } => field(*line_id),
        RefundError::Disputed => String::new(),
        RefundError::Nothing | RefundError::TooMuch { .. } => "amount".into(),
        RefundError::TooLong { .. } => "note".into(),
        RefundError::Password(_) => password::FIELD.into(),
    };
    Ok(FormErrors::one(field, refusal.to_string()))
}
