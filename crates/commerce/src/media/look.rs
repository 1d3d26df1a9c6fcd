//! What a page needs to know of a picture before it is loaded: its dominant colour, and whether it stands on white.

use image::DynamicImage;

/// The side of the small copy that is looked at.
const SMALL: u32 = 48;
/// From this value on a channel counts as white.
const WHITE: u8 = 244;

/// The dominant colour as `#rrggbb`: the mean of the largest group of like pixels.
pub(super) fn dominant_colour(picture: &DynamicImage) -> String {
    let small = picture.thumbnail_exact(SMALL, SMALL).to_rgba8();
    let mut groups = vec![(0_u32, [0_u32; 3]); 4096];
    for pixel in small.pixels().filter(|pixel| pixel.0[3] > 127) {
        let [r, g, b, _] = pixel.0;
        let group = (usize::from(r >> 4) << 8) | (usize::from(g >> 4) << 4) | usize::from(b >> 4);
        let (n, sums) = &mut groups[group];
        *n += 1;
        for (sum, channel) in sums.iter_mut().zip([r, g, b]) {
            *sum += u32::from(channel);
        }
    }
    let (n, sums) = groups.into_iter().max_by_key(|(n, _)| *n).unwrap_or_default();
    if n == 0 {
        return "#ffffff".to_owned();
    }
    let [r, g, b] = sums.map(|sum| sum / n);
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Whether nearly all of the picture's edge is white or transparent.
pub(super) fn is_on_white(picture: &DynamicImage) -> bool {
    let small = picture.thumbnail_exact(SMALL, SMALL).to_rgba8();
    let is_edge = |at: u32| at == 0 || at == SMALL - 1;
    let edge: Vec<_> = small
        .enumerate_pixels()
        .filter(|(x, y, _)| is_edge(*x) || is_edge(*y))
        .collect();
    let is_white = |pixel: [u8; 4]| pixel[3] < 16 || pixel[..3].iter().all(|channel| *channel >= WHITE);
    let white = edge.iter().filter(|(_, _, pixel)| is_white(pixel.0)).count();
    white * 100 >= edge.len() * 92
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn on(ground: [u8; 3]) -> DynamicImage {
        let mut picture = RgbImage::from_pixel(200, 100, Rgb(ground));
        for (x, y) in (70..130).flat_map(|x| (30..70).map(move |y| (x, y))) {
            picture.put_pixel(x, y, Rgb([20, 90, 160]));
        }
        picture.into()
    }

    #[test]
    fn the_ground_of_a_photograph_is_its_colour() {
        assert_eq!(dominant_colour(&on([214, 201, 180])), "#d6c9b4");
        assert_eq!(
            dominant_colour(&RgbaImage::from_pixel(9, 9, Rgba([0, 0, 0, 0])).into()),
            "#ffffff"
        );
    }

    #[test]
    fn white_is_told_from_paper() {
        assert!(is_on_white(&on([255, 255, 255])));
        assert!(!is_on_white(&on([238, 234, 226])));
        assert!(is_on_white(&RgbaImage::from_pixel(9, 9, Rgba([0, 0, 0, 0])).into()));
    }
}
