//! Settings: the mail server, and a test of it.

use axum::{extract::State, http::StatusCode, response::Response};
use wares_commerce::{
    notifications::mailer::MailError,
    reports,
    settings::{Encryption, Mail, Saved},
};
use wares_kernel::EmailAddress;

use super::{
    pages::{EmailPage, sections},
    section::{self, Outcome},
};
use crate::{
    App,
    admin::{
        notice::done,
        panel::Spot,
        parts::{Choice, Fact, State as Mark},
        rights::ChangeSettings,
        staff::{Staff, show as show_page},
        words,
    },
    http::{Check, Entered, Error, FormErrors, FormView},
    urls::{admin as urls, with_query},
};

const ENCRYPTIONS: [(&str, &str, Encryption); 3] = [
    ("tls", "TLS, usually port 465", Encryption::Tls),
    ("start_tls", "STARTTLS, usually port 587", Encryption::StartTls),
    ("none", "None, only on this machine", Encryption::None),
];

/// `GET /admin/settings/email`
pub(in crate::admin) async fn show(staff: Staff<ChangeSettings>, State(app): State<App>) -> Result<Response, Error> {
    let saved = section::load::<Mail>(&app).await?;
    let form = filled(&saved.value, &staff);
    show_page(&app, StatusCode::OK, &page(&app, &staff, &saved, form).await?).await
}

/// `POST /admin/settings/email`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    let saved = section::load::<Mail>(&app).await?;
    let (status, errors) = match read(&app, &entered, saved.value.clone()) {
        Ok(mail) => match section::save(&app, &staff, &entered, mail, urls::settings_email()).await? {
            Outcome::Saved(response) => return Ok(response),
            Outcome::Refused(status, errors) => (status, errors),
        },
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
    };
    let mut form = FormView::again(&entered, errors, &["password"]);
    form.values.insert("test_to".into(), staff.member.email.to_string());
    show_page(&app, status, &page(&app, &staff, &saved, form).await?).await
}

fn read(app: &App, entered: &Entered, mail: Mail) -> Result<Mail, FormErrors> {
    let mut check = Check::new(entered);
    let host = check.optional_text("host", 253);
    let port = check.text("port", 5, "Enter a port between 1 and 65535");
    let port = check.parsed("port", &port, |text| {
        text.parse::<u16>().map_err(|_| "Enter a port between 1 and 65535")
    });
    let user = check.optional_text("user", 254);
    let from_name = check.optional_text("from_name", 60);
    let from_address = check.optional_text("from_address", EmailAddress::MAX);
    let from_address = check.parsed("from_address", &from_address, str::parse::<EmailAddress>);
    let encryption = ENCRYPTIONS.iter().find(|(word, ..)| *word == entered.get("encryption"));
    check.done()?;
    // An empty password keeps the one there is, as long as it is for the same server.
    let typed = entered.get("password");
    let password = match typed {
        "" if host == mail.host => mail.password.clone(),
        "" => None,
        typed => Some(app.vault.seal_text(app.random.as_ref(), Mail::PASSWORD_PLACE, typed)),
    };
    Ok(Mail {
        host,
        port: port.unwrap_or(mail.port),
        encryption: encryption.map_or(mail.encryption, |(.., encryption)| *encryption),
        user,
        password,
        from_name,
        from_address,
    })
}

/// `POST /admin/settings/email/test`
pub(in crate::admin) async fn test(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    let saved = section::load::<Mail>(&app).await?;
    let mut check = Check::new(&entered);
    let to = check.text("test_to", EmailAddress::MAX, "Enter an e-mail address");
    let to = check.parsed("test_to", &to, str::parse::<EmailAddress>);
    let errors = match (check.done(), to) {
        (Ok(()), Some(to)) if saved.value.is_on() => match app.office.test(to.clone()).await {
            Ok(()) => {
                let text = format!("The server has taken a test mail for {to}. Look whether it arrives.");
                return Ok(done(&app, urls::settings_email(), text));
            }
            Err(error) => FormErrors::one("test_to", said(&error)),
        },
        (Ok(()), _) => FormErrors::one("host", "Save a server first"),
        (Err(errors), _) => errors,
    };
    let mut form = filled(&saved.value, &staff);
    for error in &errors.0 {
        form.error.insert(error.field.clone(), error.message.clone());
    }
    form.errors = errors.0;
    form.values.insert("test_to".into(), entered.get("test_to").to_owned());
    let page = page(&app, &staff, &saved, form).await?;
    show_page(&app, StatusCode::UNPROCESSABLE_ENTITY, &page).await
}

/// What came of a test, with the server's own words.
fn said(error: &MailError) -> String {
    match error {
        MailError::Permanent(answer) => format!("The server refused the mail: {answer}"),
        MailError::Temporary(answer) => format!("The mail could not be handed over: {answer}"),
    }
}

fn filled(mail: &Mail, staff: &Staff<ChangeSettings>) -> FormView {
    let encryption = ENCRYPTIONS
        .iter()
        .find(|(.., encryption)| *encryption == mail.encryption);
    FormView::prefilled([
        ("host", mail.host.clone()),
        ("port", mail.port.to_string()),
        ("encryption", encryption.map_or("", |(word, ..)| *word).to_owned()),
        ("user", mail.user.clone()),
        ("test_to", staff.member.email.to_string()),
        ("from_name", mail.from_name.clone()),
        (
            "from_address",
            mail.from_address.as_ref().map_or_else(String::new, ToString::to_string),
        ),
    ])
}

async fn page(
    app: &App,
    staff: &Staff<ChangeSettings>,
    saved: &Saved<Mail>,
    form: FormView,
) -> Result<EmailPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let waiting = reports::waiting(&mut conn, desk.now).await?;
    let failed = with_query(urls::mailbox(), [("view", "failed")]);
    Ok(EmailPage {
        panel: staff.panel(&mut conn, Spot::Settings).await?,
        sections: sections(urls::settings_email()),
        action: urls::settings_email(),
        test_action: urls::test_mail(),
        version: saved.version.to_string(),
        last: section::last_change(&mut conn, &desk, saved).await?,
        state: if saved.value.is_on() {
            Mark::live(format!("Mails leave through {}", saved.value.host))
        } else {
            Mark::draft("Mails are kept in Sent mail and not sent")
        },
        encryptions: ENCRYPTIONS.map(|(word, text, _)| Choice::new(word, text)).into(),
        password_note: if saved.value.password.is_some() {
            "set, not shown"
        } else {
            ""
        }
        .into(),
        is_on: saved.value.is_on(),
        queue: vec![
            Fact::new("Waiting", words::capped(waiting.n_mails_queued)),
            Fact::new("Given up", words::capped(waiting.n_mails_failed)).linked(failed),
        ],
        form,
    })
}
