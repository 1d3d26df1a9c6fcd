//! From bytes somebody sent to a picture that can be trusted: bounded, upright, in sRGB, without anything but its pixels.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

/// The most bytes of a picture: 20 MB.
pub const BYTES_MAX: usize = 20_000_000;
/// The longest side in pixels.
pub const SIDE_MAX: u32 = 12_000;
/// The most pixels.
pub const PIXELS_MAX: u64 = 50_000_000;
/// What decoding may take: 256 MB.
const MEMORY_MAX: u64 = 256 << 20;

/// Why a picture was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// There are no bytes.
    #[error("the file is empty")]
    Empty,
    /// Too many bytes.
    #[error("a picture has at most 20 MB")]
    TooManyBytes,
    /// Not a format that is taken.
    #[error("this is not a picture in JPEG, PNG, WebP or GIF")]
    UnknownFormat,
    /// The format that is written here and cannot be read: the decoders there are would bring a C library, unsafe code or a licence that
    /// shops could not live with.
    #[error(
        "AVIF cannot be read here, although the shop makes it of every picture; save this one as JPEG, PNG or WebP"
    )]
    Avif,
    /// Too many pixels.
    #[error("a picture has at most 50 megapixels and 12,000 pixels on a side; this one has {width} × {height}")]
    TooLarge {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// The bytes break off or contradict themselves.
    #[error("this picture is damaged or incomplete")]
    Damaged,
}

/// Decodes a picture. What it would take is read from its header before anything is unpacked.
pub(super) fn decode(bytes: &[u8]) -> Result<DynamicImage, PictureError> {
    let format = check(bytes)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(MEMORY_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| PictureError::Damaged)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| PictureError::Damaged)?;
    picture = plain(picture);
    if let Some(profile) = profile {
        to_srgb(&mut picture, &profile);
    }
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Looks at the first bytes and the header only.
fn check(bytes: &[u8]) -> Result<ImageFormat, PictureError> {
    if bytes.is_empty() {
        return Err(PictureError::Empty);
    }
    if bytes.len() > BYTES_MAX {
        return Err(PictureError::TooManyBytes);
    }
    let known = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif];
    let format = match image::guess_format(bytes) {
        Ok(ImageFormat::Avif) => return Err(PictureError::Avif),
        Ok(format) if known.contains(&format) => format,
        _ => return Err(PictureError::UnknownFormat),
    };
    let reader = ImageReader::with_format(Cursor::new(bytes), format);
    let (width, height) = reader.into_dimensions().map_err(|_| PictureError::Damaged)?;
    let pixels = u64::from(width) * u64::from(height);
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged);
    }
    if width > SIDE_MAX || height > SIDE_MAX || pixels > PIXELS_MAX {
        return Err(PictureError::TooLarge { width, height });
    }
    Ok(format)
}

/// Eight bits a channel, with transparency only where there is some.
fn plain(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return DynamicImage::ImageRgb8(picture.into_rgb8());
    }
    let rgba = picture.into_rgba8();
    if rgba.pixels().any(|pixel| pixel.0[3] < 255) {
        return DynamicImage::ImageRgba8(rgba);
    }
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(rgba).into_rgb8())
}

/// Browsers take what has no profile for sRGB. A profile that cannot be read leaves the picture as it is.
fn to_srgb(picture: &mut DynamicImage, profile: &[u8]) {
    use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

    let Ok(own) = ColorProfile::new_from_slice(profile) else {
        return;
    };
    if own.color_space != DataColorSpace::Rgb {
        return;
    }
    let srgb = ColorProfile::new_srgb();
    let layout = if picture.color().has_alpha() {
        Layout::Rgba
    } else {
        Layout::Rgb
    };
    let Ok(transform) = own.create_transform_8bit(layout, &srgb, layout, TransformOptions::default()) else {
        return;
    };
    let before = picture.as_bytes().to_vec();
    let after: &mut [u8] = match picture {
        DynamicImage::ImageRgb8(pixels) => pixels,
        DynamicImage::ImageRgba8(pixels) => pixels,
        _ => return,
    };
    if transform.transform(&before, after).is_err() {
        after.copy_from_slice(&before);
    }
}

