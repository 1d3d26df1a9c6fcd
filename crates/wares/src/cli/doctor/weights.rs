//! What is too heavy for a telephone: files of the shop's own theme, and pictures of its products.

use std::path::Path;

use wares_commerce::reports::{self, HeavyPicture};
use wares_db::Db;
use wares_web::assets::{Assets, Weight};

use super::{Finding, bad, good, slow};

const KIB: i64 = 1024;
/// As wide as a telephone needs pictures.
const TELEPHONE: i64 = 960;
/// All that pictures may weigh in a telephone's first view.
const TELEPHONE_MOST: i64 = 120 * KIB;
/// All that a whole first view may weigh: no picture alone is heavier, however wide.
const WIDEST_MOST: i64 = 250 * KIB;
/// So many sizes of pictures are looked at, the heaviest ones.
const LOOKED_AT: i64 = 1_000;
/// So many pictures are named; the others are counted.
const NAMED: usize = 20;

/// One line for whatever of the theme is too heavy, or one for all of it.
pub(super) fn theme(folder: Option<&Path>) -> Vec<Finding> {
    const WHAT: &str = "theme";
    let Some(folder) = folder else {
        return vec![good(WHAT, "the shop's own look")];
    };
    if !folder.is_dir() {
        let found = format!("there is no folder {}; name the right one as theme", folder.display());
        return vec![bad(WHAT, found)];
    }
    let assets = match Assets::load(Some(folder)) {
        Ok(assets) => assets,
        Err(error) => return vec![bad(WHAT, format!("{} cannot be read: {error}", folder.display()))],
    };
    let heavy = assets.weights().into_iter().filter(Weight::is_over);
    let heavy: Vec<Finding> = heavy.map(|weight| slow(WHAT, told(folder, &weight))).collect();
    if heavy.is_empty() {
        return vec![good(WHAT, format!("{} keeps to the budgets", folder.display()))];
    }
    heavy
}

fn told(folder: &Path, weight: &Weight) -> String {
    let (bytes, most) = (kilobytes(weight.bytes), kilobytes(weight.most));
    let subject = match &weight.of_theme {
        Some(file) if *file == weight.name => format!("{} weighs", folder.join("assets").join(file).display()),
        Some(file) => format!("{}: {} weigh", folder.join("assets").join(file).display(), weight.name),
        None => format!("{} weigh", weight.name),
    };
    format!("{subject} {bytes} compressed, at most {most}; {}", weight.advice)
}

/// One line for each picture that is too heavy, or one for all of them.
pub(super) async fn pictures(db: &Db) -> anyhow::Result<Vec<Finding>> {
    const WHAT: &str = "pictures";
    let heavy = db
        .read_long(|conn| {
            Box::pin(reports::heavy_pictures(
                conn,
                TELEPHONE,
                TELEPHONE_MOST,
                WIDEST_MOST,
                LOOKED_AT,
            ))
        })
        .await?;
    let mut findings: Vec<Finding> = heavy
        .iter()
        .take(NAMED)
        .map(|size| slow(WHAT, heavy_picture(size)))
        .collect();
    match heavy.len().saturating_sub(NAMED) {
        0 => {}
        more => findings.push(slow(WHAT, format!("{more} more pictures of products are too heavy"))),
    }
    if findings.is_empty() {
        findings.push(good(WHAT, "the products' pictures keep to the budgets"));
    }
    Ok(findings)
}

fn heavy_picture(size: &HeavyPicture) -> String {
    let most = if size.width <= TELEPHONE {
        TELEPHONE_MOST
    } else {
        WIDEST_MOST
    };
    let kilobytes = |bytes: i64| kilobytes(usize::try_from(bytes).unwrap_or(usize::MAX));
    format!(
        "picture {} of {} (/p/{}) weighs {} at {} pixels wide, at most {}; upload one with less grain and fewer details, or cropped closer",
        size.position + 1,
        size.title,
        size.slug,
        kilobytes(size.size_bytes),
        size.width,
        kilobytes(most),
    )
}

/// "16 KB", "16.3 KB": rounded up, so that what is over a budget never reads like it.
pub(super) fn kilobytes(bytes: usize) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1024);
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} KB"),
        (whole, tenth) => format!("{whole}.{tenth} KB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_that_is_not_there_or_keeps_to_its_budgets_is_said_so() {
        assert!(theme(None)[0].ok);
        let folder = tempfile::tempdir().unwrap();
        let kept = theme(Some(folder.path()));
        assert!(kept.len() == 1 && kept[0].ok && !kept[0].slow, "{kept:?}");
        let missing = theme(Some(&folder.path().join("nothing")));
        assert!(!missing[0].ok, "{missing:?}");
    }

    #[test]
    fn weights_are_rounded_up() {
        assert_eq!(kilobytes(16 * 1024), "16 KB");
        assert_eq!(kilobytes(16 * 1024 + 1), "16.1 KB");
        assert_eq!(kilobytes(0), "0 KB");
    }
}
