//! The key that seals secrets in the database, kept outside of it.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use wares_kernel::{Random, Token};

/// Reads the key, or makes one when the file is not there. Refuses a file that others may read.
pub(crate) fn read_or_make(path: &Path, random: &dyn Random) -> anyhow::Result<[u8; 32]> {
    match File::open(path) {
        Ok(file) => read(path, file),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(path, random),
        Err(error) => Err(error).with_context(|| format!("the key file {} cannot be opened", path.display())),
    }
}

/// Where the key waits that will take this one's place.
pub(crate) fn next(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".next");
    PathBuf::from(name)
}

fn read(path: &Path, mut file: File) -> anyhow::Result<[u8; 32]> {
    let mode = file.metadata()?.permissions().mode();
    if mode & 0o077 != 0 {
        bail!(
            "the key file {} can be read by others; run: chmod 600 {0}",
            path.display()
        );
    }
    let mut text = String::new();
    file.read_to_string(&mut text)
        .with_context(|| format!("the key file {} cannot be read", path.display()))?;
    key_of(text.trim()).with_context(|| format!("the key file {} does not hold 64 hexadecimal digits", path.display()))
}

fn key_of(text: &str) -> Option<[u8; 32]> {
    // A token has the same form as the key; its parser checks length and digits.
    text.parse::<Token>().ok()?;
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(key)
}

fn make(path: &Path, random: &dyn Random) -> anyhow::Result<[u8; 32]> {
    let mut key = [0; 32];
    random.fill(&mut key);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("the key file {} cannot be made", path.display()))?;
    file.write_all(wares_kernel::token::hex(&key).as_bytes())?;
    file.sync_all()?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wares_kernel::SeededRandom;

    #[test]
    fn the_key_made_at_the_first_start_is_read_at_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        let made = read_or_make(&path, &SeededRandom::new(7)).unwrap();
        assert_eq!(read_or_make(&path, &SeededRandom::new(8)).unwrap(), made);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        read_or_make(&path, &SeededRandom::new(7)).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(
            read_or_make(&path, &SeededRandom::new(7))
                .unwrap_err()
                .to_string()
                .contains("chmod 600")
        );
    }

    #[test]
    fn a_damaged_key_is_refused_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        std::fs::write(&path, "not a key").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(read_or_make(&path, &SeededRandom::new(7)).is_err());
    }
}
