//! What every store of blobs must do, for each of them; and what only a store behind a network can do.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use wares_adapters::blobs::files::Files;
use wares_commerce::media::blob::{BlobKey, BlobStore};

use crate::s3_server::{S3Server, bucket, free_port};

const SECRET: &str = "shop-s3cret";

async fn what_is_kept_comes_back_until_it_is_deleted(store: &dyn BlobStore) {
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
    let key = store.put(&bytes).await.unwrap();
    assert_eq!(key, BlobKey::of(&bytes));
    assert!(store.exists(&key).await.unwrap());
    assert_eq!(store.get(&key).await.unwrap(), Some(bytes));
    store.delete(&key).await.unwrap();
    assert!(!store.exists(&key).await.unwrap());
    assert_eq!(store.get(&key).await.unwrap(), None);
}

async fn what_was_never_kept_is_not_there_and_deleting_it_is_no_error(store: &dyn BlobStore) {
    let key = BlobKey::of(b"never kept");
    assert!(!store.exists(&key).await.unwrap());
    assert_eq!(store.get(&key).await.unwrap(), None);
    store.delete(&key).await.unwrap();
}

async fn the_same_bytes_may_be_kept_again_and_at_once(store: &dyn BlobStore) {
    let (one, two) = tokio::join!(store.put(b"a mug"), store.put(b"a mug"));
    assert_eq!(one.unwrap(), two.unwrap());
    let key = store.put(b"a mug").await.unwrap();
    assert_eq!(store.get(&key).await.unwrap().as_deref(), Some(&b"a mug"[..]));
}

async fn nothing_is_a_blob_too(store: &dyn BlobStore) {
    let key = store.put(b"").await.unwrap();
    assert_eq!(store.get(&key).await.unwrap(), Some(Vec::new()));
}

macro_rules! keeps_the_contract {
    ($store:ident: $($behaviour:ident),+ $(,)?) => {
        mod $store {
            $(
                #[tokio::test]
                async fn $behaviour() {
                    let (_kept, store) = super::stores::$store();
                    super::$behaviour(&store).await;
                }
            )+
        }
    };
}

macro_rules! every_store {
    ($($behaviour:ident),+ $(,)?) => {
        keeps_the_contract!(a_folder: $($behaviour),+);
        keeps_the_contract!(a_bucket: $($behaviour),+);
    };
}

every_store!(
    what_is_kept_comes_back_until_it_is_deleted,
    what_was_never_kept_is_not_there_and_deleting_it_is_no_error,
    the_same_bytes_may_be_kept_again_and_at_once,
    nothing_is_a_blob_too,
);

mod stores {
    use wares_adapters::blobs::s3::S3;

    use super::{Files, S3Server, SECRET};

    pub(super) fn a_folder() -> (tempfile::TempDir, Files) {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        (folder, files)
    }

    pub(super) fn a_bucket() -> (S3Server, S3) {
        let server = S3Server::start();
        let bucket = server.bucket(SECRET);
        (server, bucket)
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] })
        .collect()
}

#[tokio::test]
async fn a_shop_moves_to_a_bucket_by_copying_its_files() {
    let (folder, files) = stores::a_folder();
    let key = files.put(b"a mug").await.unwrap();
    let (server, bucket) = stores::a_bucket();
    let pictures = server.folder.path().join("shop/pictures");
    for file in files_below(folder.path()) {
        let copy = pictures.join(file.strip_prefix(folder.path()).unwrap());
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(&file, copy).unwrap();
    }
    assert_eq!(bucket.get(&key).await.unwrap().as_deref(), Some(&b"a mug"[..]));
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_the_stores_answer_told() {
    let server = S3Server::start();
    let error = server.bucket("guessed").put(b"a mug").await.unwrap_err();
    assert_eq!(error.action, "write a blob");
    assert!(error.to_string().contains("SignatureDoesNotMatch"), "{error}");
    let owner = server.bucket(SECRET);
    assert!(!owner.exists(&BlobKey::of(b"a mug")).await.unwrap());
}

#[tokio::test]
async fn bytes_the_store_mixed_up_are_not_believed() {
    let (server, bucket) = stores::a_bucket();
    let key = bucket.put(b"a mug").await.unwrap();
    let kept = files_below(&server.folder.path().join("shop/pictures"));
    std::fs::write(&kept[0], b"a jug").unwrap();
    let error = bucket.get(&key).await.unwrap_err();
    assert!(error.to_string().contains("other bytes"), "{error}");
}

#[tokio::test]
async fn a_store_that_is_away_is_an_error_that_shows_no_signature() {
    let error = bucket(free_port(), SECRET)
        .get(&BlobKey::of(b"a mug"))
        .await
        .unwrap_err();
    let told = format!("{error} {:?}", error.cause);
    assert!(!told.contains("Signature") && !told.contains(SECRET), "{told}");
}

#[tokio::test]
async fn a_store_that_is_busy_for_a_moment_is_asked_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let answers = ["503 Slow Down", "500 Internal Server Error", "200 OK"];
        answers.map(|answer| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let n = stream.read(&mut request).unwrap();
            write!(
                stream,
                "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
            .unwrap();
            String::from_utf8_lossy(&request[..n]).starts_with("HEAD /shop/pictures/")
        })
    });
    assert!(bucket(port, SECRET).exists(&BlobKey::of(b"a mug")).await.unwrap());
    assert_eq!(server.join().unwrap(), [true; 3]);
}
