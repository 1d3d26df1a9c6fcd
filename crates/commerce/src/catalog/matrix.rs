//! Bringing a product's options and variants to what a draft says, by the fewest steps.
//!
//! Variants keep their ids as long as they can be recognised: orders, carts and stock hang on them. One that orders know
//! is never deleted; it is *retired*: not for sale, out of sight, its SKU still taken.

use std::collections::HashMap;

use wares_db::Tx;
use wares_kernel::{OptionId, OptionValueId, ProductId, VariantId};

use super::draft::{OptionDraft, ProductDraft, VariantDraft};
use super::save::SaveError;
use super::store::variants::{self as store, OptionStep, VariantStep};
use super::stored::{RETIRED, Stored, StoredVariant};
use crate::inventory::{self, Opening};

/// From how many pieces on pages say how few are left, until staff say otherwise.
const LOW_AT: i64 = 5;

/// Options and values by their names, with the ids they have after the change.
type Ids = Vec<(OptionId, HashMap<String, OptionValueId>)>;

/// Answers the ids of the draft's variants, in its order.
pub(super) async fn put(
    tx: &mut Tx,
    product: ProductId,
    before: Option<&Stored>,
    draft: &ProductDraft,
) -> Result<Vec<VariantId>, SaveError> {
    let wanted = before.map_or_else(|| draft.full_options(), |before| before.with_known_swatches(draft));
    let (steps, ids) = plan_options(tx, before, &wanted);
    let (removals, others): (Vec<OptionStep>, Vec<OptionStep>) = steps
        .into_iter()
        .partition(|step| matches!(step, OptionStep::Drop { .. } | OptionStep::DropValue { .. }));
    if !others.is_empty() {
        store::change_options(tx, product, &others).await?;
    }
    let traded = match before {
        Some(_) => inventory::traded(tx, product).await?,
        None => Vec::new(),
    };
    let matched = match_variants(before, draft)?;
    let variants: Vec<VariantId> = matched
        .iter()
        .map(|row| row.map_or_else(|| tx.new_id(), |row| row.id))
        .collect();
    let steps = plan_variants(&Plan {
        before,
        draft,
        matched: &matched,
        variants: &variants,
        ids: &ids,
        traded: &traded,
    });
    if !steps.is_empty() {
        store::change_variants(tx, product, &steps).await?;
    }
    if !removals.is_empty() {
        store::change_options(tx, product, &removals).await?;
    }
    open_stock(tx, &steps).await?;
    set_backorders(tx, draft, &matched).await?;
    Ok(variants)
}

fn plan_options(tx: &Tx, before: Option<&Stored>, wanted: &[OptionDraft]) -> (Vec<OptionStep>, Ids) {
    let known = before.map_or(&[][..], |before| before.options.as_slice());
    let mut steps = Vec::new();
    let mut ids = Ids::new();
    for (option, position) in wanted.iter().zip(0_i64..) {
        let same = known.iter().position(|(_, name)| *name == option.name);
        let id = if let Some(at) = same {
            if i64::try_from(at) != Ok(position) {
                steps.push(OptionStep::Place {
                    id: known[at].0,
                    position,
                });
            }
            known[at].0
        } else {
            let id = tx.new_id();
            let name = option.name.clone();
            steps.push(OptionStep::Add { id, name, position });
            id
        };
        ids.push((id, plan_values(tx, before, id, option, &mut steps)));
    }
    let gone = known.iter().filter(|(id, _)| ids.iter().all(|(kept, _)| kept != id));
    steps.extend(gone.map(|(id, _)| OptionStep::Drop { id: *id }));
    (steps, ids)
}

fn plan_values(
    tx: &Tx,
    before: Option<&Stored>,
    id: OptionId,
    option: &OptionDraft,
    steps: &mut Vec<OptionStep>,
) -> HashMap<String, OptionValueId> {
    let known: Vec<_> = before
        .iter()
        .flat_map(|before| &before.values)
        .filter(|row| row.option_id == id)
        .collect();
    let mut ids = HashMap::new();
    for (value, position) in option.values.iter().zip(0_i64..) {
        let same = known.iter().zip(0_i64..).find(|(row, _)| row.value == value.value);
        let value_id = if let Some((row, at)) = same {
            if at != position || row.swatch != value.swatch {
                steps.push(OptionStep::PlaceValue {
                    id: row.id,
                    swatch: value.swatch.clone(),
                    position,
                });
            }
            row.id
        } else {
            let value_id = tx.new_id();
            let (text, swatch) = (value.value.clone(), value.swatch.clone());
            steps.push(OptionStep::AddValue {
                id: value_id,
                option: id,
                value: text,
                swatch,
                position,
            });
            value_id
        };
        ids.insert(value.value.clone(), value_id);
    }
    let gone = known.iter().filter(|row| !ids.contains_key(&row.value));
    steps.extend(gone.map(|row| OptionStep::DropValue { id: row.id }));
    ids
}

/// A way to recognise a variant.
type Way<'a> = &'a dyn Fn(&StoredVariant, &VariantDraft) -> bool;

