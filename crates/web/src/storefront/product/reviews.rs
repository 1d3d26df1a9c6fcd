//! What buyers wrote, on the product's page.

use jiff::civil::Date;
use wares_commerce::reviews::{self, AfterReview, Breakdown, Review, Sort};
use wares_db::Conn;
use wares_kernel::{ProductId, Slug};

use super::page::{Bar, REVIEW_SORTS, ReviewView, ReviewsView};
use crate::{
    app::App,
    http::{Entered, Error},
    storefront::listing::Pair,
    templates::{Link, format},
    urls,
};

/// How many reviews come at a time.
const STEP: usize = 10;
/// The most that one page shows.
const MOST: usize = 200;

/// Which reviews were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    stars: Option<u8>,
    sort: Sort,
    show: usize,
}

impl Wanted {
    /// What cannot be understood is the usual.
    pub(super) fn parse(query: &Entered) -> Self {
        let show: usize = query.get("rshow").parse().unwrap_or(STEP);
        Self {
            stars: query.get("stars").parse().ok().filter(|stars| (1..=5).contains(stars)),
            sort: Sort::from_word(query.get("rsort")).unwrap_or(Sort::MostHelpful),
            show: show.div_ceil(STEP).saturating_mul(STEP).clamp(STEP, MOST),
        }
    }

    /// The one address of these reviews of a product and variant, without the place in the page.
    pub(super) fn url(&self, slug: &Slug, variant: &str) -> String {
        let stars = self.stars.map(|stars| stars.to_string());
        let show = self.show.to_string();
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        if !variant.is_empty() {
            pairs.push(("v", variant));
        }
        pairs.extend(stars.as_deref().map(|stars| ("stars", stars)));
        if self.sort != Sort::MostHelpful {
            pairs.push(("rsort", self.sort.word()));
        }
        if self.show > STEP {
            pairs.push(("rshow", &show));
        }
        urls::with_query(&urls::product(slug.as_str()), &pairs)
    }

    fn link(&self, slug: &Slug, variant: &str) -> String {
        format!("{}#reviews", self.url(slug, variant))
    }
}

/// The reviews, if there are any.
pub(super) async fn read(
    app: &App,
    conn: &mut Conn,
    product: ProductId,
    (slug, variant): (&Slug, &str),
    wanted: Wanted,
) -> Result<Option<ReviewsView>, Error> {
    let spread = reviews::breakdown(conn, product).await?;
    let Some(tenths) = spread.average_tenths() else {
        return Ok(None);
    };
    let page = reviews::of_product(
        conn,
        product,
        wanted.stars,
        wanted.sort,
        AfterReview::START,
        wanted.show,
    )
    .await?;
    let zone = app.settings.get().store.zone();
    let today = format::date_of(app.now(), &zone);
    let items: Vec<ReviewView> = page
        .items
        .iter()
        .map(|review| view(review, format::date_of(review.created_at, &zone), today))
        .collect();
    let all = Wanted {
        stars: None,
        show: STEP,
        ..wanted
    };
    let more = Wanted {
        show: wanted.show + STEP,
        ..wanted
    };
    let has_more = page.next.is_some() && more.show <= MOST;
    let n = spread.n();
    Ok(Some(ReviewsView {
        average: format!("{}.{}", tenths / 10, tenths % 10),
        stars: row_of_stars(tenths),
        count_line: count_line(n, &page.items),
        bars: bars(&spread, slug, variant, wanted),
        sorts: REVIEW_SORTS.to_vec(),
        sort: wanted.sort.word(),
        kept: kept(variant, wanted),
        all_url: wanted.stars.map(|_| all.link(slug, variant)),
        here: wanted.link(slug, variant),
        shown_line: format!("{} of {n} reviews", items.len()),
        items,
        more: has_more.then(|| Link::new(format!("Read {STEP} more"), more.link(slug, variant))),
    }))
}

fn kept(variant: &str, wanted: Wanted) -> Vec<Pair> {
    let pair = |name: &str, value: String| Pair {
        name: name.into(),
        value,
    };
    let variant = (!variant.is_empty()).then(|| pair("v", variant.to_owned()));
    variant
        .into_iter()
        .chain(wanted.stars.map(|stars| pair("stars", stars.to_string())))
        .collect()
}

/// Samples are no buyers' reviews, and where there are some nothing is said of buyers.
fn count_line(n: i64, shown: &[Review]) -> String {
    let reviews = if n == 1 {
        "1 review".to_owned()
    } else {
        format!("{n} reviews")
    };
    if shown.iter().all(Review::is_verified) {
        format!("{reviews}, all from buyers")
    } else {
        reviews
    }
}

fn bars(spread: &Breakdown, slug: &Slug, variant: &str, wanted: Wanted) -> Vec<Bar> {
    let n = spread.n().max(1);
    let bar = |stars: u8| {
        let count = spread.of(stars);
        let only = Wanted {
            stars: Some(stars),
            show: STEP,
            ..wanted
        };
        Bar {
            label: if stars == 1 {
                "1 star".into()
            } else {
                format!("{stars} stars")
            },
            count: u64::try_from(count).unwrap_or_default(),
            percent: u64::try_from(count * 100 / n).unwrap_or_default(),
            url: only.link(slug, variant),
            is_chosen: wanted.stars == Some(stars),
        }
    };
    (1..=5).rev().map(bar).collect()
}

/// The class of the row of stars nearest to an average in tenths.
const fn row_of_stars(tenths: i64) -> &'static str {
    match tenths {
        49.. => "5",
        43..=48 => "45",
        35..=42 => "4",
        25..=34 => "3",
        15..=24 => "2",
        _ => "1",
    }
}

fn view(review: &Review, written: Date, today: Date) -> ReviewView {
    ReviewView {
        id: review.id.to_string(),
        helped: helped(review.n_helpful),
        stars: review.rating,
        title: review.title.clone(),
        paragraphs: review.body.split("\n\n").map(str::to_owned).collect(),
        author: review.author.clone(),
        is_sample: review.is_sample,
        is_verified: review.is_verified(),
        bought: (!review.variant_title.is_empty()).then(|| review.variant_title.clone()),
        at: format::day(written, today),
        reply: (!review.reply.is_empty()).then(|| review.reply.clone()),
    }
}

fn helped(n: i64) -> String {
    match n {
        ..=0 => String::new(),
        1 => "Helped one person. ".to_owned(),
        n => format!("Helped {n} people. "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(query: &str) -> String {
        let wanted = Wanted::parse(&Entered::parse(query.as_bytes()).unwrap());
        wanted.url(&"mug".parse().unwrap(), "")
    }

    #[test]
    fn some_reviews_have_one_address() {
        assert_eq!(
            canonical("stars=5&rsort=newest&rshow=13"),
            "/p/mug?stars=5&rsort=newest&rshow=20"
        );
        for usual in [
            "",
            "stars=0",
            "stars=9",
            "stars=x",
            "rsort=helpful",
            "rsort=evil",
            "rshow=3",
            "rshow=-1",
        ] {
            assert_eq!(canonical(usual), "/p/mug", "{usual}");
        }
        assert_eq!(canonical("rshow=99999999999"), "/p/mug?rshow=200");
    }

    #[test]
    fn an_average_is_shown_by_the_nearest_row_of_stars() {
        assert_eq!(
            [50, 48, 43, 42, 35, 14].map(row_of_stars),
            ["5", "45", "45", "4", "4", "1"]
        );
    }
}
