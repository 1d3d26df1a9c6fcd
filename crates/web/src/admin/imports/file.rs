//! The form with the file. It goes to the disk as it comes and is never whole in memory.

use axum::extract::{FromRequest, Multipart, Request};
use wares_commerce::importing::Incoming;

use crate::{
    App,
    admin::upload::{broken, shown_name},
    http::{Asked, Entered, Error, once},
};

/// A file of products, with its name as it may be shown.
pub(in crate::admin) struct FileForm {
    pub(super) name: String,
    pub(super) incoming: Incoming,
    /// The other fields, which say which sending of the form this is.
    pub(super) entered: Entered,
}

impl FromRequest<App> for FileForm {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let asked = Asked::of(&request);
        let mut form = Multipart::from_request(request, app)
            .await
            .map_err(|_| Error::bad_request("not_a_form", "This takes a form with a file."))?;
        let (mut name, mut incoming) = (String::new(), Incoming::new().map_err(failed)?);
        let mut entered = Entered::default();
        while let Some(mut field) = form.next_field().await.map_err(broken)? {
            if field.name() == Some(once::FIELD) {
                entered = Entered::with_key(&field.text().await.map_err(broken)?);
                continue;
            }
            // A second file is passed over: the form has one input.
            if field.name() != Some("file") || !incoming.is_empty() {
                continue;
            }
            name = field.file_name().map(shown_name).unwrap_or_default();
            while let Some(bytes) = field.chunk().await.map_err(broken)? {
                incoming.push(&bytes).await.map_err(failed)?;
            }
        }
        let sent = incoming.fingerprint();
        let entered = entered.named(&asked, &[name.as_bytes(), sent.as_bytes()]).await?;
        Ok(Self {
            name,
            incoming,
            entered,
        })
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::Internal(error.into())
}
