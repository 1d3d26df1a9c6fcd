//! Mails about accounts and the newsletter.

use serde_json::json;
use wares_db::Conn;
use wares_jobs::JobError;
use wares_kernel::{CustomerId, EmailAddress};

use super::{Composed, Desk, gone};
use crate::accounts::link::Purpose;
use crate::accounts::{self, Customer};
use crate::notifications::letters::account::{
    AccountExists, ConfirmNewEmail, ConfirmNews, EmailChanged, PasswordChanged, ResetPassword, VerifyEmail,
};
use crate::notifications::subscribe::is_subscribed;

type Result = std::result::Result<Option<Composed>, JobError>;

async fn customer(conn: &mut Conn, id: CustomerId) -> std::result::Result<Customer, JobError> {
    accounts::find(conn, id).await?.ok_or_else(|| gone("the customer"))
}

pub(super) async fn verify(desk: &Desk<'_>, conn: &mut Conn, id: CustomerId) -> Result {
    let customer = customer(conn, id).await?;
    if customer.verified_at.is_some() {
        return Ok(None);
    }
    let token = desk.draw();
    let letter = VerifyEmail {
        first_name: customer.first_name().to_owned(),
        url: desk.office.links.with(|paths| paths.verify_email, &token),
    };
    let data = json!({"email_key": customer.email.key()});
    let mail = desk.mail((&customer.email, &customer.name), &letter)?;
    Ok(Some(mail.carrying(token, Purpose::VerifyEmail, id.uuid(), data)))
}

pub(super) async fn exists(desk: &Desk<'_>, conn: &mut Conn, id: CustomerId) -> Result {
    let customer = customer(conn, id).await?;
    already_yours(desk, &customer)
}

fn already_yours(desk: &Desk<'_>, customer: &Customer) -> Result {
    let letter = AccountExists {
        first_name: customer.first_name().to_owned(),
        sign_in_url: desk.office.links.to(|paths| paths.sign_in),
        forgot_url: desk.office.links.to(|paths| paths.forgot),
    };
    desk.mail((&customer.email, &customer.name), &letter).map(Some)
}

pub(super) async fn reset(desk: &Desk<'_>, conn: &mut Conn, email: &EmailAddress) -> Result {
    let found = accounts::find_by_email(conn, email).await?;
    let Some(customer) = found.filter(|customer| customer.disabled_at.is_none()) else {
        return Ok(None);
    };
    let token = desk.draw();
    let letter = ResetPassword {
        first_name: customer.first_name().to_owned(),
        has_account: customer.has_account,
        url: desk.office.links.with(|paths| paths.reset_password, &token),
    };
    let mail = desk.mail((&customer.email, &customer.name), &letter)?;
    Ok(Some(mail.carrying(
        token,
        Purpose::ResetPassword,
        customer.id.uuid(),
        json!({}),
    )))
}

pub(super) async fn password_changed(desk: &Desk<'_>, conn: &mut Conn, id: CustomerId) -> Result {
    let customer = customer(conn, id).await?;
    let letter = PasswordChanged {
        first_name: customer.first_name().to_owned(),
        at: desk.moment(),
        forgot_url: desk.office.links.to(|paths| paths.forgot),
    };
    desk.mail((&customer.email, &customer.name), &letter).map(Some)
}

/// To the new address: a link, or, where that has an account already, only that it has.
pub(super) async fn new_email(desk: &Desk<'_>, conn: &mut Conn, id: CustomerId, email: &EmailAddress) -> Result {
    let customer = customer(conn, id).await?;
    let there = accounts::find_by_email(conn, email).await?;
    if let Some(other) = there.filter(|other| other.has_account && other.id != id) {
        return already_yours(desk, &other);
    }
    let token = desk.draw();
    let letter = ConfirmNewEmail {
        first_name: customer.first_name().to_owned(),
        url: desk.office.links.with(|paths| paths.confirm_email, &token),
    };
    let mail = desk.mail((email, &customer.name), &letter)?;
    let data = json!({"email": email});
    Ok(Some(mail.carrying(token, Purpose::ChangeEmail, id.uuid(), data)))
}

pub(super) async fn email_changed(desk: &Desk<'_>, conn: &mut Conn, id: CustomerId, old: &EmailAddress) -> Result {
    let customer = customer(conn, id).await?;
    let letter = EmailChanged {
        first_name: customer.first_name().to_owned(),
        new_email: customer.email.masked(),
        at: desk.moment(),
    };
    desk.mail((old, &customer.name), &letter).map(Some)
}

pub(super) async fn confirm_news(desk: &Desk<'_>, conn: &mut Conn, email: &EmailAddress) -> Result {
    if is_subscribed(conn, email).await? {
        return Ok(None);
    }
    let token = desk.draw();
    let letter = ConfirmNews {
        url: desk.office.links.with(|paths| paths.confirm_news, &token),
        leave_url: desk.office.links.with(|paths| paths.leave_news, &token),
    };
    let mut composed = desk.mail((email, ""), &letter)?;
    composed.news = Some(token);
    Ok(Some(composed))
}
