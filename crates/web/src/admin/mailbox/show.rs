//! Every mail there is, and one of them as it was sent.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use wares_commerce::{
    inquiries,
    notifications::{self, MailRow, MailState, Resend, ResendError, ShowMails, StoredMail as Mail},
    orders::{self, OrderNumber},
};
use wares_db::Conn;
use wares_kernel::{After, MailId};

use super::pages::{MailboxPage, OpenMail, Row};
use crate::{
    App,
    admin::{
        desk::Desk,
        home::pages::MessagePage,
        lists::{Listing, ROWS, Wanted},
        notice::done,
        panel::Spot,
        parts::{Link, Nothing, Pager, Tab},
        rights::SeeMail,
        staff::{Staff, ok, show as show_page},
        words,
    },
    http::{Entered, Error, Path, Query},
    urls::{admin as urls, with_query},
};

const VIEWS: [(&str, &str, ShowMails); 5] = [
    ("", "All", ShowMails::All),
    ("waiting", "Waiting", ShowMails::Of(MailState::Queued)),
    ("sent", "Sent", ShowMails::Of(MailState::Sent)),
    ("kept", "Kept", ShowMails::Of(MailState::Kept)),
    ("failed", "Failed", ShowMails::Of(MailState::Failed)),
];

/// In which form one mail is shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::admin) struct Form {
    r#as: String,
}

/// `GET /admin/mail`
pub(in crate::admin) async fn list(
    staff: Staff<SeeMail>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    ok(&app, &page(&app, &staff, &wanted, None).await?).await
}

/// `GET /admin/mail/{id}`
pub(in crate::admin) async fn show(
    staff: Staff<SeeMail>,
    State(app): State<App>,
    Path(id): Path<MailId>,
    Query(form): Query<Form>,
) -> Result<Response, Error> {
    let mail = find(&app, id).await?;
    ok(
        &app,
        &page(&app, &staff, &Wanted::default(), Some((&mail, form.r#as.as_str()))).await?,
    )
    .await
}

/// `GET /admin/mail/{id}/body`
///
/// The designed form by itself. It may show its own styles and pictures of this shop, and nothing in it runs.
pub(in crate::admin) async fn body(
    _staff: Staff<SeeMail>,
    State(app): State<App>,
    Path(id): Path<MailId>,
) -> Result<Response, Error> {
    let mail = find(&app, id).await?;
    let mut response = Html(mail.html).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'; base-uri 'none'; \
             form-action 'none'; sandbox allow-popups",
        ),
    );
    Ok(response)
}

/// `POST /admin/mail/{id}/resend`
pub(in crate::admin) async fn resend(
    staff: Staff<SeeMail>,
    State(app): State<App>,
    Path(id): Path<MailId>,
    entered: Entered,
) -> Result<Response, Error> {
    find(&app, id).await?;
    match app
        .db
        .write(entered.once(Resend {
            actor: staff.actor(),
            mail_id: id,
        }))
        .await
    {
        Ok(()) => Ok(done(&app, &urls::mail(id), "The mail is queued again.")),
        Err(ResendError::Db(error)) => Err(error.into()),
        Err(refusal) => {
            let page = MessagePage {
                panel: staff.panel(&mut *app.db.read().await?, Spot::Mailbox).await?,
                heading: "This mail was not sent again".into(),
                body: format!("{refusal}."),
                link: Link::new("Back to the mail", urls::mail(id)),
            };
            show_page(&app, StatusCode::CONFLICT, &page).await
        }
    }
}

async fn find(app: &App, id: MailId) -> Result<Mail, Error> {
    notifications::find(&mut *app.db.read().await?, id)
        .await?
        .ok_or(Error::NotFound)
}

async fn page(
    app: &App,
    staff: &Staff<SeeMail>,
    wanted: &Wanted,
    open: Option<(&Mail, &str)>,
) -> Result<MailboxPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Mailbox).await?;
    let listing = Listing {
        action: urls::mailbox(),
        noun: "Mails",
        placeholder: "E-mail address",
        wanted,
    };
    let (found, pager) = rows(&mut conn, &listing).await?;
    let tabs = VIEWS.iter().map(|(word, text, _)| (*word, *text, None)).collect();
    let chips = if wanted.order.is_empty() {
        Vec::new()
    } else {
        vec![("order", format!("order {}", wanted.order))]
    };
    let current = open.map(|(mail, _)| mail.id);
    Ok(MailboxPage {
        panel,
        lede: if desk.settings.mail.is_on() {
            format!("Mails leave through {}.", desk.settings.mail.host)
        } else {
            "Mails are kept here and not sent: no mail server is set up.".into()
        },
        list: listing.index(tabs, Vec::new(), chips, pager),
        rows: found.iter().map(|mail| row(&desk, mail, current)).collect(),
        nothing: Nothing {
            heading: None,
            body: "No mails in this view. Every mail to a customer is kept here as it was sent.".into(),
            action: None,
        },
        mail: match open {
            Some((mail, form)) => Some(opened(&mut conn, mail, form).await?),
            None => None,
        },
    })
}

