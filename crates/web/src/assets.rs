//! Styles, scripts, icons and fonts: embedded, addressed by content, compressed once.
//!
//! All files share one address prefix made from the content of all of them (`/assets/3f9a…/storefront/base.css`), so that a
//! stylesheet may name its font and a script its icons by relative addresses, and every address can be cached for ever.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use crate::{
    App,
    http::{CachePolicy, Encoding, Error, Path as UrlPath},
    routes::Routes,
};

mod budget;

pub use budget::Weight;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Embedded;

/// Every asset, by its path under `assets/`.
#[derive(Debug)]
pub struct Assets {
    prefix: String,
    files: BTreeMap<String, Asset>,
}

#[derive(Debug)]
struct Asset {
    plain: Bytes,
    kind: &'static str,
    is_of_theme: bool,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

impl Assets {
    /// The embedded assets, with those in `theme/assets/` on top when there is a theme folder.
    pub fn load(theme: Option<&Path>) -> std::io::Result<Self> {
        let mut files: BTreeMap<String, Bytes> = Embedded::iter()
            .filter_map(|name| {
                let file = Embedded::get(&name)?;
                Some((name.into_owned(), Bytes::from(file.data.into_owned())))
            })
            .collect();
        let mut of_theme = BTreeMap::new();
        if let Some(theme) = theme {
            add_folder(&theme.join("assets"), &PathBuf::new(), &mut of_theme)?;
        }
        files.extend(of_theme.iter().map(|(name, bytes)| (name.clone(), bytes.clone())));
        let prefix = format!("/assets/{}/", digest(&files));
        let files = files
            .into_iter()
            .map(|(name, plain)| {
                let asset = Asset {
                    kind: kind_of(&name),
                    is_of_theme: of_theme.contains_key(&name),
                    plain,
                    brotli: OnceLock::new(),
                    gzip: OnceLock::new(),
                };
                (name, asset)
            })
            .collect();
        Ok(Self { prefix, files })
    }

    /// The address of an asset, if there is one of that name.
    pub fn url(&self, name: &str) -> Option<String> {
        self.files.contains_key(name).then(|| format!("{}{name}", self.prefix))
    }

    /// Writes all files under a folder, at the paths of their addresses.
    pub fn write_to(&self, folder: &Path) -> std::io::Result<()> {
        for (name, asset) in &self.files {
            let path = folder.join(self.prefix.trim_start_matches('/')).join(name);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, &asset.plain)?;
        }
        Ok(())
    }
}

impl Asset {
    /// The bytes in an encoding, and whether that encoding was worth it.
    fn encoded(&self, encoding: Encoding) -> (Bytes, Encoding) {
        if !is_text(self.kind) {
            return (self.plain.clone(), Encoding::Identity);
        }
        let bytes = match encoding {
            Encoding::Brotli => self.brotli.get_or_init(|| brotli(&self.plain, 11)),
            Encoding::Gzip => self.gzip.get_or_init(|| gzip(&self.plain, 9)),
            Encoding::Identity => &self.plain,
        };
        (bytes.clone(), encoding)
    }
}

/// Brotli at a quality from 0 to 11.
pub(crate) fn brotli(plain: &[u8], quality: u32) -> Bytes {
    let mut out = Vec::with_capacity(plain.len() / 3);
    let params = brotli::enc::BrotliEncoderParams {
        quality: i32::try_from(quality).unwrap_or(11),
        lgwin: 18,
        size_hint: plain.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &plain[..], &mut out, &params).expect("writing into a Vec cannot fail");
    out.into()
}

/// The level of gzip for what somebody waits for: level 1 makes a page a quarter larger and is hardly quicker (docs/performance.md).
pub(crate) const GZIP_AT_ONCE: u32 = 2;

/// Gzip at a level from 0 to 9.
pub(crate) fn gzip(plain: &[u8], level: u32) -> Bytes {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
    out.write_all(plain)
        .and_then(|()| out.finish())
        .expect("writing into a Vec cannot fail")
        .into()
}

fn add_folder(root: &Path, below: &Path, files: &mut BTreeMap<String, Bytes>) -> std::io::Result<()> {
    let folder = root.join(below);
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            add_folder(root, &name, files)?;
        } else {
            let key = name.to_string_lossy().replace('\\', "/");
            files.insert(key, std::fs::read(entry.path())?.into());
        }
    }
    Ok(())
}

fn digest(files: &BTreeMap<String, Bytes>) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(bytes));
    }
    URL_SAFE_NO_PAD.encode(&hash.finalize()[..9])
}

fn kind_of(name: &str) -> &'static str {
    if name.ends_with("speculation.json") {
        return "application/speculationrules+json";
    }
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    match end {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "json" => "application/json",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "ico" => "image/x-icon",
        _ => "application/octet-stream",
    }
}

fn is_text(kind: &str) -> bool {
    kind.starts_with("text/") || kind == "image/svg+xml" || kind.ends_with("json")
}

pub(crate) fn routes() -> Routes {
    Routes::default().public("/assets/{release}/{*name}", get(show))
}

/// `GET /assets/{release}/{name}`
///
/// A page of the release before still finds its styles here, only they may not be cached under that address.
async fn show(
    State(app): State<App>,
    UrlPath((release, name)): UrlPath<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let assets: &Arc<Assets> = &app.assets;
    let asset = assets.files.get(&name).ok_or(Error::NotFound)?;
    let (bytes, encoding) = asset.encoded(Encoding::wanted(&headers));
    let is_current = assets.prefix == format!("/assets/{release}/");
    let policy = if is_current {
        CachePolicy::Forever
    } else {
        CachePolicy::Private
    };
    let mut response = (StatusCode::OK, bytes).into_response();
    let head = response.headers_mut();
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    head.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    policy.apply(head);
    encoding.apply(head);
    Ok(response)
}
