//! The sizes and formats a picture is served in.

use std::fmt;

use image::DynamicImage;
use image::imageops::FilterType;

use super::blob::BlobKey;

/// The widths a picture is made in, as far as it has them.
pub const WIDTHS: [u32; 6] = [320, 480, 640, 960, 1280, 1920];

/// A format a picture is served in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// What every browser shows.
    Jpeg,
    /// Smaller; every browser of the last years shows it.
    Webp,
    /// Smallest; takes long to make, so it is there only after a job made it.
    Avif,
}

impl Format {
    /// The ending of its names.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Avif => "avif",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
        }
    }
}

/// One size of a picture in one format; its name is `{key}-{width}.{ending}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rendition {
    /// The key of the picture's original.
    pub key: BlobKey,
    /// Its width in pixels: one of [`widths`] of the original.
    pub width: u32,
    /// Its format.
    pub format: Format,
}

impl Rendition {
    /// Reads a name, for example from an address; `None` for anything that is not exactly one.
    pub fn parse(name: &str) -> Option<Self> {
        let (stem, ending) = name.split_once('.')?;
        let (key, width) = stem.split_once('-')?;
        let format = [Format::Jpeg, Format::Webp, Format::Avif]
            .into_iter()
            .find(|format| format.ending() == ending)?;
        let rendition = Self {
            key: BlobKey::parse(key)?,
            width: width.parse().ok()?,
            format,
        };
        (rendition.to_string() == name).then_some(rendition)
    }
}

impl fmt::Display for Rendition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}.{}", self.key, self.width, self.format.ending())
    }
}

/// The widths a picture of this width is made in: those of [`WIDTHS`] it exceeds, and its own where that is between them.
pub fn widths(original: u32) -> Vec<u32> {
    let largest = original.min(1920);
    let mut widths: Vec<u32> = WIDTHS.into_iter().filter(|width| *width < largest).collect();
    widths.push(largest);
    widths
}

/// Makes one size of a picture in one format. Blocking, and slow for AVIF.
pub fn derive(picture: &DynamicImage, width: u32, format: Format) -> Result<Vec<u8>, DeriveError> {
    let picture = scaled(picture, width);
    match format {
        Format::Jpeg => jpeg(&picture),
        Format::Webp => webp(&picture, 75.0),
        Format::Avif => avif(&picture),
    }
}

/// An encoder failed on a sound picture.
#[derive(Debug, thiserror::Error)]
#[error("a picture could not be encoded as {format}: {cause}")]
pub struct DeriveError {
    format: &'static str,
    cause: String,
}

fn failed(format: Format, cause: impl fmt::Debug) -> DeriveError {
    DeriveError {
        format: format.ending(),
        cause: format!("{cause:?}"),
    }
}

/// Halving by means first keeps large pictures quick; the last step keeps them sharp.
fn scaled(picture: &DynamicImage, width: u32) -> DynamicImage {
    if width >= picture.width() {
        return picture.clone();
    }
    let height = |width: u32| {
        let height = u64::from(picture.height()) * u64::from(width) / u64::from(picture.width());
        u32::try_from(height).unwrap_or(u32::MAX).max(1)
    };
    if picture.width() > width * 4 {
        let half = picture.thumbnail_exact(width * 2, height(width * 2));
        return half.resize_exact(width, height(width), FilterType::CatmullRom);
    }
    picture.resize_exact(width, height(width), FilterType::CatmullRom)
}

/// JPEG has no transparency: it is put on white.
fn jpeg(picture: &DynamicImage) -> Result<Vec<u8>, DeriveError> {
    let rgb = if picture.color().has_alpha() {
        on_white(picture)
    } else {
        picture.to_rgb8()
    };
    let mut bytes = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 80);
    rgb.write_with_encoder(encoder)
        .map_err(|error| failed(Format::Jpeg, error))?;
    Ok(bytes)
}

