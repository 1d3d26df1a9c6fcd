//! The confirmed addresses as a file for the program that sends the news.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use wares_commerce::notifications::{self, NoteExport, Subscriber};

use crate::{
    App,
    admin::{rights::ChangeCustomers, staff::Staff},
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
    let mut response = csv(&found).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"newsletter.csv\""),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn csv(subscribers: &[Subscriber]) -> String {
    let mut file = String::from("email,confirmed_at\r\n");
    for subscriber in subscribers {
        let at = subscriber.confirmed_at.map(|at| at.timestamp().to_string());
        file.push_str(&cell(subscriber.email.as_str()));
        file.push(',');
        file.push_str(&at.unwrap_or_default());
        file.push_str("\r\n");
    }
    file
}

/// One cell. What a spreadsheet would take for a formula gets an apostrophe in front.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_breaks_the_table() {
        assert_eq!(cell("ines@example.com"), "ines@example.com");
        assert_eq!(cell("=1+1@example.com"), "'=1+1@example.com");
        assert_eq!(cell("+49@example.com"), "'+49@example.com");
        assert_eq!(cell("a,\"b\"@example.com"), "\"a,\"\"b\"\"@example.com\"");
    }
}
