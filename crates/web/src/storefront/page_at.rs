//! Whether an address leads to a page that everybody may open.

use wares_commerce::catalog::{self, Lookup};
use wares_kernel::Slug;

use crate::{app::App, http::Error, urls};

/// Whether a page of the shop stands at this path; what follows `?` or `#` makes no difference.
pub(crate) async fn is_page(app: &App, path: &str) -> Result<bool, Error> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let fixed = [
        urls::home(),
        urls::categories(),
        urls::contact(),
        urls::track(),
        urls::news(),
        urls::shipping_returns(),
        urls::account(),
        urls::sign_in(),
        urls::register(),
        urls::cart(),
    ];
    if fixed.contains(&path) {
        return Ok(true);
    }
    let mut parts = path.split('/').skip(1);
    let (Some(kind), Some(slug), None) = (parts.next(), parts.next(), parts.next()) else {
        return Ok(false);
    };
    let Ok(slug) = slug.parse::<Slug>() else {
        return Ok(false);
    };
    let mut conn = app.db.read().await?;
    Ok(match kind {
        "c" => is_found(&catalog::category_at(&mut conn, &slug).await?),
        "p" => is_found(&catalog::product_at(&mut conn, &slug).await?),
        "pages" => app.settings.get().pages.find(slug.as_str()).is_some(),
        _ => false,
    })
}

fn is_found<T>(found: &Lookup<T>) -> bool {
    matches!(found, Lookup::Here(_) | Lookup::Moved(_))
}
