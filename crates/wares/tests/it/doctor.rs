//! What `wares doctor` says of a shop's weight.

use std::fs;
use std::process::Command;

use wares_db::testing::TestDb;

use crate::support::shop::Shop;

/// Something that does not compress.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    (0..bytes).map(|_| next()).collect()
}

#[tokio::test]
async fn a_heavy_theme_and_the_running_first_page_are_told_and_nothing_fails_of_it() {
    let shop = Shop::on(TestDb::sqlite().await).await;
    let program = shop.start();
    let theme = shop.folder("theme");
    let styles = theme.join("assets/storefront");
    fs::create_dir_all(&styles).expect("a folder");
    fs::write(styles.join("season.css"), noise(20 * 1024)).expect("a file");
    let doctor = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wares"));
        shop.name_to(command.arg("doctor"));
        command
            .arg("--listen")
            .arg(shop.listen.to_string())
            .env("WARES_DATA_THEME", &theme);
        let output = command.output().expect("the program runs");
        (output.status.success(), String::from_utf8(output.stdout).expect("text"))
    };
    let (is_well, said) = doctor();
    let line = said.lines().find(|line| line.starts_with("SLOW theme"));
    let told = line.is_some_and(|line| {
        line.contains("season.css: the storefront's styles weigh") && line.contains("at most 16 KB")
    });
    assert!(is_well && told, "{said}");
    assert!(said.contains("a telephone loads"), "{said}");
    assert!(said.contains("the products' pictures keep to the budgets"), "{said}");

    fs::remove_file(styles.join("season.css")).expect("it is there");
    let (is_well, said) = doctor();
    assert!(
        is_well && !said.contains("SLOW") && said.contains("keeps to the budgets"),
        "{said}"
    );
    drop(program);
}
