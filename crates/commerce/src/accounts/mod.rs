//! Customers: who they are, how they prove it, where they want things sent.
//!
//! Owns the tables `customers`, `addresses`, `customer_vat_ids`, `sessions` (of staff, too), `link_tokens` and `sign_in_failures`.
//!
//! What must stay true:
//! - One row for each e-mail address. A *guest* has no password; giving one makes an account of the same row.
//! - Whether an address has an account is never told to somebody who has not proved that the mailbox is theirs: the answers to
//!   registering, forgetting a password and signing in are the same either way, and take as long.
//! - A mailbox is proved by a link that was sent to it, opened by somebody who also has the password or sets a new one. Only then
//!   are the guest's orders shown ([`crate::events::Event::MailboxProved`]): who registers somebody else's address gains nothing.
//! - What belongs to a customer is found by its id *and* the customer's, in one statement.
//! - Hashing a password is slow on purpose and never happens inside a unit of work: hash first, then write.
//!
//! Deliberately absent: password hints, expiry and composition rules; locking an account because strangers guess at it.

mod address_book;
mod change_email;
mod change_password;
mod common;
mod customer;
mod device;
mod disable;
mod hashing;
mod history;
pub mod link;
mod note_order;
mod password;
mod profile;
mod prune;
mod reset_password;
pub mod session;
mod sign_in;
mod sign_up;
mod store;
#[cfg(test)]
mod tests;
pub(crate) mod throttle;
mod vat_ids;
mod verify_email;

pub use address_book::{
    ADDRESSES_MAX, AddAddress, AddAddressError, AddressEntry, ChangeAddress, RemoveAddress, RestoreAddress, addresses,
    find_address,
};
pub use change_email::{AskEmailChange, ConfirmEmailChange, EmailChangeError, ask_email_change, waiting_email};
pub use change_password::{ChangePassword, ChangePasswordError, change_password, confirm_password};
pub use customer::{Customer, Which, find, find_by_email, list, search};
pub use device::device_name;
pub use disable::{Disable, Enable};
pub use hashing::{Checked, PasswordHash, Passwords};
pub use history::history;
pub use note_order::{NotedOrder, note_order};
pub use password::{CUSTOMER_MIN, Password, PasswordError, Rules};
pub use profile::{ChangeProfile, ProfileError, note_news};
pub use prune::Prune;
pub use reset_password::{ForgotPassword, ResetError, ResetLink, ResetPassword, find_reset, reset_password};
pub use sign_in::{SignIn, SignInError, SignOut, SignedIn, sign_in, signed_in};
pub use sign_up::{SignUp, sign_up};
pub use throttle::{Realm, Wait};
pub use vat_ids::{CheckVatId, NotedVatId, is_vat_id_checked, note_ordered_vat_id, vat_ids};
pub use verify_email::{AskVerification, Attempt, VerifyEmail, VerifyError, find_verification, verify_with_password};
