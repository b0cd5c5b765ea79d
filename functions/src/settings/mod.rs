//! What a tenant decides for itself.

pub mod get;
pub mod patch;
pub mod put;

use std::collections::BTreeSet;

use domain::{Actor, Invalid, Settings};
use edge::view::SettingsView;
use edge::{Answer, IfMatch, Now, Problem};
use store::Table;

/// Sets what `change` makes of a tenant's settings, and answers with them.
async fn write(
    table: &Table,
    actor: &Actor,
    expected: &IfMatch,
    Now(now): Now,
    change: impl Fn(&Settings) -> Settings,
) -> Result<Answer<SettingsView>, Problem> {
    let stored = table
        .set_settings(actor, change, now, |version| expected.allows(version))
        .await?;
    Ok(Answer::ok(SettingsView::new(&stored)).version(stored.version))
}

/// The values of a list, each once.
fn set<T: Ord>(
    names: &[String],
    parse: impl Fn(&str) -> Result<T, Invalid>,
) -> Result<BTreeSet<T>, Invalid> {
    names.iter().map(|name| parse(name)).collect()
}