async fn rows(conn: &mut Conn, listing: &Listing<'_>) -> Result<(Vec<MailRow>, Pager), Error> {
    let wanted = listing.wanted;
    if let Ok(number) = wanted.order.parse::<OrderNumber>() {
        let order = orders::by_number(conn, &number).await?;
        let found = match order {
            Some(order) => notifications::of_order(conn, order.id).await?,
            None => Vec::new(),
        };
        let pager = listing.found(found.len());
        return Ok((found, pager));
    }
    let words = wanted.words();
    if !words.is_empty() {
        let found = notifications::search(conn, &words, ROWS).await?;
        let pager = listing.found(found.len());
        return Ok((found, pager));
    }
    let show = VIEWS
        .iter()
        .find(|(word, ..)| *word == wanted.view)
        .map_or(ShowMails::All, |(.., show)| *show);
    let page = notifications::list(conn, show, wanted.place(After::NEWEST), ROWS).await?;
    let next = page.next.map(|after| after.to_string());
    let pager = listing.pager(page.items.len(), "newest first", next);
    Ok((page.items, pager))
}

fn row(desk: &Desk, mail: &MailRow, current: Option<MailId>) -> Row {
    Row {
        url: urls::mail(mail.id),
        subject: mail.subject.clone(),
        to: if mail.to_name.is_empty() {
            mail.to_email.to_string()
        } else {
            mail.to_name.clone()
        },
        at: desk.moment(mail.created_at),
        state: words::mail(&mail.state),
        current: current == Some(mail.id),
    }
}

async fn opened(conn: &mut Conn, mail: &Mail, form: &str) -> Result<OpenMail, Error> {
    let here = urls::mail(mail.id);
    let tab = |text: &str, word: &str| {
        let is_current = form == word || (word == "html" && !matches!(form, "text" | "source"));
        Tab::new(text, with_query(&here, [("as", word)]), is_current)
    };
    let has_text = !mail.text.is_empty();
    Ok(OpenMail {
        subject: mail.subject.clone(),
        to: mail.to_email.to_string(),
        state: words::mail(&mail.state),
        error: Some(mail.last_error.clone()).filter(|error| !error.is_empty()),
        about: about(conn, mail).await?,
        message_id: format!("<{}>", mail.message_id),
        resend: has_text.then(|| urls::resend(mail.id)),
        forms: vec![
            tab("Designed", "html"),
            tab("Plain text", "text"),
            tab("Source", "source"),
        ],
        frame: (has_text && !matches!(form, "text" | "source")).then(|| urls::mail_body(mail.id)),
        source: match form {
            _ if !has_text => "The text was not kept, because it held a link that opens an account.".into(),
            "source" => mail.html.clone(),
            _ => mail.text.clone(),
        },
    })
}

async fn about(conn: &mut Conn, mail: &Mail) -> Result<Option<Link>, Error> {
    if let Some(id) = mail.order_id {
        let order = orders::find(conn, id).await?;
        return Ok(order.map(|order| Link::new(format!("Order {}", order.number), urls::order(order.number.as_str()))));
    }
    if let Some(id) = mail.inquiry_id {
        let inquiry = inquiries::find(conn, id).await?;
        return Ok(inquiry.map(|inquiry| Link::new(inquiry.reference, urls::inquiry(inquiry.id))));
    }
    Ok(None)
}
