//! A real Chromium, driven through `ChromeDriver`.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

/// How a browser is set up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// The window's width in CSS pixels.
    pub(crate) width: u32,
    /// Whether the system prefers dark pages.
    pub(crate) dark: bool,
    /// Whether scripts run.
    pub(crate) scripts: bool,
}

impl Look {
    /// A telephone.
    pub(crate) const PHONE: Self = Self {
        width: 390,
        dark: false,
        scripts: true,
    };
    /// A laptop.
    pub(crate) const LAPTOP: Self = Self {
        width: 1280,
        dark: false,
        scripts: true,
    };

    /// The same at night.
    pub(crate) fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// The same with scripts switched off.
    pub(crate) fn without_scripts(self) -> Self {
        Self { scripts: false, ..self }
    }

    fn height(self) -> u32 {
        if self.width < 700 { 844 } else { 900 }
    }
}

/// An open browser. Call [`Browser::close`] at the end of a test; a dropped one takes its driver down with it.
pub(crate) struct Browser {
    /// The page.
    pub(crate) page: Client,
    look: Look,
    _driver: Driver,
}

struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Browser {
    /// Opens a browser with an empty profile.
    pub(crate) async fn open(look: Look) -> Self {
        let (driver, port) = start_driver();
        let page = connect(port, capabilities(look)).await;
        let mut browser = Self {
            page,
            look,
            _driver: driver,
        };
        browser.look_at(look).await;
        browser
    }

    /// Sets the window's width and shade anew. Whether scripts run stays as it was opened.
    pub(crate) async fn look_at(&mut self, look: Look) {
        self.look = Look {
            scripts: self.look.scripts,
            ..look
        };
        self.resize(look.width).await;
        let shade = if look.dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": shade}]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Sets the width of the page itself, which a headless window does not keep below 500 pixels.
    pub(crate) async fn resize(&self, width: u32) {
        let height = Look { width, ..self.look }.height();
        let mobile = width < 700;
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile});
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Sends a command of the `DevTools` protocol.
    pub(crate) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.page
            .issue_cmd(DevTools {
                command: command.to_owned(),
                parameters,
            })
            .await
            .expect("DevTools answer")
    }

    /// Goes to an address.
    pub(crate) async fn go(&self, url: &str) {
        self.page
            .goto(url)
            .await
            .unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// The path and query it is at.
    pub(crate) async fn path(&self) -> String {
        let url = self.page.current_url().await.expect("an address");
        url.query()
            .map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// Clicks the first thing the selector finds.
    pub(crate) async fn click(&self, css: &str) {
        let element = self.find(css).await;
        element
            .click()
            .await
            .unwrap_or_else(|error| panic!("{css} cannot be clicked: {error}"));
    }

    /// Clicks the link or button with this text.
    pub(crate) async fn press(&self, text: &str) {
        let path = format!("//*[self::a or self::button][contains(normalize-space(.), '{text}')]");
        let element = self.page.wait().at_most(WAIT).for_element(Locator::XPath(&path)).await;
        let element = match element {
            Ok(element) => element,
            Err(error) => panic!("no {text:?} on {}: {error}\n{}", self.path().await, self.text().await),
        };
        element
            .click()
            .await
            .unwrap_or_else(|error| panic!("{text:?} cannot be pressed: {error}"));
    }

    /// Types into a field in place of what it holds.
    pub(crate) async fn fill(&self, name: &str, text: &str) {
        let field = self.find(&format!("main [name='{name}'], [name='{name}']")).await;
        field.clear().await.expect("the field can be emptied");
        field.send_keys(text).await.expect("the field can be filled");
    }

    /// The element, waited for.
    pub(crate) async fn find(&self, css: &str) -> fantoccini::elements::Element {
        match self.page.wait().at_most(WAIT).for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => panic!("no {css} on {}: {error}\n{}", self.path().await, self.text().await),
        }
    }

    /// Everything a person reads on the page.
    pub(crate) async fn text(&self) -> String {
        match self.page.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => format!("(no page: {error})"),
        }
    }

    /// Waits until the page says this.
    pub(crate) async fn wait_for_text(&self, text: &str) {
        for _ in 0..100 {
            if self.text().await.contains(text) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{text:?} never came on {}:\n{}", self.path().await, self.text().await);
    }

    /// Fails unless the page fits its window and `axe` finds nothing to complain about. With scripts off nothing is asked.
    pub(crate) async fn check_page(&self, name: &str) {
        if !self.look.scripts {
            return;
        }
        let faults = self.faults().await;
        assert!(faults.is_empty(), "{name}: {}", faults.join("\n"));
    }

    /// What is wrong with the page as it stands: wider than its window, or something that `axe` complains about.
    pub(crate) async fn faults(&self) -> Vec<String> {
        let mut faults = self.axe().await;
        let wider = self.wider().await;
        if wider > 0 {
            faults.push(format!("{wider} px wider than its window"));
        }
        let shade = if self.look.dark { "dark" } else { "light" };
        let at = |fault| format!("at {} px, {shade}: {fault}", self.look.width);
        faults.into_iter().map(at).collect()
    }

    /// How much wider the page is than its window, in pixels: what somebody would have to scroll sideways for.
    async fn wider(&self) -> i64 {
        let width = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let wider = self.page.execute(width, vec![]).await.expect("a width");
        wider.as_i64().expect("a number")
    }

    /// At which of these widths the page does not fit its window. It stays at the last of them.
    pub(crate) async fn too_wide(&self, widths: &[u32]) -> Vec<String> {
        let mut faults = Vec::new();
        for width in widths {
            self.resize(*width).await;
            let wider = self.wider().await;
            if wider > 0 {
                faults.push(format!("at {width} px: {wider} px wider than its window"));
            }
        }
        faults
    }

    /// What `axe` complains about on this page.
    pub(crate) async fn axe(&self) -> Vec<String> {
        let is_loaded = self.page.execute("return !!window.axe", vec![]).await.expect("a page");
        if is_loaded != Value::Bool(true) {
            let script = std::fs::read_to_string(axe_path()).expect("axe.min.js can be read");
            self.page.execute(&script, vec![]).await.expect("axe is loaded");
        }
        let run = "const done = arguments[arguments.length - 1];
            const still = Promise.all(document.getAnimations().map(motion => motion.finished.catch(() => null)));
            still.then(() => axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}))
               .then(r => done(r.violations.map(v => v.id + ': ' + v.help + '\\n  ' + v.nodes.map(n => n.target.join(' ') + ' — ' + n.failureSummary.replace(/\\s+/g, ' ')).join('\\n  '))))
               .catch(e => done(['axe failed: ' + e]));";
        let found = self.page.execute_async(run, vec![]).await.expect("axe answers");
        found
            .as_array()
            .expect("a list")
            .iter()
            .map(|line| line.as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Keeps a picture of the whole page when `WARES_TEST_SCREENSHOTS` names a folder.
    pub(crate) async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("WARES_TEST_SCREENSHOTS").map(PathBuf::from) else {
            return;
        };
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let shot = self
            .devtools("Page.captureScreenshot", json!({"captureBeyondViewport": true}))
            .await;
        let data = shot["data"].as_str().expect("a picture");
        let shade = if self.look.dark { "dark" } else { "light" };
        let scripts = if self.look.scripts { "" } else { "-noscript" };
        let file = folder.join(format!("{name}-{}-{shade}{scripts}.png", self.look.width));
        std::fs::write(file, base64_decode(data)).expect("the picture is kept");
    }

    /// Closes it.
    pub(crate) async fn close(self) {
        self.page.close().await.expect("the browser closes");
    }
}

