//! Where the bytes come from: packed or plain, in whichever encoding a shop's program wrote them.
//!
//! A file is read twice: once to learn its encoding from every byte of it (a single letter in the last line
//! can tell), once to read it. Neither pass holds more than a buffer.

use std::io::{self, BufReader, Read, Seek};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;

/// Something that can be read from its beginning more than once: a file, or bytes in a `Cursor`.
pub trait Source: Read + Seek + Send + 'static {}

impl<T: Read + Seek + Send + 'static> Source for T {}

/// A packed file may not unfold to more than this: 4 GiB.
const UNPACKED_MAX: u64 = 4 << 30;

const BUFFER: usize = 64 << 10;

/// The text of a source as UTF-8, without a byte order mark.
pub(super) struct Text {
    bytes: Box<dyn Read + Send>,
    decoder: Decoder,
    encoding: &'static Encoding,
    raw: Vec<u8>,
    /// Decoded and not yet handed out: `ready[taken..]`.
    ready: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl Text {
    pub(super) fn open(mut source: impl Source) -> io::Result<Self> {
        let encoding = detect(&mut unpacked(&mut source)?)?;
        Ok(Self {
            bytes: unpacked(source)?,
            decoder: encoding.new_decoder_with_bom_removal(),
            encoding,
            raw: vec![0; BUFFER],
            ready: Vec::with_capacity(BUFFER * 3),
            taken: 0,
            ended: false,
        })
    }

    /// The name of the encoding, in lower case: `utf-8`, `windows-1250`.
    pub(super) fn encoding(&self) -> String {
        self.encoding.name().to_ascii_lowercase()
    }

    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.taken = 0;
        while self.ready.is_empty() && !self.ended {
            let n = self.bytes.read(&mut self.raw)?;
            self.ended = n == 0;
            let room = self.decoder.max_utf8_buffer_length(n).unwrap_or(BUFFER * 3);
            self.ready.resize(room, 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(&self.raw[..n], &mut self.ready, self.ended);
            self.ready.truncate(written);
        }
        Ok(())
    }
}

impl Read for Text {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.ready.len() {
            self.refill()?;
        }
        let n = out.len().min(self.ready.len() - self.taken);
        out[..n].copy_from_slice(&self.ready[self.taken..self.taken + n]);
        self.taken += n;
        Ok(n)
    }
}

fn is_packed(source: &mut (impl Read + Seek)) -> io::Result<bool> {
    source.rewind()?;
    let mut magic = Vec::with_capacity(2);
    source.by_ref().take(2).read_to_end(&mut magic)?;
    source.rewind()?;
    Ok(magic == [0x1f, 0x8b])
}

fn unpacked<'a>(mut source: impl Read + Seek + Send + 'a) -> io::Result<Box<dyn Read + Send + 'a>> {
    if is_packed(&mut source)? {
        return Ok(Box::new(MultiGzDecoder::new(BufReader::new(source)).take(UNPACKED_MAX)));
    }
    Ok(Box::new(source))
}

/// UTF-8 if every byte of it is; otherwise what a byte order mark, the pattern of zero bytes or the letters say.
fn detect(bytes: &mut dyn Read) -> io::Result<&'static Encoding> {
    let mut buffer = vec![0; BUFFER];
    let mut first = true;
    let mut utf8 = Utf8Check::default();
    let mut letters = EncodingDetector::new(Iso2022JpDetection::Deny);
    loop {
        let n = fill(bytes, &mut buffer)?;
        let chunk = &buffer[..n];
        if first && let Some(encoding) = marked(chunk) {
            return Ok(encoding);
        }
        first = false;
        letters.feed(chunk, n == 0);
        utf8.feed(chunk);
        if n == 0 {
            break;
        }
    }
    if utf8.is_valid() {
        return Ok(UTF_8);
    }
    Ok(letters.guess(None, Utf8Detection::Deny))
}

