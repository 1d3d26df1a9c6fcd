//! The first page: `page` is what the template is given; here it is made of what is new and what sells.

mod page;

use axum::{extract::State, response::Response, routing::get};
use wares_commerce::{
    catalog::{self, Lookup},
    pricing::{Market, shipping::Parcel},
    settings::Settings,
};
use wares_db::Conn;
use wares_kernel::{Instant, Money, text};

use page::{Fact, Figure, Hero, HomePage, Story};
pub(super) use page::{Row, Shelf};

use super::{Card, Head, collection, frame, goods, structured, tree};
use crate::{
    app::App,
    http::Error,
    public::{Collections, PublicRequest, Shows},
    routes::Routes,
    templates::{Link, Registry, format},
    urls,
};

/// How many products each row shows.
const NEWEST: usize = 5;
const BEST: usize = 8;

pub(super) fn pages(pages: &mut Registry) {
    pages.add::<HomePage>();
}

pub(super) fn routes() -> Routes {
    Routes::default().public("/", get(show))
}

/// `GET /`
async fn show(State(app): State<App>, asked: PublicRequest) -> Result<Response, Error> {
    asked.answer(&app, urls::home().into(), make(&app)).await
}

async fn make(app: &App) -> Result<(HomePage, Shows), Error> {
    let settings = app.settings.get();
    let mut conn = app.db.read().await?;
    let nodes = tree::shown(&mut conn).await?;
    let categories = tree::index(app, &mut conn, &nodes).await?;
    let newest = catalog::newest(&mut conn, NEWEST).await?;
    let best = catalog::best_sold(&mut conn, BEST).await?;
    let collections = collection::on_home(app, &mut conn).await?;
    let facts = facts(&settings, app.now());
    let story = story(&mut conn, &newest, &settings, app.now()).await?;
    drop(conn);

    let show = |cards: &[catalog::Card]| -> Vec<Card> {
        let currency = settings.store.currency;
        cards
            .iter()
            .map(|card| goods::card(card, currency, app.now()))
            .collect()
    };
    let (newest_cards, best_cards) = (show(&newest), show(&best));
    let page = HomePage {
        head: head(app, &settings, best.first()),
        hero: hero(&settings, &nodes, &best),
        story,
        newest: row("New in the shop", newest_cards),
        collections,
        best: row(
            "Bought again and again",
            if best.len() >= 4 { best_cards } else { Vec::new() },
        ),
        facts: if categories.is_empty() { Vec::new() } else { facts },
        categories,
    };
    let shows = Shows {
        collections: Collections::All,
        until: Some(app.next_hour()),
        ..Shows::a_list()
    };
    Ok((page, shows))
}

fn row(title: &str, cards: Vec<Card>) -> Option<Row> {
    (!cards.is_empty()).then(|| Row {
        title: title.into(),
        more: None,
        cards,
    })
}

fn head(app: &App, settings: &Settings, best: Option<&catalog::Card>) -> Head {
    let store = &settings.store;
    let what = frame::filled(&store.tagline).unwrap_or_else(|| "all our goods".into());
    let mut head = Head::home(&store.name, &what, frame::filled(&store.tagline));
    let picture = best.and_then(|card| goods::picture(card.photo.as_ref()?, &card.title));
    if let Some(picture) = picture {
        head.image = Some(picture.src);
        head.image_alt = Some(picture.alt);
    }
    let logo = app.assets.url("storefront/mark.svg");
    head.data = structured::shop(&app.config, store, logo.as_deref().unwrap_or_default());
    head
}

/// Words, and the photographs of the two products that sell best.
fn hero(settings: &Settings, nodes: &[catalog::Node], best: &[catalog::Card]) -> Hero {
    let store = &settings.store;
    let mut figures = best.iter().filter_map(|card| {
        let picture = goods::picture(card.photo.as_ref()?, &card.title)?;
        (!picture.on_white).then(|| Figure {
            picture,
            caption: card.title.clone(),
        })
    });
    let (big, second) = (figures.next(), figures.next());
    let action = nodes.first().map(|node| {
        let link = tree::link(&node.category);
        Link::new(format!("Shop {}", link.text.to_lowercase()), link.url)
    });
    Hero {
        title: match frame::filled(&store.tagline) {
            _ if action.is_none() && best.is_empty() => "Opening soon".into(),
            Some(tagline) => sentence(&tagline),
            None => store.name.clone(),
        },
        lead: None,
        action,
        big,
        second,
    }
}

