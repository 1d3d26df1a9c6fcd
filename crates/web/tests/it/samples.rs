//! Every page, rendered with every sample.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use scraper::{Html, Selector};
use wares_web::{
    assets::Assets,
    templates::{Frame, Sample, Templates},
};

fn templates() -> Templates {
    let assets = Assets::load(None).expect("embedded assets need no disk");
    Templates::new(None, Arc::new(assets))
}

/// Renders every sample and lists what `wrong` finds, so that one run shows all mistakes.
fn every_page(wrong: impl Fn(&Html, &str) -> Vec<String>) {
    every_page_where(|_| true, wrong);
}

fn every_page_where(which: impl Fn(&Sample) -> bool, wrong: impl Fn(&Html, &str) -> Vec<String>) {
    let (templates, frame) = (templates(), Frame::sample());
    let pages = wares_web::pages();
    assert!(!pages.samples().is_empty());
    let mut found = Vec::new();
    for sample in pages.samples().iter().filter(|sample| which(sample)) {
        let Sample { template, name, .. } = sample;
        match sample.page(&templates, &frame) {
            Err(error) => found.push(format!("{template} ({name}): {error}")),
            Ok(html) => found.extend(
                wrong(&Html::parse_document(&html), &html)
                    .into_iter()
                    .map(|what| format!("{template} ({name}): {what}")),
            ),
        }
    }
    assert!(found.is_empty(), "{} mistakes:\n{}", found.len(), found.join("\n"));
}

fn select<'a>(page: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("a selector written here");
    page.select(&selector).collect()
}

#[test]
fn every_page_is_strict_html() {
    every_page(|page, _| page.errors.iter().map(ToString::to_string).collect());
}

#[test]
fn every_fragment_renders() {
    let (templates, frame) = (templates(), Frame::sample());
    for sample in wares_web::pages().samples() {
        let html = sample.fragment(&templates, &frame);
        let html = html.unwrap_or_else(|error| panic!("{} ({}): {error}", sample.template, sample.name));
        assert!(
            !html.contains("<footer"),
            "{}: a fragment has no footer",
            sample.template
        );
    }
}

#[test]
fn every_page_has_one_heading_one_main_and_ids_of_its_own() {
    every_page_where(
        |sample| !sample.is_fragment,
        |page, _| {
            let mut wrong = Vec::new();
            for (selector, count) in [("h1", 1), ("main", 1), ("title", 1)] {
                let n = select(page, selector).len();
                if n != count {
                    wrong.push(format!("{n} × <{selector}>"));
                }
            }
            let mut seen = HashSet::new();
            for element in select(page, "[id]") {
                let id = element.attr("id").unwrap_or_default();
                if !seen.insert(id) {
                    wrong.push(format!("id {id:?} twice"));
                }
            }
            wrong
        },
    );
}

#[test]
fn every_reference_inside_a_page_leads_somewhere() {
    every_page(|page, _| {
        let ids: HashSet<_> = select(page, "[id]").iter().filter_map(|e| e.attr("id")).collect();
        let mut wrong = Vec::new();
        for (selector, attribute) in [
            ("[for]", "for"),
            ("[aria-labelledby]", "aria-labelledby"),
            ("[aria-describedby]", "aria-describedby"),
            ("[popovertarget]", "popovertarget"),
        ] {
            for element in select(page, selector) {
                for id in element.attr(attribute).unwrap_or_default().split_whitespace() {
                    if !ids.contains(id) {
                        wrong.push(format!("{attribute}={id:?} leads nowhere"));
                    }
                }
            }
        }
        for link in select(page, r##"a[href^="#"]"##) {
            let id = &link.attr("href").unwrap_or_default()[1..];
            if !ids.contains(id) {
                wrong.push(format!("#{id} leads nowhere"));
            }
        }
        wrong
    });
}

#[test]
fn every_picture_has_a_size_and_a_text() {
    every_page(|page, _| {
        select(page, "img")
            .iter()
            .filter(|img| ["alt", "width", "height"].iter().any(|name| img.attr(name).is_none()))
            .map(scraper::ElementRef::html)
            .collect()
    });
}

#[test]
fn every_control_has_a_name() {
    every_page(|page, _| {
        let labelled: HashSet<_> = select(page, "label[for]")
            .iter()
            .filter_map(|e| e.attr("for"))
            .collect();
        let inside: HashSet<_> = select(page, "label input, label select, label textarea")
            .iter()
            .map(|e| e.id())
            .collect();
        let mut wrong = Vec::new();
        for control in select(page, "input:not([type=hidden]), select, textarea") {
            let named = control.attr("aria-label").is_some()
                || control.attr("id").is_some_and(|id| labelled.contains(id))
                || inside.contains(&control.id());
            if !named {
                wrong.push(control.html());
            }
        }
        for button in select(page, "button, a[href]") {
            let text: String = button.text().collect();
            let has_picture = select(page, "img[alt]")
                .iter()
                .any(|img| img.ancestors().any(|a| a.id() == button.id()));
            if text.trim().is_empty() && button.attr("aria-label").is_none() && !has_picture {
                wrong.push(button.html());
            }
        }
        wrong
    });
}

#[test]
fn no_page_needs_inline_code() {
    every_page(|page, html| {
        let mut wrong: Vec<String> = select(page, "[style], [onclick], [onload], [onchange], [onsubmit]")
            .iter()
            .map(scraper::ElementRef::html)
            .collect();
        for script in select(page, "script:not([src])") {
            if !matches!(
                script.attr("type"),
                Some("application/json" | "application/ld+json" | "speculationrules")
            ) {
                wrong.push(script.html());
            }
        }
        if html.contains("javascript:") {
            wrong.push("javascript:".into());
        }
        wrong
    });
}

#[test]
fn every_title_is_short_and_says_something() {
    every_page(|page, _| {
        let title: String = select(page, "title")
            .iter()
            .flat_map(scraper::ElementRef::text)
            .collect();
        if (5..=70).contains(&title.chars().count()) {
            Vec::new()
        } else {
            vec![format!("title {title:?}")]
        }
    });
}

#[test]
fn every_template_belongs_to_a_page() {
    let used: BTreeSet<&str> = wares_web::pages()
        .samples()
        .iter()
        .map(|sample| sample.template)
        .collect();
    let shared = |name: &str| {
        ["layout.html", "head.html", "parts.html", "forms.html", "fragment.html"]
            .iter()
            .any(|end| name.ends_with(end))
            || !name.ends_with("html")
            || name.rsplit('/').next().is_some_and(|file| file.starts_with('_'))
    };
    let orphans: Vec<String> = Templates::names()
        .filter(|name| !shared(name) && !used.contains(name.as_str()))
        .collect();
    assert!(orphans.is_empty(), "no page renders {orphans:?}");
}
