//! What the first page weighs, as a telephone gets it from the running shop before anybody scrolls.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::weights::kilobytes;
use super::{Finding, good, slow};

const KIB: usize = 1024;
const HTML_MOST: usize = 14 * KIB;
const ALL_MOST: usize = 350 * KIB;
/// The telephone: its width in the pixels of styles, and how many quarters of a real one each is. As Lighthouse has it.
const WIDTH: u32 = 412;
const QUARTERS: u32 = 7;
const PATIENCE: Duration = Duration::from_secs(10);

/// What was loaded, with its weight.
#[derive(Debug)]
struct Loaded {
    address: String,
    bytes: usize,
}

/// Loads the first page from whoever listens there.
pub(super) async fn look(listen: SocketAddr, host: &str) -> Vec<Finding> {
    let at = SocketAddr::new(reachable(listen.ip()), listen.port());
    match load(at, host).await {
        Ok((html, others)) => judge(html, &others),
        Err(error) => vec![good(
            "first page",
            format!("not weighed, as no shop answers at {at}: {error:#}"),
        )],
    }
}

/// Who listens everywhere is reached here.
fn reachable(ip: IpAddr) -> IpAddr {
    if ip.is_unspecified() {
        Ipv4Addr::LOCALHOST.into()
    } else {
        ip
    }
}

async fn load(at: SocketAddr, host: &str) -> anyhow::Result<(usize, Vec<Loaded>)> {
    let page = String::from_utf8(fetch(at, host, "/", "identity").await?).context("it answers no text")?;
    let html = fetch(at, host, "/", "br").await?.len();
    let mut others = Vec::new();
    for address in addresses(&page) {
        let bytes = fetch(at, host, &address, "br").await?.len();
        others.push(Loaded { address, bytes });
    }
    Ok((html, others))
}

fn judge(html: usize, others: &[Loaded]) -> Vec<Finding> {
    const WHAT: &str = "first page";
    let all = html + others.iter().map(|loaded| loaded.bytes).sum::<usize>();
    let mut findings = Vec::new();
    if html > HTML_MOST {
        findings.push(slow(
            WHAT,
            format!(
                "its HTML weighs {} compressed, at most {}; show less on it",
                kilobytes(html),
                kilobytes(HTML_MOST)
            ),
        ));
    }
    if all > ALL_MOST {
        let heaviest = others.iter().max_by_key(|loaded| loaded.bytes);
        let heaviest = heaviest.map_or_else(String::new, |loaded| {
            format!("; begin with {}, {}", loaded.address, kilobytes(loaded.bytes))
        });
        findings.push(slow(
            WHAT,
            format!(
                "a telephone loads {}, at most {}{heaviest}",
                kilobytes(all),
                kilobytes(ALL_MOST)
            ),
        ));
    }
    if findings.is_empty() {
        findings.push(good(
            WHAT,
            format!("a telephone loads {}, at most {}", kilobytes(all), kilobytes(ALL_MOST)),
        ));
    }
    findings
}

/// The body of an answer, as it was sent. HTTP/1.0, so that it comes in one piece and the connection ends with it.
async fn fetch(at: SocketAddr, host: &str, path: &str, encoding: &str) -> anyhow::Result<Vec<u8>> {
    let answer = timeout(PATIENCE, async {
        let mut stream = TcpStream::connect(at).await?;
        let asked = format!(
            "GET {path} HTTP/1.0\r\nhost: {host}\r\naccept: text/html, */*\r\naccept-encoding: {encoding}\r\n\r\n"
        );
        stream.write_all(asked.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    });
    let answer = answer.await.context("it takes too long")??;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let body = end.context("it does not speak HTTP")? + 4;
    let is_fine = answer.get(..12).is_some_and(|start| start.ends_with(b" 200"));
    ensure!(is_fine, "{path} is not answered with 200");
    Ok(answer[body..].to_vec())
}

/// Styles, scripts, fonts and pictures that are loaded at once, each once.
fn addresses(html: &str) -> Vec<String> {
    let links = tags(html, "link").filter(|(_, tag)| {
        let rel = attribute(tag, "rel");
        rel == Some("stylesheet") || rel == Some("preload")
    });
    let links = links.filter_map(|(_, tag)| attribute(tag, "href"));
    let scripts = tags(html, "script").filter_map(|(_, tag)| attribute(tag, "src"));
    let pictures = tags(html, "img").filter(|(_, tag)| attribute(tag, "loading") != Some("lazy"));
    let pictures = pictures.filter_map(|(place, tag)| picture(&html[..place], tag));
    let mut found: Vec<String> = Vec::new();
    for address in links.chain(scripts).chain(pictures) {
        if address.starts_with('/') && !found.iter().any(|known| known == address) {
            found.push(address.to_owned());
        }
    }
    found
}

/// The opening tags of a name, each with its place.
fn tags<'a>(html: &'a str, name: &str) -> impl Iterator<Item = (usize, &'a str)> {
    let start = format!("<{name} ");
    let places: Vec<usize> = html.match_indices(&start).map(|(place, _)| place).collect();
    places.into_iter().filter_map(move |place| {
        let tag = &html[place..];
        Some((place, &tag[..tag.find('>')?]))
    })
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(rest.split_once('"')?.0)
}

