//! Numbers for facet values that are the same in all segments.
//!
//! Each segment numbers its facet values itself; counting over several segments, or showing a value, needs one number
//! for each. The table is kept over commits and only learns what new segments bring.

use std::collections::HashMap;

use crate::schema::UNIT;

/// A facet value of the whole index.
pub(crate) type ValueId = u32;
/// A facet of the whole index.
pub(crate) type NameId = u32;

#[derive(Debug, Default)]
pub(crate) struct FacetTable {
    names: Vec<String>,
    name_ids: HashMap<String, NameId>,
    values: Vec<FacetValue>,
    value_ids: HashMap<String, ValueId>,
    places: Vec<u32>,
}

#[derive(Debug)]
pub(crate) struct FacetValue {
    pub(crate) name: NameId,
    pub(crate) value: String,
}

impl FacetTable {
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    pub(crate) fn n_names(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn name_of_each(&self) -> Vec<NameId> {
        self.values.iter().map(|value| value.name).collect()
    }

    pub(crate) fn name(&self, id: NameId) -> &str {
        self.names.get(id as usize).map_or("", String::as_str)
    }

    pub(crate) fn name_id(&self, name: &str) -> Option<NameId> {
        self.name_ids.get(name).copied()
    }

    pub(crate) fn value(&self, id: ValueId) -> Option<&FacetValue> {
        self.values.get(id as usize)
    }

    /// The place of a value among those of its facet by name, as of the last [`FacetTable::put_in_order`].
    pub(crate) fn place(&self, id: ValueId) -> u32 {
        self.places.get(id as usize).copied().unwrap_or(u32::MAX)
    }

    /// Finds the place of each value, if any have come in.
    pub(crate) fn put_in_order(&mut self) {
        if self.places.len() == self.values.len() {
            return;
        }
        // Each segment brings its values in this order, so there are only a few runs to be merged.
        let mut ids: Vec<usize> = (0..self.values.len()).collect();
        ids.sort_by_key(|id| (self.values[*id].name, &self.values[*id].value));
        self.places = vec![0; ids.len()];
        for (place, id) in (0..).zip(ids) {
            self.places[id] = place;
        }
    }

    pub(crate) fn value_id(&self, term: &str) -> Option<ValueId> {
        self.value_ids.get(term).copied()
    }

    /// The number of a term, given to it now if it is new.
    pub(crate) fn intern(&mut self, term: &str) -> ValueId {
        if let Some(known) = self.value_ids.get(term) {
            return *known;
        }
        let (name, value) = term.split_once(UNIT).unwrap_or((term, ""));
        let name = self.intern_name(name);
        let id = next(self.values.len());
        self.values.push(FacetValue {
            name,
            value: value.to_owned(),
        });
        self.value_ids.insert(term.to_owned(), id);
        id
    }

    fn intern_name(&mut self, name: &str) -> NameId {
        if let Some(known) = self.name_ids.get(name) {
            return *known;
        }
        let id = next(self.names.len());
        self.names.push(name.to_owned());
        self.name_ids.insert(name.to_owned(), id);
        id
    }
}

fn next(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