/// Reads until the buffer is full or the source ends: a short read must not cut a mark in two.
fn fill(bytes: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while n < buffer.len() {
        match bytes.read(&mut buffer[n..]) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(n)
}

/// A byte order mark, or UTF-16 without one: in a table half of its bytes are then zero.
fn marked(head: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Some(encoding);
    }
    let head = &head[..head.len().min(4096)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let half = head.len() / 2;
    if half < 8 {
        return None;
    }
    match (zeros(0), zeros(1)) {
        (even, odd) if odd * 10 > half * 4 && even * 10 < half => Some(UTF_16LE),
        (even, odd) if even * 10 > half * 4 && odd * 10 < half => Some(UTF_16BE),
        _ => None,
    }
}

/// Checks UTF-8 across the edges of chunks.
#[derive(Default)]
struct Utf8Check {
    tail: Vec<u8>,
    broken: bool,
}

impl Utf8Check {
    fn feed(&mut self, chunk: &[u8]) {
        if self.broken {
            return;
        }
        self.tail.extend_from_slice(chunk);
        match std::str::from_utf8(&self.tail) {
            Ok(_) => self.tail.clear(),
            Err(error) if error.error_len().is_none() => {
                self.tail.drain(..error.valid_up_to());
            }
            Err(_) => {
                self.broken = true;
                self.tail = Vec::new();
            }
        }
    }

    fn is_valid(&self) -> bool {
        !self.broken && self.tail.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    fn text_of(bytes: &[u8]) -> (String, String) {
        let mut text = Text::open(Cursor::new(bytes.to_vec())).unwrap();
        let mut out = String::new();
        text.read_to_string(&mut out).unwrap();
        (text.encoding(), out)
    }

    const POLISH: &str =
        "Handle,Title\nzolty-kubek,Żółty kubek z uchem – świeża dostawa\nlyzka,Łyżka drewniana dębowa\n";
    const GERMAN: &str = "Handle,Title\ntasse,Größere Tasse für Käsespätzle\nmuesli,Müslischüssel, weiß\n";

    #[test]
    fn utf8_is_read_with_and_without_a_mark() {
        assert_eq!(text_of(POLISH.as_bytes()), ("utf-8".into(), POLISH.into()));
        let marked = [b"\xef\xbb\xbf", POLISH.as_bytes()].concat();
        assert_eq!(text_of(&marked), ("utf-8".into(), POLISH.into()));
    }

    #[test]
    fn utf16_is_read_with_and_without_a_mark() {
        let little: Vec<u8> = GERMAN.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = GERMAN.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text_of(&little), ("utf-16le".into(), GERMAN.into()));
        assert_eq!(text_of(&big), ("utf-16be".into(), GERMAN.into()));
        assert_eq!(text_of(&[b"\xff\xfe".as_slice(), &little].concat()).1, GERMAN);
        assert_eq!(text_of(&[b"\xfe\xff".as_slice(), &big].concat()).1, GERMAN);
    }

    #[test]
    fn windows_pages_are_told_apart_by_their_letters() {
        let (polish, _, _) = encoding_rs::WINDOWS_1250.encode(POLISH);
        let (german, _, _) = encoding_rs::WINDOWS_1252.encode(GERMAN);
        assert_eq!(text_of(&polish), ("windows-1250".into(), POLISH.into()));
        assert_eq!(text_of(&german), ("windows-1252".into(), GERMAN.into()));
    }

    #[test]
    fn one_letter_far_down_decides() {
        let mut bytes = b"plain,words\n".repeat(20_000);
        bytes.extend_from_slice(b"caf\xe9,closed\n");
        let (encoding, text) = text_of(&bytes);
        assert_eq!(encoding, "windows-1252");
        assert!(text.ends_with("café,closed\n"));
    }

    #[test]
    fn a_packed_file_is_unpacked() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(POLISH.as_bytes()).unwrap();
        assert_eq!(text_of(&packed.finish().unwrap()).1, POLISH);
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(text_of(b""), ("utf-8".into(), String::new()));
    }
}