/// What the telephone takes of a picture; `before` is all that stands before it. The best format comes first.
fn picture<'a>(before: &'a str, img: &'a str) -> Option<&'a str> {
    let opened = before
        .rfind("<picture>")
        .filter(|at| !before[*at..].contains("</picture>"));
    let source = opened.and_then(|at| tags(&before[at..], "source").next());
    let tag = source.map_or(img, |(_, tag)| tag);
    let Some(srcset) = attribute(tag, "srcset") else {
        return attribute(img, "src");
    };
    let wanted = attribute(tag, "sizes").map_or(WIDTH, shown_width) * QUARTERS / 4;
    let sizes = srcset.split(',').filter_map(|size| {
        let (address, width) = size.trim().rsplit_once(' ')?;
        Some((width.strip_suffix('w')?.parse::<u32>().ok()?, address))
    });
    let mut sizes: Vec<(u32, &str)> = sizes.collect();
    sizes.sort_unstable();
    let large_enough = sizes.iter().find(|(width, _)| *width >= wanted);
    large_enough.or(sizes.last()).map(|(_, address)| *address)
}

/// How wide a picture is shown: what is said for screens of the telephone's width, which no condition on a wider one applies to.
fn shown_width(sizes: &str) -> u32 {
    let said = sizes.split(',').map(str::trim).find(|part| !part.starts_with('('));
    let number = |text: &str| text.split('.').next().and_then(|whole| whole.parse::<u32>().ok());
    let width = said.and_then(|said| {
        let (digits, unit) = said.split_at(said.find(|c: char| c.is_ascii_alphabetic())?);
        match unit {
            "vw" => Some(WIDTH * number(digits)? / 100),
            "rem" => Some(16 * number(digits)?),
            "px" => number(digits),
            _ => None,
        }
    });
    width.unwrap_or(WIDTH)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    const PAGE: &str = r#"<!doctype html><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/base.css">
        <script type="module" src="/wares.js"></script><script type="application/ld+json">{}</script>
        <picture><source type="image/avif" srcset="/m/a-320.avif 320w, /m/a-960.avif 960w, /m/a-1920.avif 1920w" sizes="(min-width:60rem) 40vw, 100vw"><img src="/m/a-320.jpg" alt="" fetchpriority="high"></picture>
        <img src="/small.svg" alt=""><img src="/below.webp" alt="" loading="lazy">
        <img src="/m/b-320.jpg" srcset="/m/b-320.jpg 320w, /m/b-640.jpg 640w" sizes="4rem" alt=""><img src="https://elsewhere.example/x.png" alt="">"#;

    #[test]
    fn what_is_loaded_at_once_is_found_in_the_size_a_telephone_takes() {
        let found = addresses(PAGE);
        assert_eq!(
            found,
            ["/base.css", "/wares.js", "/m/a-960.avif", "/small.svg", "/m/b-320.jpg"]
        );
        assert_eq!(shown_width("(min-width:60rem) 20vw, 1px"), 1);
        assert_eq!(shown_width("50vw"), 206);
        assert_eq!(shown_width("calc(100vw - 2rem)"), WIDTH);
    }

    /// A shop whose first page is `page`, and whose every file has so many bytes.
    async fn shop(page: String, bytes: usize) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut asked = vec![0; 2048];
                let n = stream.read(&mut asked).await.unwrap();
                let body = if asked[..n].starts_with(b"GET / ") {
                    page.clone().into_bytes()
                } else {
                    vec![b'x'; bytes]
                };
                stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n").await.unwrap();
                stream.write_all(&body).await.unwrap();
            }
        });
        at
    }

    #[tokio::test]
    async fn a_first_page_within_its_budgets_is_in_order_and_one_beyond_is_slow() {
        let kept = look(shop(PAGE.to_owned(), 60 * KIB).await, "shop.example").await;
        assert!(
            kept.len() == 1 && !kept[0].slow && kept[0].found.contains("at most 350 KB"),
            "{kept:?}"
        );
        let heavy = look(shop(PAGE.to_owned(), 80 * KIB).await, "shop.example").await;
        assert!(heavy.len() == 1 && heavy[0].slow && heavy[0].ok, "{heavy:?}");
        assert!(heavy[0].found.contains("80 KB"), "{heavy:?}");
        let long = look(shop("x".repeat(15 * KIB), 0).await, "shop.example").await;
        assert!(
            long.len() == 1 && long[0].slow && long[0].found.contains("15 KB"),
            "{long:?}"
        );
    }

    #[tokio::test]
    async fn where_nothing_answers_nothing_is_said_to_be_slow() {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .unwrap()
            .local_addr()
            .unwrap();
        let found = look(free, "shop.example").await;
        assert!(
            found[0].ok && !found[0].slow && found[0].found.contains("not weighed"),
            "{found:?}"
        );
    }
}
