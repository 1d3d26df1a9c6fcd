//! Writing a review.

use std::net::IpAddr;

use serde_json::json;
use wares_db::{Conn, DbError, Tx, Write};
use wares_kernel::text::{self, TextError};
use wares_kernel::{CustomerId, Instant, OrderId, OrderLineId, ReviewId, Token};

use super::review::{BODY_MAX, BODY_MIN, Review, TITLE_MAX};
use super::store;
use crate::accounts::link::{self, Purpose};
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::fulfilment;
use crate::orders::{self, Order, OrderLine};

/// What lets somebody review an order.
#[derive(Debug, Clone)]
pub enum Via {
    /// The link from the delivery mail.
    Link(Token),
    /// The account the order is in.
    Account {
        /// Who is signed in.
        customer_id: CustomerId,
        /// The order.
        order_id: OrderId,
    },
}

/// A line that can be reviewed, or was.
#[derive(Debug, Clone)]
pub struct Reviewable {
    /// The line.
    pub line: OrderLine,
    /// When its first parcel arrived.
    pub delivered_at: Instant,
    /// What was written about it.
    pub review: Option<Review>,
}

/// The order somebody may review, and those of its lines that have arrived. Nothing when they may not, or the link is too old.
pub async fn reviewable(conn: &mut Conn, via: &Via, now: Instant) -> Result<Option<(Order, Vec<Reviewable>)>, DbError> {
    let Some(order) = order_of(conn, via, now).await? else {
        return Ok(None);
    };
    let mut found = Vec::new();
    for line in orders::lines(conn, order.id).await? {
        let Some(delivered_at) = delivered_at(conn, &line).await? else {
            continue;
        };
        let review = store::of_line(conn, line.id).await?;
        found.push(Reviewable {
            line,
            delivered_at,
            review,
        });
    }
    Ok(Some((order, found)))
}

async fn order_of(conn: &mut Conn, via: &Via, now: Instant) -> Result<Option<Order>, DbError> {
    match via {
        Via::Link(token) => {
            let link = link::find(conn, Purpose::Review, token, now).await?;
            match link.and_then(|link| link.subject) {
                Some(id) => orders::find(conn, OrderId::new(id)).await,
                None => Ok(None),
            }
        }
        Via::Account { customer_id, order_id } => {
            let order = orders::find(conn, *order_id).await?;
            Ok(order.filter(|order| order.customer_id == Some(*customer_id)))
        }
    }
}

/// When the first parcel with some of a line arrived.
async fn delivered_at(conn: &mut Conn, line: &OrderLine) -> Result<Option<Instant>, DbError> {
    let parcels = fulfilment::of_order(conn, line.order_id).await?;
    let contents = fulfilment::lines(conn, line.order_id).await?;
    let holds = |id| {
        contents
            .iter()
            .any(|content| content.fulfilment_id == id && content.order_line_id == line.id)
    };
    Ok(parcels
        .iter()
        .filter(|parcel| holds(parcel.id))
        .filter_map(|parcel| parcel.delivered_at)
        .min())
}

/// Writes a review, or changes it while staff have not decided.
#[derive(Debug, Clone)]
pub struct Submit {
    /// What lets them.
    pub via: Via,
    /// About which line of the order.
    pub order_line_id: OrderLineId,
    /// 1 to 5.
    pub rating: u8,
    /// May be empty.
    pub title: String,
    /// What they think.
    pub body: String,
    /// The name to show.
    pub author: String,
    /// From where.
    pub ip: Option<IpAddr>,
}

/// Why a review was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The link is too old, or the line is not theirs or has not arrived.
    #[error("This can be reviewed once it has arrived, through the link in our mail or in your account")]
    NotYours,
    /// Staff have decided already.
    #[error("Your review has been checked already and cannot be changed any more")]
    Decided,
    /// Not 1 to 5.
    #[error("Choose between one and five stars")]
    Rating,
    /// The title is too long.
    #[error("Use at most {TITLE_MAX} characters for the title")]
    Title,
    /// The text is too short.
    #[error("Write at least {BODY_MIN} characters")]
    TooShort,
    /// The text is too long.
    #[error("Write at most {BODY_MAX} characters")]
    TooLong,
    /// The name is missing or too long.
    #[error("Enter the name to show, up to 60 characters")]
    Author,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for Submit {
    type Out = ReviewId;
    type Error = SubmitError;

    async fn run(&self, tx: &mut Tx) -> Result<ReviewId, SubmitError> {
        let (title, body, author) = self.texts()?;
        let now = tx.now();
        let order = order_of(tx, &self.via, now).await?.ok_or(SubmitError::NotYours)?;
        let lines = orders::lines(tx, order.id).await?;
        let line = lines.into_iter().find(|line| line.id == self.order_line_id);
        let line = line.ok_or(SubmitError::NotYours)?;
        if delivered_at(tx, &line).await?.is_none() {
            return Err(SubmitError::NotYours);
        }
        let written = store::Written {
            line: &line,
            customer_id: self.customer_id(),
            author: &author,
            rating: i64::from(self.rating),
            title: &title,
            body: &body,
        };
        let review_id = store::write(tx, &written).await?.ok_or(SubmitError::Decided)?;
        let object = Object::review(review_id, line.title);
        let details = json!({"rating": self.rating});
        audit::record(tx, &self.actor(author), Action::Submitted, object, details).await?;
        events::record(tx, Event::ReviewSubmitted { review_id }).await?;
        Ok(review_id)
    }
}

impl Submit {
    fn customer_id(&self) -> Option<CustomerId> {
        match &self.via {
            Via::Link(_) => None,
            Via::Account { customer_id, .. } => Some(*customer_id),
        }
    }

    fn actor(&self, name: String) -> Actor {
        match self.customer_id() {
            Some(id) => Actor::Customer { id, name, ip: self.ip },
            None => Actor::Guest { name, ip: self.ip },
        }
    }

    /// Title, text and name, fit to be kept.
    fn texts(&self) -> Result<(String, String, String), SubmitError> {
        if !(1..=5).contains(&self.rating) {
            return Err(SubmitError::Rating);
        }
        let title = text::line(&self.title, TITLE_MAX).map_err(|_: TextError| SubmitError::Title)?;
        let body = text::block(&self.body, BODY_MAX).map_err(|_: TextError| SubmitError::TooLong)?;
        if body.chars().count() < BODY_MIN {
            return Err(SubmitError::TooShort);
        }
        let author = text::required_line(&self.author, 60).map_err(|_: TextError| SubmitError::Author)?;
        Ok((title, body, author))
    }
}
