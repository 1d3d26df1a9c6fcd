//! One import: its check, its progress, its result.

use axum::{
    extract::State as AppState,
    http::{HeaderValue, header},
    response::Response,
};
use wares_commerce::importing::{self, ImportRow, Problem, Report};
use wares_kernel::ImportId;

use super::pages::{Count, ImportPage, Progress, RowError, Start};
use crate::{
    App,
    admin::{
        desk::Desk,
        panel::Spot,
        parts::{Link, State},
        rights::ChangeProducts,
        staff::{Staff, ok},
        words,
    },
    http::{Error, Path},
    templates::format,
    urls::admin as urls,
};

/// How many problems the page shows; all that are kept can be downloaded.
const SHOWN: usize = 50;
/// How often the page renews itself while something is going on. A header does it, so that it needs no script.
const RENEWS: HeaderValue = HeaderValue::from_static("3");

/// `GET /admin/import/{id}`
pub(in crate::admin) async fn show(
    staff: Staff<ChangeProducts>,
    AppState(app): AppState<App>,
    Path(id): Path<ImportId>,
) -> Result<Response, Error> {
    let desk = staff.desk(&app);
    let mut conn = app.db.read().await?;
    let row = importing::import(&mut conn, id).await?;
    let row = row.filter(|row| row.state != "arriving").ok_or(Error::NotFound)?;
    let report = row.report()?;
    let page = ImportPage {
        panel: staff.panel(&mut conn, Spot::Import).await?,
        back: Link::new("Import", urls::imports()),
        file: file_of(&row),
        lede: lede(&desk, &row, &report),
        is_check: is_check(&row),
        is_running: is_running(&row),
        itself: urls::import(id),
        progress: progress(&row),
        counts: if row.state == "checking" {
            Vec::new()
        } else {
            counts(&report)
        },
        errors_heading: errors_heading(&report),
        errors: report.errors.iter().take(SHOWN).map(shown).collect(),
        download: download(&row, &report),
        run: run(&row, &report),
        products: urls::products(),
    };
    drop(conn);
    let mut response = ok(&app, &page).await?;
    if page.is_running {
        response.headers_mut().insert(header::REFRESH, RENEWS);
    }
    Ok(response)
}

/// The state of an import.
pub(super) fn state(word: &str) -> State {
    match word {
        "checking" => State::running("Being checked"),
        "checked" => State::draft("Checked, not imported"),
        "running" => State::under_way("Importing"),
        "finished" => State::done("Finished"),
        "failed" => State::failed("Broke off"),
        _ => State::attention("Stopped"),
    }
}

fn file_of(row: &ImportRow) -> String {
    if row.file_name.is_empty() {
        "A file without a name".into()
    } else {
        row.file_name.clone()
    }
}

fn is_check(row: &ImportRow) -> bool {
    row.state == "checking" || row.state == "checked"
}

/// An import of the command line was not checked here, and nobody waits for it on this page.
fn is_running(row: &ImportRow) -> bool {
    row.state == "checking" || (row.state == "running" && row.n_all > 0)
}

fn lede(desk: &Desk, row: &ImportRow, report: &Report) -> String {
    match row.state.as_str() {
        "checking" => "The file is being checked; the page renews itself. Nothing has been changed.".into(),
        "checked" if report.products == 0 => {
            "There is nothing in it that can be imported. Nothing has been changed.".into()
        }
        "checked" => "Nothing has been changed yet.".into(),
        "running" => format!("It began {}.", desk.moment(row.started_at).text.to_lowercase()),
        "finished" => {
            let at = row.finished_at.unwrap_or(row.started_at);
            format!("It was finished {}.", desk.moment(at).text.to_lowercase())
        }
        "failed" => format!(
            "It broke off: {}. What was imported until then is kept; bring the file again to import the rest.",
            row.note
        ),
        _ => "It was stopped. What was imported until then is kept; bring the file again to import the rest.".into(),
    }
}

fn progress(row: &ImportRow) -> Option<Progress> {
    let (done, all) = (row.n_done.unsigned_abs(), row.n_all.unsigned_abs());
    (row.state == "running" && all > 0).then(|| Progress {
        text: format!("{} of {} products", format::count(done), format::count(all)),
        done,
        all,
    })
}

fn counts(report: &Report) -> Vec<Count> {
    let count = |name, n: u64, note: String, tone| Count {
        name,
        value: format::count(n),
        note,
        tone,
    };
    let plural = |n: u64, one, many| words::plural(i64::try_from(n).unwrap_or(i64::MAX), one, many);
    let with = format!(
        "{}, {}",
        plural(report.variants, "variant", "variants"),
        plural(report.images, "picture", "pictures")
    );
    let known = format!(
        "{} changed, {} as before",
        format::count(report.changed),
        format::count(report.unchanged)
    );
    let tone = if report.left_out > 0 { "neg" } else { "" };
    vec![
        count("Rows", report.rows, report.format.name().into(), ""),
        count("Products", report.products, with, ""),
        count("New", report.created, known, ""),
        count("Left out", report.left_out, "because of errors".into(), tone),
    ]
}

fn errors_heading(report: &Report) -> String {
    let shown = report.errors.len().min(SHOWN) as u64;
    if shown < report.n_errors {
        format!(
            "What is wrong in the file: the first {shown} of {}",
            format::count(report.n_errors)
        )
    } else {
        "What is wrong in the file".into()
    }
}

fn shown(problem: &Problem) -> RowError {
    RowError {
        line: if problem.line == 0 {
            "All".into()
        } else {
            problem.line.to_string()
        },
        column: problem.column.clone(),
        value: problem.value.clone(),
        message: problem.message.clone(),
    }
}

fn download(row: &ImportRow, report: &Report) -> Option<Link> {
    let n = report.errors.len();
    let text = if n as u64 == report.n_errors {
        "Download as CSV".into()
    } else {
        format!("Download the first {} as CSV", format::count(n as u64))
    };
    (n > 0).then(|| Link::new(text, urls::import_errors(row.id)))
}

fn run(row: &ImportRow, report: &Report) -> Option<Start> {
    let n = i64::try_from(report.products).unwrap_or(i64::MAX);
    (row.state == "checked" && n > 0).then(|| Start {
        action: urls::import(row.id),
        text: format!("Import {}", words::plural(n, "product", "products")),
    })
}
