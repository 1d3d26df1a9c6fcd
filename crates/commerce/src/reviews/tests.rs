use serde_json::json;
use wares_db::testing::{START, TestDb, understands};
use wares_db::{DbError, Sql, both_engines, job, p, sql};
use wares_kernel::{CustomerId, Id, OrderId, ProductId, ReviewId, Token};

use super::*;
use crate::accounts::link::{self, Purpose};
use crate::audit::Actor;
use crate::changes::{self, Change};
use crate::purchases::{Purchase, vault};

const RATING: Sql = sql!("SELECT rating_sum, n_ratings FROM products WHERE id = ?1");
const TOKEN_LIFE: std::time::Duration = Purpose::Review.life();
const GOOD: &str = "The glaze has a depth you cannot see on the screen.";

fn ana() -> Actor {
    Actor::Staff {
        id: Id::new(uuid::Uuid::from_u128(1)),
        name: "Ana".to_owned(),
        ip: None,
    }
}

/// The link the delivery mail would carry.
async fn mail_link(db: &TestDb, order: OrderId) -> Token {
    let work =
        job(move |tx| Box::pin(async move { link::issue(tx, Purpose::Review, Some(order.uuid()), &json!({})).await }));
    let issued: Result<Token, DbError> = db.db.write(work).await;
    issued.unwrap()
}

fn opinion(via: Via, purchase: &Purchase, rating: u8) -> Submit {
    Submit {
        via,
        order_line_id: purchase.line_id,
        rating,
        title: "Better than the photo".to_owned(),
        body: GOOD.to_owned(),
        author: "Ines R.".to_owned(),
        ip: None,
    }
}

/// A review of a delivered order, waiting to be checked.
async fn submitted(db: &TestDb, rating: u8) -> (Purchase, ReviewId) {
    let purchase = Purchase::delivered(db, "ines@example.org", None).await;
    let via = Via::Link(mail_link(db, purchase.order_id).await);
    let id = db.db.write(opinion(via, &purchase, rating)).await.unwrap();
    (purchase, id)
}

async fn publish(db: &TestDb, review_id: ReviewId) {
    db.db
        .write(Publish {
            actor: ana(),
            review_id,
        })
        .await
        .unwrap();
}

async fn reject(db: &TestDb, review_id: ReviewId) {
    let reason = "Names a competitor".to_owned();
    db.db
        .write(Reject {
            actor: ana(),
            review_id,
            reason,
        })
        .await
        .unwrap();
}

async fn rating(db: &TestDb, product: ProductId) -> (i64, i64) {
    let mut conn = db.db.read().await.unwrap();
    conn.one(RATING, p![product]).await.unwrap()
}

async fn shown(db: &TestDb, product: ProductId, stars: Option<u8>, sort: Sort) -> Vec<i64> {
    let mut conn = db.db.read().await.unwrap();
    let (mut found, mut after) = (Vec::new(), AfterReview::START);
    loop {
        let page = of_product(&mut conn, product, stars, sort, after, 2).await.unwrap();
        found.extend(page.items.iter().map(|review| review.rating));
        let Some(next) = page.next else { return found };
        after = next;
    }
}

