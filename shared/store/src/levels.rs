//! Changing a tenant's policies and calendars.
//!
//! They are few and belong together: no two policies have the same position, and a calendar that a policy counts by
//! stays. So every change is decided on all of them, and committed on the condition that none has changed since: one
//! counter, the tenant's, moves with each, and is the version of what was changed. What was set stays, under its version,
//! for the tickets that were given it.

use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, Delete, Put, TransactWriteItem};
use domain::{
    Actor, Calendar, CalendarId, LevelRefusal, Policy, PolicyId, Refusal, ServiceLevels, Tenant,
};
use jiff::Timestamp;

use crate::configuration::{self, StoredConfiguration, StoredLevel};
use crate::error::{Error, WriteError};
use crate::items::{Leveled, StoredItem, VERSION};
use crate::json::Stored;
use crate::keys::{Key, PK};
use crate::pause::Pause;
use crate::table::Table;
use crate::transaction::{Try, failed, later_or_refused, new_item};

/// What can be set: a policy, or a calendar.
pub(crate) trait Level: Leveled {
    /// There is none of this name.
    const MISSING: LevelRefusal;

    /// The one of this name.
    fn find<'a>(
        stored: &'a StoredConfiguration,
        id: &Self::Id,
    ) -> Option<&'a StoredLevel<Self::Id, Self>>;

    /// Whether the tenant may set it.
    fn allow(
        levels: &ServiceLevels,
        id: &Self::Id,
        value: &Self,
        now: Timestamp,
    ) -> Result<(), LevelRefusal>;

    /// Whether the tenant may do without it.
    fn release(levels: &ServiceLevels, id: &Self::Id) -> Result<(), LevelRefusal>;
}

impl Level for Policy {
    const MISSING: LevelRefusal = LevelRefusal::PolicyMissing;

    fn find<'a>(
        stored: &'a StoredConfiguration,
        id: &PolicyId,
    ) -> Option<&'a StoredLevel<PolicyId, Self>> {
        stored.policies.iter().find(|policy| policy.id == *id)
    }

    fn allow(
        levels: &ServiceLevels,
        id: &PolicyId,
        value: &Self,
        now: Timestamp,
    ) -> Result<(), LevelRefusal> {
        levels.allow_policy(id, value, now)
    }

    /// Tickets keep the version they were given.
    fn release(_: &ServiceLevels, _: &PolicyId) -> Result<(), LevelRefusal> {
        Ok(())
    }
}

impl Level for Calendar {
    const MISSING: LevelRefusal = LevelRefusal::CalendarMissing;

    fn find<'a>(
        stored: &'a StoredConfiguration,
        id: &CalendarId,
    ) -> Option<&'a StoredLevel<CalendarId, Self>> {
        stored.calendars.iter().find(|calendar| calendar.id == *id)
    }

    fn allow(
        levels: &ServiceLevels,
        id: &CalendarId,
        value: &Self,
        now: Timestamp,
    ) -> Result<(), LevelRefusal> {
        levels.allow_calendar(id, value, now)
    }

    fn release(levels: &ServiceLevels, id: &CalendarId) -> Result<(), LevelRefusal> {
        levels.release_calendar(id)
    }
}

/// A policy as it is stored.
pub type StoredPolicy = StoredLevel<PolicyId, Policy>;
/// A calendar as it is stored.
pub type StoredCalendar = StoredLevel<CalendarId, Calendar>;

impl Table {
    /// The tenant's policy of this name, the built-in one included.
    pub async fn policy(
        &self,
        tenant: &Tenant,
        id: &PolicyId,
    ) -> Result<Option<StoredPolicy>, Error> {
        let set = self.level(tenant, id).await?;
        Ok(set.or_else(|| (*id == PolicyId::built_in()).then(StoredPolicy::built_in)))
    }

    /// The tenant's calendar of this name.
    pub async fn calendar(
        &self,
        tenant: &Tenant,
        id: &CalendarId,
    ) -> Result<Option<StoredCalendar>, Error> {
        self.level(tenant, id).await
    }

    /// Sets a policy; gives it, and whether there was none of this name. `expected` may refuse the version it has now,
    /// which is 0 when there is none; what is set already is not set again.
    pub async fn set_policy(
        &self,
        actor: &Actor,
        id: &PolicyId,
        policy: &Policy,
        now: Timestamp,
        expected: impl Fn(u32) -> Result<(), Refusal>,
    ) -> Result<(StoredPolicy, bool), WriteError> {
        self.set_level(actor, id, policy, now, expected).await
    }

    /// Sets a calendar, in the same way.
    pub async fn set_calendar(
        &self,
        actor: &Actor,
        id: &CalendarId,
        calendar: &Calendar,
        now: Timestamp,
        expected: impl Fn(u32) -> Result<(), Refusal>,
    ) -> Result<(StoredCalendar, bool), WriteError> {
        self.set_level(actor, id, calendar, now, expected).await
    }

    /// Deletes a policy. Tickets that have it keep it.
    pub async fn delete_policy(
        &self,
        tenant: &Tenant,
        id: &PolicyId,
        expected: impl Fn(u32) -> Result<(), Refusal>,
    ) -> Result<(), WriteError> {
        self.delete_level::<Policy>(tenant, id, expected).await
    }

