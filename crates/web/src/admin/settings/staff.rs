//! Settings: who works here, in which role.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use wares_commerce::staff::{
    self, ChangeRole, ChangeRoleError, Disable, DisableError, Enable, Invite, InviteAgain, InviteError, Member,
    Permission, Role,
};
use wares_kernel::{EmailAddress, StaffId};

use super::pages::{Matrix, MatrixRow, Person, StaffPage, sections};
use crate::{
    App,
    admin::{
        desk::Desk,
        home::pages::{ConfirmPage, MessagePage},
        notice::done,
        panel::Spot,
        parts::{Choice, Link, State as Mark},
        rights::ManageStaff,
        staff::{Staff, ok, show as show_page},
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path},
    urls::admin as urls,
};

/// `GET /admin/settings/staff`
pub(in crate::admin) async fn show(staff: Staff<ManageStaff>, State(app): State<App>) -> Result<Response, Error> {
    let form = FormView::prefilled([("role", Role::Fulfilment.word().to_owned())]);
    ok(&app, &page(&app, &staff, form).await?).await
}

/// `POST /admin/settings/staff`
pub(in crate::admin) async fn invite(
    staff: Staff<ManageStaff>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    let errors = match read(&entered, &staff) {
        Ok(work) => {
            let text = format!("{} gets a mail with a link.", work.name);
            match app.db.write(entered.once(work)).await {
                Ok(_) => return Ok(done(&app, urls::settings_staff(), text)),
                Err(InviteError::Db(error)) => return Err(error.into()),
                Err(refusal @ InviteError::Name) => FormErrors::one("name", refusal.to_string()),
                Err(refusal @ (InviteError::Taken | InviteError::Joined)) => {
                    FormErrors::one("email", refusal.to_string())
                }
            }
        }
        Err(errors) => errors,
    };
    let form = FormView::again(&entered, errors, &[]);
    show_page(&app, StatusCode::UNPROCESSABLE_ENTITY, &page(&app, &staff, form).await?).await
}

fn read(entered: &Entered, staff: &Staff<ManageStaff>) -> Result<Invite, FormErrors> {
    let mut check = Check::new(entered);
    let name = check.text("name", 120, "Enter the full name");
    let email = check.text("email", EmailAddress::MAX, "Enter an e-mail address");
    let email = check.parsed("email", &email, str::parse::<EmailAddress>);
    let role = Role::from_word(entered.get("role"));
    check.done()?;
    let (Some(email), Some(role)) = (email, role) else {
        return Err(FormErrors::one("role", "Choose a role"));
    };
    Ok(Invite {
        actor: staff.actor(),
        name,
        email,
        role,
    })
}

/// The buttons beside a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::admin) enum Act {
    Role,
    Enable,
    Again,
}

/// What was pressed.
#[derive(Debug, Deserialize)]
pub(in crate::admin) struct Pressed {
    r#do: Act,
    #[serde(default)]
    role: String,
}

/// `POST /admin/settings/staff/{id}`
pub(in crate::admin) async fn change(
    staff: Staff<ManageStaff>,
    State(app): State<App>,
    Path(staff_id): Path<StaffId>,
    entered: Entered,
) -> Result<Response, Error> {
    let pressed: Pressed = entered.typed()?;
    let member = find(&app, staff_id).await?;
    let actor = staff.actor();
    let refusal = match pressed.r#do {
        Act::Role => {
            let role = Role::from_word(&pressed.role).ok_or(Error::NotFound)?;
            match app.db.write(entered.once(ChangeRole { actor, staff_id, role })).await {
                Ok(()) => None,
                Err(ChangeRoleError::Db(error)) => return Err(error.into()),
                Err(refusal) => Some(refusal.to_string()),
            }
        }
        Act::Enable => {
            app.db.write(entered.once(Enable { actor, staff_id })).await?;
            None
        }
        Act::Again => match app.db.write(entered.once(InviteAgain { actor, staff_id })).await {
            Ok(()) => None,
            Err(InviteError::Db(error)) => return Err(error.into()),
            Err(refusal) => Some(refusal.to_string()),
        },
    };
    match refusal {
        None => Ok(done(
            &app,
            urls::settings_staff(),
            format!("{} was changed.", member.name),
        )),
        Some(refusal) => refused(&app, &staff, refusal).await,
    }
}

