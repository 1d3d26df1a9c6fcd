use std::io::Write;

use super::*;

fn read(layers: &Layers) -> Config {
    Config::read(layers).expect("a right configuration")
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(text.as_bytes()).expect("it can be written");
    file
}

#[test]
fn the_documented_defaults_are_a_whole_configuration() {
    let config = read(&Layers::new());
    assert_eq!(config.server.base_url.as_str(), "http://127.0.0.1:8080");
    assert_eq!(config.data.key_file, PathBuf::from("wares-data/secret.key"));
    assert!(config.data.database.is_none());
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let file = file("[server]\nlisten = \"127.0.0.1:1111\"\nconnections = 7\n[data]\nfolder = \"from-file\"\n");
    let mut layers = Layers::new();
    layers.file(file.path(), true);
    layers.environment(
        [
            ("WARES_SERVER_LISTEN".to_owned(), "127.0.0.1:2222".to_owned()),
            ("WARES_DATA_FOLDER".to_owned(), "from-env".to_owned()),
        ]
        .into_iter(),
    );
    layers.flag("listen", "server", "listen", Some("127.0.0.1:3333".to_owned()));
    let config = read(&layers);
    assert_eq!(config.server.listen.port(), 3333);
    assert_eq!(config.data.folder, PathBuf::from("from-env"));
    assert_eq!(config.server.connections, 7);
}

#[test]
fn all_mistakes_are_told_at_once_with_their_origin() {
    let file =
        file("[server]\nlisten = \"nowhere\"\ncolour = \"green\"\nrequest_seconds = 0\n[log]\nformat = \"xml\"\n");
    let mut layers = Layers::new();
    layers.file(file.path(), true);
    layers.environment([("WARES_SHOP_NAME".to_owned(), "x".to_owned())].into_iter());
    let ConfigErrors(mistakes) = Config::read(&layers).expect_err("five mistakes");
    assert_eq!(mistakes.len(), 5, "{mistakes:#?}");
    for part in [
        "server.colour",
        "shop.name",
        "server.listen",
        "server.request_seconds",
        "log.format",
    ] {
        assert!(
            mistakes.iter().any(|mistake| mistake.contains(part)),
            "{part} in {mistakes:#?}"
        );
    }
}

#[test]
fn the_password_of_the_database_is_not_shown() {
    let mut layers = Layers::new();
    layers.flag(
        "database",
        "data",
        "database",
        Some("postgres://shop:s3cret@db/shop".to_owned()),
    );
    assert!(!layers.show().join("\n").contains("s3cret"));
}

#[test]
fn a_bucket_needs_its_keys_and_their_secret_is_not_shown() {
    let mut layers = Layers::new();
    let bucket = ("WARES_MEDIA_BUCKET".to_owned(), "https://s3.example/shop".to_owned());
    layers.environment([bucket].into_iter());
    let ConfigErrors(mistakes) = Config::read(&layers).expect_err("two keys are missing");
    assert_eq!(mistakes.len(), 2, "{mistakes:#?}");
    let keys = [("ACCESS", "shop-key"), ("SECRET", "shop-s3cret")];
    layers.environment(
        keys.map(|(name, key)| (format!("WARES_MEDIA_{name}_KEY"), key.to_owned()))
            .into_iter(),
    );
    assert_eq!(read(&layers).bucket.expect("a bucket").key, "shop-key");
    assert!(!layers.show().join("\n").contains("s3cret"));
}

#[test]
fn what_is_not_the_address_of_a_bucket_is_a_mistake() {
    let mut layers = Layers::new();
    let values = [("BUCKET", "my-shop"), ("ACCESS_KEY", "key"), ("SECRET_KEY", "s3cret")];
    layers.environment(
        values
            .map(|(name, value)| (format!("WARES_MEDIA_{name}"), value.to_owned()))
            .into_iter(),
    );
    let ConfigErrors(mistakes) = Config::read(&layers).expect_err("no address");
    assert_eq!(mistakes.len(), 1, "{mistakes:#?}");
    assert!(mistakes[0].contains("media.bucket"), "{mistakes:#?}");
}
