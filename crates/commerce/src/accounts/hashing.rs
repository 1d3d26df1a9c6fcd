//! Hashing passwords: slow on purpose, off the threads that answer requests, no more at once than there are cores.

use std::fmt;
use std::sync::Arc;

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;
use wares_db::DbError;
use wares_kernel::Random;

use super::password::{Password, normal};

/// Memory of one hash in KiB, passes, lanes (OWASP's second choice, the least that SECURITY 34 allows).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A hashed password as it is stored. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Whether a typed password is the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It is.
    Right,
    /// It is, but its hash was made when less was asked for; hash it again.
    RightButWeak,
    /// It is not.
    Wrong,
}

/// Hashes and checks. Cheap to clone; all clones share the limit.
#[derive(Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    random: Arc<dyn Random>,
    argon: Argon2<'static>,
    /// What is checked when there is no account, so that it takes as long.
    nobody: PasswordHash,
}

impl PasswordHash {
    /// Wraps what the table keeps.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text for the table.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Passwords {
    /// Hashes at most `cores` passwords at once. Takes the time of one hash.
    pub fn new(random: Arc<dyn Random>, cores: usize) -> Self {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("these parameters are within Argon2's limits");
        Self::with_params(random, cores, params)
    }

    fn with_params(random: Arc<dyn Random>, cores: usize, params: Params) -> Self {
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash(&argon, &*random, b"nobody");
        Self {
            slots: Arc::new(Semaphore::new(cores.max(1))),
            random,
            argon,
            nobody,
        }
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: &Password) -> Result<PasswordHash, DbError> {
        let (argon, random, password) = (self.argon.clone(), Arc::clone(&self.random), password.clone());
        self.run(move || hash(&argon, &*random, password.as_bytes())).await
    }

    /// Checks what was typed. Without a hash the answer is no, after the same time.
    pub async fn check(&self, typed: &str, stored: Option<&PasswordHash>) -> Result<Checked, DbError> {
        let exists = stored.is_some();
        let (argon, stored) = (self.argon.clone(), stored.unwrap_or(&self.nobody).clone());
        // Nobody's password is longer, and hashing a megabyte would be a favour to an attacker.
        let typed: String = typed.chars().take(Password::MAX + 1).collect();
        let checked = self.run(move || check(&argon, &normal(&typed), &stored)).await?;
        Ok(if exists { checked } else { Checked::Wrong })
    }

    /// Hashes a password that is in use already, because more is asked for now.
    pub async fn hash_again(&self, typed: &str) -> Result<PasswordHash, DbError> {
        let (argon, random, typed) = (self.argon.clone(), Arc::clone(&self.random), normal(typed));
        self.run(move || hash(&argon, &*random, typed.as_bytes())).await
    }

    /// Runs the slow part where it keeps nobody else waiting.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, DbError> {
        let slot = self.slots.acquire().await;
        let done = tokio::task::spawn_blocking(work).await;
        drop(slot);
        done.map_err(|error| DbError::Panic(error.to_string()))
    }
}

fn hash(argon: &Argon2<'_>, random: &dyn Random, password: &[u8]) -> PasswordHash {
    let mut salt = [0; 16];
    random.fill(&mut salt);
    let hash = argon
        .hash_password_with_salt(password, &salt)
        .expect("Argon2 hashes any password with a salt of 16 bytes when it has its memory");
    PasswordHash(hash.to_string())
}