/// `GET /admin/settings/staff/{id}/disable`
pub(in crate::admin) async fn ask_disable(
    staff: Staff<ManageStaff>,
    State(app): State<App>,
    Path(id): Path<StaffId>,
) -> Result<Response, Error> {
    let member = find(&app, id).await?;
    let page = ConfirmPage {
        panel: staff.panel(&mut *app.db.read().await?, Spot::Settings).await?,
        back: Link::new("Staff and roles", urls::settings_staff()),
        heading: format!("Lock out {}", member.name),
        effect: format!(
            "{} is signed out at once and cannot sign in any more. What they did is kept, and you can let them in again.",
            member.name
        ),
        action: urls::disable_staff(id),
        hidden: Vec::new(),
        keep: "Leave it".into(),
        verb: format!("Lock out {}", member.name),
    };
    ok(&app, &page).await
}

/// `POST /admin/settings/staff/{id}/disable`
pub(in crate::admin) async fn disable(
    staff: Staff<ManageStaff>,
    State(app): State<App>,
    Path(staff_id): Path<StaffId>,
    entered: Entered,
) -> Result<Response, Error> {
    let member = find(&app, staff_id).await?;
    match app
        .db
        .write(entered.once(Disable {
            actor: staff.actor(),
            staff_id,
        }))
        .await
    {
        Ok(()) => Ok(done(
            &app,
            urls::settings_staff(),
            format!("{} is locked out.", member.name),
        )),
        Err(DisableError::Db(error)) => Err(error.into()),
        Err(refusal) => refused(&app, &staff, refusal.to_string()).await,
    }
}

async fn find(app: &App, id: StaffId) -> Result<Member, Error> {
    staff::find(&mut *app.db.read().await?, id)
        .await?
        .ok_or(Error::NotFound)
}

async fn refused(app: &App, staff: &Staff<ManageStaff>, refusal: String) -> Result<Response, Error> {
    let page = MessagePage {
        panel: staff.panel(&mut *app.db.read().await?, Spot::Settings).await?,
        heading: "This was not done".into(),
        body: refusal + ".",
        link: Link::new("Staff and roles", urls::settings_staff()),
    };
    show_page(app, StatusCode::CONFLICT, &page).await
}

async fn page(app: &App, staff: &Staff<ManageStaff>, form: FormView) -> Result<StaffPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let everybody = staff::list(&mut conn).await?;
    Ok(StaffPage {
        panel: staff.panel(&mut conn, Spot::Settings).await?,
        sections: sections(urls::settings_staff()),
        action: urls::settings_staff(),
        staff: everybody
            .iter()
            .map(|member| person(&desk, member, staff.member.id))
            .collect(),
        roles: roles(None),
        matrix: matrix(),
        form,
    })
}

fn roles(chosen: Option<Role>) -> Vec<Choice> {
    Role::ALL
        .iter()
        .map(|role| Choice::new(role.word(), role.name()).selected_if(Some(*role) == chosen))
        .collect()
}

fn person(desk: &Desk, member: &Member, me: StaffId) -> Person {
    let is_me = member.id == me;
    let is_out = member.disabled_at.is_some();
    Person {
        name: member.name.clone(),
        email: member.email.to_string(),
        role: member.role.name().into(),
        roles: if is_me { Vec::new() } else { roles(Some(member.role)) },
        state: match (is_out, member.has_joined) {
            (true, _) => Mark::ended("Locked out"),
            (false, false) => Mark::draft("Invited"),
            (false, true) => Mark::live("Active"),
        },
        seen: member
            .last_seen_at
            .map_or_else(|| "never".into(), |at| desk.moment(at).text),
        act: urls::staff(member.id),
        disable: (!is_me && !is_out).then(|| urls::disable_staff(member.id)),
        enable: is_out,
        again: !is_out && !member.has_joined,
    }
}

fn matrix() -> Matrix {
    let roles: Vec<Role> = Role::ALL.iter().copied().filter(|role| *role != Role::Owner).collect();
    Matrix {
        rows: Permission::ALL
            .iter()
            .map(|permission| MatrixRow {
                may: permission.words().into(),
                cells: roles.iter().map(|role| role.may(*permission)).collect(),
            })
            .collect(),
        roles: roles.iter().map(|role| role.name().into()).collect(),
    }
}
