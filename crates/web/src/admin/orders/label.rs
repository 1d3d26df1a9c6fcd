//! An address as it stands on a parcel.

use wares_kernel::Address;

/// Its lines with the country's name and, last, the telephone number.
pub(in crate::admin) fn label(address: &Address) -> Vec<String> {
    let mut lines = address.lines();
    lines.push(address.country.name().to_owned());
    if !address.phone.is_empty() {
        lines.push(address.phone.clone());
    }
    lines
}
