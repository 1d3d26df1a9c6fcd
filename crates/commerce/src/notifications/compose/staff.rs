//! Mails to those who run the shop.

use serde_json::json;
use wares_db::Conn;
use wares_jobs::JobError;
use wares_kernel::{EmailAddress, StaffId};

use super::{Composed, Desk, gone};
use crate::accounts::link::Purpose;
use crate::notifications::letters::staff::{ResetStaffPassword, StaffInvitation, StaffPasswordChanged};
use crate::staff::{self, Member};

type Result = std::result::Result<Option<Composed>, JobError>;

async fn member(conn: &mut Conn, id: StaffId) -> std::result::Result<Member, JobError> {
    staff::find(conn, id).await?.ok_or_else(|| gone("the member of staff"))
}

pub(super) async fn invitation(desk: &Desk<'_>, conn: &mut Conn, id: StaffId) -> Result {
    let member = member(conn, id).await?;
    if member.has_joined || member.disabled_at.is_some() {
        return Ok(None);
    }
    let token = desk.draw();
    let letter = StaffInvitation {
        name: member.name.clone(),
        role: member.role.name().to_owned(),
        url: desk.office.links.with(|paths| paths.join_staff, &token),
    };
    let mail = desk.mail((&member.email, &member.name), &letter)?;
    Ok(Some(mail.carrying(token, Purpose::JoinStaff, id.uuid(), json!({}))))
}

pub(super) async fn reset(desk: &Desk<'_>, conn: &mut Conn, email: &EmailAddress) -> Result {
    let found = staff::find_by_email(conn, email).await?;
    let Some(member) = found.filter(|member| member.disabled_at.is_none() && member.has_joined) else {
        return Ok(None);
    };
    let token = desk.draw();
    let letter = ResetStaffPassword {
        name: member.name.clone(),
        url: desk.office.links.with(|paths| paths.reset_staff_password, &token),
    };
    let mail = desk.mail((&member.email, &member.name), &letter)?;
    Ok(Some(mail.carrying(
        token,
        Purpose::ResetStaffPassword,
        member.id.uuid(),
        json!({}),
    )))
}

pub(super) async fn password_changed(desk: &Desk<'_>, conn: &mut Conn, id: StaffId) -> Result {
    let member = member(conn, id).await?;
    let letter = StaffPasswordChanged {
        name: member.name.clone(),
        at: desk.moment(),
    };
    desk.mail((&member.email, &member.name), &letter).map(Some)
}
