//! Which job is done by whom.

use std::sync::Arc;

use wares_commerce::events::React;
use wares_commerce::importing::{CheckFile, FetchPictures, ImportFile, check_file, fetch_pictures, import_file};
use wares_commerce::media::{MakeSizes, make_sizes};
use wares_commerce::notifications;
use wares_commerce::payment::{
    CarryOutCapture, CarryOutRefund, HandleNotice, carry_out, carry_out_capture, handle_notice,
};
use wares_commerce::reactions::Reaction;
use wares_commerce::together::{PairProduct, pair};
use wares_jobs::{JobError, Worker};

use crate::wiring::{Shop, clock};

/// A worker that knows every job of the shop.
pub(crate) fn worker(shop: &Shop) -> Worker {
    let (db, sizes) = (shop.db.clone(), shop.db.clone());
    let (refunds, notices) = (shop.till.clone(), shop.till.clone());
    let blobs = Arc::clone(&shop.blobs);
    let (fetched, kept, web) = (shop.db.clone(), Arc::clone(&shop.blobs), Arc::clone(&shop.pictures));
    let (captures, pairs) = (shop.till.clone(), shop.db.clone());
    let worker = imports(Worker::new(shop.db.clone(), clock()), shop)
        .with(move |React(event)| {
            let db = db.clone();
            async move { db.write(Reaction(event)).await.map_err(JobError::from) }
        })
        .with(move |task: CarryOutRefund| {
            let till = refunds.clone();
            async move { carry_out(&till, task).await }
        })
        .with(move |task: CarryOutCapture| {
            let till = captures.clone();
            async move { carry_out_capture(&till, task).await }
        })
        .with(move |task: HandleNotice| {
            let till = notices.clone();
            async move { handle_notice(&till, task).await }
        })
        .with(move |task: MakeSizes| {
            let (db, blobs) = (sizes.clone(), Arc::clone(&blobs));
            async move { make_sizes(&db, blobs.as_ref(), &task).await }
        })
        .with(move |task: PairProduct| {
            let db = pairs.clone();
            async move { pair(&db, &task).await }
        })
        .with(move |task: FetchPictures| {
            let (db, blobs, web) = (fetched.clone(), Arc::clone(&kept), Arc::clone(&web));
            async move { fetch_pictures(&db, blobs.as_ref(), web.as_ref(), &task).await }
        });
    notifications::register(worker, shop.office.clone())
}

/// Checking and importing files that were brought through the admin panel.
fn imports(worker: Worker, shop: &Shop) -> Worker {
    let (checks, imports) = (shop.db.clone(), shop.db.clone());
    let (check_blobs, import_blobs) = (Arc::clone(&shop.blobs), Arc::clone(&shop.blobs));
    worker
        .with(move |task: CheckFile| {
            let (db, blobs) = (checks.clone(), Arc::clone(&check_blobs));
            async move { check_file(&db, blobs.as_ref(), &task).await }
        })
        .with(move |task: ImportFile| {
            let (db, blobs) = (imports.clone(), Arc::clone(&import_blobs));
            async move { import_file(&db, blobs.as_ref(), clock().as_ref(), &task).await }
        })
}
