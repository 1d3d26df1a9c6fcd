//! From raw tallies to the counts a page shows.

use std::collections::HashMap;

use uuid::Uuid;

use crate::facet_table::{FacetTable, NameId, ValueId};
use crate::gather::Tally;
use crate::query::{CategoryCount, Counting, Counts, FacetChoice, FacetCount, Filters, ValueCount};
use crate::schema::{BRAND, CATEGORY};

pub(crate) fn counts(tally: &Tally, table: &FacetTable, filters: &Filters, counting: &Counting, total: u64) -> Counts {
    let by_name = group(&tally.values, table);
    let facet = |name: &str, selected: &[String]| {
        let values = table.name_id(name).and_then(|id| by_name.get(&id));
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

type ByName = HashMap<NameId, Vec<(ValueId, u32)>>;

fn group(values: &[u32], table: &FacetTable) -> ByName {
    let mut by_name = ByName::new();
    for (id, count) in (0..).zip(values) {
        if *count > 0
            && let Some(value) = table.value(id)
        {
            by_name.entry(value.name).or_default().push((id, *count));
        }
    }
    by_name
}

/// The facets that say something about most hits: those selected, then by how many products have them. A facet with
/// one value only, or with as many values as products, helps nobody to choose.
fn best(by_name: &ByName, table: &FacetTable, filters: &Filters, n: usize, total: u64) -> Vec<String> {
    let mut useful: Vec<(bool, u64, &str)> = Vec::new();
    for (name, values) in by_name {
        let name = table.name(*name);
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
    let mut values: Vec<ValueCount> = counted
        .iter()
        .filter_map(|(id, count)| {
            let value = &table.value(*id)?.value;
            Some(ValueCount {
                value: value.clone(),
                count: u64::from(*count),
                selected: selected.contains(value),
            })
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
    let before = values.len();
    let mut place = 0;
    values.retain(|value| {
        place += 1;
        value.selected || place <= counting.max_values
    });
    FacetCount {
        name: name.to_owned(),
        n_more: before - values.len(),
        values,
    }
}

fn categories(by_name: &ByName, table: &FacetTable) -> Vec<CategoryCount> {
    let counted = table.name_id(CATEGORY).and_then(|id| by_name.get(&id));
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
