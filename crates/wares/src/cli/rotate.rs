//! `wares rotate`.

use std::process::ExitCode;

use anyhow::Context;
use wares_commerce::rotation::Rotate;
use wares_commerce::seal::Vault;
use wares_kernel::SystemRandom;

use crate::config::Config;
use crate::{data_folder, key_file, wiring};

/// Makes a new key and seals everything in the database anew under it. Stop every server of the shop before.
///
/// Interrupted at any moment, it is simply run again.
#[derive(Debug, clap::Args)]
pub(crate) struct RotateKey {}

impl RotateKey {
    #[expect(clippy::print_stdout, reason = "the answer of the command")]
    pub(crate) async fn run(self, config: Config) -> anyhow::Result<ExitCode> {
        data_folder::make(&config.data.folder)?;
        let _lock = data_folder::lock(&config.data.folder)?;
        let file = &config.data.key_file;
        let old = Vault::new(key_file::read_or_make(file, &SystemRandom)?);
        // The new key is on the disk before anything is sealed under it, and takes the old one's place after all is.
        let next = key_file::next(file);
        let new = Vault::new(key_file::read_or_make(&next, &SystemRandom)?);
        let db = wiring::open_database(&config)?;
        db.migrate().await?;
        let done = db.write(Rotate { old, new }).await?;
        std::fs::rename(&next, file).with_context(|| {
            format!(
                "everything is sealed under {}; move it to {} by hand",
                next.display(),
                file.display()
            )
        })?;
        println!(
            "Sealed anew: {} keys and passwords, {} links. {} holds the new key; copy it to your backups and to every other instance.",
            done.secrets,
            done.links,
            file.display()
        );
        Ok(ExitCode::SUCCESS)
    }
}
