//! The outside as the settings have it *now*: what a shopkeeper changes in the admin panel holds for the next payment and the next mail.

mod card;
mod mail;
mod transfer;

pub(crate) use card::Card;
pub(crate) use mail::connect;
pub(crate) use transfer::Transfer;

use std::sync::{Arc, PoisonError, RwLock};

/// Something made from a part of the settings, made again when that part has changed.
#[derive(Debug)]
struct Current<S, T>(RwLock<Option<(S, Arc<T>)>>);

impl<S, T> Default for Current<S, T> {
    fn default() -> Self {
        Self(RwLock::new(None))
    }
}

impl<S: PartialEq + Clone, T> Current<S, T> {
    /// What fits `settings`: the one there is, or a new one.
    fn get<E>(&self, settings: &S, make: impl FnOnce(&S) -> Result<T, E>) -> Result<Arc<T>, E> {
        if let Some((known, made)) = &*self.0.read().unwrap_or_else(PoisonError::into_inner)
            && known == settings
        {
            return Ok(Arc::clone(made));
        }
        let made = Arc::new(make(settings)?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((settings.clone(), Arc::clone(&made)));
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_from_settings_is_made_again_only_when_they_change() {
        let current = Current::<u32, u32>::default();
        let make = |settings: &u32| Ok::<_, ()>(settings * 10);
        let first = current.get(&1, make).unwrap();
        assert!(Arc::ptr_eq(&first, &current.get(&1, make).unwrap()));
        assert_eq!(*current.get(&2, make).unwrap(), 20);
    }
}
