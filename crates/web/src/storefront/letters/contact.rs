//! Writing to the shop, and going on with it through the link in the mail.

use axum::{extract::State, response::Response, routing::get};
use serde::Deserialize;
use wares_commerce::{
    catalog::{self, Lookup},
    inquiries::{
        self, Ask, AskError, Author, BODY_MAX, BODY_MIN, FollowUp, FollowUpError, Inquiry, State as Turn, Topic,
    },
    orders::{self, OrderNumber},
};
use wares_kernel::{OrderId, ProductId, Slug, Token};

use super::pages::{About, ContactPage, MessageView, Phone, ThreadPage, paragraphs};
use crate::{
    App,
    http::{Accepts, Check, Entered, Error, Flow, FormErrors, FormView, Path, Query},
    routes::Routes,
    storefront::{
        identity::email,
        parts::{self, Fact, Notice, Status},
        reply::{ask_again, secretly, see},
        said::SaidPage,
        visitor::Visitor,
    },
    templates::{
        Choice, Link,
        format::{date_of, day_range, moment},
    },
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .public(urls::contact(), get(show).post(send))
        .link("/inquiries/{token}", get(show_thread).post(write_again))
}

#[derive(Debug, Deserialize)]
struct Asked {
    product: Option<String>,
    order: Option<String>,
    /// The reference of what was just sent; empty where a machine sent it.
    sent: Option<String>,
}

/// `GET /contact`
async fn show(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    if let Some(reference) = &asked.sent {
        return app.page(accepts, &sent(&app, reference)).await;
    }
    let mut values = Vec::new();
    if let Some(customer) = &visitor.customer {
        values.push(("name", customer.account.name.clone()));
        values.push(("email", customer.account.email.to_string()));
    }
    if let Some(order) = &asked.order {
        values.push(("order", order.chars().take(20).collect()));
    }
    if asked.product.is_some() {
        values.push(("topic", Topic::Product.word().to_owned()));
    }
    let product = asked.product.unwrap_or_default();
    let page = page(&app, FormView::prefilled(values), &product).await?;
    app.page(accepts, &page).await
}

/// `POST /contact`
async fn send(State(app): State<App>, accepts: Accepts, visitor: Visitor, entered: Entered) -> Result<Response, Error> {
    if !entered.get("website").is_empty() {
        // Only a machine fills the field nobody sees. It is told the same as everybody else.
        return Ok(see(&urls::with_query(urls::contact(), [("sent", "")])));
    }
    let errors: FormErrors = match read(&app, &visitor, &entered).await? {
        Ok(ask) => {
            app.limits.count(Flow::Write, visitor.address.network(), app.now_ms())?;
            match app.db.write(entered.once(ask)).await {
                Ok(asked) => {
                    return Ok(see(&urls::with_query(
                        urls::contact(),
                        [("sent", asked.reference.as_str())],
                    )));
                }
                Err(refusal) => refused(refusal)?,
            }
        }
        Err(errors) => errors,
    };
    let form = FormView::again(&entered, errors, &[]);
    let page = page(&app, form, entered.get("product")).await?;
    ask_again(&app, accepts, &page).await
}

async fn read(app: &App, visitor: &Visitor, entered: &Entered) -> Result<Result<Ask, FormErrors>, Error> {
    let mut check = Check::new(entered);
    let topic = Topic::from_word(entered.get("topic"));
    if topic.is_none() {
        check.wrong("topic", "Choose what it is about");
    }
    let order_number = check.optional_text("order", 20);
    let name = check.text("name", 120, "Enter your full name");
    let email = email(&mut check);
    let body = message(&mut check);
    let errors = check.errors().clone();
    let (Some(topic), Some(email), true) = (topic, email, errors.is_empty()) else {
        return Ok(Err(errors));
    };
    Ok(Ok(Ask {
        vault: app.vault.clone(),
        actor: visitor.actor(&name),
        topic,
        name,
        email,
        body,
        order_id: own_order(app, visitor, &order_number).await?,
        order_number,
        product_id: product(app, entered.get("product")).await?.map(|(id, _)| id),
        customer_id: visitor.customer_id(),
    }))
}

fn message(check: &mut Check<'_>) -> String {
    let body = check.long_text("message", BODY_MAX, "Enter your message");
    let length = body.chars().count();
    if length > 0 && length < BODY_MIN {
        check.wrong(
            "message",
            format!("Write at least {BODY_MIN} characters; this has {length}"),
        );
    }
    body
}

/// The order of a typed number, where it is known to be the customer's own.
async fn own_order(app: &App, visitor: &Visitor, typed: &str) -> Result<Option<OrderId>, Error> {
    let (Some(customer), Ok(number)) = (visitor.customer_id(), typed.parse::<OrderNumber>()) else {
        return Ok(None);
    };
    let order = orders::by_number(&mut *app.db.read().await?, &number).await?;
    Ok(order
        .filter(|order| order.customer_id == Some(customer))
        .map(|order| order.id))
}

async fn product(app: &App, slug: &str) -> Result<Option<(ProductId, String)>, Error> {
    let Ok(slug) = slug.parse::<Slug>() else {
        return Ok(None);
    };
    match catalog::product_at(&mut *app.db.read().await?, &slug).await? {
        Lookup::Here(view) => Ok(Some((view.product.id, view.product.title))),
        Lookup::Moved(_) | Lookup::Gone(_) | Lookup::Nothing => Ok(None),
    }
}

