//! A running shop: the web server, the worker, and whoever follows what changes.

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::sync::watch;
use wares_commerce::staff::PrepareSetUp;
use wares_jobs::Worker;
use wares_web::config::BaseUrl;
use wares_web::follow::{Follower, follow};
use wares_web::{App, http, urls};

use crate::config::Config;
use crate::upkeep::{self, TidyUp};
use crate::wiring::Shop;
use crate::{data_folder, jobs, shutdown};

/// The folder and the port, taken before anything else, so that a second server is told at once.
pub(crate) struct Place {
    listener: TcpListener,
    /// Where the shop is reached.
    pub(crate) base_url: BaseUrl,
    _lock: data_folder::Lock,
}

impl Place {
    /// Takes both for this program.
    pub(crate) async fn take(config: &Config) -> anyhow::Result<Self> {
        data_folder::make(&config.data.folder)?;
        let lock = data_folder::lock(&config.data.folder)?;
        let listen = config.server.listen;
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("cannot listen on {listen}"))?;
        let base_url = public_address(config, &listener)?;
        Ok(Self {
            listener,
            base_url,
            _lock: lock,
        })
    }
}

/// The configured address; or, when the port was left to the system, the one it gave.
fn public_address(config: &Config, listener: &TcpListener) -> anyhow::Result<BaseUrl> {
    if config.server.listen.port() != 0 {
        return Ok(config.server.base_url.clone());
    }
    Ok(format!("http://{}", listener.local_addr()?).parse()?)
}

/// Everything that runs.
pub(crate) struct Running {
    app: App,
    shop: Shop,
    place: Place,
    connections: usize,
    follower: Follower,
    worker: Worker,
}

impl Running {
    /// Gets everything ready at its place.
    pub(crate) async fn start(config: &Config, shop: Shop, place: Place) -> anyhow::Result<Self> {
        let app = App::new(shop.services(config, place.base_url.clone())?).context("the theme cannot be read")?;
        let follower = Follower::start(app.clone()).await?;
        let worker = jobs::worker(&shop);
        Ok(Self {
            app,
            shop,
            place,
            connections: config.server.connections,
            follower,
            worker,
        })
    }

    /// The link for setting the shop up, when nobody has done so yet.
    pub(crate) async fn setup_link(&self) -> anyhow::Result<Option<String>> {
        let token = self.shop.db.write(PrepareSetUp).await?;
        let link = |token: wares_kernel::Token| format!("{}?key={}", urls::admin::set_up(), token.reveal());
        Ok(token.map(|token| self.place.base_url.join(&link(token))))
    }

    /// Runs until `stop`, then lets everything finish what it has begun.
    pub(crate) async fn until(self, stop: watch::Receiver<bool>) -> anyhow::Result<()> {
        let asked = || shutdown::asked(stop.clone());
        let server = http::serve(
            self.place.listener,
            wares_web::router(self.app.clone()),
            self.connections,
            asked(),
        );
        let tidy = upkeep::tidy(TidyUp::new(&self.shop), stop.clone());
        let reconcile = upkeep::reconcile(self.shop.till, stop.clone());
        let searches = async {
            tokio::join!(
                upkeep::count_searches(self.app.clone(), stop.clone()),
                upkeep::learn_searches(self.app.clone(), stop.clone())
            )
        };
        let (served, (), (), (), (), _) = tokio::join!(
            server,
            follow(self.follower, asked()),
            self.worker.run(stop.clone()),
            reconcile,
            tidy,
            searches
        );
        served.context("the web server failed")
    }
}
