use std::time::Duration;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use wares_db::DbError;

use super::FormErrors;
use crate::templates::RenderError;

/// How long to wait for a database that cannot be reached: it may be back at once, or after its server was started anew.
const AWAY: Duration = Duration::from_secs(10);

/// Why a request was not done, in the few ways a visitor can tell apart.
///
/// A handler turns its operation's refusals into these with an exhaustive `match`. The front door makes the page (or, for a
/// program, the problem document) and logs [`Error::Internal`] once, with the request's reference.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing is here, or nothing this person may see.
    #[error("not found")]
    NotFound,
    /// Something was here and is not coming back.
    #[error("gone")]
    Gone,
    /// It has another address for good (301).
    #[error("moved to {0}")]
    Moved(String),
    /// Look there instead (303).
    #[error("see {0}")]
    SeeOther(String),
    /// One has to sign in first; comes back to `next` afterwards.
    #[error("sign-in required")]
    SignInRequired {
        /// A path of this shop; none after a POST, which cannot be repeated by a link.
        next: Option<String>,
    },
    /// Signed in, but not allowed.
    #[error("forbidden")]
    Forbidden,
    /// A refusal in the customer's words.
    #[error("refused: {message}")]
    Refused {
        /// 4xx.
        status: StatusCode,
        /// Stable, for programs: `sold_out`.
        code: &'static str,
        /// A sentence.
        message: String,
    },
    /// What was entered cannot be taken. Pages show their form again instead; this is for programs.
    #[error("invalid input")]
    Invalid(FormErrors),
    /// Too many tries.
    #[error("too many requests")]
    TooMany {
        /// When to try again.
        retry_after: Duration,
    },
    /// The shop is too busy, or closed for a moment.
    #[error("unavailable")]
    Unavailable {
        /// When to try again.
        retry_after: Duration,
    },
    /// The database cannot be reached. The visitor may come back; the cause is logged.
    #[error(transparent)]
    Away(DbError),
    /// Something broke here. The visitor sees a reference, never the cause.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl Error {
    /// A refusal of something in conflict with how things are now (409).
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Refused {
            status: StatusCode::CONFLICT,
            code,
            message: message.into(),
        }
    }

    /// A request that makes no sense (400).
    pub fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::Refused {
            status: StatusCode::BAD_REQUEST,
            code,
            message: message.into(),
        }
    }

    /// When it is worth trying again.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooMany { retry_after } | Self::Unavailable { retry_after } => Some(*retry_after),
            Self::Away(_) => Some(AWAY),
            _ => None,
        }
    }

    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone => StatusCode::GONE,
            Self::Moved(_) => StatusCode::MOVED_PERMANENTLY,
            Self::SeeOther(_) | Self::SignInRequired { .. } => StatusCode::SEE_OTHER,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Refused { status, .. } => *status,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable { .. } | Self::Away(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<RenderError> for Error {
    fn from(error: RenderError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<DbError> for Error {
    /// A database with too much to do is not broken: the visitor tries again.
    fn from(error: DbError) -> Self {
        match error {
            DbError::Busy => Self::Unavailable {
                retry_after: Duration::from_secs(2),
            },
            DbError::Away(_) => Self::Away(error),
            other => Self::Internal(other.into()),
        }
    }
}

/// Carried by a response to the front door, which knows the shop's templates.
#[derive(Debug, Clone)]
pub(super) struct Refusal(pub(super) std::sync::Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Refusal(std::sync::Arc::new(self)));
        response
    }
}
