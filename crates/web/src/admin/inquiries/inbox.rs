//! The inbox, and one thread beside it.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use wares_commerce::{
    catalog,
    inquiries::{self, Answer, AnswerError, Author, BODY_MAX, Close, Inquiry, InquiryRow, MarkRead, Note, Then, Which},
    orders,
    staff::Permission,
};
use wares_db::Conn;
use wares_kernel::{After, InquiryId};

use super::pages::{InboxPage, Message, Row, Thread};
use crate::{
    App,
    admin::{
        desk::Desk,
        lists::{Listing, ROWS, Wanted},
        notice::done,
        panel::Spot,
        parts::{Link, Nothing},
        rights::{AnswerInquiries, Right, SeeInquiries},
        staff::{Staff, show as show_page},
        words,
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path, Query},
    urls::admin as urls,
};

/// `GET /admin/inquiries`
pub(in crate::admin) async fn list(
    staff: Staff<SeeInquiries>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let page = page(&app, &staff, &wanted, None, FormView::default()).await?;
    show_page(&app, StatusCode::OK, &page).await
}

/// `GET /admin/inquiries/{id}`
pub(in crate::admin) async fn show(
    staff: Staff<SeeInquiries>,
    State(app): State<App>,
    Path(id): Path<InquiryId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let inquiry = find(&app, id).await?;
    if inquiry.is_unread && staff.may(Permission::AnswerInquiries) {
        // Opening is reading: nothing a customer sees changes, and opening it twice is the same as once.
        app.db.write(MarkRead { inquiry_id: id }).await?;
    }
    let page = page(&app, &staff, &wanted, Some(&inquiry), FormView::default()).await?;
    show_page(&app, StatusCode::OK, &page).await
}

/// `POST /admin/inquiries/{id}`
pub(in crate::admin) async fn answer(
    staff: Staff<AnswerInquiries>,
    State(app): State<App>,
    Path(id): Path<InquiryId>,
    entered: Entered,
) -> Result<Response, Error> {
    let inquiry = find(&app, id).await?;
    let mut check = Check::new(&entered);
    let body = check.long_text("body", BODY_MAX, "Write a message");
    let errors = match check.done() {
        Ok(()) => match write(&app, &staff, &entered, id, body).await {
            Ok(text) => return Ok(done(&app, &urls::inquiry(id), text)),
            Err(AnswerError::Db(error)) => return Err(error.into()),
            Err(AnswerError::NotFound) => return Err(Error::NotFound),
            Err(refusal) => FormErrors::one("body", refusal.to_string()),
        },
        Err(errors) => errors,
    };
    let form = FormView::again(&entered, errors, &[]);
    let page = page(&app, &staff, &Wanted::default(), Some(&inquiry), form).await?;
    show_page(&app, StatusCode::UNPROCESSABLE_ENTITY, &page).await
}

async fn write(
    app: &App,
    staff: &Staff<AnswerInquiries>,
    entered: &Entered,
    inquiry_id: InquiryId,
    body: String,
) -> Result<&'static str, AnswerError> {
    let actor = staff.actor();
    if entered.get("kind") == "note" {
        app.db
            .write(entered.once(Note {
                actor,
                inquiry_id,
                body,
            }))
            .await?;
        return Ok("The note was added. Only staff see it.");
    }
    let then = if entered.get("then") == "close" {
        Then::Close
    } else {
        Then::Wait
    };
    app.db
        .write(entered.once(Answer {
            actor,
            inquiry_id,
            body,
            then,
        }))
        .await?;
    Ok("The answer is on its way by e-mail.")
}

/// `POST /admin/inquiries/{id}/close`
pub(in crate::admin) async fn close(
    staff: Staff<AnswerInquiries>,
    State(app): State<App>,
    Path(id): Path<InquiryId>,
    entered: Entered,
) -> Result<Response, Error> {
    find(&app, id).await?;
    app.db
        .write(entered.once(Close {
            actor: staff.actor(),
            inquiry_id: id,
        }))
        .await?;
    Ok(Redirect::to(urls::inquiries()).into_response())
}

async fn find(app: &App, id: InquiryId) -> Result<Inquiry, Error> {
    inquiries::find(&mut *app.db.read().await?, id)
        .await?
        .ok_or(Error::NotFound)
}