both_engines! {
    async fn every_statement_is_understood(db: TestDb) {
        understands(&db, store::STATEMENTS).await;
    }

    async fn a_buyer_reviews_by_the_link_in_the_mail_what_has_arrived(db: TestDb) {
        let (purchase, id) = submitted(&db, 5).await;
        let mut conn = db.db.read().await.unwrap();
        let review = find(&mut conn, id).await.unwrap().unwrap();
        assert_eq!((review.product_id, review.rating, review.state.as_str()), (purchase.product_id, 5, "pending"));
        assert!(review.is_verified() && review.variant_title == "Oat");
        assert_eq!(n_pending(&mut conn).await.unwrap(), 1);
        drop(conn);
        assert_eq!(rating(&db, purchase.product_id).await, (0, 0), "it counts when it is published");
    }

    async fn what_has_not_arrived_cannot_be_reviewed(db: TestDb) {
        let purchase = Purchase::place(&db, "ines@example.org", None, "card").await;
        purchase.confirm(&db).await;
        let via = Via::Link(mail_link(&db, purchase.order_id).await);
        let parcel = purchase.ship(&db, 1).await;
        let refused = db.db.write(opinion(via.clone(), &purchase, 5)).await;
        assert!(matches!(refused, Err(SubmitError::NotYours)));
        let mut conn = db.db.read().await.unwrap();
        assert!(reviewable(&mut conn, &via, START).await.unwrap().unwrap().1.is_empty());
        drop(conn);

        purchase.deliver(&db, parcel).await;
        let mut conn = db.db.read().await.unwrap();
        let (_, lines) = reviewable(&mut conn, &via, START).await.unwrap().unwrap();
        assert_eq!((lines.len(), lines[0].line.id), (1, purchase.line_id));
        drop(conn);
        assert!(db.db.write(opinion(via, &purchase, 5)).await.is_ok());
    }

    async fn a_link_of_another_order_or_an_old_one_lets_nobody_review(db: TestDb) {
        let mine = Purchase::delivered(&db, "ines@example.org", None).await;
        let other = Purchase::delivered(&db, "ann@example.org", None).await;
        let via = Via::Link(mail_link(&db, other.order_id).await);
        assert!(matches!(db.db.write(opinion(via, &mine, 1)).await, Err(SubmitError::NotYours)));
        let via = Via::Link(mail_link(&db, mine.order_id).await);
        db.clock.advance(TOKEN_LIFE);
        assert!(matches!(db.db.write(opinion(via, &mine, 1)).await, Err(SubmitError::NotYours)));
    }

    // SECURITY 25
    async fn only_the_account_an_order_is_in_may_review_it(db: TestDb) {
        let customer_id = a_customer(&db, "ines@example.org").await;
        let stranger = a_customer(&db, "eve@example.org").await;
        let purchase = Purchase::delivered(&db, "ines@example.org", Some(customer_id)).await;
        let order_id = purchase.order_id;
        let by = |customer_id| Via::Account { customer_id, order_id };
        let refused = db.db.write(opinion(by(stranger), &purchase, 1)).await;
        assert!(matches!(refused, Err(SubmitError::NotYours)));
        let id = db.db.write(opinion(by(customer_id), &purchase, 4)).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        assert_eq!(find(&mut conn, id).await.unwrap().unwrap().customer_id, Some(customer_id));
    }

    // SECURITY 23
    async fn there_is_one_review_for_a_line_and_it_may_be_changed_until_it_is_checked(db: TestDb) {
        let (purchase, id) = submitted(&db, 2).await;
        let via = Via::Link(mail_link(&db, purchase.order_id).await);
        let again = db.db.write(opinion(via.clone(), &purchase, 4)).await.unwrap();
        assert_eq!(again, id);
        publish(&db, id).await;
        assert!(matches!(db.db.write(opinion(via, &purchase, 1)).await, Err(SubmitError::Decided)));
        assert_eq!(rating(&db, purchase.product_id).await, (4, 1));
    }

    async fn what_is_wrong_is_said(db: TestDb) {
        let purchase = Purchase::delivered(&db, "ines@example.org", None).await;
        let via = Via::Link(mail_link(&db, purchase.order_id).await);
        let good = opinion(via, &purchase, 5);
        let check = async |wrong: Submit| db.db.write(wrong).await.unwrap_err().to_string();
        for rating in [0, 6, 255] {
            let wrong = Submit { rating, ..good.clone() };
            assert_eq!(check(wrong).await, "Choose between one and five stars");
        }
        let wrong = Submit { body: "too short".to_owned(), ..good.clone() };
        assert_eq!(check(wrong).await, "Write at least 20 characters");
        let wrong = Submit { body: "x".repeat(4001), ..good.clone() };
        assert_eq!(check(wrong).await, "Write at most 4000 characters");
        let wrong = Submit { title: "x".repeat(101), ..good.clone() };
        assert_eq!(check(wrong).await, "Use at most 100 characters for the title");
        let wrong = Submit { author: String::new(), ..good.clone() };
        assert_eq!(check(wrong).await, "Enter the name to show, up to 60 characters");
        assert!(db.db.write(Submit { title: String::new(), ..good }).await.is_ok());
    }

    async fn a_products_rating_counts_exactly_its_published_reviews(db: TestDb) {
        let (purchase, id) = submitted(&db, 5).await;
        let product = purchase.product_id;
        publish(&db, id).await;
        publish(&db, id).await;
        assert_eq!(rating(&db, product).await, (5, 1));
        reject(&db, id).await;
        reject(&db, id).await;
        assert_eq!(rating(&db, product).await, (0, 0));
        publish(&db, id).await;
        assert_eq!(rating(&db, product).await, (5, 1));
        let mut conn = db.db.read().await.unwrap();
        let spread = breakdown(&mut conn, product).await.unwrap();
        assert_eq!((spread.of(5), spread.n(), spread.average_tenths()), (1, 1, Some(50)));
    }

    async fn two_who_publish_at_once_count_it_once(db: TestDb) {
        let (purchase, review_id) = submitted(&db, 5).await;
        let publishing = (0..8).map(|_| db.db.write(Publish { actor: ana(), review_id }));
        for done in futures_util::future::join_all(publishing).await {
            done.unwrap();
        }
        assert_eq!(rating(&db, purchase.product_id).await, (5, 1));
    }

    async fn publishing_is_told_to_the_pages_of_the_product(db: TestDb) {
        let (purchase, id) = submitted(&db, 5).await;
        let before = changes::testing::end(&db.db).await;
        publish(&db, id).await;
        let seen = changes::testing::seen(&db.db, before, 1).await;
        assert_eq!(seen.iter().map(|entry| entry.change).collect::<Vec<_>>(), [Change::Product(purchase.product_id)]);
    }

    async fn a_rejection_has_a_reason_and_a_reply_can_be_taken_back(db: TestDb) {
        let (_, review_id) = submitted(&db, 2).await;
        let nothing = Reject { actor: ana(), review_id, reason: " ".to_owned() };
        assert!(matches!(db.db.write(nothing).await, Err(ModerateError::NoReason)));
        reject(&db, review_id).await;
        db.db.write(Reply { actor: ana(), review_id, text: "Thank you.".to_owned() }).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        let review = find(&mut conn, review_id).await.unwrap().unwrap();
        assert_eq!((review.reject_reason.as_str(), review.reply.as_str()), ("Names a competitor", "Thank you."));
        assert_eq!(list(&mut conn, State::Rejected, None, 10).await.unwrap().items.len(), 1);
        drop(conn);
        db.db.write(Reply { actor: ana(), review_id, text: String::new() }).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        assert_eq!(find(&mut conn, review_id).await.unwrap().unwrap().replied_at, None);
    }

    async fn reviews_are_sorted_filtered_and_paged(db: TestDb) {
        let product = samples(&db, &[3, 5, 1, 5, 4]).await;
        assert_eq!(shown(&db, product, None, Sort::Newest).await, [4, 5, 1, 5, 3]);
        assert_eq!(shown(&db, product, None, Sort::Lowest).await, [1, 3, 4, 5, 5]);
        assert_eq!(shown(&db, product, None, Sort::Highest).await, [5, 5, 4, 3, 1]);
        assert_eq!(shown(&db, product, Some(5), Sort::Newest).await, [5, 5]);
        assert_eq!(shown(&db, product, Some(2), Sort::Newest).await, Vec::<i64>::new());

        let mut conn = db.db.read().await.unwrap();
        let lowest = of_product(&mut conn, product, Some(1), Sort::Newest, AfterReview::START, 1).await.unwrap();
        drop(conn);
        let review_id = lowest.items[0].id;
        db.db.write(VoteHelpful { review_id, voter: guest("192.0.2.7"), vault: vault() }).await.unwrap();
        assert_eq!(shown(&db, product, None, Sort::MostHelpful).await, [1, 4, 5, 5, 3]);
    }

    async fn each_voter_counts_once_and_only_for_what_is_published(db: TestDb) {
        let (_, review_id) = submitted(&db, 5).await;
        let vote = |voter| VoteHelpful { review_id, voter, vault: vault() };
        assert!(!db.db.write(vote(guest("192.0.2.7"))).await.unwrap(), "it is not shown yet");
        publish(&db, review_id).await;
        assert!(db.db.write(vote(guest("192.0.2.7"))).await.unwrap());
        assert!(!db.db.write(vote(guest("192.0.2.7"))).await.unwrap());
        assert!(db.db.write(vote(guest("192.0.2.8"))).await.unwrap());
        let mut conn = db.db.read().await.unwrap();
        assert_eq!(find(&mut conn, review_id).await.unwrap().unwrap().n_helpful, 2);
    }

    async fn a_vote_as_a_guest_and_one_with_an_account_are_one(db: TestDb) {
        let (_, review_id) = submitted(&db, 5).await;
        publish(&db, review_id).await;
        let vote = async |voter| db.db.write(VoteHelpful { review_id, voter, vault: vault() }).await.unwrap();
        let account = |n, network: &str| Voter { customer: Some(CustomerId::new(uuid::Uuid::from_u128(n))), ..guest(network) };
        assert!(vote(guest("192.0.2.7")).await);
        assert!(!vote(account(1, "192.0.2.7")).await, "signed in, and voting again");
        assert!(!vote(account(1, "203.0.113.9")).await, "the same from elsewhere");
        assert!(vote(account(2, "192.0.2.7")).await, "somebody else of the same household");
        assert!(vote(account(3, "198.51.100.4")).await);
        assert!(!vote(guest("198.51.100.4")).await, "signed out, and voting again");
        let mut conn = db.db.read().await.unwrap();
        assert_eq!(find(&mut conn, review_id).await.unwrap().unwrap().n_helpful, 3);
    }

    async fn samples_say_that_they_are_and_are_added_once(db: TestDb) {
        let product = samples(&db, &[5, 4]).await;
        assert_eq!(rating(&db, product).await, (9, 2));
        let again = AddSamples { product_id: product, samples: vec![sample(1, 0)] };
        assert_eq!(db.db.write(again).await.unwrap(), 0);
        let mut conn = db.db.read().await.unwrap();
        let published = list(&mut conn, State::Published, None, 10).await.unwrap().items;
        assert!(published.iter().all(|review| review.is_sample && !review.is_verified()));
    }
}

