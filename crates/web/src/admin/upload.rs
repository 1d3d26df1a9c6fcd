//! Forms with files.

use axum::extract::{FromRequest, Multipart, Request};

use crate::{
    App,
    http::{Asked, Entered, Error},
};

/// The most bytes of one file.
pub(super) const FILE_MAX: usize = 20 << 20;
/// The most bytes of a whole form.
pub(super) const FORM_MAX: usize = 120 << 20;
/// The most files in a form.
const FILES_MAX: usize = 30;
/// The most bytes of a field that is no file.
const FIELD_MAX: usize = 256 << 10;

/// A form with files, read into memory within limits. Names of files are only ever shown, never used.
#[derive(Debug, Default)]
pub(super) struct Upload {
    pub(super) entered: Entered,
    /// Name and content of each file that was chosen.
    pub(super) files: Vec<(String, Vec<u8>)>,
}

impl FromRequest<App> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let asked = Asked::of(&request);
        let mut form = Multipart::from_request(request, app)
            .await
            .map_err(|_| Error::bad_request("not_a_form", "This takes a form with files."))?;
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        while let Some(field) = form.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(shown_name);
            let bytes = field.bytes().await.map_err(broken)?;
            match file {
                None if bytes.len() <= FIELD_MAX => {
                    fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
                }
                // A file input nobody used sends an empty file.
                Some(file) if !bytes.is_empty() && files.len() < FILES_MAX && bytes.len() <= FILE_MAX => {
                    files.push((file, bytes.to_vec()));
                }
                Some(_) if bytes.is_empty() => {}
                _ => return Err(too_large()),
            }
        }
        let encoded = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let sent: Vec<&[u8]> = files
            .iter()
            .flat_map(|(name, bytes)| [name.as_bytes(), bytes])
            .collect();
        let entered = Entered::parse(encoded.as_bytes())?.named(&asked, &sent).await?;
        Ok(Self { entered, files })
    }
}

/// The last part of a file's name, as it may be shown.
pub(super) fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.chars().filter(|c| !c.is_control()).take(100).collect()
}

pub(super) fn broken(error: axum::extract::multipart::MultipartError) -> Error {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        too_large()
    } else {
        Error::bad_request("bad_form", "The form broke off. Send it again.")
    }
}

fn too_large() -> Error {
    Error::Refused {
        status: axum::http::StatusCode::PAYLOAD_TOO_LARGE,
        code: "too_large",
        message: format!(
            "A file may have {} MB, and at most {FILES_MAX} can be sent at once.",
            FILE_MAX >> 20
        ),
    }
}
