//! A tenant's policies and calendars, as they are and as they were.

use domain::{Calendar, CalendarId, Policy, PolicyId, Principal, Tenant};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{at, time};
use crate::error::Error;
use crate::keys::{Item, Key};

/// What a tenant keeps in versions: a policy, or a calendar.
pub(crate) trait Leveled: Clone + PartialEq + Serialize + DeserializeOwned {
    /// What an admin calls it by.
    type Id: Clone + PartialEq;

    /// Where it is.
    fn key(tenant: &Tenant, id: &Self::Id) -> Key;
}

impl Leveled for Policy {
    type Id = PolicyId;

    fn key(tenant: &Tenant, id: &PolicyId) -> Key {
        Key::policy(tenant, id)
    }
}

impl Leveled for Calendar {
    type Id = CalendarId;

    fn key(tenant: &Tenant, id: &CalendarId) -> Key {
        Key::calendar(tenant, id)
    }
}

/// A policy or calendar, which version it is, and who made it so.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredItem<T> {
    pub(crate) value: T,
    pub(crate) version: u32,
    pub(crate) updated_at: i64,
    pub(crate) updated_by: Principal,
}

impl<T: Leveled> StoredItem<T> {
    pub(crate) fn at(&self, key: Key) -> Item {
        at(key, self)
    }

    pub(crate) fn updated_at(&self) -> Result<Timestamp, Error> {
        time(self.updated_at)
    }
}
