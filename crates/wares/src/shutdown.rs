//! Ending in order: on Ctrl-C or SIGTERM everything is told to stop, and what has begun is finished.

use tokio::sync::watch;

/// Becomes true when the program is asked to end.
pub(crate) fn on_signal() -> anyhow::Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => if let Err(error) = interrupted { tracing::warn!(%error, "Ctrl-C cannot be heard") },
            _ = terminate.recv() => {}
        }
        tracing::info!("Asked to end; finishing what has begun");
        if stop.send(true).is_err() {
            tracing::debug!("Nothing was running any more");
        }
    });
    Ok(stopped)
}

/// Waits until the program is asked to end.
pub(crate) async fn asked(mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if stop.changed().await.is_err() {
            return;
        }
    }
}
