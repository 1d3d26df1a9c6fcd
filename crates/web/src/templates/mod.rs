//! Templates: from a page's context struct to HTML.
//!
//! Templates are embedded in the program; a file of the same name under `theme/templates/` wins. They are strict: a name that
//! is not there, or a value that is missing, is an error and never an empty spot on a page. HTML is escaped; text that is HTML
//! already has the type [`SafeHtml`], which only the sanitiser makes. JSON blocks go through `tojson`, which escapes `<`, `>`
//! and `&`.
//!
//! Every template may use
//! - `shop`: what surrounds each page ([`Frame`]): name, navigation, footer;
//! - `urls`: links to pages without a name in them ([`crate::urls::fixed`]);
//! - `asset("storefront/base.css")`: the address of a file in `assets/`;
//! - `layout("storefront/layout.html")`: to extend; a request for a fragment gets `fragment.html` instead, which renders the
//!   block `fragment` if the template has one, else the block `main`, and nothing around it;
//! - `once()`: at the beginning of every form that is posted, the field with which it is done once however often it is sent;
//! - `option_tags(choices, chosen)`: the `<option>`s of a select, from a list of `value` and `text`;
//! - `is_fragment`: whether only a fragment is rendered.

mod choices;
mod env;
mod frame;
mod registry;
mod safe;

pub mod format;

pub(crate) use choices::{Choice, Choices};
pub use env::{RenderError, Templates};
pub use frame::{FooterColumn, Frame, Link, Section, Surroundings};
pub use registry::{Registry, Sample};
pub use safe::SafeHtml;

use serde::Serialize;

/// One page: what its template is given.
///
/// The struct holds display-ready text (prices, dates), links made by [`crate::urls`], and nothing the page does not show.
pub trait Page: Serialize {
    /// The template's path under `templates/`.
    const TEMPLATE: &'static str;

    /// Whether it is only ever a region of another page, and so has no heading of its own.
    const IS_FRAGMENT: bool = false;

    /// Named examples that cover what the page can look like: full, empty, with errors. Names are file names.
    fn samples() -> Vec<(&'static str, Self)>
    where
        Self: Sized;
}
