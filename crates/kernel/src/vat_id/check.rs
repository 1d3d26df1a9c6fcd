//! Check digits. Each looks at what follows the prefix, of which the form is right already.

/// A country of which it is not certain how it makes them.
pub(super) fn nothing(_: &str) -> bool {
    true
}

fn digits(text: &str) -> Vec<u64> {
    text.bytes()
        .filter(u8::is_ascii_digit)
        .map(|b| u64::from(b - b'0'))
        .collect()
}

fn number(text: &str) -> u64 {
    digits(text).iter().fold(0, |number, digit| number * 10 + digit)
}

fn weighted(digits: &[u64], weights: &[u64]) -> u64 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

fn last(digits: &[u64]) -> u64 {
    digits.last().copied().unwrap_or(0)
}

/// The sum of the two digits of a product.
fn cross(product: u64) -> u64 {
    product / 10 + product % 10
}

/// Every second digit from the right doubled and its digits added: the sum ends in 0.
fn luhn(digits: &[u64]) -> bool {
    let weights = [1, 2].into_iter().cycle();
    let added = digits
        .iter()
        .rev()
        .zip(weights)
        .map(|(digit, weight)| cross(digit * weight));
    added.sum::<u64>().is_multiple_of(10)
}

/// ISO 7064, mod 11,10.
fn mod_11_10(digits: &[u64]) -> bool {
    let (check, body) = (last(digits), &digits[..digits.len() - 1]);
    let product = body.iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == check
}

/// The last digit completes the weighted sum to a multiple of 11; a rest of 1 would need a tenth digit and is not given out.
fn completes_11(digits: &[u64], weights: &[u64]) -> bool {
    (11 - weighted(digits, weights) % 11) % 11 == last(digits)
}

/// The last digit completes the weighted sum to a multiple of 10.
fn completes_10(digits: &[u64], weights: &[u64]) -> bool {
    (10 - weighted(digits, weights) % 10) % 10 == last(digits)
}

pub(super) fn austria(text: &str) -> bool {
    let digits = digits(text);
    let sum: u64 = digits[..7]
        .iter()
        .zip([1, 2, 1, 2, 1, 2, 1])
        .map(|(digit, weight)| cross(digit * weight))
        .sum();
    (10 - (sum + 4) % 10) % 10 == last(&digits)
}

pub(super) fn belgium(text: &str) -> bool {
    let number = number(text);
    97 - number / 100 % 97 == number % 100
}

pub(super) fn britain(text: &str) -> bool {
    let digits = digits(text);
    if digits.len() < 9 {
        return true;
    }
    let sum = weighted(&digits, &[8, 7, 6, 5, 4, 3, 2, 10, 1]);
    sum.is_multiple_of(97) || (sum + 55).is_multiple_of(97)
}

pub(super) fn croatia(text: &str) -> bool {
    mod_11_10(&digits(text))
}

pub(super) fn denmark(text: &str) -> bool {
    weighted(&digits(text), &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

pub(super) fn estonia(text: &str) -> bool {
    completes_10(&digits(text), &[3, 7, 1, 3, 7, 1, 3, 7])
}

pub(super) fn finland(text: &str) -> bool {
    completes_11(&digits(text), &[7, 9, 10, 5, 8, 4, 2])
}

/// Keys of two digits are reckoned; those with letters are not published in full.
pub(super) fn france(text: &str) -> bool {
    let (key, company) = text.split_at(2);
    !key.bytes().all(|b| b.is_ascii_digit()) || (12 + 3 * (number(company) % 97)) % 97 == number(key)
}

pub(super) fn germany(text: &str) -> bool {
    mod_11_10(&digits(text))
}

pub(super) fn greece(text: &str) -> bool {
    let digits = digits(text);
    weighted(&digits, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == last(&digits)
}

pub(super) fn hungary(text: &str) -> bool {
    completes_10(&digits(text), &[9, 7, 3, 1, 9, 7, 3])
}

pub(super) fn italy(text: &str) -> bool {
    luhn(&digits(text))
}

pub(super) fn luxembourg(text: &str) -> bool {
    let number = number(text);
    number / 100 % 89 == number % 100
}

/// Companies' ids have a check digit of their own; those of people in business, since 2020, one over all of it.
pub(super) fn netherlands(text: &str) -> bool {
    let digits = digits(&text[..9]);
    let is_company = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == last(&digits);
    // Letters count as two digits, A as 10: N 23, L 21, B 11.
    let all = format!("2321{}", text.replace('B', "11"));
    let rest = all
        .bytes()
        .fold(0, |rest, digit| (rest * 10 + u64::from(digit - b'0')) % 97);
    is_company || rest == 1
}

pub(super) fn norway(text: &str) -> bool {
    completes_11(&digits(text), &[3, 2, 7, 6, 5, 4, 3, 2])
}

pub(super) fn poland(text: &str) -> bool {
    let digits = digits(text);
    weighted(&digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == last(&digits)
}

pub(super) fn portugal(text: &str) -> bool {
    let digits = digits(text);
    let check = 11 - weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    (if check > 9 { 0 } else { check }) == last(&digits)
}

/// A registration number with its check digit, and two digits that number its offices.
pub(super) fn sweden(text: &str) -> bool {
    luhn(&digits(&text[..10]))
}

pub(super) fn switzerland(text: &str) -> bool {
    completes_11(&digits(text), &[5, 4, 3, 2, 7, 6, 5, 4])
}