async fn page<R: Right>(
    app: &App,
    staff: &Staff<R>,
    wanted: &Wanted,
    open: Option<&Inquiry>,
    form: FormView,
) -> Result<InboxPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Inquiries).await?;
    let listing = Listing {
        action: urls::inquiries(),
        noun: "Inquiries",
        placeholder: "",
        wanted,
    };
    let (which, beginning) = match wanted.view.as_str() {
        "mine" => (Which::Mine(staff.member.id), After::OLDEST),
        "waiting" => (Which::Waiting, After::NEWEST),
        "closed" => (Which::Closed, After::NEWEST),
        _ => (Which::Open, After::OLDEST),
    };
    let found = inquiries::list(&mut conn, which, wanted.place(beginning), ROWS).await?;
    let counts = inquiries::counts(&mut conn).await?;
    let pager = listing.pager(
        found.items.len(),
        "as they came",
        found.next.map(|after| after.to_string()),
    );
    let tabs = vec![
        ("", "Open", Some(counts.open.to_string())),
        ("mine", "Mine", None),
        ("waiting", "Waiting", Some(counts.waiting.to_string())),
        ("closed", "Closed", None),
    ];
    let thread = match open {
        Some(inquiry) => Some(thread(staff, &mut conn, &desk, inquiry).await?),
        None => None,
    };
    Ok(InboxPage {
        panel,
        lede: lede(&desk, &counts),
        list: listing.index(tabs, Vec::new(), Vec::new(), pager),
        rows: found
            .items
            .iter()
            .map(|row| shown(&desk, row, open.map(|inquiry| inquiry.id)))
            .collect(),
        nothing: Nothing {
            heading: None,
            body: "No inquiries in this view.".into(),
            action: None,
        },
        thread,
        form,
    })
}

fn lede(desk: &Desk, counts: &inquiries::Counts) -> String {
    let promised = desk.settings.store.reply_hours;
    match counts.oldest_open {
        Some(oldest) => format!(
            "{} open, {} unread. The oldest has waited {}; you promise {promised} hours.",
            counts.open,
            counts.unread,
            desk.age(oldest)
        ),
        None => "Nobody waits for an answer.".into(),
    }
}

fn shown(desk: &Desk, row: &InquiryRow, open: Option<InquiryId>) -> Row {
    let promised = u64::from(desk.settings.store.reply_hours) * 3_600;
    Row {
        url: urls::inquiry(row.id),
        subject: row.subject.clone(),
        who: row.name.clone(),
        start: row.start.clone().unwrap_or_default(),
        age: desk.age(row.last_message_at),
        is_late: row.state == "open" && desk.now.since(row.last_message_at).as_secs() > promised,
        is_unread: row.is_unread,
        current: open == Some(row.id),
    }
}

async fn thread<R: Right>(staff: &Staff<R>, conn: &mut Conn, desk: &Desk, inquiry: &Inquiry) -> Result<Thread, Error> {
    let may_answer = staff.may(Permission::AnswerInquiries);
    let messages = inquiries::messages(conn, inquiry.id).await?;
    let order = match inquiry.order_id {
        Some(id) => orders::find(conn, id).await?,
        None => None,
    };
    let product = match inquiry.product_id {
        Some(id) => catalog::stored(conn, id).await?,
        None => None,
    };
    Ok(Thread {
        back: Link::new("Inquiries", urls::inquiries()),
        subject: inquiry.subject.clone(),
        reference: inquiry.reference.clone(),
        state: words::inquiry(inquiry.state.word()),
        who: inquiry.name.clone(),
        email: inquiry.email.to_string(),
        order: order.map(|order| Link::new(order.number.to_string(), urls::order(order.number.as_str()))),
        claimed: Some(inquiry.order_number.clone()).filter(|number| !number.is_empty() && inquiry.order_id.is_none()),
        product: product.map(|product| Link::new(product.draft.title.clone(), urls::product(product.id))),
        messages: messages.iter().map(|message| said(desk, inquiry, message)).collect(),
        answer: may_answer.then(|| urls::inquiry(inquiry.id)),
        close: (may_answer && inquiry.closed_at.is_none()).then(|| urls::close_inquiry(inquiry.id)),
    })
}

fn said(desk: &Desk, inquiry: &Inquiry, message: &inquiries::Message) -> Message {
    let (kind, who, from) = match message.author {
        Author::Customer => ("", message.author_name.clone(), inquiry.email.to_string()),
        Author::Staff => ("us", desk.settings.store.name.clone(), message.author_name.clone()),
        Author::Note => ("int", "Note for staff".into(), message.author_name.clone()),
    };
    Message {
        kind,
        who,
        from,
        at: desk.moment(message.at),
        paragraphs: message.body.split("\n\n").map(ToOwned::to_owned).collect(),
        state: None,
    }
}
