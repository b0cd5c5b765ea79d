//! Queries of a range of an index: what lists, and a recount, are read with.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::Tenant;

use crate::filter::Expression;
use crate::patterns::Range;
use crate::table::Table;
use crate::window::Window;

impl Table {
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
pub(crate) fn filtered(
    mut query: QueryFluentBuilder,
    expression: &Expression,
) -> QueryFluentBuilder {
    for (name, attribute) in expression.names() {
        query = query.expression_attribute_names(name, attribute);
    }
    for (name, value) in expression.values() {
        query = query.expression_attribute_values(name, value);
    }
    query.set_filter_expression(expression.text())
}