    /// Deletes a calendar that no policy counts by.
    pub async fn delete_calendar(
        &self,
        tenant: &Tenant,
        id: &CalendarId,
        expected: impl Fn(u32) -> Result<(), Refusal>,
    ) -> Result<(), WriteError> {
        self.delete_level::<Calendar>(tenant, id, expected).await
    }

    async fn level<T: Leveled>(
        &self,
        tenant: &Tenant,
        id: &T::Id,
    ) -> Result<Option<StoredLevel<T::Id, T>>, Error> {
        let item = self.get(T::key(tenant, id)).await?;
        item.map(|Stored(item)| configuration::level(id.clone(), item))
            .transpose()
    }

    async fn set_level<T: Level>(
        &self,
        actor: &Actor,
        id: &T::Id,
        value: &T,
        now: Timestamp,
        expected: impl Fn(u32) -> Result<(), Refusal>,
    ) -> Result<(StoredLevel<T::Id, T>, bool), WriteError> {
        let (tenant, by) = (&actor.tenant, &actor.principal);
        let mut pause = Pause::new();
        loop {
            let stored = self.stored_configuration(tenant).await?;
            let before = T::find(&stored, id);
            expected(before.map_or(0, |before| before.version))?;
            if let Some(before) = before.filter(|before| before.value == *value) {
                return Ok((before.clone(), false));
            }
            let is_new = before.is_none();
            T::allow(&stored.levels(), id, value, now).map_err(Refusal::from)?;
            let item = StoredItem {
                value: value.clone(),
                version: stored.version + 1,
                updated_at: now.as_millisecond(),
                updated_by: by.clone(),
            };
            let key = T::key(tenant, id);
            let put = Put::builder()
                .table_name(&self.name)
                .set_item(Some(item.at(key.clone())))
                .build();
            let kept = new_item(&self.name, item.at(key.version(item.version))).build();
            let writes = [
                put.map(|put| TransactWriteItem::builder().put(put).build()),
                kept.map(|put| TransactWriteItem::builder().put(put).build()),
            ];
            let writes = writes.into_iter().collect::<Result<Vec<_>, _>>();
            let writes = writes.map_err(|cause| Error::Corrupt(cause.to_string()))?;
            if self
                .commit_levels(tenant, writes, stored.version, &mut pause)
                .await?
            {
                let stored = StoredLevel {
                    id: id.clone(),
                    value: item.value,
                    version: item.version,
                    updated: Some((by.clone(), now)),
                };
                return Ok((stored, is_new));
            }
        }
    }

    async fn delete_level<T: Level>(
        &self,
        tenant: &Tenant,
        id: &T::Id,
        expected: impl Fn(u32) -> Result<(), Refusal>,
    ) -> Result<(), WriteError> {
        let mut pause = Pause::new();
        loop {
            let stored = self.stored_configuration(tenant).await?;
            let before = T::find(&stored, id).ok_or(Refusal::Level(T::MISSING))?;
            expected(before.version)?;
            T::release(&stored.levels(), id).map_err(Refusal::from)?;
            let delete = Delete::builder()
                .table_name(&self.name)
                .set_key(Some(T::key(tenant, id).attributes()))
                .build()
                .map_err(|cause| Error::Corrupt(cause.to_string()))?;
            let writes = vec![TransactWriteItem::builder().delete(delete).build()];
            if self
                .commit_levels(tenant, writes, stored.version, &mut pause)
                .await?
            {
                return Ok(());
            }
        }
    }

    /// Tries once to commit a change of what was read at this version; says whether it happened.
    async fn commit_levels(
        &self,
        tenant: &Tenant,
        writes: Vec<TransactWriteItem>,
        version: u32,
        pause: &mut Pause,
    ) -> Result<bool, Error> {
        let number = |number: u32| AttributeValue::N(number.to_string());
        let mut item = Key::levels(tenant).attributes();
        item.insert(VERSION.into(), number(version + 1));
        let counter = Put::builder()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression(if version == 0 {
                "attribute_not_exists(#attribute)"
            } else {
                "#attribute = :version"
            })
            .expression_attribute_names("#attribute", if version == 0 { PK } else { VERSION })
            .set_expression_attribute_values(
                (version > 0).then(|| [(":version".into(), number(version))].into()),
            )
            .build()
            .map_err(|cause| Error::Corrupt(cause.to_string()))?;
        let mut all = vec![TransactWriteItem::builder().put(counter).build()];
        all.extend(writes);
        let outcome = |reasons: &[CancellationReason]| {
            if reasons.iter().any(failed) {
                Ok(Try::<()>::Lost(None))
            } else {
                later_or_refused(reasons)
            }
        };
        match self.transact(all, outcome).await? {
            Try::Committed => {
                self.configurations.forget(tenant);
                return Ok(true);
            }
            Try::Later(cause) => pause.before_next_try(&cause).await?,
            Try::Lost(_) | Try::Recorded(()) | Try::Unattachable(_) => {
                pause.after_a_lost_race().await?;
            }
        }
        Ok(false)
    }
}

impl StoredPolicy {
    /// The policy that is built in.
    pub fn built_in() -> Self {
        Self {
            id: PolicyId::built_in(),
            value: Policy::built_in(),
            version: 0,
            updated: None,
        }
    }
}
