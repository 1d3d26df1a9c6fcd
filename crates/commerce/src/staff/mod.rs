//! The people who run the shop, and what each may do.
//!
//! Owns the table `staff`; sessions, links and password hashing are those of [`crate::accounts`].
//!
//! What must stay true:
//! - There is no default account. The first owner comes in through a link that is printed where the program was started, works
//!   for an hour, and dies when it is used.
//! - Whoever is not staff may do nothing; what a role may do is one table ([`Role::may`]).
//! - A changed role, a lock-out, a new password take effect on the next request: nothing about rights is kept in a session.
//! - There is always an owner who can get in.
//!
//! Deliberately absent so far: second factors. Their places are [`password_min`] and the end of [`sign_in`].

mod change_password;
mod confirm_password;
mod create_owner;
mod disable;
mod invite;
mod member;
mod permission;
mod reset_password;
mod role;
mod set_up;
mod sign_in;
mod store;
#[cfg(test)]
mod tests;

pub use change_password::{ChangePassword, change_password};
pub use confirm_password::{Asked, Confirmed, PasswordError, confirm_password};
pub use create_owner::{CreateOwnerError, create_owner};
pub use disable::{Disable, DisableError, Enable};
pub use invite::{Invite, InviteAgain, InviteError, JoinError, Joining, find_invitation, join};
pub use member::{Member, find, find_by_email, list, password_min};
pub use permission::Permission;
pub use reset_password::{ForgotPassword, find_reset, reset_password};
pub use role::{ChangeRole, ChangeRoleError, Role};
pub use set_up::{PrepareSetUp, SetUp, SetUpError, set_up, set_up_is_open};
pub use sign_in::{SignIn, SignInError, SignedIn, sign_in, signed_in};
