//! Units of work.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use crate::conn::Tx;
use crate::error::DbError;

/// One unit of work: everything in it happens, or nothing.
///
/// It is a value with named inputs and borrows itself, so that it can be run again.
pub trait Write: Send + Sync + 'static {
    /// What it answers.
    type Out: Send + 'static;
    /// Its own refusals, beside the failures of the database.
    type Error: From<DbError> + Send + 'static;

    /// Does the work. Only the database may be awaited in here.
    fn run(&self, tx: &mut Tx) -> impl Future<Output = Result<Self::Out, Self::Error>> + Send;
}

/// A boxed future that borrows.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A closure as a unit of work. Made by [`job`].
pub struct Job<C, T, E>(C, PhantomData<fn() -> (T, E)>);

/// Makes a unit of work of a closure; for tests and for steps too small to name.
///
/// `db.write(job(move |tx| Box::pin(async move { … })))`
pub fn job<C, T, E>(closure: C) -> Job<C, T, E>
where
    C: for<'a> Fn(&'a mut Tx) -> BoxFuture<'a, Result<T, E>> + Send + Sync + 'static,
{
    Job(closure, PhantomData)
}

impl<C, T, E> Write for Job<C, T, E>
where
    C: for<'a> Fn(&'a mut Tx) -> BoxFuture<'a, Result<T, E>> + Send + Sync + 'static,
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
{
    type Out = T;
    type Error = E;

    fn run(&self, tx: &mut Tx) -> impl Future<Output = Result<T, E>> + Send {
        (self.0)(tx)
    }
}