/// Whether the bytes are a WebP that holds pixels and nothing else: no metadata, nothing behind its end. Such a file can be kept as it is.
pub(super) fn is_bare_webp(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes
        .strip_prefix(b"RIFF")
        .and_then(|rest| rest.split_at_checked(4))
        .and_then(|(size, rest)| {
            let size = u32::from_le_bytes(size.try_into().ok()?);
            (usize::try_from(size) == Ok(rest.len()))
                .then_some(rest)?
                .strip_prefix(b"WEBP")
        })
    else {
        return false;
    };
    while !rest.is_empty() {
        let Some((head, after)) = rest.split_at_checked(8) else {
            return false;
        };
        let is_pixels = matches!(&head[..4], b"VP8 " | b"VP8L" | b"VP8X" | b"ALPH");
        let Ok(size) = <[u8; 4]>::try_from(&head[4..]).map(u32::from_le_bytes) else {
            return false;
        };
        let Ok(size) = usize::try_from(size) else { return false };
        let Some((_, after)) = after.split_at_checked(size + size % 2) else {
            return false;
        };
        if !is_pixels {
            return false;
        }
        rest = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use image::{ImageEncoder as _, Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn red(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_pixel(width, height, Rgb([200, 30, 30])).into()
    }

    #[test]
    fn the_usual_formats_are_taken() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
            let picture = decode(&encoded(&red(40, 30), format)).unwrap();
            assert_eq!((picture.width(), picture.height()), (40, 30), "{format:?}");
        }
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert_eq!(decode(b""), Err(PictureError::Empty));
        for bytes in [
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".as_slice(),
            b"MZ\x90\x00",
            b"%PDF-1.7",
            b"<?php system('x');",
        ] {
            assert_eq!(decode(bytes), Err(PictureError::UnknownFormat));
        }
        assert_eq!(
            decode(b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf"),
            Err(PictureError::Avif)
        );
        assert_eq!(decode(&vec![0xff; BYTES_MAX + 1]), Err(PictureError::TooManyBytes));
    }

    /// A PNG whose header promises more than anybody can hold, and has nothing behind it.
    fn bomb(width: u32, height: u32) -> Vec<u8> {
        let mut png = encoded(&red(1, 1), ImageFormat::Png);
        png[16..20].copy_from_slice(&width.to_be_bytes());
        png[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc(&png[12..29]).to_be_bytes();
        png[29..33].copy_from_slice(&sum);
        png
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                if sum & 1 == 1 {
                    (sum >> 1) ^ 0xedb8_8320
                } else {
                    sum >> 1
                }
            })
        })
    }

    #[test]
    fn a_bomb_is_refused_by_its_header() {
        assert_eq!(
            decode(&bomb(60_000, 60_000)),
            Err(PictureError::TooLarge {
                width: 60_000,
                height: 60_000
            })
        );
        assert_eq!(
            decode(&bomb(11_000, 11_000)),
            Err(PictureError::TooLarge {
                width: 11_000,
                height: 11_000
            })
        );
        assert_eq!(
            decode(&bomb(1, 12_001)),
            Err(PictureError::TooLarge {
                width: 1,
                height: 12_001
            })
        );
        assert_eq!(decode(&bomb(0, 5)), Err(PictureError::Damaged));
    }

    #[test]
    fn a_picture_that_breaks_off_is_refused() {
        let mut png = encoded(&red(300, 300), ImageFormat::Png);
        png.truncate(png.len() / 2);
        assert_eq!(decode(&png), Err(PictureError::Damaged));
        assert_eq!(
            decode(&encoded(&red(9, 9), ImageFormat::WebP)[..20]),
            Err(PictureError::Damaged)
        );
        assert_eq!(decode(&bomb(400, 300)), Err(PictureError::Damaged));
    }

    #[test]
    fn a_picture_taken_sideways_stands_upright() {
        let mut two = RgbImage::from_pixel(2, 1, Rgb([250, 10, 10]));
        two.put_pixel(1, 0, Rgb([10, 10, 250]));
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
        // Little-endian EXIF with one entry: orientation 6, turn right.
        let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        encoder.set_exif_metadata(exif).unwrap();
        encoder.write_image(&two, 2, 1, image::ExtendedColorType::Rgb8).unwrap();
        let picture = decode(&bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (1, 2));
        assert_eq!(picture.to_rgb8().get_pixel(0, 0), &Rgb([250, 10, 10]));
    }

    #[test]
    fn transparency_is_kept_only_where_there_is_some() {
        let opaque: DynamicImage = RgbaImage::from_pixel(3, 3, Rgba([1, 2, 3, 255])).into();
        let clear: DynamicImage = RgbaImage::from_pixel(3, 3, Rgba([1, 2, 3, 10])).into();
        assert!(!decode(&encoded(&opaque, ImageFormat::Png)).unwrap().color().has_alpha());
        assert!(decode(&encoded(&clear, ImageFormat::Png)).unwrap().color().has_alpha());
    }

    #[test]
    fn only_a_webp_of_nothing_but_pixels_is_bare() {
        let bare = encoded(&red(8, 8), ImageFormat::WebP);
        assert!(is_bare_webp(&bare));
        assert!(
            !is_bare_webp(&[bare.as_slice(), b"<script>"].concat()),
            "something stands behind its end"
        );
        let mut with_exif = [bare.as_slice(), b"EXIF\x04\0\0\0abcd"].concat();
        let size = u32::try_from(with_exif.len() - 8).unwrap().to_le_bytes();
        with_exif[4..8].copy_from_slice(&size);
        assert!(!is_bare_webp(&with_exif));
        assert!(!is_bare_webp(&encoded(&red(8, 8), ImageFormat::Png)));
        assert!(!is_bare_webp(b"RIFF"));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_break_the_decoder(kind in 0_usize..4, flips in proptest::collection::vec((0_usize..2_000, 0_u8..255), 1..20)) {
            let format = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif][kind];
            let mut bytes = encoded(&red(60, 40), format);
            for (at, value) in flips {
                let at = at % bytes.len();
                bytes[at] = value;
            }
            if let Ok(picture) = decode(&bytes) {
                proptest::prop_assert!(u64::from(picture.width()) * u64::from(picture.height()) <= PIXELS_MAX);
            }
        }
    }
}
