//! The confirmed addresses as a file for the program that sends the news.

use axum::{extract::State, response::Response};
use wares_commerce::notifications::{self, NoteExport, Subscriber};

use crate::{
    App,
    admin::{csv, rights::ChangeCustomers, staff::Staff},
    http::Error,
};

/// `POST /admin/newsletter/export`: a POST, because it is written down who took the addresses.
pub(in crate::admin) async fn export(staff: Staff<ChangeCustomers>, State(app): State<App>) -> Result<Response, Error> {
    let found = notifications::confirmed_subscribers(&mut *app.db.read().await?).await?;
    let note = NoteExport {
        actor: staff.actor(),
        n: found.len(),
    };
    app.db.write(note).await?;
    Ok(csv::file("newsletter.csv", rows(&found)))
}

fn rows(subscribers: &[Subscriber]) -> String {
    let mut file = csv::row(["email", "confirmed_at"]);
    for subscriber in subscribers {
        let at = subscriber.confirmed_at.map(|at| at.timestamp().to_string());
        file.push_str(&csv::row([subscriber.email.as_str(), &at.unwrap_or_default()]));
    }
    file
}
