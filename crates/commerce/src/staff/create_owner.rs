//! An owner made at the command line, by somebody who can reach the data anyway.

use serde_json::json;
use wares_db::{Db, DbError, Tx, Write};
use wares_kernel::{EmailAddress, StaffId};

use super::role::Role;
use super::store;
use crate::accounts::link::{self, Purpose};
use crate::accounts::{Password, PasswordHash, Passwords};
use crate::audit::{self, Action, Actor, Object};
use crate::pricing;
use crate::settings::{self, Store};

/// Why no owner was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateOwnerError {
    /// The address belongs to somebody of the staff.
    #[error("Somebody of the staff has this e-mail address already")]
    Taken,
    /// The database failed.
    #[error(transparent)]
    Db(DbError),
}

impl From<DbError> for CreateOwnerError {
    fn from(error: DbError) -> Self {
        if error.violates("staff_email_key_key") {
            Self::Taken
        } else {
            Self::Db(error)
        }
    }
}

/// Makes an owner; the link for setting up the shop, if one is open, dies. The first one finds the delivery, taxes and holidays that
/// are usual in the shop's country.
pub async fn create_owner(
    db: &Db,
    passwords: &Passwords,
    name: String,
    email: EmailAddress,
    password: &Password,
) -> Result<StaffId, CreateOwnerError> {
    let hash = passwords.hash(password).await?;
    db.write(CreateOwner { name, email, hash }).await
}

struct CreateOwner {
    name: String,
    email: EmailAddress,
    hash: PasswordHash,
}

impl Write for CreateOwner {
    type Out = StaffId;
    type Error = CreateOwnerError;

    async fn run(&self, tx: &mut Tx) -> Result<StaffId, CreateOwnerError> {
        if store::is_empty(tx).await? {
            let shop = settings::load::<Store>(tx).await?.value;
            pricing::seed(tx, shop.country, shop.currency).await?;
        }
        let id = store::insert(tx, &self.email, &self.name, Some(&self.hash), Role::Owner).await?;
        link::revoke_all(tx, Purpose::SetUp).await?;
        let object = Object::staff(id, &self.name);
        audit::record(tx, &Actor::System, Action::Created, object, json!({"role": "owner"})).await?;
        Ok(id)
    }
}
