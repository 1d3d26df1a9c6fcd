//! The parts of an entry.

use std::net::IpAddr;

use serde_json::Value;
use uuid::Uuid;
use wares_kernel::{
    AuditId, CategoryId, CollectionId, CustomerId, ImportId, InquiryId, Instant, MailId, OrderId, ProductId,
    PromotionId, ReviewId, StaffId, VariantId,
};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who works in the admin panel.
    Staff {
        /// Who.
        id: StaffId,
        /// Their name then.
        name: String,
        /// From where.
        ip: Option<IpAddr>,
    },
    /// Somebody who is signed in to an account.
    Customer {
        /// Who.
        id: CustomerId,
        /// Their name then.
        name: String,
        /// From where.
        ip: Option<IpAddr>,
    },
    /// Somebody without an account, or not signed in.
    Guest {
        /// What they call themselves, or empty.
        name: String,
        /// From where.
        ip: Option<IpAddr>,
    },
    /// The shop itself: a job, a gateway's notice, the command line.
    System,
}

impl Actor {
    /// The word the tables keep for the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Staff { .. } => "staff",
            Self::Customer { .. } => "customer",
            Self::Guest { .. } => "guest",
            Self::System => "system",
        }
    }

    /// Whoever has an id.
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::Staff { id, .. } => Some(id.uuid()),
            Self::Customer { id, .. } => Some(id.uuid()),
            Self::Guest { .. } | Self::System => None,
        }
    }

    /// The member of staff, if it is one.
    pub fn staff_id(&self) -> Option<StaffId> {
        match self {
            Self::Staff { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The name, or empty.
    pub fn name(&self) -> &str {
        match self {
            Self::Staff { name, .. } | Self::Customer { name, .. } | Self::Guest { name, .. } => name,
            Self::System => "",
        }
    }

    /// From where, as text.
    pub fn ip(&self) -> Option<String> {
        match self {
            Self::Staff { ip, .. } | Self::Customer { ip, .. } | Self::Guest { ip, .. } => ip.map(|ip| ip.to_string()),
            Self::System => None,
        }
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $word:literal,)*) => {
        /// What was done. With its object it makes a sentence: *shipped* order 1001-4F7K.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$doc])* $variant,)* }

        impl Action {
            /// Every action.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word the table keeps.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The action of a word; `None` for one a newer version wrote.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

actions! {
    /// Signed in.
    SignedIn = "signed_in",
    /// Tried to sign in and was refused.
    SignInFailed = "sign_in_failed",
    /// Signed out.
    SignedOut = "signed_out",
    /// Ended a session somewhere else.
    SessionEnded = "session_ended",
    /// Opened an account.
    Registered = "registered",
    /// Asked to open an account for an address that has one.
    RegisteredAgain = "registered_again",
    /// Proved that a mailbox is theirs.
    EmailVerified = "email_verified",
    /// Asked for a link to choose a new password.
    ResetAsked = "reset_asked",
    /// Typed a wrong password where it is asked for again.
    PasswordRefused = "password_refused",
    /// Changed a password.
    PasswordChanged = "password_changed",
    /// Asked to change an e-mail address.
    EmailChangeAsked = "email_change_asked",
    /// Changed an e-mail address.
    EmailChanged = "email_changed",
    /// Made something.
    Created = "created",
    /// Changed something.
    Changed = "changed",
    /// Took something out of use without deleting it.
    Archived = "archived",
    /// Ended something that would have gone on.
    Stopped = "stopped",
    /// Deleted something.
    Deleted = "deleted",
    /// Put something deleted back.
    Restored = "restored",
    /// Changed how many there are.
    StockChanged = "stock_changed",
    /// Imported a file.
    Imported = "imported",
    /// Took data out.
    Exported = "exported",
    /// Placed an order.
    Placed = "placed",
    /// Paid, or recorded that money came.
    Paid = "paid",
    /// Took money that was authorised.
    Captured = "captured",
    /// An order was not paid in time.
    Expired = "expired",
    /// Sent a parcel.
    Shipped = "shipped",
    /// Recorded that a parcel arrived.
    Delivered = "delivered",
    /// Cancelled.
    Cancelled = "cancelled",
    /// Gave money back.
    Refunded = "refunded",
    /// Wrote a note for staff.
    Noted = "noted",
    /// Wrote to the shop.
    Asked = "asked",
    /// Answered a customer.
    Answered = "answered",
    /// Closed an inquiry.
    Closed = "closed",
    /// Opened an inquiry again.
    Reopened = "reopened",
    /// Took charge of something, or gave it to somebody.
    Assigned = "assigned",
    /// Handed in a review.
    Submitted = "submitted",
    /// Published a review.
    Published = "published",
    /// Rejected a review.
    Rejected = "rejected",
    /// Sent a mail again.
    Resent = "resent",
    /// Let something that was given up run again.
    Retried = "retried",
    /// Invited somebody to the staff.
    Invited = "invited",
    /// Joined the staff.
    Joined = "joined",
    /// Changed somebody's role.
    RoleChanged = "role_changed",
    /// Locked somebody out.
    Disabled = "disabled",
    /// Let somebody in again.
    Enabled = "enabled",
    /// Set up the shop.
    SetUp = "set_up",
}

/// What it was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The kind, one word.
    pub kind: &'static str,
    /// Which one, where it has an id.
    pub id: Option<Uuid>,
    /// What people call it: an order number, a title, a name.
    pub name: String,
}

macro_rules! objects {
    ($($(#[$doc:meta])* $name:ident($id:ty);)*) => {
        impl Object {
            $($(#[$doc])* pub fn $name(id: $id, name: impl Into<String>) -> Self {
                Self { kind: stringify!($name), id: Some(id.uuid()), name: name.into() }
            })*
        }
    };
}

objects! {
    /// An order, by its number.
    order(OrderId);
    /// A product, by its title.
    product(ProductId);
    /// A variant, by its SKU or title.
    variant(VariantId);
    /// A category, by its name.
    category(CategoryId);
    /// A collection, by its name.
    collection(CollectionId);
    /// A promotion, by its name.
    promotion(PromotionId);
    /// A customer, by e-mail address.
    customer(CustomerId);
    /// A member of staff, by name.
    staff(StaffId);
    /// A review, by its product's title.
    review(ReviewId);
    /// An inquiry, by its reference.
    inquiry(InquiryId);
    /// A mail, by its subject.
    mail(MailId);
    /// An import, by its file name.
    import(ImportId);
}

impl Object {
    /// A section of the settings.
    pub fn settings(section: &'static str) -> Self {
        Self::named("settings", section)
    }

    /// Something that has no id, or none of those above.
    pub fn named(kind: &'static str, name: impl Into<String>) -> Self {
        Self {
            kind,
            id: None,
            name: name.into(),
        }
    }
}

wares_db::rows! {
    /// One line of the log.
    pub struct Entry {
        /// Its id.
        id: AuditId,
        /// When.
        at: Instant,
        /// `staff`, `customer`, `guest` or `system`.
        actor_kind: String,
        /// Who, where they have an id.
        actor_id: Option<Uuid>,
        /// Their name then, or empty.
        actor_name: String,
        /// The word of an [`Action`].
        action: String,
        /// The kind of the object.
        object_kind: String,
        /// Which one, where it has an id.
        object_id: Option<Uuid>,
        /// What it was called then.
        object_name: String,
        /// What changed: `{"field": [before, after]}`; other facts as `{"fact": value}`.
        details: Value,
        /// From where, or nothing.
        ip: Option<String>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_known_by_its_word() {
        for action in Action::ALL {
            assert_eq!(Action::from_word(action.word()), Some(*action));
        }
        assert_eq!(Action::from_word("unheard_of"), None);
    }
}
