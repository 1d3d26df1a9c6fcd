//! All sections in memory, and the tariff with them, so that a page costs no query for them.

use std::sync::{Arc, PoisonError, RwLock};

use wares_db::{Conn, DbError};

use super::section::Sections;
use super::sections::checkout::Checkout;
use super::sections::delivery::Delivery;
use super::sections::mail::Mail;
use super::sections::pages::Pages;
use super::sections::payments::Payments;
use super::sections::store::Store;
use super::sections::taxes::Taxes;
use crate::pricing::Tariff;

/// All sections, and the tariff, at one time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// Who the shop is.
    pub store: Store,
    /// Limits of carts and checkouts.
    pub checkout: Checkout,
    /// When parcels leave.
    pub delivery: Delivery,
    /// Ways to pay.
    pub payments: Payments,
    /// The mail server.
    pub mail: Mail,
    /// About, terms, imprint.
    pub pages: Pages,
    /// Selling to companies.
    pub taxes: Taxes,
    /// Tax, delivery and days off of all destinations.
    pub tariff: Tariff,
}

impl Settings {
    /// Reads all of it.
    pub async fn load(conn: &mut Conn) -> Result<Self, DbError> {
        let mut sections = Sections::load(conn).await?;
        Ok(Self {
            store: sections.take()?,
            checkout: sections.take()?,
            delivery: sections.take()?,
            payments: sections.take()?,
            mail: sections.take()?,
            pages: sections.take()?,
            taxes: sections.take()?,
            tariff: Tariff::load(conn).await?,
        })
    }
}

/// The settings as this instance knows them. Cheap to clone; all clones see a refresh.
///
/// Whoever follows the change log calls [`Cache::refresh`] when it says [`crate::changes::Change::Settings`].
#[derive(Debug, Clone, Default)]
pub struct Cache(Arc<RwLock<Arc<Settings>>>);

impl Cache {
    /// Reads the settings for the first time.
    pub async fn start(conn: &mut Conn) -> Result<Self, DbError> {
        let cache = Self::default();
        cache.refresh(conn).await?;
        Ok(cache)
    }

    /// The settings, for as long as one answer takes.
    pub fn get(&self) -> Arc<Settings> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads them again. When that fails, the old ones stay.
    pub async fn refresh(&self, conn: &mut Conn) -> Result<(), DbError> {
        let fresh = Arc::new(Settings::load(conn).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}
