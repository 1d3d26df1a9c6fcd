//! Searches that lead to a page: whoever looks for "returns" wants to read about returns.

use serde_json::{Value, json};
use wares_db::{Conn, DbError, Tx, Write};
use wares_kernel::{Page, RedirectId};

use super::{note, store, synonym::limit, words};
use crate::audit::{self, Action, Actor, Object};

/// The most characters of a page's address.
pub const PATH_MAX: usize = 300;
/// The most redirects of a shop.
const REDIRECTS_MAX: i64 = 2_000;

wares_db::rows! {
    /// A redirect.
    pub struct Redirect {
        /// Its id.
        id: RedirectId,
        /// The words, as [`super::key`] writes them.
        words: String,
        /// The page's address within the shop: `/c/teapots`.
        path: String,
    }
}

/// Makes a redirect, or changes one.
#[derive(Debug, Clone)]
pub struct SaveRedirect {
    /// Who does it.
    pub actor: Actor,
    /// Which one; none for a new one.
    pub redirect: Option<RedirectId>,
    /// The words, as typed.
    pub words: String,
    /// The page's address within the shop.
    pub path: String,
}

/// Deletes a redirect.
#[derive(Debug, Clone)]
pub struct DeleteRedirect {
    /// Who does it.
    pub actor: Actor,
    /// Which one.
    pub redirect: RedirectId,
}

/// Why a redirect was not saved or deleted.
#[derive(Debug, thiserror::Error)]
pub enum RedirectError {
    /// It is not there any more.
    #[error("this redirect is not there any more")]
    NotFound,
    /// There are no words.
    #[error("enter the words people search for")]
    NoWords,
    /// The words lead somewhere already.
    #[error("these words lead to {0} already")]
    Known(String),
    /// The address is not one of the shop's pages.
    #[error("enter the address of a page of this shop, such as /c/teapots")]
    Path,
    /// The shop has as many as it can have.
    #[error("there are {REDIRECTS_MAX} redirects, and no room for more; delete some first")]
    Full,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// An address within the shop that shoppers may be sent to. The search itself is none: two redirects could send them in circles.
fn checked_path(typed: &str) -> Result<String, RedirectError> {
    let path = typed.trim();
    let begins = |start: &str| {
        path == start
            || path
                .strip_prefix(start)
                .is_some_and(|rest| rest.starts_with(['/', '?', '#']))
    };
    let is_plain = path.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '\\');
    let leads_out = !path.starts_with('/') || path.starts_with("//");
    if leads_out || !is_plain || path.chars().count() > PATH_MAX || begins("/search") || begins("/admin") {
        return Err(RedirectError::Path);
    }
    Ok(path.to_owned())
}

fn told(words: &str, path: &str) -> Value {
    json!({ "words": words, "page": path })
}

impl Write for SaveRedirect {
    type Out = RedirectId;
    type Error = RedirectError;

    async fn run(&self, tx: &mut Tx) -> Result<RedirectId, RedirectError> {
        let words = words::key(&self.words);
        if words.is_empty() {
            return Err(RedirectError::NoWords);
        }
        let path = checked_path(&self.path)?;
        if let Some(holder) = store::redirect_of(tx, &words).await?
            && Some(holder.id) != self.redirect
        {
            return Err(RedirectError::Known(holder.path));
        }
        let object = Object::named("search_redirect", words.clone());
        let Some(id) = self.redirect else {
            if store::n_redirects(tx).await? >= REDIRECTS_MAX {
                return Err(RedirectError::Full);
            }
            let id = tx.new_id();
            store::add_redirect(tx, id, &words, &path).await?;
            note(tx, &self.actor, Action::Created, object, told(&words, &path)).await?;
            return Ok(id);
        };
        let before = store::redirect(tx, id).await?.ok_or(RedirectError::NotFound)?;
        store::change_redirect(tx, id, &words, &path).await?;
        let details = audit::differences(&told(&before.words, &before.path), &told(&words, &path));
        note(tx, &self.actor, Action::Changed, object, details).await?;
        Ok(id)
    }
}

impl Write for DeleteRedirect {
    type Out = ();
    type Error = RedirectError;

    async fn run(&self, tx: &mut Tx) -> Result<(), RedirectError> {
        let before = store::redirect(tx, self.redirect)
            .await?
            .ok_or(RedirectError::NotFound)?;
        store::delete_redirect(tx, self.redirect).await?;
        let object = Object::named("search_redirect", before.words.clone());
        let details = told(&before.words, &before.path);
        Ok(note(tx, &self.actor, Action::Deleted, object, details).await?)
    }
}

/// Redirects by the alphabet, after these words; `with`, in lower case, stands somewhere in their words or addresses.
pub async fn redirects(
    conn: &mut Conn,
    with: &str,
    after: &str,
    size: usize,
) -> Result<Page<Redirect, String>, DbError> {
    let found = store::redirects(conn, with, after, limit(size)).await?;
    Ok(Page::cut(found, size, |redirect: &Redirect| redirect.words.clone()))
}

/// One redirect.
pub async fn redirect(conn: &mut Conn, id: RedirectId) -> Result<Option<Redirect>, DbError> {
    store::redirect(conn, id).await
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn a_redirect_leads_to_a_page_of_this_shop_only() {
        for page in [
            "/c/teapots",
            " /returns#how ",
            "/",
            "/searching",
            "/p/tarn-mug?variant=2",
        ] {
            assert!(checked_path(page).is_ok(), "{page}");
        }
        let long = format!("/{}", "x".repeat(PATH_MAX));
        for other in [
            "",
            "teapots",
            "https://elsewhere.example",
            "//elsewhere.example",
            "/\\elsewhere",
            "/search",
            "/search?q=x",
            "/admin",
            "/admin/orders",
            "/a b",
            "/a\nb",
            "javascript:alert(1)",
            &long,
        ] {
            assert!(checked_path(other).is_err(), "{other}");
        }
    }
}
