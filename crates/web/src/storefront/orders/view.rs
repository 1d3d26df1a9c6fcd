//! An order in the words of its pages.

use jiff::{civil::Date, tz::TimeZone};
use wares_commerce::{
    fulfilment::Fulfilment,
    orders::{FulfilmentStatus, OrderLine, OrderState, PaymentStatus},
    payment,
    payment::{RefundProgress, gateway::NextStep},
};
use wares_kernel::{Instant, Money, OrderLineId};

use super::{found::Found, pages::ParcelView};
use crate::{
    App,
    storefront::{
        address_form, figures,
        parts::{Item, Row, Status, Step, StepState, Sums, Tracking},
        pictures::thumb,
    },
    templates::format::{When, date_of, day_range, moment, money},
};

/// An order and the shop's clock, for saying things about it.
pub(crate) struct Words<'a> {
    pub(crate) found: &'a Found,
    zone: TimeZone,
    today: Date,
}

impl<'a> Words<'a> {
    pub(crate) fn of(app: &App, found: &'a Found) -> Self {
        let zone = app.settings.get().store.zone();
        Self {
            today: date_of(app.now(), &zone),
            zone,
            found,
        }
    }

    /// A moment in the shop's time.
    pub(crate) fn moment(&self, at: Instant) -> When {
        moment(at, &self.zone, self.today)
    }

    /// A day: "Sun 22 November".
    pub(crate) fn day(&self, at: Instant) -> When {
        let date = date_of(at, &self.zone);
        When {
            iso: date.to_string(),
            text: self.date(date),
        }
    }

    /// A date: "Sun 22 November".
    pub(crate) fn date(&self, date: Date) -> String {
        day_range(date, date, self.today)
    }

    /// The promised days: "Thu 26 – Fri 27 November".
    pub(crate) fn arrives(&self) -> Option<String> {
        let promise = self.found.order.promise?;
        Some(day_range(promise.from, promise.to, self.today))
    }

    /// "14:52".
    pub(crate) fn clock(&self, at: Instant) -> String {
        self.zone.to_datetime(at.timestamp()).strftime("%H:%M").to_string()
    }

    /// What was ordered.
    pub(crate) fn items(&self) -> Vec<Item> {
        self.found
            .lines
            .iter()
            .map(|line| self.item(line, line.quantity.get()))
            .collect()
    }

    fn item(&self, line: &OrderLine, quantity: u32) -> Item {
        let photo = line.image_id.and_then(|image| self.found.photos.get(&image));
        Item {
            picture: thumb(photo, &line.title),
            name: line.title.clone(),
            options: line.variant_title.replace(" / ", ", "),
            quantity,
            total: money(before_discounts(line)),
        }
    }

    /// From subtotal to total.
    pub(crate) fn sums(&self) -> Sums {
        let order = &self.found.order;
        let mut sums = figures::sums(&order.quote, "Subtotal", "Delivery");
        if order.paid_at.is_some() && self.found.release.is_none() {
            sums.total_label = "Total paid".into();
        }
        sums
    }

    /// The delivery address.
    pub(crate) fn to(&self) -> Vec<String> {
        address_form::lines(&self.found.order.shipping_address)
    }

    /// The billing address, when it is another.
    pub(crate) fn billed_to(&self) -> Vec<String> {
        let billing = self.found.order.billing_address.as_ref();
        billing.map(address_form::lines).unwrap_or_default()
    }

    /// How it is or was paid.
    pub(crate) fn paid_with(&self) -> String {
        way_to_pay(&self.found.order.payment_method).to_owned()
    }

    /// What to do to pay, for ways that need doing something.
    pub(crate) fn instructions(&self) -> Vec<String> {
        let live = self.found.attempts.iter().filter(|attempt| attempt.state.is_live());
        let mut lines = live.filter_map(|attempt| match &attempt.next {
            Some(NextStep::Instructions(lines)) => Some(lines),
            _ => None,
        });
        lines
            .next_back()
            .map(|lines| {
                lines
                    .iter()
                    .map(|line| format!("{}: {}", line.label, line.value))
                    .collect()
            })
            .unwrap_or_default()
    }

    /// Whether it waits for money that comes through a page one can go to.
    pub(crate) fn can_be_paid(&self, now: Instant) -> bool {
        let order = &self.found.order;
        order.state == OrderState::AwaitingPayment && order.hold_until.is_some_and(|until| until > now)
    }

    /// Whether the buyer may call it off.
    pub(crate) fn can_be_cancelled(&self) -> bool {
        let order = &self.found.order;
        order.state.may_become(OrderState::Cancelled) && order.fulfilment_status == FulfilmentStatus::Unfulfilled
    }

