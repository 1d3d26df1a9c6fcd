//! A mail as it goes over the wire: text and HTML, ASCII only, nothing of it able to start a header of its own.

use std::time::UNIX_EPOCH;

use lettre::Message;
use lettre::address::{Address, Envelope};
use lettre::message::{Mailbox as Named, MultiPart};
use wares_commerce::notifications::mailer::{Mail, MailError, MailMessageId, Mailbox};
use wares_kernel::Instant;

/// Longest subject and name kept, in characters.
const LINE_MAX: usize = 200;

/// Who it goes to, and its bytes.
pub(super) fn compose(mail: &Mail, now: Instant) -> Result<(Envelope, Vec<u8>), MailError> {
    let mut builder = Message::builder()
        .from(named(&mail.from)?)
        .to(named(&mail.to)?)
        .subject(one_line(&mail.subject))
        .message_id(Some(mail.message_id.bracketed()))
        .date(UNIX_EPOCH + now.since(Instant::from_seconds(0)));
    if let Some(reply_to) = &mail.reply_to {
        builder = builder.reply_to(named(reply_to)?);
    }
    if let Some(answered) = &mail.in_reply_to {
        builder = builder.in_reply_to(answered.bracketed());
    }
    if !mail.references.is_empty() {
        let thread: Vec<String> = mail.references.iter().map(MailMessageId::bracketed).collect();
        builder = builder.references(thread.join(" "));
    }
    let body = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
    let message = builder
        .multipart(body)
        .map_err(|error| MailError::Permanent(error.to_string()))?;
    Ok((message.envelope().clone(), message.formatted()))
}

fn named(mailbox: &Mailbox) -> Result<Named, MailError> {
    let address: Address = mailbox
        .address
        .as_str()
        .parse()
        .map_err(|_| MailError::Permanent("the address cannot receive mail".to_owned()))?;
    let name = mailbox.name.as_deref().map(one_line).filter(|name| !name.is_empty());
    Ok(Named::new(name, address))
}

/// One line of it: a line break in a header would start another header.
fn one_line(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LINE_MAX)
        .collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        let mailbox = |name: &str, address: &str| Mailbox {
            name: Some(name.to_owned()),
            address: address.parse().unwrap(),
        };
        Mail {
            from: mailbox("Fieldhouse", "shop@shop.example"),
            reply_to: None,
            to: mailbox("Ines Roth", "ines@example.com"),
            subject: "Your order 1001".to_owned(),
            text: "Thank you.".to_owned(),
            html: "<p>Thank you.</p>".to_owned(),
            message_id: MailMessageId::parse("order-1001@shop.example").unwrap(),
            in_reply_to: None,
            references: Vec::new(),
        }
    }

    fn lines(mail: &Mail) -> Vec<String> {
        let (_, bytes) = compose(mail, Instant::from_seconds(1_795_700_000)).unwrap();
        assert!(bytes.is_ascii());
        let headers = String::from_utf8(bytes).unwrap();
        headers
            .split("\r\n\r\n")
            .next()
            .unwrap()
            .split("\r\n")
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn the_same_mail_has_the_same_message_id_and_date() {
        let headers = lines(&mail());
        assert!(
            headers.contains(&"Message-ID: <order-1001@shop.example>".to_owned()),
            "{headers:?}"
        );
        assert!(
            headers.contains(&"Date: Thu, 26 Nov 2026 13:33:20 +0000".to_owned()),
            "{headers:?}"
        );
    }

    #[test]
    fn a_thread_is_kept_together() {
        let id = |id| MailMessageId::parse(id).unwrap();
        let answer = Mail {
            in_reply_to: Some(id("b@x")),
            references: vec![id("a@x"), id("b@x")],
            ..mail()
        };
        let headers = lines(&answer);
        assert!(headers.contains(&"In-Reply-To: <b@x>".to_owned()), "{headers:?}");
        assert!(headers.contains(&"References: <a@x> <b@x>".to_owned()), "{headers:?}");
    }

    #[test]
    fn no_text_starts_a_header_of_its_own() {
        for attack in [
            "x\r\nBcc: victim@example.com",
            "x\nBcc: v@e",
            "x\rBcc: v@e",
            "x\0\u{85}\u{2028}Bcc: v@e",
            "\r\n\r\nbody",
        ] {
            let mut hostile = mail();
            hostile.subject = attack.to_owned();
            hostile.from.name = Some(attack.to_owned());
            hostile.to.name = Some(format!("\"{attack}\", <v@e>"));
            let headers = lines(&hostile);
            let is_ours = |line: &String| {
                line.starts_with(' ')
                    || [
                        "From",
                        "To",
                        "Subject",
                        "Message-ID",
                        "Date",
                        "MIME-Version",
                        "Content-Type",
                    ]
                    .iter()
                    .any(|name| line.starts_with(&format!("{name}: ")))
            };
            assert!(headers.iter().all(is_ours), "{headers:?}");
            let (envelope, _) = compose(&hostile, Instant::from_seconds(0)).unwrap();
            assert_eq!(envelope.to().len(), 1);
        }
    }
}
