//! Queries of a range of an index: what lists, and a recount, are read with.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::Tenant;

use crate::answer::{self, Page};
use crate::error::Error;
use crate::filter::{Expression, Plan};
use crate::items::HeadItem;
use crate::json::Stored;
use crate::patterns::{Position, Range, StoppedAt};
use crate::table::Table;
use crate::window::Window;

/// Heads of a range.
pub(crate) struct Heads {
    /// Those the filter lets through.
    pub(crate) found: Vec<HeadItem>,
    /// How many it was asked about.
    pub(crate) looked_at: usize,
    /// Where the range goes on; none at its end.
    pub(crate) stopped_at: Option<Position>,
}

impl Table {
    /// The heads of a range after a place in it, as far as one query reads.
    pub(crate) async fn heads(
        &self,
        tenant: &Tenant,
        range: &Range,
        plan: &Plan,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Heads, Error> {
        let sort = range.sort();
        let query = self
            .query_range(tenant, range, plan.window)
            .set_exclusive_start_key(after.map(|after| range.start_after(tenant, after)))
            .scan_index_forward(sort.ascends())
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let page: Page<Vec<Stored<HeadItem>>, Stored<StoppedAt>> =
            answer::query(filtered(query, &plan.expression)).await?;
        let stopped_at = page.last_evaluated_key;
        let stopped_at = stopped_at.map(|Stored(key)| key.position(sort));
        Ok(Heads {
            found: page.items.into_iter().map(|Stored(head)| head).collect(),
            looked_at: page.scanned_count,
            stopped_at: stopped_at.transpose()?,
        })
    }

    /// A query of a range, or of a window of it, still without direction and limit.
    pub(crate) fn query_range(
        &self,
        tenant: &Tenant,
        range: &Range,
        window: Window,
    ) -> QueryFluentBuilder {
        let mut query = self
            .client
            .query()
            .table_name(&self.name)
            .index_name(range.index())
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .expression_attribute_names("#tenant", "tenant")
            .expression_attribute_values(":tenant", AttributeValue::S(tenant.to_string()));
        let mut conditions = vec!["#tenant = :tenant".to_owned()];
        if let Some((attribute, value)) = range.partition() {
            conditions.push("#partition = :partition".into());
            query = query
                .expression_attribute_names("#partition", attribute)
                .expression_attribute_values(":partition", AttributeValue::S(value));
        }
        if let Some((condition, values)) = window.condition("#sort", "sort") {
            conditions.push(condition);
            query = query.expression_attribute_names("#sort", range.sort().attribute());
            for (name, value) in values {
                query = query.expression_attribute_values(name, value);
            }
        }
        query.key_condition_expression(conditions.join(" AND "))
    }
}

/// A query that lets through what the expression does.
fn filtered(mut query: QueryFluentBuilder, expression: &Expression) -> QueryFluentBuilder {
    for (name, attribute) in expression.names() {
        query = query.expression_attribute_names(name, attribute);
    }
    for (name, value) in expression.values() {
        query = query.expression_attribute_values(name, value);
    }
    query.set_filter_expression(expression.text())
}