    /// How it stands, in one line.
    pub(crate) fn status(&self) -> Status {
        let order = &self.found.order;
        let (icon, tone, text) = match (order.state, order.fulfilment_status) {
            (OrderState::AwaitingPayment, _) if !self.instructions().is_empty() => {
                ("alert", "", "Waiting for your transfer".to_owned())
            }
            (OrderState::AwaitingPayment, _) => ("alert", "low", "Waiting for your payment".to_owned()),
            (OrderState::Expired, _) => ("close", "", "Not paid in time, nothing was charged".to_owned()),
            (OrderState::Cancelled, _) => ("close", "", self.cancelled()),
            (_, FulfilmentStatus::Delivered) => ("check", "okc", self.delivered()),
            (_, FulfilmentStatus::Returned) => ("return", "", "Returned".to_owned()),
            (_, FulfilmentStatus::Shipped | FulfilmentStatus::PartiallyShipped) => ("truck", "", self.on_its_way()),
            (_, FulfilmentStatus::Unfulfilled) => ("box", "", "We are packing it".to_owned()),
        };
        Status { icon, tone, text }
    }

    fn cancelled(&self) -> String {
        match self.found.order.payment_status {
            PaymentStatus::Refunded => "Cancelled, your money is on its way back".to_owned(),
            PaymentStatus::Unpaid | PaymentStatus::Failed => "Cancelled, nothing was charged".to_owned(),
            _ => "Cancelled".to_owned(),
        }
    }

    fn delivered(&self) -> String {
        let at = self.found.order.delivered_at;
        at.map_or_else(
            || "Delivered".to_owned(),
            |at| format!("Delivered {}", self.day(at).text),
        )
    }

    fn on_its_way(&self) -> String {
        self.arrives()
            .map_or_else(|| "On its way".to_owned(), |days| format!("On its way, arrives {days}"))
    }

    /// The heading of its page: what the buyer wants to know first.
    pub(crate) fn headline(&self) -> String {
        let order = &self.found.order;
        match (order.state, order.fulfilment_status) {
            (OrderState::Placed, FulfilmentStatus::Delivered) | (OrderState::Completed, _) => self.delivered(),
            (OrderState::Placed, _) => self
                .arrives()
                .map_or_else(|| "We are on it".to_owned(), |days| format!("Arrives {days}")),
            _ => self.status().text,
        }
    }

    /// One more sentence about how it stands.
    pub(crate) fn summary(&self) -> String {
        let order = &self.found.order;
        let sent = self.found.parcels.len();
        match (order.state, order.fulfilment_status) {
            (OrderState::AwaitingPayment, _) => order.hold_until.map_or_else(String::new, |until| {
                format!("We keep the goods for you until {}.", self.moment(until).text)
            }),
            (OrderState::Placed, FulfilmentStatus::Unfulfilled) => "We are packing it.".into(),
            (OrderState::Placed, FulfilmentStatus::PartiallyShipped) => "A part of it is on its way.".into(),
            (OrderState::Placed, FulfilmentStatus::Shipped) if sent > 1 => format!("{sent} parcels are on their way."),
            (OrderState::Placed, FulfilmentStatus::Shipped) => "It is on its way.".into(),
            _ => String::new(),
        }
    }

    /// The parcels that are on their way, the latest first, and what is still to be sent.
    pub(crate) fn parcels(&self) -> Vec<ParcelView> {
        let sent = &self.found.parcels;
        let rest = self.rest();
        let count = sent.len() + usize::from(rest.is_some());
        let mut views: Vec<ParcelView> = sent.iter().map(|parcel| self.parcel(parcel, count)).collect();
        views.extend(rest.map(|mut view| {
            if count > 1 {
                view.title = format!("Parcel {count} of {count}");
            }
            view
        }));
        views.extend(self.returned());
        views
    }

    fn parcel(&self, parcel: &Fulfilment, count: usize) -> ParcelView {
        let lines: Vec<Item> = self
            .found
            .contents
            .iter()
            .filter(|content| content.fulfilment_id == parcel.id)
            .filter_map(|content| {
                self.line(content.order_line_id)
                    .map(|line| self.item(line, content.quantity.get()))
            })
            .collect();
        let delivered = parcel.delivered_at.map(|at| self.moment(at));
        let is_there = delivered.is_some();
        let carrier = if parcel.carrier.is_empty() {
            String::new()
        } else {
            format!("handed to {}", parcel.carrier)
        };
        let expected = self
            .arrives()
            .map(|days| format!("Expected {days}"))
            .unwrap_or_default();
        let mut events = vec![
            Step {
                state: if is_there { StepState::Now } else { StepState::Todo },
                label: "Delivered".into(),
                note: if is_there { String::new() } else { expected },
                at: delivered,
            },
            Step {
                state: if is_there { StepState::Done } else { StepState::Now },
                label: "Shipped".into(),
                at: Some(self.moment(parcel.shipped_at)),
                note: carrier,
            },
        ];
        events.extend(self.beginnings(StepState::Done));
        ParcelView {
            title: if count > 1 {
                format!("Parcel {} of {count}", parcel.parcel)
            } else {
                "Your parcel".into()
            },
            tracking: tracking(parcel),
            note: String::new(),
            events,
            contents: format!("In this parcel, {}", pieces(&lines)),
            lines,
        }
    }