/// The tagline as a sentence: with a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut sentence = text::capital(text);
    if !sentence.ends_with(['.', '!', '?', '…']) {
        sentence.push('.');
    }
    sentence
}

/// One of the new products, told; one with a second photograph, so that there is something to look at.
async fn story(
    conn: &mut Conn,
    newest: &[catalog::Card],
    settings: &Settings,
    now: Instant,
) -> Result<Option<Story>, Error> {
    let Some(product) = newest.iter().find(|product| product.second.is_some()) else {
        return Ok(None);
    };
    let Lookup::Here(view) = catalog::product_at(conn, &product.slug).await? else {
        return Ok(None);
    };
    let card = goods::card(product, settings.store.currency, now);
    let text = first_sentences(&view.product.summary);
    Ok((!text.is_empty()).then(|| Story {
        title: card.name.clone(),
        text,
        link: Link::new(
            format!("{}, {}{}", card.name, card.price.from_word, card.price.now),
            &card.url,
        ),
        left: card.picture.clone(),
        right: card.second.clone(),
    }))
}

/// What fits beside two photographs: whole sentences, as long as they are together no longer than a few lines.
fn first_sentences(text: &str) -> String {
    const MOST: usize = 180;
    let mut end = 0;
    for (at, _) in text.match_indices(". ") {
        if at > MOST {
            break;
        }
        end = at + 1;
    }
    match end {
        0 if text.len() <= MOST => text.trim().to_owned(),
        0 => String::new(),
        end => text[..end].to_owned(),
    }
}

/// What delivery costs and when it comes, returns, payment: nothing that is not so.
fn facts(settings: &Settings, now: Instant) -> Vec<Fact> {
    let market = Market::at_home(settings, now);
    let parcel = Parcel {
        weight_g: 1000,
        value: Money::new(1, market.currency),
    };
    let mut facts = Vec::new();
    if let Some(offer) = market.offers(parcel).into_iter().find(|offer| !offer.is_pick_up) {
        let free_from = market.methods.iter().filter_map(|method| method.free_from_minor).min();
        let price = if offer.price.is_zero() {
            "Free".into()
        } else {
            format::money(offer.price)
        };
        let cost = match free_from {
            Some(minor) if !offer.price.is_zero() => {
                format!(
                    "{price}, free from {}",
                    format::round_money(Money::new(minor, market.currency))
                )
            }
            _ => price,
        };
        let where_to = match settings.tariff.countries().len() {
            1 => "The price is shown before you pay".into(),
            n => format!("To {n} countries, price shown before you pay"),
        };
        facts.push(Fact {
            term: "Delivery",
            lines: vec![cost, where_to],
        });
        let promise = market.promise(&offer, now);
        facts.push(Fact {
            term: "Order today, have it",
            lines: vec![
                format::day_range(promise.from, promise.to, market.calendar.today(now)),
                format!("For an address in {}", market.country.name()),
            ],
        });
    }
    if settings.store.return_days > 0 {
        facts.push(Fact {
            term: "Returns",
            lines: vec![
                format!("{} days", settings.store.return_days),
                "From the day it arrives".into(),
            ],
        });
    }
    if let Some(ways) = frame::ways_to_pay(&settings.payments) {
        facts.push(Fact {
            term: "Payment",
            lines: vec![ways, "We never see your card".into()],
        });
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_sentences_are_told() {
        assert_eq!(first_sentences("Short. And this. "), "Short. And this.");
        assert_eq!(first_sentences("One without an end"), "One without an end");
        let long = format!("Fits. {}.", "x".repeat(300));
        assert_eq!(first_sentences(&long), "Fits.");
        assert_eq!(first_sentences(&"x".repeat(300)), "");
    }

    #[test]
    fn a_tagline_becomes_a_sentence() {
        assert_eq!(sentence("goods for the home"), "Goods for the home.");
        assert_eq!(sentence("Made to last!"), "Made to last!");
    }
}
