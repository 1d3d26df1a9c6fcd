//! A customer's addresses. At most one is the default for delivery and one for bills; what was removed can be put back for a while.

pub(super) mod store;

use wares_db::{Conn, DbError, Tx, Write};
use wares_kernel::{Address, AddressId, CustomerId};

pub use store::AddressEntry;

use super::{store as customers, vat_ids};

/// The most addresses a book holds.
pub const ADDRESSES_MAX: i64 = 50;

/// A customer's addresses, the default for delivery first.
pub async fn addresses(conn: &mut Conn, customer_id: CustomerId) -> Result<Vec<AddressEntry>, DbError> {
    store::list(conn, customer_id).await
}

/// One of a customer's addresses; not somebody else's.
pub async fn find_address(conn: &mut Conn, owner: CustomerId, id: AddressId) -> Result<Option<AddressEntry>, DbError> {
    store::find(conn, owner, id).await
}

/// Adds an address. The first one becomes the default for both.
#[derive(Debug, Clone)]
pub struct AddAddress {
    /// Whose book.
    pub customer_id: CustomerId,
    /// The address.
    pub address: Address,
    /// Whether things are sent there by default.
    pub for_delivery: bool,
    /// Whether bills go there by default.
    pub for_bills: bool,
}

/// Why an address was not added or not put back.
#[derive(Debug, thiserror::Error)]
pub enum AddAddressError {
    /// The book is full.
    #[error("An address book holds at most {ADDRESSES_MAX} addresses")]
    Full,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for AddAddress {
    type Out = AddressId;
    type Error = AddAddressError;

    async fn run(&self, tx: &mut Tx) -> Result<AddressId, AddAddressError> {
        let n = room(tx, self.customer_id).await?;
        let entry = store::Entry {
            id: tx.new_id(),
            owner: self.customer_id,
            address: document(&self.address)?,
            for_delivery: self.for_delivery || n == 0,
            for_bills: self.for_bills || n == 0,
        };
        store::insert(tx, &entry).await?;
        store::only_default(tx, &entry).await?;
        vat_ids::note(tx, self.customer_id, &self.address.vat_id).await?;
        Ok(entry.id)
    }
}

/// Changes an address of the book.
#[derive(Debug, Clone)]
pub struct ChangeAddress {
    /// Whose book.
    pub customer_id: CustomerId,
    /// Which address.
    pub id: AddressId,
    /// What it shall be.
    pub address: Address,
    /// Whether things are sent there by default.
    pub for_delivery: bool,
    /// Whether bills go there by default.
    pub for_bills: bool,
}

impl Write for ChangeAddress {
    /// Whether the customer has such an address.
    type Out = bool;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        let entry = store::Entry {
            id: self.id,
            owner: self.customer_id,
            address: document(&self.address)?,
            for_delivery: self.for_delivery,
            for_bills: self.for_bills,
        };
        customers::lock(tx, self.customer_id).await?;
        if !store::update(tx, &entry).await? {
            return Ok(false);
        }
        store::only_default(tx, &entry).await?;
        vat_ids::note(tx, self.customer_id, &self.address.vat_id).await?;
        Ok(true)
    }
}

/// Takes an address out of the book; [`RestoreAddress`] puts it back.
#[derive(Debug, Clone)]
pub struct RemoveAddress {
    /// Whose book.
    pub customer_id: CustomerId,
    /// Which address.
    pub id: AddressId,
}

impl Write for RemoveAddress {
    /// Whether the customer had such an address.
    type Out = bool;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        store::remove(tx, self.customer_id, self.id).await
    }
}

/// Puts a removed address back. It is no default any more if another became it in the meantime.
#[derive(Debug, Clone)]
pub struct RestoreAddress {
    /// Whose book.
    pub customer_id: CustomerId,
    /// Which address.
    pub id: AddressId,
}

impl Write for RestoreAddress {
    /// Whether there was something to put back.
    type Out = bool;
    type Error = AddAddressError;

    async fn run(&self, tx: &mut Tx) -> Result<bool, AddAddressError> {
        room(tx, self.customer_id).await?;
        Ok(store::restore(tx, self.customer_id, self.id).await?)
    }
}

/// How many addresses the book holds, when there is room for one more.
async fn room(tx: &mut Tx, owner: CustomerId) -> Result<i64, AddAddressError> {
    customers::lock(tx, owner).await?;
    let n = store::count(tx, owner).await?;
    if n < ADDRESSES_MAX {
        Ok(n)
    } else {
        Err(AddAddressError::Full)
    }
}

fn document(address: &Address) -> Result<serde_json::Value, DbError> {
    serde_json::to_value(address).map_err(|error| DbError::Damaged(error.to_string()))
}

/// Forgets addresses that were removed more than a day ago.
pub(super) async fn prune(tx: &mut Tx) -> Result<u64, DbError> {
    let before = tx.now().minus(std::time::Duration::from_secs(86_400));
    store::prune(tx, before).await
}
