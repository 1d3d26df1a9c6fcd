//! Taking money that is authorised: for the whole order, or for some of its pieces.

use axum::{extract::State, response::Response};
use wares_commerce::payment::{self, AttemptState, CaptureError, PaymentAttempt, Portion, RequestCapture};
use wares_kernel::{Money, Quantity};

use super::{
    line,
    money_pages::{CapturePage, TakeLine},
    refund::{field, pieces_of, worth},
    with_money::WithMoney,
};
use crate::{
    App,
    admin::{
        notice::done,
        panel::Spot,
        parts::Link,
        rights::ChangeOrders,
        staff::{Staff, invalid, ok},
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path},
    templates::format,
    urls::admin as urls,
};

/// `GET /admin/orders/{number}/capture`
pub(in crate::admin) async fn ask(
    staff: Staff<ChangeOrders>,
    State(app): State<App>,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let found = WithMoney::of(&app, &number).await?;
    let all = found
        .rest
        .lines
        .iter()
        .map(|rest| (field(rest.line_id), rest.n_left.to_string()));
    let form = FormView {
        values: all.chain([("shipping".into(), "1".into())]).collect(),
        ..FormView::default()
    };
    ok(&app, &found.capture_page(&app, &staff, None, form).await?).await
}

/// `POST /admin/orders/{number}/capture`
pub(in crate::admin) async fn take(
    staff: Staff<ChangeOrders>,
    State(app): State<App>,
    Path(number): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    let found = WithMoney::of(&app, &number).await?;
    let errors = match found.to_take(&entered, &staff) {
        Ok(request) if entered.has("look") => match found.comes_to(&request) {
            Ok(amount) => {
                let form = FormView::again(&entered, FormErrors::default(), &[]);
                return ok(&app, &found.capture_page(&app, &staff, Some(amount), form).await?).await;
            }
            Err(refusal) => refused(&refusal)?,
        },
        Ok(request) => match app.db.write(entered.once(request)).await {
            Ok(()) => {
                let said = "The money is being taken. The timeline says when it is here.";
                return Ok(done(&app, &urls::order(&number), said));
            }
            Err(refusal) => refused(&refusal)?,
        },
        Err(errors) => errors,
    };
    let form = FormView::again(&entered, errors, &[]);
    invalid(&app, &found.capture_page(&app, &staff, None, form).await?).await
}

/// The attempt whose money waits to be taken, if nobody has asked for it.
pub(super) fn waiting(attempts: &[PaymentAttempt]) -> Option<&PaymentAttempt> {
    attempts
        .iter()
        .find(|attempt| attempt.state == AttemptState::Authorised && attempt.capture_asked.is_none())
}

/// A refusal at its field; what is no refusal travels on.
fn refused(refusal: &CaptureError) -> Result<FormErrors, Error> {
    let field = match refusal {
        CaptureError::NoOrder => return Err(Error::NotFound),
        CaptureError::Db(error) => return Err(error.clone().into()),
        CaptureError::TooMany { line_id, .. } | CaptureError::Sent { line_id, .. } => field(*line_id),
        CaptureError::Amount { .. } => "amount".into(),
        CaptureError::Nothing | CaptureError::NotAuthorised | CaptureError::Asked => String::new(),
    };
    Ok(FormErrors::one(field, refusal.to_string()))
}

impl WithMoney {
    fn to_take(&self, entered: &Entered, staff: &Staff<ChangeOrders>) -> Result<RequestCapture, FormErrors> {
        let mut check = Check::new(entered);
        let chosen = self
            .rest
            .lines
            .iter()
            .map(|rest| (rest.line_id, pieces_of(&mut check, rest)));
        let pieces: Vec<_> = chosen.filter_map(|(id, n)| Some((id, n?))).collect();
        let text = check.optional_text("amount", 16);
        let amount = check.parsed("amount", &text, |text| {
            Money::parse(text, self.order.currency).map_err(|_| "Enter an amount, such as 12.50")
        });
        let shipping = check.ticked("shipping");
        check.done()?;
        Ok(RequestCapture {
            actor: staff.actor(),
            order_id: self.order.id,
            portion: Some(Portion { pieces, shipping }).filter(|portion| !self.is_all(portion)),
            amount,
        })
    }

    /// Whether it is the whole order.
    fn is_all(&self, portion: &Portion) -> bool {
        let has = |rest: &payment::LineRest| {
            let all = Quantity::try_from(rest.n_left).ok();
            all.is_none_or(|all| portion.pieces.contains(&(rest.line_id, all)))
        };
        portion.shipping && self.rest.lines.iter().all(has)
    }

    fn comes_to(&self, request: &RequestCapture) -> Result<Money, CaptureError> {
        let most = payment::comes_to(request.portion.as_ref(), &self.rest, &self.lines)?;
        match request.amount {
            Some(amount) if amount.minor() <= 0 || amount.minor() > most.minor() => Err(CaptureError::Amount { most }),
            amount => Ok(amount.unwrap_or(most)),
        }
    }

    async fn capture_page(
        &self,
        app: &App,
        staff: &Staff<ChangeOrders>,
        amount: Option<Money>,
        form: FormView,
    ) -> Result<CapturePage, Error> {
        let desk = staff.desk(app);
        let mut conn = app.db.read().await?;
        let number = self.order.number.as_str();
        let until = waiting(&self.attempts).and_then(|attempt| attempt.authorised_until);
        let shipping = self.rest.shipping.amount;
        let pictures = line::pictures(&mut conn, &self.lines).await?;
        let lines = self.lines.iter().zip(&self.rest.lines).zip(pictures);
        let lines = lines.filter(|((_, rest), _)| rest.n_left > 0);
        Ok(CapturePage {
            panel: staff.panel(&mut conn, Spot::Orders).await?,
            back: Link::new(format!("Order {number}"), urls::order(number)),
            number: number.to_owned(),
            action: urls::capture(number),
            effect: format!(
                "{} is authorised. It can be taken once: what you do not take now is let go.",
                format::money(self.order.total)
            ),
            until: until.map(|until| desk.moment(until)),
            lines: lines
                .map(|((line, rest), picture)| TakeLine {
                    field: field(line.id),
                    picture,
                    name: line.title.clone(),
                    variant: line.variant_title.clone(),
                    label: line.name(),
                    each: format::money(rest.worth(1)),
                    max: rest.n_left.to_string(),
                    worth: worth(rest),
                    sent: (line.n_shipped > 0).then(|| format!("{} sent already", line.n_shipped)),
                })
                .collect(),
            shipping: (!shipping.is_zero()).then(|| format::money(shipping)),
            shipping_minor: shipping.minor(),
            most_minor: self.order.total.minor(),
            decimals: self.order.currency.decimals(),
            symbol: self.order.currency.symbol().to_owned(),
            verb: amount.map_or_else(
                || "Take the money".into(),
                |amount| format!("Take {}", format::money(amount)),
            ),
            form,
        })
    }
}
