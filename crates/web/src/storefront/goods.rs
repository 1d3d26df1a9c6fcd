//! From what the catalogue knows to what pages show: cards, pictures, prices, words for stock.

use wares_commerce::{
    catalog::{self, Photo},
    media::{Format, Rendition, blob::BlobKey, widths},
};
use wares_kernel::{Currency, Instant, Money};

use super::{Card, Picture, PriceTag, RatingView, Source, StockNote, tile::Tile};
use crate::{templates::format, urls};

/// How long a product counts as new.
const NEW_DAYS: u64 = 30;
/// From how many pieces on a list says how many are left.
const LOW: i64 = 5;

/// A product in a list.
pub(super) fn card(card: &catalog::Card, currency: Currency, now: Instant) -> Card {
    let group = card.category.as_deref().unwrap_or(&card.title);
    let is_reduced = card.was_minor.is_some_and(|was| was > card.price_min_minor);
    Card {
        name: card.title.clone(),
        url: urls::product(card.slug.as_str()),
        picture: card
            .photo
            .as_ref()
            .and_then(|photo| picture(photo, &card.title))
            .unwrap_or_else(|| Tile::of(&card.title, group).picture(&card.title)),
        second: card.second.as_ref().and_then(|photo| picture(photo, &card.title)),
        tag: if is_reduced {
            Some("Sale")
        } else if card
            .published_at
            .is_some_and(|at| now.since(at).as_secs() < NEW_DAYS * 86_400)
        {
            Some("New")
        } else {
            None
        },
        price: price_tag(card.price_min_minor, card.price_max_minor, card.was_minor, currency),
        rating: rating(card.rating_sum, card.n_ratings),
        choices: choices(card.option.as_deref(), card.n_choices),
        stock: stock_note(card),
    }
}

/// A price, or the lowest of several; with what it was before when it is reduced.
pub(super) fn price_tag(min: i64, max: i64, was: Option<i64>, currency: Currency) -> PriceTag {
    let text = |minor| format::money(Money::new(minor, currency));
    PriceTag {
        from_word: if max > min { "from " } else { "" },
        now: text(min),
        was: was.filter(|was| *was > min).map(text),
    }
}

/// The average of some reviews; none when there are none.
pub(super) fn rating(sum: i64, count: i64) -> Option<RatingView> {
    if count <= 0 {
        return None;
    }
    let tenths = (sum * 20 + count) / (count * 2);
    Some(RatingView {
        average: format!("{}.{}", tenths / 10, tenths % 10),
        count: u64::try_from(count).unwrap_or_default(),
    })
}

/// "4 colours": what one can choose.
fn choices(option: Option<&str>, count: i64) -> Option<String> {
    let option = option.filter(|_| count > 1)?.to_lowercase();
    let plural = match option.as_str() {
        "colour" => "colours".to_owned(),
        "color" => "colors".to_owned(),
        "finish" => "finishes".to_owned(),
        _ if option.ends_with(['s', 'x', 'h']) => format!("choices of {option}"),
        _ if option.ends_with('y') => format!("{}ies", &option[..option.len() - 1]),
        _ => format!("{option}s"),
    };
    Some(format!("{count} {plural}"))
}

fn stock_note(card: &catalog::Card) -> Option<StockNote> {
    if !card.in_stock {
        return Some(StockNote {
            text: "Sold out".into(),
            is_low: false,
        });
    }
    let is_low = !card.may_backorder && card.available <= LOW && card.n_variants == 1;
    is_low.then(|| StockNote {
        text: format!("Only {} left", card.available),
        is_low: true,
    })
}

/// A photograph in its formats and widths. None when its key is no key, which only a damaged database has.
pub(super) fn picture(photo: &Photo, name: &str) -> Option<Picture> {
    let key = BlobKey::parse(&photo.key)?;
    let (width, height) = (u32::try_from(photo.width).ok()?, u32::try_from(photo.height).ok()?);
    let all = widths(width);
    let largest = *all.last()?;
    let middle = all.iter().copied().find(|width| *width >= 640).unwrap_or(largest);
    let url = |width: u32, format: Format| {
        urls::media(
            &Rendition {
                key: key.clone(),
                width,
                format,
            }
            .to_string(),
        )
    };
    let srcset = |format: Format| {
        all.iter()
            .map(|width| format!("{} {width}w", url(*width, format)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut sources = Vec::new();
    if photo.has_avif {
        sources.push(Source {
            kind: Format::Avif.media_type(),
            srcset: srcset(Format::Avif),
        });
    }
    sources.push(Source {
        kind: Format::Webp.media_type(),
        srcset: srcset(Format::Webp),
    });
    Some(Picture {
        alt: if photo.alt.trim().is_empty() {
            name.to_owned()
        } else {
            photo.alt.clone()
        },
        src: url(middle, Format::Jpeg),
        srcset: String::new(),
        sources,
        width,
        height,
        large: url(largest, Format::Webp),
        on_white: photo.is_on_white,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_average_is_rounded_to_a_tenth() {
        let average = |sum, count| rating(sum, count).map(|rating| rating.average);
        assert_eq!(average(0, 0), None);
        assert_eq!(average(5, 1).as_deref(), Some("5.0"));
        assert_eq!(average(14, 3).as_deref(), Some("4.7"));
        assert_eq!(average(19, 4).as_deref(), Some("4.8"));
        assert_eq!(average(1, 1).as_deref(), Some("1.0"));
    }

    #[test]
    fn choices_are_said_as_words() {
        assert_eq!(choices(Some("Colour"), 4).as_deref(), Some("4 colours"));
        assert_eq!(choices(Some("Size"), 3).as_deref(), Some("3 sizes"));
        assert_eq!(choices(Some("Glass"), 2).as_deref(), Some("2 choices of glass"));
        assert_eq!(choices(Some("Size"), 1), None);
        assert_eq!(choices(None, 0), None);
    }

    #[test]
    fn a_reduced_price_says_what_it_was() {
        let tag = price_tag(2240, 2240, Some(2800), Currency::EUR);
        assert_eq!(
            (tag.from_word, tag.now.as_str(), tag.was.as_deref()),
            ("", "€22.40", Some("€28.00"))
        );
        let tag = price_tag(2240, 4000, Some(2000), Currency::EUR);
        assert_eq!((tag.from_word, tag.was), ("from ", None));
    }
}