fn refused(refusal: AskError) -> Result<FormErrors, Error> {
    let field = match refusal {
        AskError::Db(failure) => return Err(failure.into()),
        AskError::Name => "name",
        AskError::OrderNumber => "order",
        AskError::TooShort | AskError::TooLong | AskError::TooMany => "message",
    };
    Ok(FormErrors::one(field, refusal.to_string()))
}

fn sent(app: &App, reference: &str) -> SaidPage {
    let hours = app.settings.get().store.reply_hours;
    let page = SaidPage::new(
        &app.shop_name(),
        "Thank you, we have your message",
        format!("We answer within {hours} hours. A copy is on its way to you by e-mail."),
    )
    .link("Back to the shop", urls::home());
    // Whatever else stands in the address is nobody's reference and is not repeated.
    let number = reference.strip_prefix("INQ-").unwrap_or_default();
    if !number.is_empty() && number.len() < 20 && number.bytes().all(|b| b.is_ascii_digit()) {
        return page.fact(Fact::new("Reference", reference));
    }
    page
}

async fn page(app: &App, form: FormView, slug: &str) -> Result<ContactPage, Error> {
    let settings = app.settings.get();
    let store = &settings.store;
    Ok(ContactPage {
        head: parts::head(&app.shop_name(), "Contact us", &form),
        about: product(app, slug).await?.map(|(_, title)| About {
            slug: slug.to_owned(),
            link: Link::new(title, urls::product(slug)),
        }),
        topics: Topic::ALL
            .iter()
            .map(|topic| Choice::new(topic.word(), topic.words()))
            .collect(),
        form,
        phone: (!store.phone.is_empty()).then(|| Phone::new(&store.phone)),
        place: store.address.lines().map(str::to_owned).collect(),
    })
}

async fn thread_of(app: &App, token: &str) -> Result<(Token, Inquiry), Error> {
    let token: Token = token.parse().map_err(|_| Error::NotFound)?;
    let found = inquiries::find_by_token(&mut *app.db.read().await?, &token).await?;
    Ok((token, found.ok_or(Error::NotFound)?))
}

#[derive(Debug, Deserialize)]
struct Done {
    done: Option<String>,
}

/// `GET /inquiries/{token}`
async fn show_thread(
    State(app): State<App>,
    accepts: Accepts,
    Path(token): Path<String>,
    Query(asked): Query<Done>,
) -> Result<Response, Error> {
    let (token, inquiry) = thread_of(&app, &token).await?;
    let mut page = thread_page(&app, &token, &inquiry, FormView::default()).await?;
    page.said = asked.done.map(|_| Notice::ok("Your message is sent"));
    app.page(accepts, &page).await.map(secretly)
}

/// `POST /inquiries/{token}`
async fn write_again(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Path(token): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    let (token, inquiry) = thread_of(&app, &token).await?;
    let mut check = Check::new(&entered);
    let body = message(&mut check);
    let errors = match check.done() {
        Ok(()) => {
            app.limits.count(Flow::Write, visitor.address.network(), app.now_ms())?;
            let follow_up = FollowUp {
                token: token.clone(),
                actor: visitor.actor(&inquiry.name),
                body,
            };
            match app.db.write(entered.once(follow_up)).await {
                Ok(()) => {
                    return Ok(see(&urls::with_query(
                        &urls::inquiry(&token.reveal()),
                        [("done", "sent")],
                    )));
                }
                Err(FollowUpError::NotFound) => return Err(Error::NotFound),
                Err(FollowUpError::Db(failure)) => return Err(failure.into()),
                Err(refusal) => FormErrors::one("message", refusal.to_string()),
            }
        }
        Err(errors) => errors,
    };
    let form = FormView::again(&entered, errors, &[]);
    let page = thread_page(&app, &token, &inquiry, form).await?;
    ask_again(&app, accepts, &page).await.map(secretly)
}

async fn thread_page(app: &App, token: &Token, inquiry: &Inquiry, form: FormView) -> Result<ThreadPage, Error> {
    let messages = inquiries::conversation(&mut *app.db.read().await?, inquiry.id).await?;
    let zone = app.settings.get().store.zone();
    let today = date_of(app.now(), &zone);
    let shop = app.shop_name();
    let view = |message: &inquiries::Message| MessageView {
        by: match message.author {
            Author::Customer => message.author_name.clone(),
            Author::Staff | Author::Note => shop.clone(),
        },
        at: moment(message.at, &zone, today),
        paragraphs: paragraphs(&message.body),
    };
    let asked = date_of(inquiry.created_at, &zone);
    Ok(ThreadPage {
        head: parts::head(&shop, format!("Inquiry {}", inquiry.reference), &form),
        said: None,
        number: inquiry.reference.clone(),
        subject: inquiry.subject.clone(),
        state: turn(inquiry.state),
        asked: day_range(asked, asked, today),
        order: Some(inquiry.order_number.clone()).filter(|number| !number.is_empty()),
        messages: messages.iter().map(view).collect(),
        closed: inquiry.state == Turn::Closed,
        action: urls::inquiry(&token.reveal()),
        form,
    })
}

fn turn(state: Turn) -> Status {
    let (icon, text) = match state {
        Turn::Open => ("mail", "We are looking into it"),
        Turn::Waiting => ("mail", "We have answered"),
        Turn::Closed => ("check", "Closed"),
    };
    Status {
        icon,
        tone: "",
        text: text.into(),
    }
}