/// How long something that is being loaded may take.
const WAIT: Duration = Duration::from_secs(20);

#[derive(Debug)]
struct DevTools {
    command: String,
    parameters: Value,
}

impl fantoccini::wd::WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (
            http::Method::POST,
            Some(json!({"cmd": self.command, "params": self.parameters}).to_string()),
        )
    }
}

fn capabilities(look: Look) -> Capabilities {
    let mut arguments = vec![
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        // A page that scrolls smoothly would move away from under the click.
        "--force-prefers-reduced-motion",
    ];
    arguments.push(if look.width >= 700 {
        "--window-size=1280,1040"
    } else {
        "--window-size=500,1000"
    });
    let scripts = if look.scripts { 1 } else { 2 };
    let options = json!({
        "args": arguments,
        "prefs": {"profile.managed_default_content_settings.javascript": scripts},
    });
    let mut capabilities = Capabilities::new();
    capabilities.insert("goog:chromeOptions".to_owned(), options);
    capabilities
}

fn start_driver() -> (Driver, u16) {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port();
    let driver = Command::new("chromedriver")
        .arg(format!("--port={port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver is installed; ./test does that on Debian and Ubuntu");
    (Driver(driver), port)
}

async fn connect(port: u16, capabilities: Capabilities) -> Client {
    let address = format!("http://127.0.0.1:{port}");
    for _ in 0..100 {
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        match ClientBuilder::new(connector)
            .capabilities(capabilities.clone())
            .connect(&address)
            .await
        {
            Ok(client) => return client,
            // The driver is still starting: its port is not open yet.
            Err(error) if error.to_string().contains("onnect") => tokio::time::sleep(Duration::from_millis(100)).await,
            Err(error) => panic!("no browser: {error}"),
        }
    }
    panic!("chromedriver did not start");
}

fn axe_path() -> PathBuf {
    if let Some(path) = std::env::var_os("WARES_TEST_AXE") {
        return path.into();
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/test-venv/lib");
    let versions = std::fs::read_dir(&root)
        .unwrap_or_else(|_| panic!("axe is missing: ./test installs it, or set WARES_TEST_AXE"));
    let mut candidates = versions
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("site-packages/axe_playwright_python/axe.min.js"));
    candidates
        .find(|path| path.exists())
        .expect("axe is missing: ./test installs it, or set WARES_TEST_AXE")
}

fn base64_decode(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
}
