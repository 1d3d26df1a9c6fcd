//! Ids: `UUIDv7`, one type for each kind of thing, so that an order's id is never taken for a product's.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The id of one thing of kind `K`.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// Wraps a UUID that is already known to belong to a `K`.
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The plain UUID.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an id")]
pub struct IdError;

impl<K> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Uuid::from_str(text).map(Self::new).map_err(|_| IdError)
    }
}
impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::new)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $alias:ident = $kind:ident;)*) => {
        /// Marker types, one for each kind of thing that has an id.
        pub mod kind {
            $(#[doc = concat!("What a `", stringify!($alias), "` identifies.")] #[derive(Debug)] pub enum $kind {})*
        }
        $($(#[$doc])* pub type $alias = Id<kind::$kind>;)*
    };
}

ids! {
    /// A customer's account.
    CustomerId = Customer;
    /// A postal address in a customer's address book.
    AddressId = AddressEntry;
    /// A signed-in browser (customer or staff).
    SessionId = Session;
    /// A person who works in the admin panel.
    StaffId = Staff;
    /// A browser that has not signed in.
    VisitorId = Visitor;
    /// What is described.
    ProductId = Product;
    /// What is sold.
    VariantId = Variant;
    /// What distinguishes variants, such as colour.
    OptionId = ProductOption;
    /// A value of an option, such as moss green.
    OptionValueId = OptionValue;
    /// A place in the category tree.
    CategoryId = Category;
    /// Products that belong together.
    CollectionId = Collection;
    /// A picture.
    ImageId = Image;
    /// A change of a variant's stock.
    StockMovementId = StockMovement;
    /// A wish of somebody.
    CartId = Cart;
    /// A form being filled.
    CheckoutId = Checkout;
    /// An agreement.
    OrderId = Order;
    /// One product of an order.
    OrderLineId = OrderLine;
    /// One attempt to be paid.
    PaymentAttemptId = PaymentAttempt;
    /// Money given back.
    RefundId = Refund;
    /// An invoice or a credit note.
    DocumentId = Document;
    /// Lines sent together.
    FulfilmentId = Fulfilment;
    /// A way of sending, with its price.
    ShippingMethodId = ShippingMethod;
    /// The countries a method serves.
    ShippingZoneId = ShippingZone;
    /// A company that carries parcels.
    CarrierId = Carrier;
    /// Why and what is taken off.
    PromotionId = Promotion;
    /// A tax rate of a country.
    TaxRateId = TaxRate;
    /// A buyer's opinion.
    ReviewId = Review;
    /// A thread with a customer.
    InquiryId = Inquiry;
    /// One message of an inquiry.
    MessageId = Message;
    /// A row of the outbox.
    JobId = Job;
    /// A mail.
    MailId = Mail;
    /// A line of the audit log.
    AuditId = Audit;
    /// A run of the importer.
    ImportId = Import;
    /// Words that mean the same to the search.
    SynonymId = Synonym;
    /// A search that leads to a page.
    RedirectId = Redirect;
}
