//! An append-only file of changes, one JSON object a line, read back at start.
//!
//! A line is written before the change is applied and before anybody hears of it, so what was acknowledged survives
//! the death of the process. A line torn by that death was never acknowledged: it is cut off at the next start.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;

use crate::book::Change;

#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    /// Length of what is whole.
    length: u64,
}

impl Journal {
    /// Opens or makes the file, keeps other processes out, and hands every change in it to `apply`, oldest first.
    pub(crate) fn open(path: &Path, mut apply: impl FnMut(Change)) -> io::Result<Self> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        file.try_lock().map_err(io::Error::from)?;
        let length = replay(&mut file, &mut apply)?;
        file.set_len(length)?;
        file.seek(SeekFrom::Start(length))?;
        Ok(Self { file, length })
    }

    /// Writes one change. When this fails the file is as it was before.
    pub(crate) fn append(&mut self, change: &Change) -> io::Result<()> {
        let mut line = serde_json::to_vec(change)?;
        line.push(b'\n');
        if let Err(error) = self.file.write_all(&line) {
            self.file.set_len(self.length)?;
            self.file.seek(SeekFrom::Start(self.length))?;
            return Err(error);
        }
        self.length += u64::try_from(line.len()).unwrap_or(u64::MAX);
        Ok(())
    }
}

/// Applies every whole line and returns where the last one ends.
fn replay(file: &mut File, apply: &mut impl FnMut(Change)) -> io::Result<u64> {
    let mut reader = BufReader::new(file);
    let (mut length, mut line) = (0, Vec::new());
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line)?;
        if read == 0 || line.last() != Some(&b'\n') {
            return Ok(length);
        }
        apply(serde_json::from_slice(&line).map_err(|error| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("the sandbox's journal is damaged at byte {length}: {error}"),
            )
        })?);
        length += u64::try_from(read).unwrap_or(u64::MAX);
    }
}