    /// What has not been sent, as a parcel to come.
    fn rest(&self) -> Option<ParcelView> {
        let open = self.found.lines.iter().filter(|line| line.n_to_ship() > 0);
        let lines: Vec<Item> = open
            .map(|line| self.item(line, u32::try_from(line.n_to_ship()).unwrap_or_default()))
            .collect();
        if lines.is_empty() {
            return None;
        }
        let is_over = matches!(self.found.order.state, OrderState::Cancelled | OrderState::Expired);
        let mut events = Vec::new();
        if is_over {
            let at = self.found.order.cancelled_at.or_else(|| self.found.at("expired"));
            events.push(Step {
                state: StepState::Now,
                label: self.status().text,
                at: at.map(|at| self.moment(at)),
                note: String::new(),
            });
        } else {
            events.push(Step {
                state: StepState::Todo,
                label: "Shipped".into(),
                at: None,
                note: self.arrives().map(|days| format!("Arrives {days}")).unwrap_or_default(),
            });
        }
        events.extend(self.beginnings(if is_over { StepState::Done } else { StepState::Now }));
        Some(ParcelView {
            title: "Your order".into(),
            tracking: None,
            note: if is_over {
                String::new()
            } else {
                "Tracking number follows".into()
            },
            contents: format!("What is in it, {}", pieces(&lines)),
            events,
            lines,
        })
    }

    /// Paid and placed, the latest first. The latest of them stands in `latest`.
    fn beginnings(&self, latest: StepState) -> Vec<Step> {
        let order = &self.found.order;
        let mut steps = Vec::new();
        if let Some(at) = order.paid_at {
            steps.push(("Paid", at, self.paid_with()));
        }
        steps.push(("Placed", order.created_at, String::new()));
        let step = |(i, (label, at, note)): (usize, (&str, Instant, String))| Step {
            state: if i == 0 { latest } else { StepState::Done },
            label: label.into(),
            at: Some(self.moment(at)),
            note,
        };
        steps.into_iter().enumerate().map(step).collect()
    }

    /// What was not charged and what went back, as rows under the total.
    pub(crate) fn refunds(&self) -> Vec<Row> {
        let back = |refund: &payment::Refund| {
            let label = if refund.state == RefundProgress::Pending {
                "Refund, on its way".to_owned()
            } else {
                format!(
                    "Refunded {}",
                    self.day(refund.settled_at.unwrap_or(refund.created_at)).text
                )
            };
            Row::new(label, money(refund.amount.negated()))
        };
        let released = self.found.release.iter();
        let released = released.map(|release| Row::new("Not charged", money(release.amount.negated())));
        released.chain(self.found.refunds.iter().map(back)).collect()
    }

    /// The pieces that were refunded, with when that was.
    fn returned(&self) -> Option<ParcelView> {
        let found = self.found;
        if found.refunds.is_empty() || found.order.state == OrderState::Cancelled {
            return None;
        }
        let lines = found
            .refunded
            .iter()
            .filter(|part| part.share.quantity > 0 && found.refunds.iter().any(|refund| refund.id == part.refund_id));
        let lines: Vec<Item> = lines
            .filter_map(|part| {
                let quantity = u32::try_from(part.share.quantity).ok()?;
                self.line(part.share.line_id).map(|line| self.item(line, quantity))
            })
            .collect();
        let events = found.refunds.iter().rev().map(|refund| Step {
            state: StepState::Done,
            label: format!("Refunded {}", money(refund.amount)),
            at: Some(self.moment(refund.settled_at.unwrap_or(refund.created_at))),
            note: if refund.state == RefundProgress::Pending {
                "on its way".into()
            } else {
                String::new()
            },
        });
        Some(ParcelView {
            title: "Refunds".into(),
            tracking: None,
            note: String::new(),
            events: events.collect(),
            contents: format!("What was refunded, {}", pieces(&lines)),
            lines,
        })
    }

    fn line(&self, id: OrderLineId) -> Option<&OrderLine> {
        self.found.lines.iter().find(|line| line.id == id)
    }
}

/// What a line costs before discounts, which have rows of their own.
pub(super) fn before_discounts(line: &OrderLine) -> Money {
    line.total.plus(line.discount).unwrap_or(line.total)
}

fn pieces(lines: &[Item]) -> String {
    figures::items(lines.iter().map(|line| u64::from(line.quantity)).sum())
}

fn tracking(parcel: &Fulfilment) -> Option<Tracking> {
    let text = format!("{} {}", parcel.carrier, parcel.tracking_number);
    (!parcel.tracking_number.is_empty()).then(|| Tracking {
        text: text.trim().to_owned(),
        url: Some(parcel.tracking_url.clone()).filter(|url| url.starts_with("https://")),
    })
}

/// A gateway as buyers call it.
pub(crate) fn way_to_pay(gateway: &str) -> &'static str {
    match gateway {
        payment::CARD => "Card",
        payment::BANK_TRANSFER => "Bank transfer",
        payment::CASH_ON_DELIVERY => "Cash on delivery",
        _ => "Nothing to pay",
    }
}
