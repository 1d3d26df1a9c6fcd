//! Mails about what customers write to the shop.

use serde::Serialize;

use crate::notifications::letter::Letter;

/// We have what you wrote.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct InquiryReceived {
    pub(in crate::notifications) name: String,
    pub(in crate::notifications) reference: String,
    /// What it is about.
    pub(in crate::notifications) topic: String,
    /// What was written, as text.
    pub(in crate::notifications) body: String,
    pub(in crate::notifications) reply_hours: u32,
    pub(in crate::notifications) url: String,
}

/// We answered.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct InquiryReply {
    pub(in crate::notifications) name: String,
    pub(in crate::notifications) reference: String,
    /// What it is about.
    pub(in crate::notifications) topic: String,
    /// The answer, as text.
    pub(in crate::notifications) body: String,
    /// What the customer wrote last.
    pub(in crate::notifications) quoted: Option<String>,
    pub(in crate::notifications) url: String,
}

impl Letter for InquiryReceived {
    const NAME: &'static str = "inquiry_received";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            name: "Ines Albrecht".to_owned(),
            reference: "INQ-2291-K".to_owned(),
            topic: "Two tumblers arrived chipped".to_owned(),
            body: "Hello,\n\ntwo of the four are chipped.\n<img src=x onerror=alert(1)>".to_owned(),
            reply_hours: 24,
            url: super::account::samples::link("inquiries"),
        };
        vec![("plain", plain)]
    }
}

impl Letter for InquiryReply {
    const NAME: &'static str = "inquiry_reply";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        let make = |quoted| {
            Self {
            name: "Ines Albrecht".to_owned(),
            reference: "INQ-2291-K".to_owned(),
            topic: "Two tumblers arrived chipped".to_owned(),
            body: "Hello Ines,\n\nI am sorry about the glasses. €44.00 is on its way back to your card; it usually shows in 3 to 5 days.\n\n\
                   Ana"
                .to_owned(),
            quoted,
            url: super::account::samples::link("inquiries"),
        }
        };
        let quoted = Some("Hello,\n\ntwo of the four are chipped.".to_owned());
        vec![("quoting", make(quoted)), ("bare", make(None))]
    }
}
