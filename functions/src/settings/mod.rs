//! What a tenant decides for itself.

pub mod get;
pub mod patch;
pub mod put;

use std::collections::BTreeSet;

use domain::Invalid;

/// The values of a list, each once.
fn set<T: Ord>(
    names: &[String],
    parse: impl Fn(&str) -> Result<T, Invalid>,
) -> Result<BTreeSet<T>, Invalid> {
    names.iter().map(|name| parse(name)).collect()
}
