//! Mail over SMTP, against a server that greylists, refuses, breaks off and stalls.

use std::sync::Arc;
use std::time::Duration;

use wares_adapters::mail::smtp::{Config, Security, Smtp};
use wares_commerce::notifications::mailer::{Mail, MailError, MailMessageId, Mailbox, Mailer};
use wares_kernel::{FixedClock, Instant};

use crate::mail_server::MailServer;

fn config(server: &MailServer, security: Security) -> Config {
    Config {
        host: "127.0.0.1".to_owned(),
        port: server.port,
        security,
        credentials: None,
        extra_authority: (security != Security::None).then(|| server.authority()),
        hello_name: "shop.example".to_owned(),
        time_out: Duration::from_secs(5),
        n_connections: 2,
    }
}

fn smtp(config: Config) -> Smtp {
    Smtp::new(config, Arc::new(FixedClock::at(Instant::from_seconds(1_795_700_000)))).unwrap()
}

fn plain(server: &MailServer) -> Smtp {
    smtp(config(server, Security::None))
}

fn mail_to(local: &str) -> Mail {
    let mailbox = |name: &str, address: &str| Mailbox {
        name: Some(name.to_owned()),
        address: address.parse().unwrap(),
    };
    Mail {
        from: mailbox("Fieldhouse", "shop@shop.example"),
        reply_to: Some(mailbox("Help", "help@shop.example")),
        to: mailbox("Ines Röth", &format!("{local}@example.com")),
        subject: "Ihre Bestellung 1001 – danke".to_owned(),
        text: "Danke für Ihre Bestellung.\n.\nBis bald.".to_owned(),
        html: "<p>Danke für Ihre Bestellung.</p>".to_owned(),
        message_id: MailMessageId::parse(&format!("{local}.1@shop.example")).unwrap(),
        in_reply_to: None,
        references: Vec::new(),
    }
}

fn is_temporary(result: &Result<(), MailError>) -> bool {
    matches!(result, Err(MailError::Temporary(_)))
}

fn is_permanent(result: &Result<(), MailError>) -> bool {
    matches!(result, Err(MailError::Permanent(_)))
}

#[tokio::test]
async fn a_mail_arrives_whole() {
    let server = MailServer::start(&[]);
    plain(&server).send(&mail_to("ines")).await.unwrap();
    let accepted = server.accepted();
    let message = &accepted[0];
    assert_eq!(
        (message.from.as_str(), &message.to),
        ("shop@shop.example", &vec!["ines@example.com".to_owned()])
    );
    assert!(message.message.is_ascii());
    for line in [
        "From: Fieldhouse <shop@shop.example>",
        "Reply-To: Help <help@shop.example>",
        "Message-ID: <ines.1@shop.example>",
        "Date: Thu, 26 Nov 2026 13:33:20 +0000",
        "MIME-Version: 1.0",
    ] {
        assert!(
            message.message.contains(&format!("{line}\r\n")),
            "{line} is missing in\n{}",
            message.message
        );
    }
    assert!(message.message.contains("multipart/alternative"));
    assert!(
        message.message.contains("text/plain; charset=utf-8") && message.message.contains("text/html; charset=utf-8")
    );
    assert!(
        message.message.contains("Danke f=C3=BCr Ihre Bestellung."),
        "{}",
        message.message
    );
    assert!(message.message.contains("\r\n.\r\nBis bald."), "{}", message.message);
}

#[tokio::test]
async fn a_connection_is_used_again_and_a_few_are_enough() {
    let server = MailServer::start(&[]);
    let smtp = plain(&server);
    for n in 0..3 {
        smtp.send(&mail_to(&format!("ines{n}"))).await.unwrap();
    }
    assert_eq!(
        server
            .accepted()
            .iter()
            .map(|message| message.connection)
            .collect::<Vec<_>>(),
        [1, 1, 1]
    );
    let mails: Vec<_> = (0..8).map(|n| mail_to(&format!("many{n}"))).collect();
    let smtp = Arc::new(smtp);
    let mut sending = tokio::task::JoinSet::new();
    for mail in mails {
        let smtp = Arc::clone(&smtp);
        sending.spawn(async move { smtp.send(&mail).await });
    }
    assert!(sending.join_all().await.iter().all(Result::is_ok));
    assert_eq!(server.accepted().len(), 11);
    assert!(server.accepted().iter().all(|message| message.connection <= 2));
}

#[tokio::test]
async fn greylisting_and_other_4xx_are_worth_another_try() {
    let server = MailServer::start(&[]);
    let smtp = plain(&server);
    assert!(is_temporary(&smtp.send(&mail_to("temp")).await));
    assert!(is_temporary(&smtp.send(&mail_to("greylist")).await));
    smtp.send(&mail_to("greylist")).await.unwrap();
    assert_eq!(server.accepted().len(), 1);
}

