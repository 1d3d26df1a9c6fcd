//! From a [`Message`] to a finished mail: reads what it is about and renders it. Writes nothing.

mod account;
mod inquiry;
mod order;
mod staff;

use anyhow::Context as _;
use serde_json::Value;
use uuid::Uuid;
use wares_db::Conn;
use wares_jobs::JobError;
use wares_kernel::format;
use wares_kernel::{EmailAddress, Instant, Token};

use super::letter::{Letter, Sender};
use super::message::Message;
use super::office::{CarriedLink, PostOffice};
use super::store::NewMail;
use crate::accounts::link::Purpose;
use crate::settings::{self, Store};

/// A finished mail, and what is written down together with it.
#[derive(Debug, Clone)]
pub(super) struct Composed {
    pub(super) mail: NewMail,
    /// The link it carries.
    pub(super) link: Option<CarriedLink>,
    /// The token by which news are confirmed and left.
    pub(super) news: Option<Token>,
}

/// Composes a mail; nothing, when there is nobody to write to or nothing to say any more.
pub(super) async fn compose(office: &PostOffice, message: Message, key: String) -> Result<Option<Composed>, JobError> {
    let mut conn = office.db.read().await?;
    let shop = settings::load::<Store>(&mut conn).await?.value;
    let desk = Desk {
        office,
        sender: Sender::new(&shop, &office.links),
        shop,
        kind: message.kind(),
        key,
    };
    desk.write(&mut conn, message).await
}

/// A moment as mails tell it, in the shop's time zone.
pub(super) fn moment(at: Instant, shop: &Store) -> String {
    let zone = shop.zone();
    format::moment(at, &zone, format::date_of(at, &zone)).text
}

/// What every mail needs.
struct Desk<'a> {
    office: &'a PostOffice,
    shop: Store,
    sender: Sender,
    kind: &'static str,
    key: String,
}

/// To whom: address and name.
type To<'a> = (&'a EmailAddress, &'a str);

impl Desk<'_> {
    async fn write(&self, conn: &mut Conn, message: Message) -> Result<Option<Composed>, JobError> {
        match message {
            Message::OrderReceived { order_id } => order::received(self, conn, order_id).await,
            Message::OrderConfirmation { order_id } => order::confirmation(self, conn, order_id).await,
            Message::OrderExpired { order_id } => order::expired(self, conn, order_id).await,
            Message::OrderCancelled { order_id } => order::cancelled(self, conn, order_id).await,
            Message::PaymentReturned { order_id } => order::payment_returned(self, conn, order_id).await,
            Message::PartReleased { order_id } => order::part_released(self, conn, order_id).await,
            Message::Refunded { refund_id } => order::refunded(self, conn, refund_id).await,
            Message::Shipped { fulfilment_id } => order::shipped(self, conn, fulfilment_id).await,
            Message::Delivered { fulfilment_id } => order::delivered(self, conn, fulfilment_id).await,
            Message::OrderLink { number, email } => order::link(self, conn, &number, &email).await,
            Message::VerifyEmail { customer_id } => account::verify(self, conn, customer_id).await,
            Message::AccountExists { customer_id } => account::exists(self, conn, customer_id).await,
            Message::ResetPassword { email } => account::reset(self, conn, &email).await,
            Message::PasswordChanged { customer_id } => account::password_changed(self, conn, customer_id).await,
            Message::ConfirmNewEmail { customer_id, email } => {
                account::new_email(self, conn, customer_id, &email).await
            }
            Message::EmailChanged { customer_id, old_email } => {
                account::email_changed(self, conn, customer_id, &old_email).await
            }
            Message::MoneyNews { order_id, news } => order::money_news(self, conn, order_id, news).await,
            Message::ConfirmNews { email } => account::confirm_news(self, conn, &email).await,
            Message::InquiryReceived { inquiry_id, message_id } => {
                inquiry::received(self, conn, inquiry_id, message_id).await
            }
            Message::InquiryReply { inquiry_id, message_id } => {
                inquiry::reply(self, conn, inquiry_id, message_id).await
            }
            Message::StaffInvitation { staff_id } => staff::invitation(self, conn, staff_id).await,
            Message::ResetStaffPassword { email } => staff::reset(self, conn, &email).await,
            Message::StaffPasswordChanged { staff_id } => staff::password_changed(self, conn, staff_id).await,
        }
    }

    /// The finished mail.
    fn mail<L: Letter>(&self, (email, name): To<'_>, letter: &L) -> Result<Composed, JobError> {
        let rendered = self
            .office
            .renderer
            .render(&self.sender, letter)
            .context("a mail cannot be rendered")
            .map_err(JobError::Fail)?;
        let mail = NewMail {
            unique_key: self.key.clone(),
            kind: self.kind,
            to_email: email.clone(),
            to_name: name.to_owned(),
            reply_to: self.shop.email.clone(),
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            order_id: None,
            inquiry_id: None,
            is_secret: false,
        };
        Ok(Composed {
            mail,
            link: None,
            news: None,
        })
    }

    /// A token for the link of a mail.
    fn draw(&self) -> Token {
        self.office.random.token()
    }

    fn now(&self) -> Instant {
        self.office.clock.now()
    }

    fn moment(&self) -> String {
        moment(self.now(), &self.shop)
    }
}

impl Composed {
    /// The link is made good together with the mail. One that opens an account makes the mail secret.
    fn carrying(mut self, token: Token, purpose: Purpose, subject: Uuid, data: Value) -> Self {
        self.mail.is_secret = purpose != Purpose::Review;
        self.link = Some(CarriedLink {
            token,
            purpose,
            subject,
            data,
        });
        self
    }
}

/// Something a mail is about is not there; that cannot get better.
fn gone(what: &str) -> JobError {
    JobError::Fail(anyhow::anyhow!("{what} is gone"))
}

/// A stored secret does not open; staff must look.
fn sealed(error: crate::seal::SealError) -> JobError {
    JobError::Fail(error.into())
}

/// How to greet: the first word of a name.
fn first_name(name: &str) -> String {
    name.split_whitespace().next().unwrap_or_default().to_owned()
}
