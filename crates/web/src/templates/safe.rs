use minijinja::Value;
use serde::{Serialize, Serializer};

/// HTML that may be printed as it is, because it was sanitised.
///
/// Made from [`SafeHtml::sanitised`] only: whoever calls it vouches that the text came out of the sanitiser in `commerce`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Takes HTML that the sanitiser returned.
    pub fn sanitised(html: String) -> Self {
        Self(html)
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for SafeHtml {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::from_safe_string(self.0.clone()).serialize(serializer)
    }
}
