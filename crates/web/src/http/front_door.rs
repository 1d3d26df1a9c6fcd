//! What every request passes on its way in, and every response on its way out.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    Router,
    body::HttpBody as _,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
};
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use super::{
    Accepts, CachePolicy, ClientAddress, Encoding, Error, Flow, Reads, RequestId, error::Refusal, once, origin,
};
use crate::{App, assets, storefront::errors, urls};

/// The longest address that is read.
const URI_MAX: usize = 8 << 10;

/// Puts the routes behind the door.
pub fn behind_the_front_door(routes: Router<App>, app: App) -> Router {
    routes
        .layer(middleware::from_fn_with_state(app.clone(), pass))
        .with_state(app)
}

/// What is remembered of a request to answer a refusal.
struct Asked {
    id: RequestId,
    method: Method,
    uri: Uri,
    accepts: Accepts,
    reads: Reads,
}

async fn pass(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let asked = Asked {
        id: RequestId::next(app.seed),
        method: request.method().clone(),
        uri: request.uri().clone(),
        accepts: Accepts::of(request.headers()),
        reads: Reads::of(request.headers()),
    };
    request.extensions_mut().insert(asked.id);
    let span = tracing::info_span!("request", request.id = %asked.id);
    async {
        let answered = match admit(&app, &request) {
            Ok(()) => handle(&app, request, next).await,
            Err(refusal) => refusal.into_response(),
        };
        let mut response = with_error_page(&app, &asked, answered).await;
        compress(&mut response, asked.reads).await;
        finish(&app, &asked, &mut response);
        response
    }
    .instrument(span)
    .await
}

/// Who may come in at all.
fn admit(app: &App, request: &Request) -> Result<(), Error> {
    let (uri, headers) = (request.uri(), request.headers());
    if uri.path().len() + uri.query().map_or(0, str::len) > URI_MAX {
        return Err(Error::Refused {
            status: StatusCode::URI_TOO_LONG,
            code: "uri_too_long",
            message: "This address is too long.".into(),
        });
    }
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Error::Refused {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            code: "compressed",
            message: "Send this without compression.".into(),
        });
    }
    origin::check_host(&app.config, uri, headers)?;
    let client = ClientAddress::of(&app.config, headers, request.extensions());
    app.limits.count(Flow::Request, client.network(), app.now_ms())?;
    origin::check_origin(&app.config, request.method(), uri, headers)
}

/// Runs the handler: not for ever, and a panic ends this request alone.
async fn handle(app: &App, request: Request, next: Next) -> Response {
    let running = AssertUnwindSafe(once::run(app, request, next)).catch_unwind();
    match tokio::time::timeout(app.config.request_time, running).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Error::Internal(anyhow::anyhow!("the handler panicked")).into_response(),
        Err(_) => Error::Unavailable {
            retry_after: Duration::from_secs(10),
        }
        .into_response(),
    }
}

/// Gives a refusal its page.
async fn with_error_page(app: &App, asked: &Asked, mut response: Response) -> Response {
    let refusal = match response.extensions_mut().remove::<Refusal>() {
        Some(Refusal(error)) => error,
        None if is_bare_error(&response) => Arc::new(bare_error(response.status())),
        None => return response,
    };
    if let Error::Internal(cause) = &*refusal {
        tracing::error!(
            request.id = %asked.id, http.method = %asked.method, http.path = asked.uri.path(),
            "Request failed: {cause:#}"
        );
    }
    if let Error::Away(cause) = &*refusal {
        tracing::warn!(request.id = %asked.id, http.path = asked.uri.path(), "Not answered: {cause}");
    }
    match &*refusal {
        Error::SignInRequired { next } => return Redirect::to(&sign_in_and_return(next.as_deref())).into_response(),
        Error::SeeOther(url) => return Redirect::to(url).into_response(),
        Error::Moved(url) => return moved(url),
        _ => {}
    }
    let mut page = errors::page(app, &refusal, asked.id, asked.accepts, asked.method == Method::GET).await;
    *page.status_mut() = refusal.status();
    keep_headers(response.headers(), page.headers_mut());
    if let Some(retry_after) = refusal.retry_after() {
        let seconds = retry_after.as_secs() + u64::from(retry_after.subsec_nanos() > 0);
        page.headers_mut().insert(header::RETRY_AFTER, seconds.max(1).into());
    }
    page
}

/// 301, which caches and search engines understand best.
fn moved(url: &str) -> Response {
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, url)]).into_response()
}

fn sign_in_and_return(next: Option<&str>) -> String {
    match next.filter(|next| urls::is_own_path(next)) {
        Some(next) => urls::with_query(urls::sign_in(), [("next", next)]),
        None => urls::sign_in().to_owned(),
    }
}

/// An error the router answered itself: wrong method, body too large.
fn is_bare_error(response: &Response) -> bool {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    (status.is_client_error() || status.is_server_error())
        && kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

fn bare_error(status: StatusCode) -> Error {
    match status {
        StatusCode::NOT_FOUND => Error::NotFound,
        StatusCode::INTERNAL_SERVER_ERROR => Error::Internal(anyhow::anyhow!("a bare 500")),
        _ => Error::Refused {
            status,
            code: "refused",
            message: "This cannot be done here.".into(),
        },
    }
}

fn keep_headers(from: &HeaderMap, to: &mut HeaderMap) {
    for name in [header::ALLOW, header::SET_COOKIE] {
        for value in from.get_all(&name) {
            to.append(&name, value.clone());
        }
    }
}

/// Compresses what a handler made for one person. Public pages come compressed.
async fn compress(response: &mut Response, reads: Reads) {
    const WORTH_IT: std::ops::Range<u64> = 1_024..(4 << 20);
    let headers = response.headers();
    let is_text = headers.get(header::CONTENT_TYPE).is_some_and(|kind| {
        let kind = kind.as_bytes();
        kind.starts_with(b"text/") || kind.starts_with(b"application/json")
    });
    let size = response.body().size_hint().exact();
    if !(reads.gzip || reads.brotli)
        || !is_text
        || headers.contains_key(header::CONTENT_ENCODING)
        || !size.is_some_and(|size| WORTH_IT.contains(&size))
    {
        return;
    }
    let body = std::mem::take(response.body_mut());
    let Ok(plain) = axum::body::to_bytes(body, 4 << 20).await else {
        // A body of known size comes from memory and cannot break off.
        *response = Error::Internal(anyhow::anyhow!("a body in memory could not be read")).into_response();
        return;
    };
    // One person looks at it once: what a better form would save on the way, making it would cost.
    let (packed, encoding) = if reads.gzip {
        (assets::gzip(&plain, assets::GZIP_AT_ONCE), Encoding::Gzip)
    } else {
        (assets::brotli(&plain, 2), Encoding::Brotli)
    };
    *response.body_mut() = packed.into();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    encoding.apply(headers);
    headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
}

/// What every response carries. Whoever says nothing about caching means: nobody keeps it.
fn finish(app: &App, asked: &Asked, response: &mut Response) {
    let headers = response.headers_mut();
    app.security.apply(headers);
    if !headers.contains_key(header::CACHE_CONTROL) {
        CachePolicy::Private.apply(headers);
    }
    let id = HeaderValue::from_str(&asked.id.to_string()).expect("a reference is plain text");
    headers.insert("x-request-id", id);
    tracing::debug!(
        http.method = %asked.method, http.path = asked.uri.path(), http.status = response.status().as_u16(),
        "Answered"
    );
}