#[tokio::test]
async fn a_5xx_is_for_good_and_says_why() {
    let server = MailServer::start(&[]);
    let smtp = plain(&server);
    for (local, why) in [("perm", "no such user"), ("content", "this looks like spam")] {
        let refused = smtp.send(&mail_to(local)).await;
        assert!(is_permanent(&refused));
        assert!(refused.unwrap_err().to_string().contains(why));
    }
    smtp.send(&mail_to("ines")).await.unwrap();
    assert_eq!(server.accepted().len(), 1);
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_is_tried_again_as_the_same_mail() {
    let server = MailServer::start(&[]);
    let smtp = plain(&server);
    let mail = mail_to("drop");
    assert!(is_temporary(&smtp.send(&mail).await));
    smtp.send(&mail).await.unwrap();
    let accepted = server.accepted();
    assert_eq!(accepted.len(), 2);
    for message in accepted {
        assert_eq!(message.message.matches("Message-ID: <drop.1@shop.example>").count(), 1);
    }
}

#[tokio::test]
async fn a_stalled_server_costs_one_time_out_and_confuses_no_later_mail() {
    let server = MailServer::start(&[]);
    let smtp = smtp(Config {
        time_out: Duration::from_millis(500),
        n_connections: 1,
        ..config(&server, Security::None)
    });
    smtp.send(&mail_to("ines")).await.unwrap();
    assert!(is_temporary(&smtp.send(&mail_to("slow")).await));
    // The answers to these must be their own, not the late one to the stalled mail.
    assert!(is_permanent(&smtp.send(&mail_to("perm")).await));
    smtp.send(&mail_to("ines2")).await.unwrap();
    assert_eq!(server.accepted().last().unwrap().connection, 3);
}

#[tokio::test]
async fn a_connection_closed_by_the_server_is_replaced() {
    let server = MailServer::start(&[]);
    let smtp = plain(&server);
    smtp.send(&mail_to("hangup")).await.unwrap();
    // Whether the server has closed yet when the next mail comes or does so in between, no mail is lost.
    let mut sent = smtp.send(&mail_to("ines")).await;
    if is_temporary(&sent) {
        sent = smtp.send(&mail_to("ines")).await;
    }
    sent.unwrap();
    assert!(
        server
            .accepted()
            .iter()
            .any(|message| message.to == ["ines@example.com"])
    );
}

#[tokio::test]
async fn mail_is_encrypted_and_signed_in_where_the_server_wants_it() {
    for (option, security) in [("--starttls", Security::StartTls), ("--tls", Security::Tls)] {
        let server = MailServer::start(&[option, "--auth", "shop:secret"]);
        let credentials = Some(("shop".to_owned(), "secret".to_owned()));
        let smtp = smtp(Config {
            credentials,
            ..config(&server, security)
        });
        smtp.check().await.unwrap();
        smtp.send(&mail_to("ines")).await.unwrap();
        let message = &server.accepted()[0];
        assert!(message.is_encrypted && message.is_signed_in, "{option}: {message:?}");
        assert_eq!(message.connection, 1);
    }
}

#[tokio::test]
async fn a_wrong_password_is_our_fault_and_not_the_mails() {
    let server = MailServer::start(&["--starttls", "--auth", "shop:secret"]);
    let wrong = Some(("shop".to_owned(), "guess".to_owned()));
    for credentials in [wrong, None] {
        let smtp = smtp(Config {
            credentials,
            ..config(&server, Security::StartTls)
        });
        assert!(is_temporary(&smtp.send(&mail_to("ines")).await));
    }
    assert!(server.accepted().is_empty());
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_cannot_prove_its_name() {
    let other_name = MailServer::start(&["--starttls", "--name", "other.example"]);
    assert!(is_temporary(
        &smtp(config(&other_name, Security::StartTls))
            .send(&mail_to("ines"))
            .await
    ));
    let unknown_authority = MailServer::start(&["--tls"]);
    let config = Config {
        extra_authority: None,
        ..config(&unknown_authority, Security::Tls)
    };
    assert!(is_temporary(&smtp(config).send(&mail_to("ines")).await));
    assert!(other_name.accepted().is_empty() && unknown_authority.accepted().is_empty());
}

#[tokio::test]
async fn encryption_that_is_asked_for_is_never_given_up() {
    let server = MailServer::start(&[]);
    let smtp = smtp(Config {
        extra_authority: None,
        ..config_without_authority(&server)
    });
    assert!(is_temporary(&smtp.send(&mail_to("ines")).await));
    assert!(server.accepted().is_empty());
}

fn config_without_authority(server: &MailServer) -> Config {
    Config {
        security: Security::StartTls,
        ..config(server, Security::None)
    }
}

#[tokio::test]
async fn hostile_text_reaches_one_recipient_and_starts_no_header() {
    let server = MailServer::start(&[]);
    let smtp = plain(&server);
    let attack = "x\r\nBcc: victim@example.com\r\n\r\nbody";
    let mut hostile = mail_to("ines");
    hostile.subject = attack.to_owned();
    hostile.from.name = Some(attack.to_owned());
    hostile.to.name = Some(format!("{attack}\", <victim@example.com>"));
    hostile.text = format!("\r\n.\r\nMAIL FROM:<evil@example.com>\r\n{attack}");
    smtp.send(&hostile).await.unwrap();
    let accepted = server.accepted();
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0].to, ["ines@example.com"]);
    let headers = accepted[0].message.split("\r\n\r\n").next().unwrap();
    assert!(
        !headers.lines().any(|line| line.to_lowercase().starts_with("bcc")),
        "{headers}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_temporary() {
    let server = MailServer::start(&[]);
    let settings = config(&server, Security::None);
    drop(server);
    assert!(is_temporary(&smtp(settings).send(&mail_to("ines")).await));
}
