//! Mails about inquiries. They carry the thread's own link and are threaded by their Message-IDs.

use wares_db::Conn;
use wares_jobs::JobError;
use wares_kernel::{InquiryId, MessageId};

use super::{Composed, Desk, gone, sealed};
use crate::inquiries::{self, Author, Inquiry, Message};
use crate::notifications::letters::inquiry::{InquiryReceived, InquiryReply};

type Result = std::result::Result<Option<Composed>, JobError>;

/// A copy of what was written first; for more messages of the same thread there is none.
pub(super) async fn received(desk: &Desk<'_>, conn: &mut Conn, id: InquiryId, message_id: MessageId) -> Result {
    let (inquiry, messages) = thread(conn, id).await?;
    let Some(first) = messages.first().filter(|message| message.id == message_id) else {
        return Ok(None);
    };
    let letter = InquiryReceived {
        name: inquiry.name.clone(),
        reference: inquiry.reference.clone(),
        topic: inquiry.subject.clone(),
        body: first.body.clone(),
        reply_hours: desk.shop.reply_hours,
        url: url(desk, &inquiry)?,
    };
    finished(desk, &inquiry, &letter)
}

pub(super) async fn reply(desk: &Desk<'_>, conn: &mut Conn, id: InquiryId, message_id: MessageId) -> Result {
    let (inquiry, messages) = thread(conn, id).await?;
    let at = messages.iter().position(|message| message.id == message_id);
    let at = at.ok_or_else(|| gone("the answer"))?;
    let asked = messages[..at]
        .iter()
        .rev()
        .find(|message| message.author == Author::Customer);
    let letter = InquiryReply {
        name: inquiry.name.clone(),
        reference: inquiry.reference.clone(),
        topic: inquiry.subject.clone(),
        body: messages[at].body.clone(),
        quoted: asked.map(|message| message.body.clone()),
        url: url(desk, &inquiry)?,
    };
    finished(desk, &inquiry, &letter)
}

async fn thread(conn: &mut Conn, id: InquiryId) -> std::result::Result<(Inquiry, Vec<Message>), JobError> {
    let inquiry = inquiries::find(conn, id).await?.ok_or_else(|| gone("the inquiry"))?;
    let messages = inquiries::conversation(conn, id).await?;
    Ok((inquiry, messages))
}

fn url(desk: &Desk<'_>, inquiry: &Inquiry) -> std::result::Result<String, JobError> {
    let token = inquiries::link_token(&desk.office.vault, inquiry).map_err(sealed)?;
    Ok(desk.office.links.with(|paths| paths.inquiry, &token))
}

fn finished<L: crate::notifications::letter::Letter>(desk: &Desk<'_>, inquiry: &Inquiry, letter: &L) -> Result {
    let mut composed = desk.mail((&inquiry.email, &inquiry.name), letter)?;
    composed.mail.inquiry_id = Some(inquiry.id);
    composed.mail.order_id = inquiry.order_id;
    Ok(Some(composed))
}
