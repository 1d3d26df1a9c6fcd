//! How the shop does, what waits, what happened.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use wares_commerce::{
    audit,
    reports::{self, Badges, Waiting},
    staff::Permission,
};
use wares_db::Conn;
use wares_kernel::After;

use super::{
    checklist, figures,
    pages::{DashboardPage, Health, Todo},
};
use crate::{
    App,
    admin::{
        activity,
        desk::Desk,
        panel::Spot,
        parts::{Day, Link, Tab},
        rights::Anybody,
        staff::{Staff, ok},
        words,
    },
    http::{Error, Query},
    templates::format,
    urls::{admin as urls, with_query},
};

/// The period, in days.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::admin) struct Wanted {
    days: String,
}

const PERIODS: [(&str, &str, i32); 3] = [("1", "Today", 1), ("7", "7 days", 7), ("30", "30 days", 30)];

/// `GET /admin`
pub(in crate::admin) async fn show(
    staff: Staff<Anybody>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let desk = staff.desk(&app);
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Home).await?;
    let n_days = PERIODS
        .iter()
        .find(|(word, ..)| *word == wanted.days)
        .map_or(30, |(.., days)| *days);
    let period = figures::Period::until_today(&desk, n_days);
    let waiting = reports::waiting(&mut conn, desk.now).await?;
    let badges = reports::badges(&mut conn).await?;
    let sees_sales = staff.may(Permission::SeeOrders);
    let page = DashboardPage {
        panel,
        greeting: greeting(&desk, &staff.member.name),
        lede: lede(&desk, &badges, &waiting),
        periods: periods(n_days),
        checklist: checklist::reminder(&app, &staff, &mut conn).await?,
        figures_heading: period.heading(&desk),
        figures: if sees_sales {
            figures::figures(&mut conn, &desk, &period).await?
        } else {
            Vec::new()
        },
        chart: if sees_sales {
            figures::chart(&mut conn, &desk, &period).await?
        } else {
            None
        },
        todo: todo(&staff, &desk, &mut conn, &badges, &waiting).await?,
        activity: urls::activity(),
        latest: if staff.may(Permission::SeeActivity) {
            latest(&mut conn, &desk).await?
        } else {
            Vec::new()
        },
        health: health(&staff, &desk, &waiting),
        version: format!("Wares {}", env!("CARGO_PKG_VERSION")),
    };
    ok(&app, &page).await
}

fn greeting(desk: &Desk, name: &str) -> String {
    let first = name.split_whitespace().next().unwrap_or(name);
    let hour = desk.now.timestamp().to_zoned_datetime(desk.zone.clone()).hour();
    let time = match hour {
        5..12 => "morning",
        12..18 => "afternoon",
        _ => "evening",
    };
    format!("Good {time}, {first}")
}

fn lede(desk: &Desk, badges: &Badges, waiting: &Waiting) -> String {
    let day = desk.today.strftime("%A %-d %B");
    match (badges.n_unsent, waiting.oldest_unsent) {
        (0, _) | (_, None) => format!("{day}. Nothing waits to be sent."),
        (n, Some(oldest)) => {
            let orders = words::plural(n, "order", "orders");
            format!("{day}. {orders} to send, the oldest has waited {}.", desk.age(oldest))
        }
    }
}

fn periods(n_days: i32) -> Vec<Tab> {
    PERIODS
        .iter()
        .map(|(word, text, days)| Tab::new(*text, with_query(urls::home(), [("days", *word)]), *days == n_days))
        .collect()
}

async fn latest(conn: &mut Conn, desk: &Desk) -> Result<Vec<Day>, Error> {
    let page = audit::list(conn, audit::Show::Everything, audit::Span::ALWAYS, After::NEWEST, 10).await?;
    Ok(activity::timeline(desk, &page.items))
}

