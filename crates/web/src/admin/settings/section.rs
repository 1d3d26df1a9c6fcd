//! What all settings pages have in common: one section is read, changed as a whole, and says what is wrong field by field.

use axum::{http::StatusCode, response::Response};
use wares_commerce::{
    settings::{self, Change, ChangeError, Saved, Section},
    staff,
};
use wares_db::Conn;

use crate::{
    App,
    admin::{desk::Desk, notice::done, rights::ChangeSettings, staff::Staff},
    http::{Entered, Error, FormErrors},
};

/// What became of a change.
pub(super) enum Outcome {
    /// It is saved; the answer leads back to the page.
    Saved(Response),
    /// It is not; the form is shown again with this status.
    Refused(StatusCode, FormErrors),
}

/// Saves a section that was read in the version the form carries.
pub(super) async fn save<S: Section>(
    app: &App,
    staff: &Staff<ChangeSettings>,
    entered: &Entered,
    value: S,
    there: &str,
) -> Result<Outcome, Error> {
    let version = entered.get("version").parse().unwrap_or(-1);
    save_on(app, staff, entered, (version, value), there).await
}

/// Saves a section on top of a version.
pub(super) async fn save_on<S: Section>(
    app: &App,
    staff: &Staff<ChangeSettings>,
    entered: &Entered,
    (version, value): (i64, S),
    there: &str,
) -> Result<Outcome, Error> {
    let change = Change {
        actor: staff.actor(),
        version,
        value,
    };
    match app.db.write(entered.once(change)).await {
        Ok(_) => {
            app.settings.refresh(&mut *app.db.read().await?).await?;
            Ok(Outcome::Saved(done(app, there, "The settings were saved.")))
        }
        Err(ChangeError::Stale) => {
            let message = format!("{}. Open the page anew to see their change", ChangeError::Stale);
            Ok(Outcome::Refused(StatusCode::CONFLICT, FormErrors::one("", message)))
        }
        Err(ChangeError::Invalid(problems)) => {
            let mut errors = FormErrors::default();
            for problem in problems.0 {
                errors.add(problem.field, problem.message);
            }
            Ok(Outcome::Refused(StatusCode::UNPROCESSABLE_ENTITY, errors))
        }
        Err(ChangeError::Db(error)) => Err(error.into()),
    }
}

/// Who changed a section last, and when.
pub(super) async fn last_change<S>(conn: &mut Conn, desk: &Desk, saved: &Saved<S>) -> Result<Option<String>, Error> {
    let (Some(at), Some(by)) = (saved.changed_at, saved.changed_by) else {
        return Ok(None);
    };
    let who = staff::find(conn, by)
        .await?
        .map_or_else(|| "somebody".into(), |member| member.name);
    Ok(Some(format!("Changed by {who}, {}", desk.moment(at).text)))
}

/// A section as it is stored, for showing it.
pub(super) async fn load<S: Section>(app: &App) -> Result<Saved<S>, Error> {
    Ok(settings::load(&mut *app.db.read().await?).await?)
}
