//! From raw tallies to the counts a page shows.

use std::cmp::Reverse;

use uuid::Uuid;

use crate::encode::facet_term;
use crate::facet_table::{FacetTable, ValueId};
use crate::gather::Tally;
use crate::query::{CategoryCount, Counting, Counts, FacetChoice, FacetCount, Filters, ValueCount};
use crate::schema::{BRAND, CATEGORY};

pub(crate) fn counts(tally: &Tally, table: &FacetTable, filters: &Filters, counting: &Counting, total: u64) -> Counts {
    let by_name = group(&tally.values, table);
    let facet = |name: &str, selected: &[String]| {
        let values = table.name_id(name).and_then(|id| by_name.get(id as usize));
        facet(name, values.map_or(&[], Vec::as_slice), table, selected, counting)
    };
    let names = match &counting.facets {
        FacetChoice::Named(names) => names.clone(),
        FacetChoice::Best(n) => best(&by_name, table, filters, *n, total),
    };
    let none = Vec::new();
    Counts {
        brands: facet(BRAND, &filters.brands).values,
        categories: categories(&by_name, table),
        facets: names
            .iter()
            .map(|name| facet(name, filters.facets.get(name).unwrap_or(&none)))
            .filter(|facet| !facet.values.is_empty())
            .collect(),
        price: tally.price,
        rated_at_least: tally.rated_at_least,
        in_stock: tally.in_stock,
        on_sale: tally.on_sale,
    }
}

/// The values that hits have, of each facet by its [`NameId`].
type ByName = Vec<Vec<(ValueId, u32)>>;

fn group(values: &[u32], table: &FacetTable) -> ByName {
    let mut by_name = vec![Vec::new(); table.n_names()];
    for (id, count) in (0..).zip(values) {
        if *count > 0
            && let Some(value) = table.value(id)
        {
            by_name[value.name as usize].push((id, *count));
        }
    }
    by_name
}

/// The facets that say something about most hits: those selected, then by how many products have them. A facet with
/// one value only, or with as many values as products, helps nobody to choose.
fn best(by_name: &ByName, table: &FacetTable, filters: &Filters, n: usize, total: u64) -> Vec<String> {
    let mut useful: Vec<(bool, u64, &str)> = Vec::new();
    for (name, values) in (0..).zip(by_name) {
        let name = table.name(name);
        let selected = filters.facets.get(name).is_some_and(|values| !values.is_empty());
        let covered: u64 = values.iter().map(|(_, count)| u64::from(*count)).sum();
        let tells_apart = values.len() > 1 && covered > values.len() as u64;
        let is_common = covered * 10 >= total;
        if !is_internal(name) && (selected || (tells_apart && is_common)) {
            useful.push((selected, covered, name));
        }
    }
    useful.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then_with(|| a.2.cmp(b.2)));
    useful.truncate(n);
    useful.into_iter().map(|(_, _, name)| name.to_owned()).collect()
}

fn is_internal(name: &str) -> bool {
    name == BRAND || name == CATEGORY
}

fn facet(
    name: &str,
    counted: &[(ValueId, u32)],
    table: &FacetTable,
    selected: &[String],
    counting: &Counting,
) -> FacetCount {
    let chosen: Vec<ValueId> = selected
        .iter()
        .filter_map(|value| table.value_id(&facet_term(name, value)))
        .collect();
    let is_chosen = |(id, _): &(ValueId, u32)| chosen.contains(id);
    let (mut shown, mut others) = most_frequent(counted, table, counting.max_values);
    let n_others = others.len();
    others.retain(is_chosen);
    let n_more = n_others - others.len();
    shown.append(&mut others);
    let mut values: Vec<ValueCount> = shown
        .iter()
        .map(|value| ValueCount {
            value: text(table, value.0).to_owned(),
            count: u64::from(value.1),
            selected: is_chosen(value),
        })
        .collect();
    for value in selected {
        if !values.iter().any(|counted| counted.value == *value) {
            values.push(ValueCount {
                value: value.clone(),
                count: 0,
                selected: true,
            });
        }
    }
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    FacetCount {
        name: name.to_owned(),
        n_more,
        values,
    }
}

type Counted = Vec<(ValueId, u32)>;

/// The `n` values that most hits have, of equal ones the first by name, and all others; both in no order. There may be thousands, of which hardly
/// any is shown.
fn most_frequent(counted: &[(ValueId, u32)], table: &FacetTable, n: usize) -> (Counted, Counted) {
    let mut counted = counted.to_vec();
    if counted.len() <= n {
        return (counted, Vec::new());
    }
    counted.select_nth_unstable_by_key(n, |(id, count)| (Reverse(*count), table.place(*id)));
    let others = counted.split_off(n);
    (counted, others)
}

fn text(table: &FacetTable, id: ValueId) -> &str {
    table.value(id).map_or("", |value| &value.value)
}

fn categories(by_name: &ByName, table: &FacetTable) -> Vec<CategoryCount> {
    let counted = table.name_id(CATEGORY).and_then(|id| by_name.get(id as usize));
    let mut categories: Vec<CategoryCount> = counted
        .into_iter()
        .flatten()
        .filter_map(|(id, count)| {
            Some(CategoryCount {
                id: Uuid::try_parse(&table.value(*id)?.value).ok()?,
                count: u64::from(*count),
            })
        })
        .collect();
    categories.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.id.cmp(&b.id)));
    categories
}
