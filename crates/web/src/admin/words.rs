//! States as staff read them: from the words the tables keep to a shape and a word.

use wares_commerce::catalog::Status;
use wares_kernel::text;

use super::parts::State;

/// A state the program does not know yet is shown by its own word.
fn unknown(word: &str) -> State {
    State::ended(word.replace('_', " "))
}

/// An order's own state.
pub(super) fn order(word: &str) -> State {
    match word {
        "awaiting_payment" => State::draft("Awaiting payment"),
        "placed" => State::running("Placed"),
        "completed" => State::done("Completed"),
        "cancelled" => State::dropped("Cancelled"),
        "expired" => State::dropped("Expired"),
        _ => unknown(word),
    }
}

/// An order's payment.
pub(super) fn payment(word: &str) -> State {
    match word {
        "unpaid" => State::waiting("Unpaid"),
        "authorised" => State::partly("Authorised"),
        "paid" => State::done("Paid"),
        "partially_refunded" => State::back("Partly refunded"),
        "refunded" => State::back("Refunded"),
        "disputed" => State::attention("Disputed"),
        "failed" => State::failed("Payment failed"),
        _ => unknown(word),
    }
}

/// An order's fulfilment.
pub(super) fn fulfilment(word: &str) -> State {
    match word {
        "unfulfilled" => State::waiting("Unfulfilled"),
        "partially_shipped" => State::partly("Partly shipped"),
        "shipped" => State::under_way("Shipped"),
        "delivered" => State::done("Delivered"),
        "returned" => State::back("Returned"),
        _ => unknown(word),
    }
}

/// One attempt to be paid.
pub(super) fn attempt(word: &str) -> State {
    match word {
        "created" | "begun" => State::draft("Begun"),
        "authorised" => State::partly("Authorised"),
        "captured" => State::done("Captured"),
        "closed" => State::dropped("Closed"),
        "review" => State::attention("To be looked at"),
        _ => unknown(word),
    }
}

/// Money going back.
pub(super) fn refund(word: &str) -> State {
    match word {
        "pending" => State::draft("On its way"),
        "succeeded" => State::back("Refunded"),
        "failed" => State::failed("Failed"),
        _ => unknown(word),
    }
}

/// A way to pay, by the name of its gateway.
pub(super) fn gateway(name: &str) -> String {
    match name {
        "bank_transfer" => "Bank transfer".into(),
        "cash_on_delivery" => "Cash on delivery".into(),
        "free" => "Nothing to pay".into(),
        name => text::capital(&name.replace('_', " ")),
    }
}

/// Whether a product is shown.
pub(super) fn product(status: Status) -> State {
    match status {
        Status::Draft => State::draft("Draft"),
        Status::Active => State::live("Active"),
        Status::Archived => State::ended("Archived"),
    }
}

/// A mail on its way.
pub(super) fn mail(word: &str) -> State {
    match word {
        "queued" => State::draft("Queued"),
        "sent" => State::done("Sent"),
        "kept" => State::done("Kept here"),
        "failed" => State::failed("Given up"),
        _ => unknown(word),
    }
}

/// An inquiry.
pub(super) fn inquiry(word: &str) -> State {
    match word {
        "open" => State::waiting("Open"),
        "waiting" => State::partly("Waiting"),
        "closed" => State::done("Closed"),
        _ => unknown(word),
    }
}

/// `count` of something: `1 item`, `3 items`.
pub(super) fn plural(count: i64, one: &str, many: &str) -> String {
    let number = crate::templates::format::count(count.unsigned_abs());
    format!("{number} {}", if count == 1 { one } else { many })
}

/// A count that stops at a limit: "1,000+" when there are more.
pub(super) fn capped(count: i64) -> String {
    let max = wares_commerce::reports::COUNT_MAX;
    let shown = crate::templates::format::count(count.min(max).unsigned_abs());
    if count > max { format!("{shown}+") } else { shown }
}

/// Stars out of five.
pub(super) fn stars(rating: i64) -> String {
    let full = usize::try_from(rating.clamp(0, 5)).unwrap_or_default();
    "★".repeat(full) + &"☆".repeat(5 - full)
}

/// The first letters of the first and the last name.
pub(super) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.last().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_initials() {
        assert_eq!(initials("Ana Berger"), "AB");
        assert_eq!(initials("marguerite dubois-castellane von hohenfels"), "MH");
        assert_eq!(initials("Élodie"), "É");
        assert_eq!(initials(" "), "");
    }

    #[test]
    fn counts_stop_where_nobody_counts_any_more() {
        assert_eq!(capped(14), "14");
        assert_eq!(capped(1_001), "1,000+");
        assert_eq!(stars(4), "★★★★☆");
    }
}
