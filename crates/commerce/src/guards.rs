//! The guards of the trade, by name, so that a test can show that each is missed when it is gone.
//!
//! In the program every guard holds, which the compiler knows. In the test build one of them can be switched off for a whole
//! process by `WARES_PLANTED_FAULT`; the simulation of the payment protocol is then run and must fail.

/// What keeps a sale right whoever dies in the middle of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// An order takes its stock, or is not placed.
    SoldOut,
    /// A cart that was ordered answers with its order.
    OneOrder,
    /// A new attempt is looked at even if nobody comes back.
    FirstLook,
    /// An open attempt is looked at again.
    LookAgain,
    /// An attempt whose begin was not answered is asked for.
    FindOut,
    /// The gateway's reference is kept.
    KeepReference,
    /// The payment page is closed when the time is up.
    Close,
    /// An order whose time is up expires.
    Expire,
    /// A snapshot is about the attempt: amount, currency, origin.
    Fits,
    /// Less than is owed does not confirm an order.
    WholeAmount,
    /// The first capture that is heard of is the one that counts.
    CapturedOnce,
    /// Late money confirms an order only if its stock can be taken again.
    LateStock,
    /// A cancelled order is not served.
    Cancelled,
    /// Money for an order that cannot be served goes back.
    MoneyBack,
    /// Cancelling gives the money back.
    RefundOnCancel,
    /// Cancelling puts sold goods back.
    StockBack,
    /// Expiring frees what was held.
    Release,
    /// What was sold is not held any more.
    SoldMark,
    /// Goods that leave are written down.
    Movement,
    /// The payment status follows the money.
    PaymentStatus,
    /// Lists follow the stock.
    ListedStock,
    /// A discount is used as often as it may be, or the order is not placed.
    CodeLimit,
    /// An order that ends without a sale gives its discounts back.
    CodeBack,
    /// Late money confirms an order only if its discounts can be used again.
    LateCode,
}

/// Whether a guard is in force: always.
#[cfg(not(test))]
pub(crate) const fn holds(_: Guard) -> bool {
    true
}

/// Whether a guard is in force: unless this process is the one that shows what happens without it.
#[cfg(test)]
pub(crate) fn holds(guard: Guard) -> bool {
    use std::sync::LazyLock;
    static OFF: LazyLock<Option<String>> = LazyLock::new(|| std::env::var(PLANTED).ok());
    OFF.as_deref().is_none_or(|off| off != format!("{guard:?}"))
}

/// Names the guard that is switched off.
#[cfg(test)]
pub(crate) const PLANTED: &str = "WARES_PLANTED_FAULT";
