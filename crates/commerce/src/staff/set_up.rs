//! The first owner and the shop's first settings, through a link that is printed where the program was started.

use std::net::IpAddr;

use serde_json::json;
use wares_db::{Conn, Db, DbError, Tx, Write};
use wares_kernel::text;
use wares_kernel::{Country, EmailAddress, Instant, Token};

use super::role::Role;
use super::sign_in::SignedIn;
use super::store;
use crate::accounts::link::{self, Purpose};
use crate::accounts::session::{self, Owner};
use crate::accounts::{Password, PasswordHash, Passwords};
use crate::audit::{self, Action, Actor, Object};
use crate::once::{Deed, Once};
use crate::pricing;
use crate::settings::{self, ChangeError, Store};

/// Makes the one link for setting up the shop, as long as there is no staff. Older ones die.
#[derive(Debug, Clone, Copy)]
pub struct PrepareSetUp;

impl Write for PrepareSetUp {
    /// The link's token, to be printed; nothing when the shop is set up.
    type Out = Option<Token>;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<Option<Token>, DbError> {
        if !store::is_empty(tx).await? {
            return Ok(None);
        }
        link::revoke_all(tx, Purpose::SetUp).await?;
        link::issue(tx, Purpose::SetUp, None, &json!({})).await.map(Some)
    }
}

/// Whether a link for setting up the shop works; when not, there is no such page.
pub async fn set_up_is_open(conn: &mut Conn, token: &Token, now: Instant) -> Result<bool, DbError> {
    Ok(link::find(conn, Purpose::SetUp, token, now).await?.is_some() && store::is_empty(conn).await?)
}

/// What the first owner enters.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// The link's token.
    pub token: Token,
    /// The owner's full name.
    pub name: String,
    /// Their address.
    pub email: EmailAddress,
    /// Their password.
    pub password: Password,
    /// The shop's name.
    pub shop_name: String,
    /// Where the shop is: decides currency, time zone and how prices are shown, to begin with.
    pub country: Country,
    /// Browser and system.
    pub device: String,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The form this came by, so that it is done once.
    pub deed: Option<Deed>,
}

/// Why the shop was not set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The link was used, is too old, or the program was started anew.
    #[error("This link does not work any more. Start the program again to get a new one")]
    DeadLink,
    /// The name is missing or too long.
    #[error("Enter your name, up to 120 characters")]
    Name,
    /// The shop's name is missing or too long.
    #[error("Enter the shop's name, up to 60 characters")]
    ShopName,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Makes the first owner, who is signed in, names the shop, and gives it the delivery, taxes and holidays that are usual in its country.
pub async fn set_up(db: &Db, passwords: &Passwords, now: Instant, request: SetUp) -> Result<SignedIn, SetUpError> {
    let is_open = {
        let mut conn = db.read().await?;
        set_up_is_open(&mut conn, &request.token, now).await?
    };
    if !is_open {
        return Err(SetUpError::DeadLink);
    }
    let hash = passwords.hash(&request.password).await?;
    let deed = request.deed.clone();
    db.write(Once::new(deed, MakeShop { request, hash })).await
}

struct MakeShop {
    request: SetUp,
    hash: PasswordHash,
}

impl Write for MakeShop {
    type Out = SignedIn;
    type Error = SetUpError;

    async fn run(&self, tx: &mut Tx) -> Result<SignedIn, SetUpError> {
        let request = &self.request;
        let name = text::required_line(&request.name, 120).map_err(|_| SetUpError::Name)?;
        let shop_name = text::required_line(&request.shop_name, 60).map_err(|_| SetUpError::ShopName)?;
        let link = link::redeem(tx, Purpose::SetUp, &request.token).await?;
        if link.is_none() || !store::is_empty(tx).await? {
            return Err(SetUpError::DeadLink);
        }
        let staff_id = store::insert(tx, &request.email, &name, Some(&self.hash), Role::Owner).await?;
        let actor = Actor::Staff {
            id: staff_id,
            name: name.clone(),
            ip: request.ip,
        };
        audit::record(tx, &actor, Action::SetUp, Object::staff(staff_id, name), json!({})).await?;
        let store = name_shop(tx, &actor, shop_name, request).await?;
        pricing::seed(tx, store.country, store.currency).await?;
        let session = session::start(tx, Owner::Staff(staff_id), &request.device, request.ip).await?;
        Ok(SignedIn { staff_id, session })
    }
}

/// Only a shop that has no settings yet gets its first ones. Answers what holds now.
async fn name_shop(tx: &mut Tx, actor: &Actor, name: String, request: &SetUp) -> Result<Store, SetUpError> {
    let saved = settings::load::<Store>(tx).await?;
    let store = if saved.version == 0 {
        Store::in_country(name, request.country)
    } else {
        Store { name, ..saved.value }
    };
    let email = store.email.clone().or_else(|| Some(request.email.clone()));
    let store = Store { email, ..store };
    match settings::put(tx, actor, saved.version, &store).await {
        Ok(_) => Ok(store),
        Err(ChangeError::Db(error)) => Err(error.into()),
        Err(ChangeError::Invalid(_) | ChangeError::Stale) => Err(SetUpError::ShopName),
    }
}
