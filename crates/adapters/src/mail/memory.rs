//! Mail that goes nowhere: kept in memory, for tests.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use wares_commerce::notifications::mailer::{Mail, MailError, Mailer};

/// Keeps every mail it is handed, and refuses those it is told to.
#[derive(Debug, Default)]
pub struct Memory(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    sent: Vec<Mail>,
    next_errors: Vec<MailError>,
}

impl Memory {
    /// Takes out everything sent so far, oldest first.
    pub fn take(&self) -> Vec<Mail> {
        self.with(|state| std::mem::take(&mut state.sent))
    }

    /// Answers the next mail with this error instead of keeping it.
    pub fn fail_next(&self, error: MailError) {
        self.with(|state| state.next_errors.push(error));
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Mailer for Memory {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.with(|state| {
            if !state.next_errors.is_empty() {
                return Err(state.next_errors.remove(0));
            }
            state.sent.push(mail.clone());
            Ok(())
        })
    }
}