fn on_white(picture: &DynamicImage) -> image::RgbImage {
    let rgba = picture.to_rgba8();
    let blend = |channel: u8, alpha: u8| {
        let (channel, alpha) = (u16::from(channel), u16::from(alpha));
        u8::try_from((channel * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    image::RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        image::Rgb([blend(r, a), blend(g, a), blend(b, a)])
    })
}

pub(super) fn webp(picture: &DynamicImage, quality: f32) -> Result<Vec<u8>, DeriveError> {
    let (width, height) = (picture.width(), picture.height());
    let encoded = match picture {
        DynamicImage::ImageRgb8(rgb) => webp::Encoder::from_rgb(rgb, width, height).encode_simple(false, quality),
        other => webp::Encoder::from_rgba(&other.to_rgba8(), width, height).encode_simple(false, quality),
    };
    encoded
        .map(|bytes| bytes.to_vec())
        .map_err(|error| failed(Format::Webp, error))
}

fn avif(picture: &DynamicImage) -> Result<Vec<u8>, DeriveError> {
    let encoder = ravif::Encoder::new()
        .with_quality(50.0)
        .with_speed(9)
        .with_num_threads(Some(1));
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let done = if picture.color().has_alpha() {
        let pixels: Vec<ravif::RGBA8> = picture
            .to_rgba8()
            .pixels()
            .map(|p| ravif::RGBA8::new(p[0], p[1], p[2], p[3]))
            .collect();
        encoder.encode_rgba(ravif::Img::new(&pixels, width, height))
    } else {
        let pixels: Vec<ravif::RGB8> = picture
            .to_rgb8()
            .pixels()
            .map(|p| ravif::RGB8::new(p[0], p[1], p[2]))
            .collect();
        encoder.encode_rgb(ravif::Img::new(&pixels, width, height))
    };
    done.map(|image| image.avif_file)
        .map_err(|error| failed(Format::Avif, error))
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn shade(at: u32, of: u32) -> u8 {
        u8::try_from(at * 255 / of).unwrap()
    }

    fn gradient(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_fn(width, height, |x, y| Rgb([shade(x, width), shade(y, height), 120])).into()
    }

    #[test]
    fn a_picture_is_never_enlarged() {
        assert_eq!(widths(1200), [320, 480, 640, 960, 1200]);
        assert_eq!(widths(4000), WIDTHS);
        assert_eq!(widths(640), [320, 480, 640]);
        assert_eq!(widths(10), [10]);
    }

    #[test]
    fn each_format_has_its_magic_and_the_right_size() {
        let picture = gradient(400, 300);
        for (format, magic) in [
            (Format::Jpeg, &b"\xff\xd8"[..]),
            (Format::Webp, b"RIFF"),
            (Format::Avif, b"\0\0\0"),
        ] {
            let bytes = derive(&picture, 320, format).unwrap();
            assert!(bytes.starts_with(magic), "{format:?}");
            if format == Format::Avif {
                assert_eq!(&bytes[4..12], b"ftypavif");
            } else {
                let decoded = image::load_from_memory(&bytes).unwrap();
                assert_eq!((decoded.width(), decoded.height()), (320, 240), "{format:?}");
            }
        }
    }

    #[test]
    fn transparency_becomes_white_in_jpeg_and_stays_in_webp() {
        let clear: DynamicImage = RgbaImage::from_pixel(20, 20, Rgba([0, 0, 0, 0])).into();
        let jpeg = image::load_from_memory(&derive(&clear, 20, Format::Jpeg).unwrap())
            .unwrap()
            .to_rgb8();
        assert!(jpeg.get_pixel(10, 10).0.iter().all(|channel| *channel > 250));
        let webp = image::load_from_memory(&derive(&clear, 20, Format::Webp).unwrap())
            .unwrap()
            .to_rgba8();
        assert_eq!(webp.get_pixel(10, 10).0[3], 0);
    }

    #[test]
    fn only_exact_names_are_names() {
        let rendition = Rendition {
            key: BlobKey::of(b"x"),
            width: 640,
            format: Format::Webp,
        };
        let name = rendition.to_string();
        assert_eq!(Rendition::parse(&name), Some(rendition));
        for wrong in [
            name.replace("640", "0640"),
            name.replace("webp", "exe"),
            format!("../{name}"),
            name.replace('-', ""),
            String::new(),
        ] {
            assert_eq!(Rendition::parse(&wrong), None, "{wrong}");
        }
    }
}
