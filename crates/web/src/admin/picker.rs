//! Choosing products in a form: what is chosen so far, a search, and buttons that add, move and remove.
//!
//! What is chosen travels in the form itself, so that everything works without the script: each button sends the whole form to where it
//! goes anyway, and the page comes back with all that was typed and another list. Nothing is stored until the form is saved. Its macro is
//! in `templates/admin/_picker.html`; how to use it:
//! - read the form with [`Picked::of`], and where it [`Picked::only_looks`], show the page [`again`] instead of saving;
//! - give the page a [`Picker`], made by [`Showing`].
//!
//! A form may have several: each has a prefix, with which the names of its fields and the values of its buttons begin.

use std::collections::HashSet;

use serde::Serialize;
use wares_commerce::{
    catalog::{CHOSEN_MAX, Status},
    reports::{self, ProductRow, ProductView},
};
use wares_db::Conn;
use wares_kernel::ProductId;

use super::{
    choices,
    desk::Desk,
    parts::{State, Thumb},
    words,
};
use crate::{
    App,
    http::{Check, Entered, Error, FormErrors, FormView},
    urls::admin as urls,
};

/// The most that are read: one more than a collection holds, so that it can say so.
const PRODUCTS_MAX: usize = CHOSEN_MAX + 1;
/// How many products a search shows: who sees too many types another word.
const FOUND_MAX: usize = 12;
/// The longest search, in characters.
const WORDS_MAX: usize = 200;

/// What a button of the picker asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Press {
    Find,
    AddTyped,
    Add(ProductId),
    Up(ProductId),
    Down(ProductId),
    Remove(ProductId),
}

/// The products of a form, looked up before the rest of it is read.
pub(super) struct Picked {
    /// Each once, in their order.
    pub(super) products: Vec<ProductId>,
    /// Words that were typed and name nothing.
    unknown: Vec<String>,
    /// How many came from such words.
    n_named: usize,
    press: Option<Press>,
    prefix: &'static str,
}

impl Picked {
    /// Reads what was chosen, as the pressed button changes it. Addresses and SKUs that were typed come last. `prefix` is the picker's.
    pub(super) async fn of(conn: &mut Conn, entered: &Entered, prefix: &'static str) -> Result<Self, Error> {
        let press = Press::of(entered, prefix);
        let mut seen = HashSet::new();
        let field = format!("{prefix}chosen");
        let chosen = entered.all(&field).filter_map(|id| id.parse().ok());
        let mut products: Vec<ProductId> = chosen.filter(|id| seen.insert(*id)).take(PRODUCTS_MAX).collect();
        let (mut unknown, n_chosen) = (Vec::new(), products.len());
        match press {
            None | Some(Press::AddTyped) => {
                let typed = typed(entered, prefix);
                let named = reports::products_named(conn, &typed).await?;
                for word in typed {
                    match named.iter().find(|product| product.word == word) {
                        Some(product) if seen.insert(product.id) => products.push(product.id),
                        Some(_) => {}
                        None => unknown.push(word),
                    }
                }
            }
            Some(press) => press.change(&mut products),
        }
        Ok(Self {
            n_named: products.len().saturating_sub(n_chosen),
            products,
            unknown,
            press,
            prefix,
        })
    }

    /// Whether a button of the picker was pressed: the page is shown again, and nothing is saved.
    pub(super) fn only_looks(&self) -> bool {
        self.press.is_some()
    }

    /// Says which word names nothing.
    pub(super) fn complain(&self, check: &mut Check<'_>) {
        if let Some(message) = self.complaint() {
            check.wrong(&self.typed_field(), message);
        }
    }

    fn typed_field(&self) -> String {
        format!("{}products", self.prefix)
    }

    fn complaint(&self) -> Option<String> {
        let word = self.unknown.first()?;
        Some(format!("There is no product with the address or SKU “{word}”"))
    }

    /// Leaves of the addresses and SKUs that were typed only those that have become no choice.
    fn settle(&self, form: &mut FormView) {
        if matches!(self.press, None | Some(Press::AddTyped)) {
            form.values.insert(self.typed_field(), self.unknown.join("\n"));
        }
        if self.press == Some(Press::AddTyped) {
            form.error
                .extend(self.complaint().map(|message| (self.typed_field(), message)));
        }
    }
}

/// The form as it was sent: all that was typed, but what has become a choice by now.
pub(super) fn again(entered: &Entered, picked: &[Picked], errors: FormErrors) -> FormView {
    let mut form = FormView::again(entered, errors, &[]);
    for picked in picked {
        picked.settle(&mut form);
    }
    form
}

