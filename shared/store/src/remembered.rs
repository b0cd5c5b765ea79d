//! What a process remembers of the settings it has read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::{Settings, Tenant};

/// How long a function may work with settings it has read before (design: at most 60 s).
pub(crate) const FRESH_FOR: Duration = Duration::from_mins(1);
/// Tenants remembered at once; one function of one owner rarely sees more in a minute.
const REMEMBERED: usize = 1_000;

/// What a process remembers of the settings it has read.
#[derive(Clone, Debug)]
pub(crate) struct Remembered {
    fresh_for: Duration,
    read: Arc<Mutex<HashMap<Tenant, (Instant, Settings)>>>,
}

impl Remembered {
    pub(crate) fn for_a(fresh_for: Duration) -> Self {
        let read = Arc::default();
        Self { fresh_for, read }
    }

    /// A tenant's settings, if they were read lately.
    pub(crate) fn get(&self, tenant: &Tenant) -> Option<Settings> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, settings) = read.get(tenant)?;
        (at.elapsed() < self.fresh_for).then(|| settings.clone())
    }

    /// Remembers what was read, or set.
    pub(crate) fn put(&self, tenant: &Tenant, settings: &Settings) {
        if self.fresh_for.is_zero() {
            return;
        }
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.len() >= REMEMBERED {
            read.clear();
        }
        read.insert(tenant.clone(), (Instant::now(), settings.clone()));
    }
}