/// What waits, as far as this person may see to it.
#[expect(
    clippy::too_many_lines,
    reason = "one page or row, field by field; cutting it would only scatter them"
)]
async fn todo<R>(
    staff: &Staff<R>,
    desk: &Desk,
    conn: &mut Conn,
    badges: &Badges,
    waiting: &Waiting,
) -> Result<Vec<Todo>, Error> {
    let view = |list: &str, view: &str| with_query(list, [("view", view)]);
    let low = reports::count_stock(conn, reports::StockView::Low)
        .await?
        .unwrap_or_default();
    let gone = reports::count_stock(conn, reports::StockView::SoldOut)
        .await?
        .unwrap_or_default();
    let since = waiting
        .oldest_inquiry
        .map(|at| format!("the oldest has waited {}", desk.age(at)));
    let is_late = waiting
        .oldest_inquiry
        .is_some_and(|at| desk.now.since(at).as_secs() > 86_400);
    let oldest = waiting
        .oldest_unsent
        .map(|at| format!("oldest {}", desk.moment(at).text));
    let unpaid = (waiting.n_unpaid > 0).then(|| desk.money(waiting.unpaid_minor));
    let all = [
        (
            Permission::SeeOrders,
            badges.n_unsent,
            "Orders to send",
            oldest,
            "",
            view(urls::orders(), "to_send"),
        ),
        (
            Permission::SeeOrders,
            waiting.n_unpaid,
            "Unpaid for more than 24 hours",
            unpaid,
            "",
            view(urls::orders(), "unpaid"),
        ),
        (
            Permission::SeeOrders,
            waiting.n_disputed,
            "Disputed payments",
            None,
            "hot",
            with_query(urls::orders(), [("view", "all"), ("payment", "disputed")]),
        ),
        (
            Permission::SeeOrders,
            waiting.n_ending,
            "Authorisations that end soon",
            Some("take the money in time".to_owned()),
            "hot",
            with_query(urls::orders(), [("view", "all"), ("payment", "authorised")]),
        ),
        (
            Permission::SeeInquiries,
            badges.n_inquiries,
            "Inquiries to answer",
            since,
            if is_late { "hot" } else { "" },
            urls::inquiries().to_owned(),
        ),
        (
            Permission::CheckReviews,
            badges.n_reviews,
            "Reviews to check",
            None,
            "",
            urls::reviews().to_owned(),
        ),
        (
            Permission::SeeProducts,
            gone,
            "Variants sold out",
            None,
            "",
            view(urls::stock(), "sold_out"),
        ),
        (
            Permission::SeeProducts,
            low,
            "Variants low",
            None,
            "",
            view(urls::stock(), "low"),
        ),
        (
            Permission::SeeMail,
            waiting.n_mails_failed,
            "Mails that could not be delivered",
            None,
            "hot",
            view(urls::mailbox(), "failed"),
        ),
    ];
    Ok(all
        .into_iter()
        .filter(|(needs, ..)| staff.may(*needs))
        .map(|(_, n, text, note, tone, url)| Todo {
            count: words::capped(n),
            text,
            note: note.filter(|_| n > 0),
            tone: if n == 0 { "zero" } else { tone },
            url,
        })
        .collect())
}

fn health<R>(staff: &Staff<R>, desk: &Desk, waiting: &Waiting) -> Vec<Health> {
    let well = |name, value: String| Health {
        name,
        value,
        mark: "done",
        tone: "ok",
        url: None,
    };
    let ill = |name, value: String| Health {
        name,
        value,
        mark: "tri",
        tone: "warn",
        url: None,
    };
    let late = waiting
        .oldest_job
        .map(|at| desk.now.since(at).as_secs())
        .unwrap_or_default();
    let mail_on = desk.settings.mail.is_on();
    let link = |part: Health, url: &str, needs| Health {
        url: staff.may(needs).then(|| url.to_owned()),
        ..part
    };
    vec![
        well("Database", "answers".into()),
        if mail_on {
            well("Mail server", desk.settings.mail.host.clone())
        } else {
            link(
                ill("Mail server", "none, mails are kept".into()),
                urls::settings_email(),
                Permission::ChangeSettings,
            )
        },
        match waiting.n_mails_queued {
            0 => well("Mail queue", "empty".into()),
            n => well("Mail queue", format::count(n.unsigned_abs())),
        },
        if late < 120 {
            well("Jobs", "on time".into())
        } else {
            ill("Jobs", format!("late by {} min", late / 60))
        },
        match waiting.n_jobs_dead {
            0 => well("Jobs given up", "none".into()),
            n => ill("Jobs given up", words::capped(n)),
        },
    ]
}

/// What is left of the set-up.
pub(super) fn left(text: String) -> Link {
    Link::new(text, urls::checklist())
}
