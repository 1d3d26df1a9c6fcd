//! Fetching pictures from a web server beside the tests.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wares_adapters::pictures::{Reach, Web};
use wares_commerce::importing::{FetchError, PictureSource};
use wares_commerce::media::BYTES_MAX;

/// A server that gives every request the answer for its path; answers its address.
async fn server(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let n = stream.read(&mut request).await.unwrap();
            let text = String::from_utf8_lossy(&request[..n]).into_owned();
            let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
            // The client hangs up on an answer that is too long.
            drop(stream.write_all(&answer(&path)).await);
        }
    });
    address
}

fn with_status(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn web() -> Web {
    Web::new(Reach::AlsoThisMachine).unwrap()
}

fn refused(text: &str) -> Result<Vec<u8>, FetchError> {
    Err(FetchError::Refused(text.to_owned()))
}

#[tokio::test]
async fn a_picture_is_fetched() {
    let address = server(|_| with_status("200 OK", "", b"pixels")).await;
    assert_eq!(web().fetch(&format!("{address}/a.jpg")).await, Ok(b"pixels".to_vec()));
}

#[tokio::test]
async fn this_machine_is_not_reached_by_number_or_by_name() {
    let address = server(|_| with_status("200 OK", "", b"secret")).await;
    let port = address.rsplit_once(':').unwrap().1;
    let shop = Web::new(Reach::Public).unwrap();
    assert!(matches!(shop.fetch(&address).await, Err(FetchError::Refused(_))));
    let not_public = "the address does not lead to the public internet";
    assert_eq!(shop.fetch("http://127.0.0.1/").await, refused(not_public));
    // The name is resolved and what it resolves to is refused, before anything is connected.
    assert_eq!(shop.fetch("http://localhost/").await, refused(not_public));
    let unusual = format!("http://localhost:{port}/");
    assert_eq!(shop.fetch(&unusual).await, refused("the address names an unusual port"));
}

#[tokio::test]
async fn a_redirect_is_followed_where_a_first_address_may_lead() {
    let address = server(|path| match path {
        "/old.jpg" => with_status("301 Moved Permanently", "location: /new.jpg\r\n", b""),
        "/inside.jpg" => with_status("302 Found", "location: http://10.0.0.1/admin\r\n", b""),
        "/metadata.jpg" => with_status("302 Found", "location: http://169.254.169.254/\r\n", b""),
        "/file.jpg" => with_status("302 Found", "location: file:///etc/passwd\r\n", b""),
        "/round.jpg" => with_status("302 Found", "location: /round.jpg\r\n", b""),
        _ => with_status("200 OK", "", b"moved"),
    })
    .await;
    let web = web();
    let at = |path: &str| format!("{address}/{path}");
    assert_eq!(web.fetch(&at("old.jpg")).await, Ok(b"moved".to_vec()));
    for path in ["inside.jpg", "metadata.jpg"] {
        let answer = web.fetch(&at(path)).await;
        assert_eq!(
            answer,
            refused("the address does not lead to the public internet"),
            "{path}"
        );
    }
    assert_eq!(
        web.fetch(&at("round.jpg")).await,
        refused("the address leads on and on")
    );
    assert!(web.fetch(&at("file.jpg")).await.is_err());
}

#[tokio::test]
async fn what_is_not_there_is_refused_and_what_is_busy_may_come_later() {
    let address = server(|path| match path {
        "/busy" => with_status("503 Service Unavailable", "", b""),
        _ => with_status("404 Not Found", "", b""),
    })
    .await;
    let web = web();
    let gone = web.fetch(&format!("{address}/gone")).await;
    assert_eq!(gone, refused("the server answered 404 Not Found"));
    let busy = web.fetch(&format!("{address}/busy")).await;
    let text = "the server answered 503 Service Unavailable";
    assert_eq!(busy, Err(FetchError::Unreachable(text.to_owned())));
    let nobody = web.fetch("http://127.0.0.1:1/").await;
    assert_eq!(
        nobody,
        Err(FetchError::Unreachable("the server cannot be reached".to_owned()))
    );
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let address = server(|path| match path {
        "/announced" => format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", BYTES_MAX + 1).into_bytes(),
        _ => {
            let mut endless = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
            endless.resize(BYTES_MAX + 100_000, b'x');
            endless
        }
    })
    .await;
    let too_large = refused("a picture has at most 20 MB");
    let web = web();
    assert_eq!(web.fetch(&format!("{address}/announced")).await, too_large);
    assert_eq!(web.fetch(&format!("{address}/endless")).await, too_large);
}
