//! Forms that are sent twice.
//!
//! Every page that nobody keeps is rendered with a key, which its forms carry (`{{ once() }}` in templates). [`Entered`] makes the
//! name of the sending of it, a handler does its work with [`Entered::once`], and here a sending that was done before, or is being
//! done by another request, is answered like the first. Why that is so: [`wares_commerce::once`].
//!
//! [`Entered`]: super::Entered
//! [`Entered::once`]: super::Entered::once

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use base64::Engine as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use wares_commerce::once::{self, Answer, Deed};
use wares_db::{Db, DbError};

use super::Error;
use crate::{App, urls};

/// The field that carries a page's key.
pub(crate) const FIELD: &str = "once";
/// The cookie that carries what was done to the next page.
pub(crate) const NOTICE: &str = "done";
/// How long the answer of a request that is being made at the same time is waited for.
const LOOKS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(20);

/// Where whoever reads the form puts the name of its sending, for the door to see.
#[derive(Clone)]
pub(crate) struct Sending {
    db: Db,
    deed: Arc<OnceLock<Deed>>,
}

impl Sending {
    fn new(app: &App) -> Self {
        Self {
            db: app.db.clone(),
            deed: Arc::default(),
        }
    }

    /// Names the sending of a form: its page's key, where it goes, and all that was entered. What was answered before goes no
    /// further: the handler would count it as another try.
    pub(crate) async fn name(&self, key: &str, path: &str, content: &[&[u8]]) -> Result<Deed, Error> {
        let deed = self.deed.get_or_init(|| Deed::new(&name(key, path, content)));
        match once::answer(&mut *self.db.read().await?, deed).await? {
            Answer::Said(_) => Err(Error::conflict("sent_before", "This was sent before.")),
            Answer::NotDone | Answer::Unknown => Ok(deed.clone()),
        }
    }
}

fn name(key: &str, path: &str, content: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in [key.as_bytes(), path.as_bytes()].iter().chain(content) {
        // With the length before it no part can be taken for the end of another.
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// What the first sending was answered, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Said {
    see: String,
    notice: Option<String>,
}

/// Runs the handler, and answers a repetition like the first time. Whoever only reads a page sends no form, and waits for nothing here.
pub(super) async fn run(app: &App, mut request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let sending = Sending::new(app);
    request.extensions_mut().insert(sending.clone());
    let came_from = referer(request.headers());
    let response = next.run(request).await;
    // A page that is answered at once is the same the second time: its handler has seen to that.
    let Some(deed) = sending.deed.get().filter(|_| !response.status().is_success()) else {
        return response;
    };
    let answered = if deed.is_done_here() {
        keep(app, deed, Said::of(response.headers())).await.map(|()| None)
    } else {
        repeated(app, deed, came_from.as_deref()).await
    };
    match answered {
        Ok(answer) => answer.unwrap_or(response),
        Err(failure) => {
            tracing::error!("A form's answer could not be kept or found: {failure}");
            response
        }
    }
}

impl Said {
    /// Where an answer sends to, and what is told there. Nothing else of it may be given to whoever repeats.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let is_notice = |line: &&str| {
            line.trim_start_matches("__Host-")
                .strip_prefix(NOTICE)
                .is_some_and(|rest| rest.starts_with('='))
        };
        let cookies = headers.get_all(header::SET_COOKIE).iter();
        Some(Self {
            see: headers.get(header::LOCATION)?.to_str().ok()?.to_owned(),
            notice: cookies
                .filter_map(|line| line.to_str().ok())
                .find(is_notice)
                .map(str::to_owned),
        })
    }
}

async fn keep(app: &App, deed: &Deed, said: Option<Said>) -> Result<(), DbError> {
    match said {
        Some(said) => {
            let said = serde_json::to_value(said).expect("two texts are always JSON");
            once::keep_answer(&app.db, deed, said).await
        }
        None => Ok(()),
    }
}

/// The answer of the first sending, if this is not the first.
async fn repeated(app: &App, deed: &Deed, came_from: Option<&str>) -> Result<Option<Response>, DbError> {
    for _ in 0..LOOKS {
        match once::answer(&mut *app.db.read().await?, deed).await? {
            Answer::NotDone => return Ok(None),
            Answer::Said(said) => return Ok(serde_json::from_value(said).ok().map(again)),
            Answer::Unknown => tokio::time::sleep(PAUSE).await,
        }
    }
    // The program ended between the work and its answer. The work is done; the page says how things are now.
    Ok(Some(Redirect::to(came_from.unwrap_or(urls::home())).into_response()))
}

fn again(said: Said) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    if let Ok(see) = HeaderValue::from_str(&said.see) {
        headers.insert(header::LOCATION, see);
    }
    if let Some(notice) = said.notice.and_then(|line| HeaderValue::from_str(&line).ok()) {
        headers.insert(header::SET_COOKIE, notice);
    }
    response
}

/// The path of the page that the form was on. It is of this shop: the door has refused all others.
fn referer(headers: &HeaderMap) -> Option<String> {
    let page: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    urls::is_own_path(page.path()).then(|| page.path().to_owned())
}
