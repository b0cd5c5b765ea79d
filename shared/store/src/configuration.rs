//! What a tenant has set: read with every write, changed once in a while, and so remembered for a minute
//! (`remembered.rs`). And the terms a ticket was given: they never change, and are remembered for ever.

use std::sync::Arc;

use domain::{
    Calendar, CalendarId, Configuration, Given, Policy, PolicyId, Principal, ServiceLevels,
    Settings, Tenant, Terms, Ticket,
};
use jiff::Timestamp;
use serde::Deserialize;

use crate::error::Error;
use crate::items::{Leveled, SettingsItem, StoredItem};
use crate::json::{Stored, Unread};
use crate::keys::Key;
use crate::table::Table;

/// How often a read is repeated that fell between two changes.
const REREADS: u32 = 3;
/// Items one query reads.
const BATCH: u32 = 1_000;

/// A policy or a calendar as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLevel<Id, T> {
    /// What an admin calls it by.
    pub id: Id,
    /// What is set.
    pub value: T,
    /// Which change of the tenant's policies and calendars made it so; 0 for what is built in.
    pub version: u32,
    /// By whom, and when.
    pub updated: Option<(Principal, Timestamp)>,
}

/// A tenant's policies and calendars as they are stored.
#[derive(Clone, Debug, Default)]
pub struct StoredConfiguration {
    /// By position, those that are set.
    pub policies: Vec<StoredLevel<PolicyId, Policy>>,
    /// By id.
    pub calendars: Vec<StoredLevel<CalendarId, Calendar>>,
    /// How often any of them was changed.
    pub(crate) version: u32,
    /// The settings beside them.
    settings: Settings,
}

impl StoredConfiguration {
    /// Whether each calendar is there that a policy counts by. A query is no snapshot: it may have passed where one was
    /// put while it ran.
    fn has_every_calendar(&self) -> bool {
        let is_there = |id: &CalendarId| self.calendars.iter().any(|calendar| calendar.id == *id);
        let named = self.policies.iter();
        named
            .filter_map(|policy| policy.value.calendar_id.as_ref())
            .all(is_there)
    }

    /// As decisions want them.
    pub fn levels(&self) -> ServiceLevels {
        let policies = self.policies.iter().map(StoredLevel::named);
        let calendars = self.calendars.iter().map(StoredLevel::named);
        ServiceLevels::new(policies, calendars.collect())
    }
}

impl<Id: Clone, T: Clone> StoredLevel<Id, T> {
    fn named(&self) -> (Id, domain::Versioned<T>) {
        let value = Arc::new(self.value.clone());
        let version = self.version;
        (self.id.clone(), domain::Versioned { version, value })
    }
}

impl Table {
    /// What a tenant has set, as it was within the last minute. On one machine: as it is.
    pub async fn configuration(&self, tenant: &Tenant) -> Result<Arc<Configuration>, Error> {
        if let Some(configuration) = self.configurations.get(tenant) {
            return Ok(configuration);
        }
        let stored = self.stored_configuration(tenant).await?;
        let configuration = Arc::new(Configuration {
            levels: stored.levels(),
            settings: stored.settings,
        });
        self.configurations.put(tenant, &configuration);
        Ok(configuration)
    }

    /// A tenant's policies and calendars as they are.
    pub async fn stored_configuration(
        &self,
        tenant: &Tenant,
    ) -> Result<StoredConfiguration, Error> {
        for _ in 0..REREADS {
            let stored = self.read_configuration(tenant).await?;
            if stored.has_every_calendar() {
                return Ok(stored);
            }
        }
        Err(Error::Unavailable(format!(
            "{tenant}'s calendars changed faster than they could be read"
        )))
    }

    async fn read_configuration(&self, tenant: &Tenant) -> Result<StoredConfiguration, Error> {
        let mut stored = StoredConfiguration::default();
        let mut first = Key::first_of_configuration(tenant);
        loop {
            let last = Key::settings(tenant);
            let (items, more): (Vec<Unread>, _) = self.partition(first, last, BATCH, true).await?;
            let mut next = None;
            for item in items {
                let key: Key = item.read()?;
                stored.read(tenant, &key, &item)?;
                next = Some(key).filter(|_| more);
            }
            match next {
                Some(next) => first = next.after(),
                None => break,
            }
        }
        stored.policies.sort_by_key(|policy| policy.value.position);
        Ok(stored)
    }

    /// The terms a ticket was given.
    pub async fn terms(
        &self,
        ticket: &Ticket,
        configuration: &Configuration,
    ) -> Result<Option<Terms>, Error> {
        let Some(given) = &ticket.given else {
            return Ok(None);
        };
        if let Some(terms) = configuration.levels.terms_given(given) {
            return Ok(Some(terms));
        }
        let terms = self.terms_given(&ticket.tenant, given).await?;
        Ok(Some(terms))
    }

    /// The terms that were given by these names, however often they were changed since.
    pub async fn terms_given(&self, tenant: &Tenant, given: &Given) -> Result<Terms, Error> {
        let key = (tenant.clone(), given.clone());
        if let Some(terms) = self.terms.get(&key) {
            return Ok(terms);
        }
        let policy = async {
            if *given == built_in() {
                return Ok(Policy::built_in());
            }
            self.version_of(tenant, &given.policy, given.version).await
        };
        let calendar = async {
            match &given.calendar {
                None => Ok(None),
                Some((id, version)) => self.version_of(tenant, id, *version).await.map(Some),
            }
        };
        let (policy, calendar) = tokio::try_join!(policy, calendar)?;
        let terms = Terms {
            given: given.clone(),
            policy: Arc::new(policy),
            calendar: calendar.map(Arc::new),
        };
        self.terms.put(&key, &terms);
        Ok(terms)
    }

    async fn version_of<T: Leveled>(
        &self,
        tenant: &Tenant,
        id: &T::Id,
        version: u32,
    ) -> Result<T, Error> {
        let key = T::key(tenant, id).version(version);
        let missing = || Error::Corrupt(format!("{} | {} is not there", key.pk, key.sk));
        let item: Option<Stored<StoredItem<T>>> = self.get(key.clone()).await?;
        let Stored(item) = item.ok_or_else(missing)?;
        Ok(item.value)
    }
}

fn built_in() -> Given {
    Given {
        policy: PolicyId::built_in(),
        version: 0,
        calendar: None,
    }
}

impl StoredConfiguration {
    /// Reads an item of a tenant's configuration.
    fn read(&mut self, tenant: &Tenant, key: &Key, item: &Unread) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Counter {
            version: u32,
        }
        if let Some(id) = key.as_policy() {
            self.policies.push(level(id, item.read()?)?);
        } else if let Some(id) = key.as_calendar() {
            self.calendars.push(level(id, item.read()?)?);
        } else if *key == Key::levels(tenant) {
            let Counter { version } = item.read()?;
            self.version = version;
        } else if *key == Key::settings(tenant) {
            let item: SettingsItem = item.read()?;
            self.settings = item.settings();
        }
        Ok(())
    }
}

/// A policy or a calendar of its item.
pub(crate) fn level<T: Leveled>(
    id: T::Id,
    item: StoredItem<T>,
) -> Result<StoredLevel<T::Id, T>, Error> {
    let updated_at = item.updated_at()?;
    Ok(StoredLevel {
        id,
        value: item.value,
        version: item.version,
        updated: Some((item.updated_by, updated_at)),
    })
}