/// The addresses and SKUs that were typed, one a line or with commas between.
fn typed(entered: &Entered, prefix: &str) -> Vec<String> {
    let field = format!("{prefix}products");
    let words = entered.get(&field).split(['\n', ',']).map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .take(PRODUCTS_MAX)
        .collect()
}

impl Press {
    /// What was pressed in the picker with this prefix; nothing when another one is, or the form is to be saved.
    ///
    /// The Return key presses the form's first button, which only says so (`enter`): who has typed a search wants to search, everybody
    /// else to save.
    fn of(entered: &Entered, prefix: &str) -> Option<Self> {
        let look = entered.get("look");
        if look == "enter" {
            let [find, found] = ["find", "found"].map(|name| entered.get(&format!("{prefix}{name}")));
            return (!find.trim().is_empty() && find != found).then_some(Self::Find);
        }
        let look = look.strip_prefix(prefix)?;
        match look {
            "find" => return Some(Self::Find),
            "typed" => return Some(Self::AddTyped),
            _ => {}
        }
        let (act, id) = look.split_once('-')?;
        let id = id.parse().ok()?;
        match act {
            "add" => Some(Self::Add(id)),
            "up" => Some(Self::Up(id)),
            "down" => Some(Self::Down(id)),
            "remove" => Some(Self::Remove(id)),
            _ => None,
        }
    }

    fn change(self, products: &mut Vec<ProductId>) {
        let place = |id| products.iter().position(|chosen| *chosen == id);
        match self {
            Self::Find | Self::AddTyped => {}
            Self::Add(id) => {
                if place(id).is_none() {
                    products.push(id);
                }
            }
            Self::Up(id) => {
                if let Some(at) = place(id).filter(|at| *at > 0) {
                    products.swap(at, at - 1);
                }
            }
            Self::Down(id) => {
                if let Some(at) = place(id).filter(|at| at + 1 < products.len()) {
                    products.swap(at, at + 1);
                }
            }
            Self::Remove(id) => products.retain(|chosen| *chosen != id),
        }
    }
}

/// The picker as a page shows it.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Picker {
    /// Begins the names of its fields; empty where it is the only one.
    pub(crate) prefix: &'static str,
    pub(crate) chosen: Vec<Item>,
    /// What was searched for; empty when nothing was.
    pub(crate) found_for: String,
    pub(crate) found: Vec<Item>,
    /// What the pressed button has done, to be shown and read out.
    pub(crate) said: String,
    /// Whether the order means something.
    pub(crate) is_ordered: bool,
    /// Whether the list is not the stored one.
    pub(crate) is_unsaved: bool,
}

/// A product to choose, or one that is chosen.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) url: String,
    pub(crate) picture: Option<Thumb>,
    /// "€24.00, Cups and mugs".
    pub(crate) facts: String,
    /// Said where it is not in the shop.
    pub(crate) state: Option<State>,
    pub(crate) is_chosen: bool,
}

/// What a picker is made of.
pub(super) struct Showing<'a> {
    pub(super) desk: &'a Desk,
    pub(super) prefix: &'static str,
    /// As they are stored.
    pub(super) stored: &'a [ProductId],
    /// What was sent, where something was.
    pub(super) sent: Option<(&'a Picked, &'a Entered)>,
    pub(super) is_ordered: bool,
}

impl Showing<'_> {
    pub(super) async fn picker(&self, app: &App, conn: &mut Conn) -> Result<Picker, Error> {
        let chosen = self.sent.map_or(self.stored, |(picked, _)| &picked.products);
        let mut rows = reports::products_of(conn, chosen).await?;
        if self.is_ordered {
            rows.sort_by_key(|row| chosen.iter().position(|id| *id == row.id));
        }
        let field = format!("{}find", self.prefix);
        let words = self.sent.map_or("", |(_, entered)| entered.get(&field)).trim();
        let words: String = words.chars().take(WORDS_MAX).collect();
        let found = if words.is_empty() {
            Vec::new()
        } else {
            let known = app.search.having(&words, FOUND_MAX).map_err(anyhow::Error::from)?;
            reports::find_products(conn, ProductView::All, &words, &known, FOUND_MAX).await?
        };
        let item = |row: &ProductRow| item(self.desk, row, chosen.contains(&row.id));
        Ok(Picker {
            prefix: self.prefix,
            said: self.said(&rows, &found, &words),
            chosen: rows.iter().map(item).collect(),
            found: found.iter().map(item).collect(),
            found_for: words,
            is_ordered: self.is_ordered,
            is_unsaved: self.sent.is_some() && self.differs(chosen),
        })
    }

    fn differs(&self, chosen: &[ProductId]) -> bool {
        if self.is_ordered {
            return chosen != self.stored;
        }
        let set = |ids: &[ProductId]| ids.iter().copied().collect::<HashSet<_>>();
        set(chosen) != set(self.stored)
    }

    fn said(&self, chosen: &[ProductRow], found: &[ProductRow], words: &str) -> String {
        let Some((picked, Some(press))) = self.sent.map(|(picked, _)| (picked, picked.press)) else {
            return String::new();
        };
        let count = |n: usize| words::plural(i64::try_from(n).unwrap_or(i64::MAX), "product", "products");
        let all = chosen.iter().chain(found);
        let title = |id| {
            all.clone()
                .find(|row| row.id == id)
                .map_or("It", |row| row.title.as_str())
        };
        let place = |id| chosen.iter().position(|row| row.id == id).map_or(0, |at| at + 1);
        match press {
            Press::Find if words.is_empty() => String::new(),
            Press::Find if found.is_empty() => "No product was found.".into(),
            Press::Find => format!("{} found.", count(found.len())),
            Press::AddTyped => format!("{} added.", count(picked.n_named)),
            Press::Add(id) => format!("{} was added.", title(id)),
            Press::Up(id) | Press::Down(id) => format!("{} is at place {} now.", title(id), place(id)),
            Press::Remove(id) => format!("{} was removed.", title(id)),
        }
    }
}

