//! What a process remembers of what it has read.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a function may work with a configuration it has read before (design: at most 60 s).
pub(crate) const FRESH_FOR: Duration = Duration::from_mins(1);
/// Things remembered at once; one function of one owner rarely sees more in a minute.
const REMEMBERED: usize = 1_000;

/// What a process remembers of what it has read.
#[derive(Debug)]
pub(crate) struct Remembered<K, V> {
    fresh_for: Duration,
    read: Arc<Mutex<HashMap<K, (Instant, V)>>>,
}

impl<K, V> Clone for Remembered<K, V> {
    fn clone(&self) -> Self {
        Self {
            fresh_for: self.fresh_for,
            read: Arc::clone(&self.read),
        }
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Remembered<K, V> {
    pub(crate) fn for_a(fresh_for: Duration) -> Self {
        let read = Arc::default();
        Self { fresh_for, read }
    }

    /// What can be remembered for ever, because it never changes.
    pub(crate) fn for_ever() -> Self {
        Self::for_a(Duration::MAX)
    }

    /// What was read lately.
    pub(crate) fn get(&self, key: &K) -> Option<V> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, value) = read.get(key)?;
        (at.elapsed() < self.fresh_for).then(|| value.clone())
    }

    /// Remembers what was read.
    pub(crate) fn put(&self, key: &K, value: &V) {
        if self.fresh_for.is_zero() {
            return;
        }
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.len() >= REMEMBERED {
            read.clear();
        }
        read.insert(key.clone(), (Instant::now(), value.clone()));
    }

    /// Forgets what has just been changed.
    pub(crate) fn forget(&self, key: &K) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.remove(key);
    }
}
