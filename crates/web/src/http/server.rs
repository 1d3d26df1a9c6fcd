//! The server: connections with limits, and an end that loses nobody's request.

use std::{future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
};
use tower::ServiceExt as _;

/// How long a browser may take to send the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// The most bytes the head of a request may have.
const HEAD_MAX: usize = 32 << 10;
/// The most headers a request may have.
const HEADERS_MAX: usize = 100;
/// How long open requests may take once the server is asked to stop.
const DRAIN_TIME: Duration = Duration::from_secs(20);

/// Serves until `stop` is done, then lets open requests finish.
///
/// At most `connections` are open at once; more wait in the listener's queue. Fails only when the listener does.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections: usize,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(connections));
    let (stopping, stopped) = watch::channel(false);
    let mut open = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let place = tokio::select! {
            () = &mut stop => break,
            place = Arc::clone(&places).acquire_owned() => place.map_err(io::Error::other)?,
        };
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file handles, or the visitor left already: the listener itself is well.
                    tracing::warn!("Could not accept a connection: {error}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let (router, stopped) = (router.clone(), stopped.clone());
        open.spawn(async move {
            converse(stream, peer, router, stopped).await;
            drop(place);
        });
        while open.try_join_next().is_some() {}
    }
    drop(listener);
    stopping.send_replace(true);
    let drained = tokio::time::timeout(DRAIN_TIME, async { while open.join_next().await.is_some() {} });
    if drained.await.is_err() {
        tracing::warn!(open.connections = open.len(), "Stopped with requests still open");
    }
    Ok(())
}

/// One connection, request after request.
async fn converse(stream: TcpStream, peer: SocketAddr, router: Router, mut stopped: watch::Receiver<bool>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("TCP_NODELAY: {error}");
    }
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request.map(axum::body::Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let asked_to_stop = async {
        // Fails when the sender is gone, and then there is nothing to wait for either.
        if stopped.wait_for(|stopped| *stopped).await.is_err() {}
    };
    let early = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = asked_to_stop => None,
    };
    let ended = if let Some(ended) = early {
        ended
    } else {
        connection.as_mut().graceful_shutdown();
        connection.await
    };
    if let Err(error) = ended {
        // Visitors leave, time out and send nonsense all day; none of it is the shop's failure.
        tracing::debug!("Connection ended: {error}");
    }
}