fn check(argon: &Argon2<'_>, typed: &str, stored: &PasswordHash) -> Checked {
    let Ok(parsed) = phc::PasswordHash::new(&stored.0) else {
        tracing::error!("A stored password hash cannot be read");
        return Checked::Wrong;
    };
    if argon.verify_password(typed.as_bytes(), &parsed).is_err() {
        return Checked::Wrong;
    }
    let is_current = parsed.algorithm.as_str() == "argon2id"
        && Params::try_from(&parsed).is_ok_and(|params| {
            let (m, t, p) = (params.m_cost(), params.t_cost(), params.p_cost());
            (m, t, p)
                == (
                    argon.params().m_cost(),
                    argon.params().t_cost(),
                    argon.params().p_cost(),
                )
        });
    if is_current {
        Checked::Right
    } else {
        Checked::RightButWeak
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}
impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passwords(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use wares_kernel::SystemRandom;

    use super::*;
    use crate::accounts::password::Rules;

    fn chosen(text: &str) -> Password {
        let rules = Rules {
            min: 8,
            shop: "Shop",
            email: "a@example.org",
        };
        Password::choose(text, rules).expect("a good password")
    }

    // SECURITY 34
    #[tokio::test]
    async fn passwords_are_hashed_with_argon2id_over_19_mib_twice_each_with_its_own_salt() {
        let passwords = Passwords::new(Arc::new(SystemRandom), 2);
        let one = passwords.hash(&chosen("kfq-7tzu")).await.unwrap();
        let other = passwords.hash(&chosen("kfq-7tzu")).await.unwrap();
        assert!(one.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", one.0);
        assert_ne!(one, other);
        assert_eq!(passwords.check("kfq-7tzu", Some(&one)).await.unwrap(), Checked::Right);
        assert_eq!(passwords.check("kfq-7tzv", Some(&one)).await.unwrap(), Checked::Wrong);
    }

    // SECURITY 32
    #[tokio::test]
    async fn both_unicode_forms_of_a_password_open_the_account() {
        let passwords = Passwords::new(Arc::new(SystemRandom), 2);
        let hash = passwords.hash(&chosen("caf\u{e9}-quartz")).await.unwrap();
        assert_eq!(
            passwords.check("cafe\u{301}-quartz", Some(&hash)).await.unwrap(),
            Checked::Right
        );
    }

    // SECURITY 34
    #[tokio::test]
    async fn a_hash_made_when_less_was_asked_for_is_right_but_weak() {
        let weak = Params::new(8 * 1024, 1, 1, None).unwrap();
        let before = Passwords::with_params(Arc::new(SystemRandom), 2, weak);
        let hash = before.hash(&chosen("kfq-7tzu")).await.unwrap();
        let now = Passwords::new(Arc::new(SystemRandom), 2);
        assert_eq!(now.check("kfq-7tzu", Some(&hash)).await.unwrap(), Checked::RightButWeak);
        assert_eq!(now.check("wrong", Some(&hash)).await.unwrap(), Checked::Wrong);
    }

    // SECURITY 34
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn no_more_passwords_are_hashed_at_once_than_there_are_cores() {
        let passwords = Passwords::new(Arc::new(SystemRandom), 1);
        let slot = passwords.slots.acquire().await.unwrap();
        let waiting = tokio::spawn({
            let passwords = passwords.clone();
            async move { passwords.check("x", None).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished(), "the only slot is taken");
        drop(slot);
        assert_eq!(waiting.await.unwrap().unwrap(), Checked::Wrong);
    }

    // SECURITY 35
    #[tokio::test]
    async fn checking_takes_as_long_for_nobody_as_for_somebody() {
        let passwords = Passwords::new(Arc::new(SystemRandom), 1);
        let hash = passwords.hash(&chosen("kfq-7tzu")).await.unwrap();
        let (mut somebody, mut nobody) = (Vec::new(), Vec::new());
        for _ in 0..15 {
            for (stored, times) in [(Some(&hash), &mut somebody), (None, &mut nobody)] {
                let start = Instant::now();
                assert_eq!(passwords.check("wrong", stored).await.unwrap(), Checked::Wrong);
                times.push(start.elapsed());
            }
        }
        // The fastest of each are the least disturbed; skipping the hash would be a hundred times faster.
        let (somebody, nobody) = (somebody.iter().min().unwrap(), nobody.iter().min().unwrap());
        let ratio = nobody.as_secs_f64() / somebody.as_secs_f64();
        assert!((0.5..2.0).contains(&ratio), "{nobody:?} against {somebody:?}");
    }
}
