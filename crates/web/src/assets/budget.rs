//! What the files that pages load may weigh, so that a shop stays quick on a telephone: the shop's own keep to it, and `wares doctor` says
//! which of a theme do not.
//!
//! Weights are those of the compressed file (gzip), as nearly every browser gets them at most.

use super::{Assets, gzip};

const KIB: usize = 1024;
/// Half of what pictures may weigh in a telephone's first view: a picture of the theme is on many pages, beside those of the goods.
const PICTURE_MOST: usize = 60 * KIB;

/// Files of a kind, which a page loads together.
struct Kind {
    folder: &'static str,
    endings: &'static [&'static str],
    /// What they are called.
    name: &'static str,
    /// Bytes, compressed, of all of them.
    most: usize,
    /// How they get lighter.
    advice: &'static str,
}

const KINDS: [Kind; 5] = [
    Kind {
        folder: "storefront/",
        endings: &["css"],
        name: "the storefront's styles",
        most: 16 * KIB,
        advice: "take out rules that no page needs",
    },
    Kind {
        folder: "storefront/",
        endings: &["js"],
        name: "the storefront's scripts",
        most: 12 * KIB,
        advice: "leave to the pages what works without a script",
    },
    Kind {
        folder: "storefront/",
        endings: &["woff2", "woff", "ttf", "otf"],
        name: "the storefront's fonts",
        most: 40 * KIB,
        advice: "keep one font as WOFF2, with only the letters you use",
    },
    Kind {
        folder: "admin/",
        endings: &["css"],
        name: "the admin panel's styles",
        most: 18 * KIB,
        advice: "take out rules that no page needs",
    },
    Kind {
        folder: "admin/",
        endings: &["js"],
        name: "the admin panel's scripts",
        most: 20 * KIB,
        advice: "leave to the pages what works without a script",
    },
];

/// Each of these stands alone.
const PICTURES: [&str; 8] = ["svg", "webp", "avif", "png", "jpg", "jpeg", "gif", "ico"];

/// What some files weigh, and what they may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weight {
    /// What they are called: "the storefront's styles", or a picture's name.
    pub name: String,
    /// Compressed bytes.
    pub bytes: usize,
    /// The most they may weigh.
    pub most: usize,
    /// The heaviest of them that the theme has, by its path below `assets/`; nothing where all are the shop's own.
    pub of_theme: Option<String>,
    /// What to do where they are too heavy.
    pub advice: &'static str,
}

impl Weight {
    /// Whether they are too heavy.
    pub fn is_over(&self) -> bool {
        self.bytes > self.most
    }
}

impl Assets {
    /// What pages load, weighed: each kind of file together, and each picture alone.
    pub fn weights(&self) -> Vec<Weight> {
        let kinds = KINDS.iter().map(|kind| self.weigh(kind));
        let pictures = self.files.iter().filter(|(name, _)| has_ending(name, &PICTURES));
        let pictures = pictures.map(|(name, asset)| Weight {
            name: name.clone(),
            bytes: gzip(&asset.plain, 9).len().min(asset.plain.len()),
            most: PICTURE_MOST,
            of_theme: asset.is_of_theme.then(|| name.clone()),
            advice: "save it smaller, as WebP or AVIF at the size it is shown in",
        });
        kinds.chain(pictures).collect()
    }

    fn weigh(&self, kind: &Kind) -> Weight {
        let is_of_kind = |name: &str| name.starts_with(kind.folder) && has_ending(name, kind.endings);
        let files: Vec<_> = self
            .files
            .iter()
            .filter(|(name, _)| is_of_kind(name))
            .map(|(name, asset)| (gzip(&asset.plain, 9).len().min(asset.plain.len()), name, asset))
            .collect();
        let of_theme = files.iter().filter(|(_, _, asset)| asset.is_of_theme);
        Weight {
            name: kind.name.to_owned(),
            bytes: files.iter().map(|(bytes, ..)| bytes).sum(),
            most: kind.most,
            of_theme: of_theme
                .max_by_key(|(bytes, ..)| bytes)
                .map(|(_, name, _)| (*name).clone()),
            advice: kind.advice,
        }
    }
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    endings.contains(&ending)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Something that does not compress.
    fn noise(bytes: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[0]
        };
        (0..bytes).map(|_| next()).collect()
    }

    fn over(assets: &Assets) -> Vec<Weight> {
        assets.weights().into_iter().filter(Weight::is_over).collect()
    }

    #[test]
    fn the_shops_own_files_keep_to_their_budgets() {
        let weights = Assets::load(None).unwrap().weights();
        for weight in &weights {
            assert!(!weight.is_over(), "{weight:?}");
            assert!(weight.bytes > 0 && weight.of_theme.is_none(), "{weight:?}");
        }
        assert!(weights.len() > KINDS.len(), "there are pictures");
    }

    #[test]
    fn a_theme_that_is_too_heavy_is_told_by_its_heaviest_file() {
        let theme = tempfile::tempdir().unwrap();
        let folder = theme.path().join("assets/storefront");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("base.css"), "a{color:red}").unwrap();
        fs::write(folder.join("logo.png"), noise(1_000)).unwrap();
        assert_eq!(over(&Assets::load(Some(theme.path())).unwrap()), []);

        fs::write(folder.join("more.css"), noise(17 * KIB)).unwrap();
        fs::write(folder.join("logo.png"), noise(61 * KIB)).unwrap();
        // Much to read, little to send.
        fs::write(folder.join("long.js"), "tick();\n".repeat(20_000)).unwrap();
        let over = over(&Assets::load(Some(theme.path())).unwrap());
        let told: Vec<_> = over
            .iter()
            .map(|weight| (weight.name.as_str(), weight.of_theme.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("the storefront's styles", Some("storefront/more.css")),
                ("storefront/logo.png", Some("storefront/logo.png"))
            ]
        );
    }
}
