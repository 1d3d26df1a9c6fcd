//! Writes every sample of every page into a folder, to be looked at in a browser:
//! `cargo run -p wares-web --example pages FOLDER [admin/]`

use std::{fs, path::Path, sync::Arc};

use wares_web::{
    assets::Assets,
    templates::{Frame, Templates},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("into which folder?")?;
    let only = args.next().unwrap_or_default();
    let templates = Templates::new(None, Arc::new(Assets::load(None)?));
    let frame = Frame::sample();
    for sample in wares_web::pages().samples() {
        if sample.template.starts_with(&only) {
            let name = sample.template.trim_end_matches(".html").replace('/', "-");
            let file = Path::new(&folder).join(format!("{name}--{}.html", sample.name));
            fs::write(file, sample.page(&templates, &frame)?)?;
        }
    }
    Ok(())
}
