//! What somebody may do.

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident: $words:literal,)*) => {
        /// One thing that not everybody may do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Permission { $($(#[$doc])* $variant,)* }

        impl Permission {
            /// All, in the order of the matrix.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The words for it: "See orders".
            pub const fn words(self) -> &'static str {
                match self { $(Self::$variant => $words),* }
            }
        }
    };
}

permissions! {
    /// See orders.
    SeeOrders: "See orders",
    /// Write notes on orders, cancel them, record money that came.
    ChangeOrders: "Change orders",
    /// Send parcels and record that they arrived.
    SendParcels: "Send parcels",
    /// Give money back.
    Refund: "Give money back",
    /// See products, categories and stock, drafts included.
    SeeProducts: "See products",
    /// Add, change and archive products and categories; import.
    ChangeProducts: "Change products",
    /// Change how many there are.
    ChangeStock: "Change stock",
    /// See customers with their addresses.
    SeeCustomers: "See customers",
    /// Lock customers out, send them links.
    ChangeCustomers: "Change customers",
    /// Read inquiries.
    SeeInquiries: "Read inquiries",
    /// Answer, assign and close inquiries.
    AnswerInquiries: "Answer inquiries",
    /// Publish, reject and answer reviews.
    CheckReviews: "Check reviews",
    /// Make, change and stop discounts and their codes.
    ChangeDiscounts: "Change discounts",
    /// Read the mails that were sent, and send them again.
    SeeMail: "Read sent mail",
    /// See the activity list.
    SeeActivity: "See the activity list",
    /// Change settings.
    ChangeSettings: "Change settings",
    /// Invite staff, change roles, lock staff out.
    ManageStaff: "Manage staff",
}
