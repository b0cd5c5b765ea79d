//! What is read from the text is what the SDK's maps would have given.

mod any;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Principal, Tenant, TicketId};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Stored, Unread};
use crate::answer::Page;
use crate::error::Error;
use crate::items::{self, EntryItem, Leveled, StoredItem};
use crate::keys::{Item, Key};

/// As DynamoDB writes it.
fn written(value: &AttributeValue) -> Value {
    if let Ok(text) = value.as_s() {
        json!({ "S": text })
    } else if let Ok(digits) = value.as_n() {
        json!({ "N": digits })
    } else if let Ok(flag) = value.as_bool() {
        json!({ "BOOL": flag })
    } else if let Ok(flag) = value.as_null() {
        json!({ "NULL": flag })
    } else if let Ok(values) = value.as_l() {
        json!({ "L": values.iter().map(written).collect::<Vec<_>>() })
    } else {
        json!({ "M": text(value.as_m().expect("nothing else is written")) })
    }
}

fn text(item: &Item) -> Value {
    let attributes = item
        .iter()
        .map(|(name, value)| (name.clone(), written(value)));
    attributes.collect::<Map<_, _>>().into()
}

/// An item that the SDK has, as it would have come in.
fn unread(item: &Item) -> Unread {
    serde_json::from_value(text(item)).expect("JSON")
}

fn ticket() -> (Tenant, TicketId) {
    let id = "tkt_01935a7b0000700080000000deadbeef".parse();
    (Tenant::parse("acme").expect("a tenant"), id.expect("an id"))
}

proptest! {
    #[test]
    fn whatever_serde_can_write_is_read_as_the_sdk_reads_it(value in any::map()) {
        let item: Item = serde_dynamo::to_item(&value).expect("a map is an item");
        let read: Value = unread(&item).read().expect("it was written");
        let expected: Value = serde_dynamo::from_item(item).expect("it was written");
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn an_entry_is_read_as_it_was_written(entry in any::entry()) {
        let (tenant, id) = ticket();
        let item = items::entry(&tenant, id, &entry);
        let read: EntryItem = unread(&item).read().expect("it was written");
        prop_assert_eq!(&read.entry().expect("an entry"), &entry);
        let from_sdk: EntryItem = serde_dynamo::from_item(item).expect("it was written");
        prop_assert_eq!(from_sdk.entry().expect("an entry"), entry);
    }

    #[test]
    fn a_head_is_read_as_it_was_written(ticket in any::ticket()) {
        let item = items::head(&ticket);
        let read = items::read_ticket(&unread(&item)).expect("it was written");
        prop_assert_eq!(read.as_ref(), Some(&ticket));
        prop_assert_eq!(items::ticket(item).expect("it was written"), Some(ticket));
    }

    #[test]
    fn a_policy_is_read_as_it_was_written(policy in any::policy()) {
        prop_assert_eq!(&reread(&policy), &policy);
    }

    #[test]
    fn a_calendar_is_read_as_it_was_written(calendar in any::calendar()) {
        prop_assert_eq!(&reread(&calendar), &calendar);
    }
}

fn reread<T: Leveled>(value: &T) -> T {
    let (tenant, _) = ticket();
    let item = StoredItem {
        value: value.clone(),
        version: 7,
        updated_at: 0,
        updated_by: Principal::parse("ada").expect("a name"),
    };
    let item = item.at(Key::settings(&tenant));
    let read: StoredItem<T> = unread(&item).read().expect("it was written");
    read.value
}

#[test]
fn a_tombstone_and_an_entry_are_no_head() {
    let (tenant, id) = ticket();
    let mut tombstone = Key::head(&tenant, id).attributes();
    tombstone.insert("number".into(), AttributeValue::N("7".into()));
    let entry = Key::entry(&tenant, id, 7).attributes();
    for item in [tombstone, entry] {
        let read = items::read_ticket(&unread(&item)).expect("it is no broken head");
        assert_eq!(read, None);
    }
}

/// What goes wrong with a page of entries of this text.
fn wrong(text: &str) -> Error {
    serde_json::from_str::<Page<Vec<Stored<EntryItem>>>>(text)
        .err()
        .expect("it is no page")
        .into()
}

#[test]
fn half_an_answer_is_no_item_and_what_is_no_item_is_corrupt() {
    for text in [
        "",
        "<html>xyzzy</html>",
        r#"{"Items":[{"seq":{"N":"7"},"xyzzy":{"S":"xyzzy"#,
        r#"{"Items":[],"LastEvaluatedKey":{"xyzzy":{"S":"xyzzy"}}"#,
        r#"{"Items":[]} xyzzy"#,
    ] {
        let error = wrong(text);
        assert!(matches!(error, Error::Unavailable(_)), "{error}");
        assert!(!error.to_string().contains("xyzzy"), "{error}");
    }
    for (value, expected) in [
        (r#"{"S":"xyzzy"}"#, "Text for Number"),
        (r#"{"N":"xyzzy"}"#, "a number that is none"),
        (r#"{"N":"-7"}"#, "invalid value: integer `-7`, expected u32"),
        (r#"{"N":"7","S":"xyzzy"}"#, "more than one value in a value"),
        ("{}", "a value of no kind"),
        (r#"{"M":{"xyzzy":{"S":"xyzzy"}}}"#, "Map for Number"),
        (r#"{"B":"xyzzy"}"#, "Another for Number"),
    ] {
        let error = wrong(&format!(r#"{{"Items":[{{"seq":{value}}}]}}"#));
        assert!(matches!(error, Error::Corrupt(_)), "{error}");
        let error = error.to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("xyzzy"), "{error}");
    }
    let error = wrong(r#"{"Items":[{"xyzzy":{"B":"xyzzy"}}]}"#);
    assert_eq!(
        error.to_string(),
        "corrupt: missing field `id` at line 1 column 33"
    );
}
