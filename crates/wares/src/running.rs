//! A running shop: the web server, the worker, and whoever follows what changes.

use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::sync::watch;
use wares_commerce::staff::PrepareSetUp;
use wares_db::Db;
use wares_jobs::Worker;
use wares_web::config::BaseUrl;
use wares_web::follow::{Follower, follow};
use wares_web::{App, http, urls};

use crate::config::Config;
use crate::wiring::{self, Shop};
use crate::{data_folder, jobs, shutdown};

/// Everything that runs.
pub(crate) struct Running {
    app: App,
    db: Db,
    listener: TcpListener,
    connections: usize,
    base_url: BaseUrl,
    follower: Follower,
    worker: Worker,
    _lock: data_folder::Lock,
}

impl Running {
    /// Takes the folder and the port, and gets everything ready.
    pub(crate) async fn start(config: &Config, shop: Shop) -> anyhow::Result<Self> {
        let lock = data_folder::lock(&config.data.folder)?;
        let listen = config.server.listen;
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("cannot listen on {listen}"))?;
        let base_url = public_address(config, &listener)?;
        let app = App::new(shop.services(config, base_url.clone())?).context("the theme cannot be read")?;
        let follower = Follower::start(app.clone()).await?;
        let worker = jobs::worker(&shop, wiring::clock());
        Ok(Self {
            app,
            db: shop.db,
            listener,
            connections: config.server.connections,
            base_url,
            follower,
            worker,
            _lock: lock,
        })
    }

    /// Where the shop is reached.
    pub(crate) fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// The link for setting the shop up, when nobody has done so yet.
    pub(crate) async fn setup_link(&self) -> anyhow::Result<Option<String>> {
        let token = self.db.write(PrepareSetUp).await?;
        Ok(token.map(|token| {
            self.base_url
                .join(&format!("{}?key={}", urls::admin::set_up(), token.reveal()))
        }))
    }

    /// Runs until `stop`, then lets everything finish what it has begun.
    pub(crate) async fn until(self, stop: watch::Receiver<bool>) -> anyhow::Result<()> {
        let router = wares_web::router(self.app);
        let server = http::serve(self.listener, router, self.connections, shutdown::asked(stop.clone()));
        let (served, (), ()) = tokio::join!(
            server,
            follow(self.follower, shutdown::asked(stop.clone())),
            self.worker.run(stop)
        );
        served.context("the web server failed")
    }
}

/// The configured address; or, when the port was left to the system, the one it gave.
fn public_address(config: &Config, listener: &TcpListener) -> anyhow::Result<BaseUrl> {
    if config.server.listen.port() != 0 {
        return Ok(config.server.base_url.clone());
    }
    Ok(format!("http://{}", listener.local_addr()?).parse()?)
}
