//! A tenant's settings. With every write they are read as a part of its configuration (`configuration.rs`).

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::{Actor, Principal, Settings, Tenant};
use jiff::Timestamp;

use crate::error::{Error, WriteError, if_it_held};
use crate::items::{SettingsItem, VERSION, time};
use crate::json::Stored;
use crate::keys::{Key, PK};
use crate::meter;
use crate::pause::Pause;
use crate::table::Table;

/// Settings as they are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredSettings {
    /// What is set.
    pub settings: Settings,
    /// How often they were set; 0 for those nobody has set yet.
    pub version: u32,
    /// By whom, and when, they were last set.
    pub updated: Option<(Principal, Timestamp)>,
}

impl Table {
    /// A tenant's settings as they are.
    pub async fn stored_settings(&self, tenant: &Tenant) -> Result<StoredSettings, Error> {
        let item = self.get(Key::settings(tenant)).await?;
        item.map_or_else(
            || Ok(StoredSettings::default()),
            |Stored(item)| StoredSettings::of(&item),
        )
    }

    /// Sets a tenant's settings to what `change` makes of those there are. `expected` may refuse the version they have now;
    /// what is set already is not set again.
    pub async fn set_settings(
        &self,
        actor: &Actor,
        change: impl Fn(&Settings) -> Settings,
        now: Timestamp,
        expected: impl Fn(u32) -> Result<(), domain::Refusal>,
    ) -> Result<StoredSettings, WriteError> {
        let (tenant, by) = (&actor.tenant, &actor.principal);
        let mut before = self.stored_settings(tenant).await?;
        let mut pause = Pause::new();
        loop {
            let settings = change(&before.settings);
            // An answer that was lost, and asked for again.
            if before.settings == settings && before.updated == Some((by.clone(), now)) {
                return Ok(before);
            }
            expected(before.version)?;
            if before.settings == settings {
                return Ok(before);
            }
            let after = StoredSettings {
                settings,
                version: before.version + 1,
                updated: Some((by.clone(), now)),
            };
            let item = SettingsItem::new(&after.settings, after.version, now, by.clone());
            let set = self
                .client
                .put_item()
                .table_name(&self.name)
                .set_item(Some(item.at(Key::settings(tenant))))
                .condition_expression("attribute_not_exists(#pk) OR #version = :before")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_names("#version", VERSION)
                .expression_attribute_values(
                    ":before",
                    AttributeValue::N(before.version.to_string()),
                )
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await;
            if let Some(answer) = if_it_held(set)? {
                meter::wrote(answer.consumed_capacity());
                self.configurations.forget(tenant);
                return Ok(after);
            }
            pause.before_next_try("other writers were faster").await?;
            before = self.stored_settings(tenant).await?;
        }
    }
}

impl StoredSettings {
    fn of(item: &SettingsItem) -> Result<Self, Error> {
        let updated = (item.updated_by.clone(), time(item.updated_at)?);
        Ok(Self {
            settings: item.settings(),
            version: item.version,
            updated: Some(updated),
        })
    }
}