fn item(desk: &Desk, row: &ProductRow, is_chosen: bool) -> Item {
    let price = desk.money(row.price_min_minor);
    let price = if row.price_max_minor > row.price_min_minor {
        format!("from {price}")
    } else {
        price
    };
    let facts: Vec<&str> = std::iter::once(price.as_str()).chain(row.category.as_deref()).collect();
    let status = Status::from_word(&row.status).unwrap_or(Status::Draft);
    Item {
        id: row.id.to_string(),
        title: row.title.clone(),
        url: urls::product(row.id),
        picture: choices::thumb(row.picture.as_deref(), row.picture_width),
        facts: facts.join(", "),
        state: (status != Status::Active).then(|| words::product(status)),
        is_chosen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::samples;

    fn after(look: &str) -> Vec<ProductId> {
        let entered = Entered::parse(format!("look={look}").as_bytes()).unwrap();
        let mut products: Vec<ProductId> = (1..=3).map(samples::id).collect();
        if let Some(press) = Press::of(&entered, "") {
            press.change(&mut products);
        }
        products
    }

    #[test]
    fn buttons_add_move_and_remove() {
        let id = |n| samples::id::<wares_kernel::kind::Product>(n);
        assert_eq!(after(&format!("add-{}", id(4))), [id(1), id(2), id(3), id(4)]);
        assert_eq!(after(&format!("add-{}", id(2))), [id(1), id(2), id(3)]);
        assert_eq!(after(&format!("up-{}", id(2))), [id(2), id(1), id(3)]);
        assert_eq!(after(&format!("up-{}", id(1))), [id(1), id(2), id(3)]);
        assert_eq!(after(&format!("down-{}", id(2))), [id(1), id(3), id(2)]);
        assert_eq!(after(&format!("down-{}", id(3))), [id(1), id(2), id(3)]);
        assert_eq!(after(&format!("remove-{}", id(2))), [id(1), id(3)]);
        assert_eq!(after("remove-nothing"), [id(1), id(2), id(3)]);
    }

    #[test]
    fn the_return_key_searches_where_a_search_was_typed_and_saves_elsewhere() {
        let press = |form: &str| Press::of(&Entered::parse(form.as_bytes()).unwrap(), "");
        assert_eq!(press("look=enter&find=mug&found="), Some(Press::Find));
        assert_eq!(press("look=enter&find=mug&found=mug"), None);
        assert_eq!(press("look=enter&find="), None);
        assert_eq!(press("find=mug"), None, "the button that saves was pressed");
    }

    #[test]
    fn of_two_pickers_only_the_one_whose_button_was_pressed_does_anything() {
        let id = samples::id::<wares_kernel::kind::Product>(4);
        let press = |form: &str, prefix| Press::of(&Entered::parse(form.as_bytes()).unwrap(), prefix);
        for (form, pressed) in [
            (format!("look=add-{id}"), Press::Add(id)),
            ("look=find".into(), Press::Find),
            ("look=enter&find=mug".into(), Press::Find),
            ("look=typed".into(), Press::AddTyped),
        ] {
            assert_eq!(
                (press(&form, ""), press(&form, "gets_")),
                (Some(pressed), None),
                "{form}"
            );
            let other = form
                .replace("look=", "look=gets_")
                .replace("gets_enter", "enter")
                .replace("&find", "&gets_find");
            assert_eq!(
                (press(&other, ""), press(&other, "gets_")),
                (None, Some(pressed)),
                "{other}"
            );
        }
    }
}
