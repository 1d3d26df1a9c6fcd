//! Pictures: taken in safely, kept by what they are, served in the sizes and formats that suit.
//!
//! Owns the tables `images` and `image_renditions`. What must stay true:
//! - nothing anybody sent is served as it came: a picture is decoded within limits, turned upright, put into sRGB and encoded
//!   anew, so nothing but pixels is left (a WebP that holds nothing else is kept as it is);
//! - a picture is never missing: a size that no job has made yet is made when it is asked for, AVIF excepted;
//! - everything is named by its content, so it never changes and may be cached for ever.
//!
//! Taking in: [`upload`], or [`prepare`] and [`StorePicture`]. Serving: [`bytes_of`], named by a [`Rendition`].
//! In the background: [`MakeSizes`].

pub mod blob;
mod decode;
mod jobs;
mod look;
mod rendition;
mod serve;
mod store;
#[cfg(test)]
pub(crate) mod tests;
mod upload;

pub use decode::{BYTES_MAX, PIXELS_MAX, PictureError, SIDE_MAX};
pub use jobs::{MakeSizes, make_sizes};
pub use rendition::{DeriveError, Format, Rendition, WIDTHS, derive, widths};
pub use serve::bytes_of;
pub use upload::{Prepared, StorePicture, UploadError, prepare, upload};
