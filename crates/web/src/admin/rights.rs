//! What a handler may require, as types: `staff: Staff<SendParcels>`.

use wares_commerce::staff::Permission;

/// A right as a type. [`Anybody`] on the staff is one, too.
pub(crate) trait Right: Send + Sync + 'static {
    /// The permission; none where being staff is enough.
    const PERMISSION: Option<Permission>;
}

/// Everybody who is signed in as staff.
#[derive(Debug)]
pub(crate) enum Anybody {}

impl Right for Anybody {
    const PERMISSION: Option<Permission> = None;
}

macro_rules! rights {
    ($($name:ident,)*) => {
        $(
            #[doc = concat!("See [`Permission::", stringify!($name), "`].")]
            #[derive(Debug)]
            pub(crate) enum $name {}

            impl Right for $name {
                const PERMISSION: Option<Permission> = Some(Permission::$name);
            }
        )*
    };
}

rights! {
    SeeOrders,
    ChangeOrders,
    SendParcels,
    Refund,
    SeeProducts,
    ChangeProducts,
    ChangeStock,
    SeeCustomers,
    ChangeCustomers,
    SeeInquiries,
    AnswerInquiries,
    CheckReviews,
    ChangeDiscounts,
    SeeMail,
    SeeActivity,
    ChangeSettings,
    ManageStaff,
}
