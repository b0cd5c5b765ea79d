//! The table as the template defines it: made in an engine, and compared with what an engine already has.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types as sdk;
use serde::Deserialize;

/// Keys and indexes, in the words that CloudFormation and DynamoDB's own API share.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TableDefinition {
    /// The type of every attribute that is part of a key.
    pub attribute_definitions: Vec<Attribute>,
    /// The primary key.
    pub key_schema: Vec<KeyPart>,
    /// The global secondary indexes.
    #[serde(default)]
    pub global_secondary_indexes: Vec<Index>,
    /// Which attribute says when an item expires.
    pub time_to_live_specification: Option<TimeToLive>,
}

/// An attribute that is part of a key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute {
    /// Its name.
    pub attribute_name: String,
    /// `S`, `N` or `B`.
    pub attribute_type: String,
}

/// An attribute in its role in a key; the order of a key's parts matters.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyPart {
    /// Its name.
    pub attribute_name: String,
    /// `HASH` or `RANGE`.
    pub key_type: String,
}

/// A global secondary index.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Index {
    /// Its name.
    pub index_name: String,
    /// Its key: up to four attributes of each kind.
    pub key_schema: Vec<KeyPart>,
    /// What it holds of an item.
    pub projection: Projection,
}

/// What an index holds of an item.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Projection {
    /// `ALL` or `KEYS_ONLY`; the system has no index that lists attributes.
    pub projection_type: String,
}

/// Which attribute says when an item expires.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TimeToLive {
    /// Its name; its value is in seconds since 1970.
    pub attribute_name: String,
    /// Whether expired items are deleted.
    pub enabled: bool,
}

impl TableDefinition {
    /// Makes the table in an engine; one that is already there must agree with the definition.
    pub async fn create(&self, client: &Client, name: &str) -> Result<()> {
        let mut request = client
            .create_table()
            .table_name(name)
            .billing_mode(sdk::BillingMode::PayPerRequest)
            .set_key_schema(Some(key_schema(&self.key_schema)?));
        for Attribute {
            attribute_name,
            attribute_type,
        } in &self.attribute_definitions
        {
            let kind = attribute_type.as_str().into();
            let attribute = sdk::AttributeDefinition::builder()
                .attribute_name(attribute_name)
                .attribute_type(kind);
            request = request.attribute_definitions(attribute.build()?);
        }
        for index in &self.global_secondary_indexes {
            let projection = sdk::Projection::builder()
                .projection_type(index.projection.projection_type.as_str().into());
            let index = sdk::GlobalSecondaryIndex::builder()
                .index_name(&index.index_name)
                .set_key_schema(Some(key_schema(&index.key_schema)?))
                .projection(projection.build());
            request = request.global_secondary_indexes(index.build()?);
        }
        match request
            .send()
            .await
            .map_err(aws_sdk_dynamodb::error::SdkError::into_service_error)
        {
            Ok(_) => self.expire(client, name).await,
            Err(CreateTableError::ResourceInUseException(_)) => {
                let description = client.describe_table().table_name(name).send().await?;
                self.agrees_with(
                    &description
                        .table
                        .context("the engine describes no table")?
                        .into(),
                )
            }
            Err(error) => Err(error).with_context(|| format!("cannot create the table {name}")),
        }
    }

    async fn expire(&self, client: &Client, name: &str) -> Result<()> {
        if let Some(TimeToLive {
            attribute_name,
            enabled,
        }) = &self.time_to_live_specification
        {
            let ttl = sdk::TimeToLiveSpecification::builder()
                .attribute_name(attribute_name)
                .enabled(*enabled)
                .build()?;
            client
                .update_time_to_live()
                .table_name(name)
                .time_to_live_specification(ttl)
                .send()
                .await?;
        }
        Ok(())
    }

    /// Whether a table has these keys and indexes. One that has others was made for another version of the system,
    /// and would answer some questions wrongly or not at all.
    pub fn agrees_with(&self, actual: &Self) -> Result<()> {
        let mut differences = Vec::new();
        if self.key_schema != actual.key_schema {
            differences.push("its primary key is another".to_owned());
        }
        let (expected, found) = (self.indexes(), actual.indexes());
        for (name, index) in &expected {
            match found.get(name) {
                None => differences.push(format!("the index {name} is missing")),
                Some(other) if other != index => {
                    differences.push(format!("the index {name} is another"));
                }
                Some(_) => {}
            }
        }
        let unknown = found.keys().filter(|name| !expected.contains_key(*name));
        differences.extend(unknown.map(|name| format!("the index {name} is unknown")));
        for attribute in &self.attribute_definitions {
            let name = &attribute.attribute_name;
            let other = actual
                .attribute_definitions
                .iter()
                .find(|other| other.attribute_name == *name);
            if other.is_some_and(|other| other != attribute) {
                differences.push(format!("the attribute {name} has another type"));
            }
        }
        if differences.is_empty() {
            return Ok(());
        }
        bail!(
            "the table there is not the one this version of the system needs: {}",
            differences.join(", ")
        );
    }

    fn indexes(&self) -> BTreeMap<&str, &Index> {
        self.global_secondary_indexes
            .iter()
            .map(|index| (index.index_name.as_str(), index))
            .collect()
    }
}

fn key_schema(parts: &[KeyPart]) -> Result<Vec<sdk::KeySchemaElement>> {
    let element = |part: &KeyPart| {
        let builder = sdk::KeySchemaElement::builder().attribute_name(&part.attribute_name);
        Ok(builder.key_type(part.key_type.as_str().into()).build()?)
    };
    parts.iter().map(element).collect()
}

impl From<sdk::TableDescription> for TableDefinition {
    fn from(table: sdk::TableDescription) -> Self {
        let key = |elements: Vec<sdk::KeySchemaElement>| {
            let part = |element: sdk::KeySchemaElement| KeyPart {
                attribute_name: element.attribute_name,
                key_type: element.key_type.as_str().into(),
            };
            elements.into_iter().map(part).collect()
        };
        let index = |index: sdk::GlobalSecondaryIndexDescription| Index {
            index_name: index.index_name.unwrap_or_default(),
            key_schema: key(index.key_schema.unwrap_or_default()),
            projection: Projection {
                projection_type: index
                    .projection
                    .and_then(|projection| projection.projection_type)
                    .map_or_else(String::new, |kind| kind.as_str().into()),
            },
        };
        let attribute = |attribute: sdk::AttributeDefinition| Attribute {
            attribute_name: attribute.attribute_name,
            attribute_type: attribute.attribute_type.as_str().into(),
        };
        Self {
            attribute_definitions: table
                .attribute_definitions
                .unwrap_or_default()
                .into_iter()
                .map(attribute)
                .collect(),
            key_schema: key(table.key_schema.unwrap_or_default()),
            global_secondary_indexes: table
                .global_secondary_indexes
                .unwrap_or_default()
                .into_iter()
                .map(index)
                .collect(),
            time_to_live_specification: None,
        }
    }
}
