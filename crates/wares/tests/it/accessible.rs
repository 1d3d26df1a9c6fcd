//! Every page in every state it has a sample of, looked at by `axe` in a real browser: by day on a narrow telephone, by night on a laptop.
//! Whether it fits its window is looked at on every kind of screen, from the narrowest telephone to the widest desk.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use wares_web::assets::Assets;
use wares_web::templates::{Frame, Sample, Templates};

use crate::support::browser::{Browser, Look};

/// Widths besides those of the telephone and the laptop, in pixels: a usual telephone, a tablet, the largest screen.
const BETWEEN_AND_BEYOND: [u32; 3] = [390, 768, 2560];

/// The samples as files on a server of their own.
struct Gallery {
    address: String,
    _folder: tempfile::TempDir,
}

impl Gallery {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let assets = Arc::new(Assets::load(None).expect("embedded assets need no disk"));
        assets.write_to(folder.path()).expect("assets are written");
        let (templates, frame) = (Templates::new(None, assets), Frame::sample());
        for sample in wares_web::pages().samples() {
            let html = sample.page(&templates, &frame).expect("a sample renders");
            std::fs::write(folder.path().join(file_name(sample)), html).expect("a page is written");
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let root = folder.path().to_owned();
        let files = Router::new().fallback(move |uri: Uri| std::future::ready(file(&root, uri.path())));
        tokio::spawn(async move { axum::serve(listener, files).await });
        Self {
            address,
            _folder: folder,
        }
    }

    fn url(&self, sample: &Sample) -> String {
        format!("{}/{}", self.address, file_name(sample))
    }
}

fn file_name(sample: &Sample) -> String {
    let template = sample.template.trim_end_matches(".html").replace('/', "-");
    format!("{template}--{}.html", sample.name)
}

fn file(root: &Path, path: &str) -> Response {
    let kind = match Path::new(path).extension().and_then(|kind| kind.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    // Photographs of samples are not there, which is one more state a page has to stand.
    match std::fs::read(root.join(path.trim_start_matches('/'))) {
        Ok(bytes) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Looks at the samples of one part of the program and tells all faults at once.
async fn look_at_pages(part: &str) {
    let gallery = Gallery::open().await;
    let narrow = Look {
        width: 320,
        ..Look::PHONE
    };
    let mut browser = Browser::open(narrow).await;
    let pages = wares_web::pages();
    let whole = |sample: &&Sample| sample.template.starts_with(part) && !sample.is_fragment;
    let samples: Vec<_> = pages.samples().iter().filter(whole).collect();
    assert!(samples.len() > 20, "{} samples of {part}", samples.len());
    let mut faults = Vec::new();
    for sample in samples {
        browser.go(&gallery.url(sample)).await;
        let mut found = Vec::new();
        for look in [narrow, Look::LAPTOP.dark()] {
            browser.look_at(look).await;
            found.extend(browser.faults().await);
        }
        found.extend(browser.too_wide(&BETWEEN_AND_BEYOND).await);
        let named = |fault| format!("{} ({}) {fault}", sample.template, sample.name);
        faults.extend(found.into_iter().map(named));
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    browser.close().await;
}

#[tokio::test]
async fn browser_every_state_of_the_storefront_is_usable_by_everybody() {
    look_at_pages("storefront/").await;
}

#[tokio::test]
async fn browser_every_state_of_the_admin_panel_is_usable_by_everybody() {
    look_at_pages("admin/").await;
}