fn guest(network: &str) -> Voter {
    Voter {
        customer: None,
        network: network.to_owned(),
    }
}

async fn a_customer(db: &TestDb, address: &str) -> CustomerId {
    use crate::accounts::{NotedOrder, find_by_email, note_order};
    let email: wares_kernel::EmailAddress = address.parse().unwrap();
    let noted = email.clone();
    let work = job(move |tx| {
        let email = noted.clone();
        Box::pin(async move {
            let noted = NotedOrder {
                customer_id: None,
                email: &email,
                name: "Somebody",
                n_orders: 0,
                spent_minor: 0,
            };
            note_order(tx, noted).await
        })
    });
    let done: Result<(), DbError> = db.db.write(work).await;
    done.unwrap();
    let mut conn = db.db.read().await.unwrap();
    find_by_email(&mut conn, &email).await.unwrap().unwrap().id
}

fn sample(rating: u8, minute: u64) -> Sample {
    Sample {
        rating,
        title: String::new(),
        body: GOOD.to_owned(),
        author: "A.".to_owned(),
        at: START.plus(std::time::Duration::from_secs(60 * minute)),
    }
}

/// A product with samples of these ratings, the last one the newest.
async fn samples(db: &TestDb, ratings: &[u8]) -> ProductId {
    let (product_id, _) = crate::testing::Goods::mug(1).create(db).await;
    let samples = (0..)
        .zip(ratings)
        .map(|(minute, rating)| sample(*rating, minute))
        .collect();
    db.db.write(AddSamples { product_id, samples }).await.unwrap();
    product_id
}