/// For each variant of the draft the one it is already, by id, by its values, by its SKU.
fn match_variants<'s>(
    before: Option<&'s Stored>,
    draft: &ProductDraft,
) -> Result<Vec<Option<&'s StoredVariant>>, SaveError> {
    let Some(before) = before else {
        return Ok(vec![None; draft.variants.len()]);
    };
    let same_options = before
        .options
        .iter()
        .map(|(_, name)| name)
        .eq(draft.options.iter().map(|option| &option.name));
    let mut left: Vec<&StoredVariant> = before.rows.iter().collect();
    let mut matched = vec![None; draft.variants.len()];
    let by_id = |row: &StoredVariant, v: &VariantDraft| Some(row.id) == v.id;
    let by_values = |row: &StoredVariant, v: &VariantDraft| {
        v.id.is_none() && same_options && !row.is_retired && row.draft.values == v.values
    };
    let by_sku = |row: &StoredVariant, v: &VariantDraft| v.id.is_none() && v.sku.is_some() && row.draft.sku == v.sku;
    let ways: [Way<'_>; 3] = [&by_id, &by_values, &by_sku];
    for way in ways {
        for (found, variant) in matched
            .iter_mut()
            .zip(&draft.variants)
            .filter(|(found, _)| found.is_none())
        {
            if let Some(at) = left.iter().position(|row| way(row, variant)) {
                *found = Some(left.swap_remove(at));
            }
        }
    }
    let lost = matched
        .iter()
        .zip(&draft.variants)
        .any(|(found, variant)| found.is_none() && variant.id.is_some());
    if lost { Err(SaveError::Changed) } else { Ok(matched) }
}

struct Plan<'a, 'd> {
    before: Option<&'a Stored>,
    draft: &'d ProductDraft,
    matched: &'a [Option<&'a StoredVariant>],
    variants: &'a [VariantId],
    ids: &'a Ids,
    traded: &'a [VariantId],
}

/// What goes makes room for what changes and comes: SKUs are unique at every moment.
fn plan_variants<'d>(plan: &Plan<'_, 'd>) -> Vec<VariantStep<'d>> {
    let mut steps = plan_removals(plan);
    let pairs = plan.draft.variants.iter().zip(plan.matched);
    let renamed = pairs.clone().filter_map(|(draft, row)| {
        let row = (*row)?;
        (row.draft.sku.is_some() && row.draft.sku != draft.sku).then_some(row.id)
    });
    steps.extend(renamed.map(|id| VariantStep::ClearSku { id }));
    for (((draft, row), id), position) in pairs.zip(plan.variants).zip(0_i64..) {
        plan_variant((draft, *id, position), *row, plan.ids, &mut steps);
    }
    steps
}

fn plan_variant<'d>(
    (draft, id, position): (&'d VariantDraft, VariantId, i64),
    row: Option<&StoredVariant>,
    ids: &Ids,
    steps: &mut Vec<VariantStep<'d>>,
) {
    let title = draft.values.join(" / ");
    match row {
        None => steps.push(VariantStep::Add {
            id,
            draft,
            title,
            position,
        }),
        Some(row) if !is_same(row, draft) || row.title != title || row.position != position => {
            steps.push(VariantStep::Update {
                id,
                draft,
                title,
                position,
            });
        }
        Some(_) => {}
    }
    let chosen = chosen(draft, ids);
    if row.is_some_and(|row| same_choice(&row.chosen, &chosen)) {
        return;
    }
    if row.is_some() {
        steps.push(VariantStep::Forget { id });
    }
    steps.extend(
        chosen
            .into_iter()
            .map(|(option, value)| VariantStep::Choose { id, option, value }),
    );
}

fn plan_removals<'d>(plan: &Plan<'_, 'd>) -> Vec<VariantStep<'d>> {
    let mut steps = Vec::new();
    let rows = plan.before.map_or(&[][..], |before| before.rows.as_slice());
    let mut retired = RETIRED + rows.iter().filter(|row| row.is_retired).map(|_| 1).sum::<i64>();
    let gone = rows
        .iter()
        .filter(|row| !row.is_retired && plan.matched.iter().flatten().all(|kept| kept.id != row.id));
    for row in gone {
        if plan.traded.contains(&row.id) {
            steps.push(VariantStep::Retire {
                id: row.id,
                position: retired,
            });
            steps.push(VariantStep::Forget { id: row.id });
            retired += 1;
        } else {
            steps.push(VariantStep::Drop { id: row.id });
        }
    }
    steps
}

fn chosen(draft: &VariantDraft, ids: &Ids) -> Vec<(OptionId, OptionValueId)> {
    let pairs = draft.values.iter().zip(ids);
    pairs
        .filter_map(|(value, (option, values))| Some((*option, *values.get(value)?)))
        .collect()
}

fn same_choice(have: &[(OptionId, OptionValueId)], want: &[(OptionId, OptionValueId)]) -> bool {
    have.len() == want.len() && want.iter().all(|pair| have.contains(pair))
}

/// Whether the columns of the variant's own row are what the draft says.
fn is_same(row: &StoredVariant, draft: &VariantDraft) -> bool {
    let aligned = VariantDraft {
        id: row.draft.id,
        values: row.draft.values.clone(),
        may_backorder: row.draft.may_backorder,
        opening_stock: row.draft.opening_stock,
        ..draft.clone()
    };
    aligned == row.draft
}

/// New variants begin with a stock; from then on it changes by movements only.
async fn open_stock(tx: &mut Tx, steps: &[VariantStep<'_>]) -> Result<(), SaveError> {
    for step in steps {
        let VariantStep::Add { id, draft, .. } = step else {
            continue;
        };
        let opening = Opening {
            on_hand: draft.opening_stock,
            may_backorder: draft.may_backorder,
            low_at: LOW_AT,
        };
        inventory::open(tx, *id, opening).await?;
    }
    Ok(())
}

async fn set_backorders(
    tx: &mut Tx,
    draft: &ProductDraft,
    matched: &[Option<&StoredVariant>],
) -> Result<(), SaveError> {
    for (variant, row) in draft.variants.iter().zip(matched) {
        let Some(row) = row.filter(|row| row.draft.may_backorder != variant.may_backorder) else {
            continue;
        };
        if !inventory::set_terms(tx, row.id, variant.may_backorder, row.low_at).await? {
            return Err(SaveError::Promised {
                title: variant.values.join(" / "),
            });
        }
    }
    Ok(())
}
