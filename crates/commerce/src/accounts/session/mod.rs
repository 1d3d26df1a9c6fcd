//! Signed-in browsers, of customers and of staff. The browser has a token, the table only its hash.

pub(super) mod store;

use std::net::IpAddr;
use std::time::Duration;

use serde_json::json;
use wares_db::{Conn, DbError, Tx, Write};
use wares_kernel::{CustomerId, Instant, SessionId, StaffId, Token};

pub use store::Session;

use crate::audit::{self, Action, Actor, Object};

/// How long a customer's session lasts without being used, and at all.
pub const CUSTOMER_IDLE: Duration = Duration::from_secs(14 * 86_400);
/// See [`CUSTOMER_IDLE`].
pub const CUSTOMER_LIFE: Duration = Duration::from_secs(60 * 86_400);
/// How long a session of staff lasts without being used, and at all.
pub const STAFF_IDLE: Duration = Duration::from_secs(60 * 60);
/// See [`STAFF_IDLE`].
pub const STAFF_LIFE: Duration = Duration::from_secs(12 * 3_600);
/// How long a typed password counts for what is worth asking again.
pub const FRESH: Duration = Duration::from_secs(15 * 60);
/// How seldom it is written down that a session was used.
const TOUCH: Duration = Duration::from_secs(5 * 60);

/// Whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A customer's.
    Customer(CustomerId),
    /// A member of staff's.
    Staff(StaffId),
}

/// A session that has just begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// The session.
    pub id: SessionId,
    /// What goes into the browser's cookie; not kept anywhere else.
    pub token: Token,
    /// When it ends in any case.
    pub expires_at: Instant,
}

impl Session {
    /// Whose it is.
    pub fn owner(&self) -> Option<Owner> {
        match (self.customer_id, self.staff_id) {
            (Some(id), None) => Some(Owner::Customer(id)),
            (None, Some(id)) => Some(Owner::Staff(id)),
            _ => None,
        }
    }

    /// Whether the password was typed a short while ago.
    pub fn is_fresh(&self, now: Instant) -> bool {
        now.since(self.confirmed_at) < FRESH
    }

    /// Whether it is time to write down that it is in use: [`Touch`].
    pub fn needs_touch(&self, now: Instant) -> bool {
        now.since(self.seen_at) >= TOUCH
    }
}

/// Begins a session.
pub async fn start(tx: &mut Tx, owner: Owner, device: &str, ip: Option<IpAddr>) -> Result<Started, DbError> {
    let life = match owner {
        Owner::Customer(_) => CUSTOMER_LIFE,
        Owner::Staff(_) => STAFF_LIFE,
    };
    let started = Started {
        id: tx.new_id(),
        token: tx.new_token(),
        expires_at: tx.now().plus(life),
    };
    let ip = ip.map(|ip| ip.to_string()).unwrap_or_default();
    store::insert(tx, owner, &started, device, &ip).await?;
    Ok(started)
}

/// The session a browser's token opens, unless it has ended or was idle for too long.
pub async fn find(conn: &mut Conn, token: &Token, now: Instant) -> Result<Option<Session>, DbError> {
    let hash = token.hash();
    store::find(conn, &hash, now, now.minus(CUSTOMER_IDLE), now.minus(STAFF_IDLE)).await
}

/// All sessions of somebody that are still good, the latest used first.
pub async fn list(conn: &mut Conn, owner: Owner, now: Instant) -> Result<Vec<Session>, DbError> {
    match owner {
        Owner::Customer(id) => store::of_customer(conn, id, now, now.minus(CUSTOMER_IDLE)).await,
        Owner::Staff(id) => store::of_staff(conn, id, now, now.minus(STAFF_IDLE)).await,
    }
}

/// Ends all sessions of somebody, but for one; answers how many.
pub async fn end_all(tx: &mut Tx, owner: Owner, keep: Option<SessionId>) -> Result<u64, DbError> {
    match owner {
        Owner::Customer(id) => store::end_of_customer(tx, id, keep).await,
        Owner::Staff(id) => store::end_of_staff(tx, id, keep).await,
    }
}

/// Ends one session of somebody; answers whether there was one.
pub async fn end_one(tx: &mut Tx, owner: Owner, id: SessionId) -> Result<bool, DbError> {
    match owner {
        Owner::Customer(customer) => store::end_one_of_customer(tx, customer, id).await,
        Owner::Staff(staff) => store::end_one_of_staff(tx, staff, id).await,
    }
}

/// Writes down that the password was typed once more.
pub async fn confirm(tx: &mut Tx, id: SessionId) -> Result<(), DbError> {
    store::confirm(tx, id).await
}

/// Gives a session a new token, because it may do more from now on or its password changed. The old token is dead.
pub async fn renew(tx: &mut Tx, id: SessionId) -> Result<Token, DbError> {
    let token = tx.new_token();
    store::renew(tx, id, &token.hash()).await?;
    Ok(token)
}

/// Writes down that a session is in use.
#[derive(Debug, Clone)]
pub struct Touch {
    /// The session.
    pub id: SessionId,
}

impl Write for Touch {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        store::touch(tx, self.id).await
    }
}

/// Ends one session of somebody: signing out, or ending a session on another device.
#[derive(Debug, Clone)]
pub struct End {
    /// Whose it is; somebody else's is not found.
    pub owner: Owner,
    /// Which one.
    pub id: SessionId,
    /// Who ends it.
    pub actor: Actor,
}

impl Write for End {
    /// Whether there was such a session.
    type Out = bool;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        let ended = end_one(tx, self.owner, self.id).await?;
        if ended {
            let object = self.owner.object();
            audit::record(tx, &self.actor, Action::SessionEnded, object, json!({})).await?;
        }
        Ok(ended)
    }
}

/// Ends all sessions of somebody but the one that is in use.
#[derive(Debug, Clone)]
pub struct EndOthers {
    /// Whose they are.
    pub owner: Owner,
    /// The one that goes on.
    pub keep: Option<SessionId>,
    /// Who ends them.
    pub actor: Actor,
}

impl Write for EndOthers {
    /// How many there were.
    type Out = u64;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<u64, DbError> {
        let ended = end_all(tx, self.owner, self.keep).await?;
        let object = self.owner.object();
        audit::record(
            tx,
            &self.actor,
            Action::SessionEnded,
            object,
            json!({"n_sessions": ended}),
        )
        .await?;
        Ok(ended)
    }
}

impl Owner {
    /// As the audit log names them.
    pub(crate) fn object(self) -> Object {
        match self {
            Self::Customer(id) => Object::customer(id, ""),
            Self::Staff(id) => Object::staff(id, ""),
        }
    }
}

/// Forgets sessions that have ended.
pub(super) async fn prune(tx: &mut Tx) -> Result<u64, DbError> {
    let now = tx.now();
    store::prune(tx, now).await
}
