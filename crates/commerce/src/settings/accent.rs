//! The one colour a shop chooses, and what follows from it so that it can be read in both themes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The least contrast for text (WCAG 2.2, 1.4.3).
pub(super) const READABLE: f64 = 4.5;

const PAPER: Accent = Accent([0xFB, 0xFA, 0xF7]);
const WHITE: Accent = Accent([0xFF, 0xFF, 0xFF]);
const NIGHT: Accent = Accent([0x13, 0x12, 0x10]);
/// What stands on the accent in the dark theme.
const INK: Accent = Accent([0x0D, 0x0C, 0x0B]);

/// A colour as `#RRGGBB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Accent([u8; 3]);

/// The text is not a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Enter a colour such as #1D4B39")]
pub struct AccentError;

impl Default for Accent {
    fn default() -> Self {
        Self([0x1D, 0x4B, 0x39])
    }
}

impl Accent {
    /// The contrast of the colour as text on the shop's paper.
    pub fn on_paper(self) -> f64 {
        contrast(self, PAPER)
    }

    /// The contrast of white text on the colour.
    pub fn under_white(self) -> f64 {
        contrast(self, WHITE)
    }

    /// Whether it can be read on paper and carries white text.
    pub fn is_readable(self) -> bool {
        self.on_paper() >= READABLE && self.under_white() >= READABLE
    }

    /// The shade for the dark theme: the same hue, as light as it must be to be read on the dark page and under dark text.
    #[must_use]
    pub fn in_the_dark(self) -> Self {
        // Twice what is needed, so that it looks as calm there as the original does here.
        const WANTED: f64 = 2.0 * READABLE;
        (0..=100)
            .map(|step| self.lightened(f64::from(step) / 100.0))
            .find(|shade| contrast(*shade, NIGHT) >= WANTED && contrast(*shade, INK) >= WANTED)
            .unwrap_or(WHITE)
    }

    /// The same hue, `share` of the way to white.
    fn lightened(self, share: f64) -> Self {
        let [l, a, b] = self.to_oklab();
        // Less colour the lighter it gets keeps it inside what screens can show.
        let kept = 1.0 - 0.6 * share;
        from_oklab([l + (1.0 - l) * share, a * kept, b * kept])
    }

    fn to_oklab(self) -> [f64; 3] {
        let [r, g, b] = self.0.map(linear);
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        [
            0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
            0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
        ]
    }
}

/// Björn Ottosson's `OKLab`, backwards.
fn from_oklab([l, a, b]: [f64; 3]) -> Accent {
    let long = (l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (l - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    Accent([
        byte(4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short),
        byte(-1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short),
        byte(-0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short),
    ])
}

/// The light of one channel, from 0 to 1.
fn linear(channel: u8) -> f64 {
    let c = f64::from(channel) / 255.0;
    if c <= 0.040_45 {
        c / 12.92
    } else {
        ((c + 0.055) / 1.055).powf(2.4)
    }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is between 0 and 255"
)]
fn byte(light: f64) -> u8 {
    let c = if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    };
    (c.clamp(0.0, 1.0) * 255.0).round() as u8
}

fn luminance(Accent([r, g, b]): Accent) -> f64 {
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// The contrast of two colours (WCAG 2.2), from 1 to 21.
fn contrast(one: Accent, other: Accent) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    if one > other { one / other } else { other / one }
}

impl FromStr for Accent {
    type Err = AccentError;

    fn from_str(text: &str) -> Result<Self, AccentError> {
        let digits = text.trim();
        let digits = digits.strip_prefix('#').unwrap_or(digits);
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(AccentError);
        }
        let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| AccentError);
        Ok(Self([channel(0)?, channel(2)?, channel(4)?]))
    }
}
impl TryFrom<String> for Accent {
    type Error = AccentError;

    fn try_from(text: String) -> Result<Self, AccentError> {
        text.parse()
    }
}
impl From<Accent> for String {
    fn from(accent: Accent) -> Self {
        accent.to_string()
    }
}
impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02X}{g:02X}{b:02X}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Accent {
        text.parse().expect("a colour")
    }

    #[test]
    fn contrast_is_what_wcag_says() {
        assert!((contrast(WHITE, colour("#000000")) - 21.0).abs() < 1e-9);
        assert!((colour("#777777").under_white() - 4.48).abs() < 0.01);
        assert!((Accent::default().on_paper() - 9.5).abs() < 0.1);
    }

    #[test]
    fn a_pale_colour_is_not_readable() {
        assert!(Accent::default().is_readable());
        assert!(!colour("#F2C56B").is_readable());
    }

    #[test]
    fn every_colour_has_a_shade_that_is_readable_in_the_dark() {
        for text in [
            "#1D4B39", "#0000FF", "#A1261B", "#000000", "#4B0082", "#5A4B33", "#00FF00",
        ] {
            let shade = colour(text).in_the_dark();
            assert!(contrast(shade, NIGHT) >= READABLE, "{text} {shade}");
            assert!(contrast(shade, INK) >= READABLE, "{text} {shade}");
        }
    }

    #[test]
    fn the_shade_keeps_its_hue() {
        let [_, a, b] = colour("#1D4B39").in_the_dark().to_oklab();
        assert!(a < 0.0 && b > 0.0, "green stays green");
    }

    #[test]
    fn only_six_hexadecimal_digits_are_a_colour() {
        assert_eq!(colour(" 1d4b39 ").to_string(), "#1D4B39");
        for text in ["", "#FFF", "#GGGGGG", "red", "#12345é", "#1234567"] {
            assert_eq!(text.parse::<Accent>(), Err(AccentError), "{text}");
        }
    }
}
