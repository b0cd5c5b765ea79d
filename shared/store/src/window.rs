//! Spans of time that a list is narrowed to.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Serialize;

/// A span of time: from its beginning until just before its end. Without one of them it is open there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Window {
    from: Option<i64>,
    to: Option<i64>,
}

impl Window {
    /// A span with nothing in it.
    pub(crate) const NOTHING: Self = Self {
        from: Some(0),
        to: Some(0),
    };

    /// From a time, until just before another.
    pub fn new(from: Option<Timestamp>, to: Option<Timestamp>) -> Self {
        // Tickets have whole milliseconds; a bound between two of them means the later.
        let up = |at: Timestamp| {
            let below = at.as_nanosecond().rem_euclid(1_000_000);
            at.as_millisecond() + i64::from(below > 0 && at.as_nanosecond() > 0)
        };
        Self {
            from: from.map(up),
            to: to.map(up),
        }
    }

    /// Where both are open.
    pub(crate) fn within(self, other: Self) -> Self {
        Self {
            from: self.from.max(other.from),
            to: [self.to, other.to].into_iter().flatten().min(),
        }
    }

    /// Whether a time is in it.
    pub(crate) fn has(self, at: i64) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }

    /// The time in it that is nearest to another.
    pub(crate) fn nearest(self, at: i64) -> i64 {
        let at = self.from.map_or(at, |from| at.max(from));
        self.to.map_or(at, |to| at.min(to.saturating_sub(1)))
    }

    /// The same beginning, and no end.
    pub(crate) fn without_end(self) -> Self {
        Self { to: None, ..self }
    }

    /// The same end, and no beginning.
    pub(crate) fn without_beginning(self) -> Self {
        Self { from: None, ..self }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.from.zip(self.to).is_some_and(|(from, to)| from >= to)
    }

    /// A condition on an attribute, and the values in it; none when everything is in the window.
    pub(crate) fn condition(
        self,
        attribute: &str,
        name: &str,
    ) -> Option<(String, Vec<(String, AttributeValue)>)> {
        let number = |value: i64| AttributeValue::N(value.to_string());
        let (from, to) = (format!(":{name}From"), format!(":{name}To"));
        match (self.from, self.to) {
            (None, None) => None,
            (Some(least), None) => Some((
                format!("{attribute} >= {from}"),
                vec![(from, number(least))],
            )),
            (None, Some(end)) => Some((format!("{attribute} < {to}"), vec![(to, number(end))])),
            // The key of an index takes one condition, and `BETWEEN` has both its ends in it.
            (Some(least), Some(end)) => Some((
                format!("{attribute} BETWEEN {from} AND {to}"),
                vec![(from, number(least)), (to, number(end - 1))],
            )),
        }
    }
}
