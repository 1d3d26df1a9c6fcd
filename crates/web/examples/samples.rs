//! Writes every sample of every page as a file, to be looked at: `cargo run -p wares-web --example samples -- FOLDER`.
//!
//! Addresses of assets are absolute; serve the folder from its root, for example with `python3 -m http.server -d FOLDER`.

use std::{fs, io, path::PathBuf, sync::Arc};

use wares_web::{
    assets::Assets,
    templates::{Frame, Templates},
};

fn main() -> io::Result<()> {
    let out = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "samples".into()));
    let assets = Arc::new(Assets::load(None)?);
    assets.write_to(&out)?;
    let templates = Templates::new(None, assets);
    let frame = Frame::sample();
    for sample in wares_web::pages().samples() {
        let html = sample.page(&templates, &frame).map_err(io::Error::other)?;
        let name = sample.template.trim_end_matches(".html").replace('/', "-");
        fs::write(out.join(format!("{name}--{}.html", sample.name)), html)?;
    }
    Ok(())
}
