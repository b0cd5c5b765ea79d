//! What is asked of AWS, in the words of IAM: which action, on what, under which conditions.
//!
//! A [`Guard`] is asked before every request, signed URLs included. On AWS there is none: IAM itself judges. On one machine it
//! is the only judge there is, because local engines let anybody do anything.

use std::fmt;
use std::sync::Arc;

use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemInput;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemInput;
use aws_sdk_dynamodb::operation::get_item::GetItemInput;
use aws_sdk_dynamodb::operation::put_item::PutItemInput;
use aws_sdk_dynamodb::operation::query::QueryInput;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsInput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsInput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemInput;
use aws_sdk_dynamodb::types::TransactWriteItem;
use aws_sdk_s3::operation::delete_object::DeleteObjectInput;
use aws_sdk_s3::operation::get_object::GetObjectInput;
use aws_sdk_s3::operation::head_object::HeadObjectInput;
use aws_sdk_s3::operation::list_object_versions::ListObjectVersionsInput;
use aws_sdk_s3::operation::put_object::PutObjectInput;
use aws_sdk_s3::operation::put_object_tagging::PutObjectTaggingInput;
use aws_sdk_s3::types::Tagging;

/// An action, as IAM would judge it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    /// `dynamodb:PutItem`
    pub action: &'static str,
    /// What it is done to.
    pub target: Target,
    /// IAM's condition keys and their values: `s3:prefix`, `s3:RequestObjectTag/state`.
    pub context: Vec<(String, String)>,
}

/// What an action is done to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The table.
    Table,
    /// One of its indexes.
    Index(String),
    /// The bucket.
    Bucket,
    /// The object of a key.
    Object(String),
}

/// Says no to what must not be done, and why.
pub type Guard = Arc<dyn Fn(&Access) -> Result<(), String> + Send + Sync>;

/// Asks a guard before each request of a client.
#[derive(Clone)]
pub(crate) struct Guarded(pub(crate) Guard);

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guarded")
    }
}

impl Intercept for Guarded {
    fn name(&self) -> &'static str {
        "Guarded"
    }

    fn read_before_execution(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let accesses = of_table(context).or_else(|| of_bucket(context));
        let accesses = accesses.ok_or("a request that no right is known for")?;
        for access in &accesses {
            (self.0)(access)?;
        }
        Ok(())
    }
}

type Context<'a> = BeforeSerializationInterceptorContextRef<'a>;

/// What a request to the table does. A transaction does what its parts do, and has no right of its own.
fn of_table(context: &Context<'_>) -> Option<Vec<Access>> {
    let input = context.input();
    let on_table = |action| Access::new(action, Target::Table);
    if let Some(query) = input.downcast_ref::<QueryInput>() {
        let target = query
            .index_name
            .clone()
            .map_or(Target::Table, Target::Index);
        return Some(vec![Access::new("dynamodb:Query", target)]);
    }
    if let Some(transaction) = input.downcast_ref::<TransactWriteItemsInput>() {
        let writes = transaction.transact_items().iter();
        return Some(writes.filter_map(part).map(on_table).collect());
    }
    let plain = [
        (
            input.downcast_ref::<GetItemInput>().is_some(),
            "dynamodb:GetItem",
        ),
        (
            input.downcast_ref::<TransactGetItemsInput>().is_some(),
            "dynamodb:GetItem",
        ),
        (
            input.downcast_ref::<PutItemInput>().is_some(),
            "dynamodb:PutItem",
        ),
        (
            input.downcast_ref::<UpdateItemInput>().is_some(),
            "dynamodb:UpdateItem",
        ),
        (
            input.downcast_ref::<DeleteItemInput>().is_some(),
            "dynamodb:DeleteItem",
        ),
        (
            input.downcast_ref::<BatchWriteItemInput>().is_some(),
            "dynamodb:BatchWriteItem",
        ),
    ];
    that(&plain).map(|action| vec![on_table(action)])
}

/// The action of the case that is.
fn that(cases: &[(bool, &'static str)]) -> Option<&'static str> {
    cases.iter().find_map(|(is, action)| is.then_some(*action))
}

fn part(write: &TransactWriteItem) -> Option<&'static str> {
    that(&[
        (write.put.is_some(), "dynamodb:PutItem"),
        (write.update.is_some(), "dynamodb:UpdateItem"),
        (write.delete.is_some(), "dynamodb:DeleteItem"),
        (
            write.condition_check.is_some(),
            "dynamodb:ConditionCheckItem",
        ),
    ])
}

/// An action without a version of the object, and with one.
type Actions = [&'static str; 2];
const READ: Actions = ["s3:GetObject", "s3:GetObjectVersion"];
const DELETE: Actions = ["s3:DeleteObject", "s3:DeleteObjectVersion"];
const TAG: Actions = ["s3:PutObjectTagging", "s3:PutObjectVersionTagging"];
const PUT: Actions = ["s3:PutObject"; 2];

/// What a request to the bucket does. Whoever names a version, or tags what it puts, needs rights of their own.
fn of_bucket(context: &Context<'_>) -> Option<Vec<Access>> {
    let input = context.input();
    let of = |key: &Option<String>, version: &Option<String>, actions: Actions| {
        let [whichever, this] = actions;
        let action = if version.is_some() { this } else { whichever };
        Access::new(action, Target::Object(key.clone().unwrap_or_default()))
    };
    if let Some(get) = input.downcast_ref::<GetObjectInput>() {
        return Some(vec![of(&get.key, &get.version_id, READ)]);
    }
    if let Some(head) = input.downcast_ref::<HeadObjectInput>() {
        return Some(vec![of(&head.key, &head.version_id, READ)]);
    }
    if let Some(delete) = input.downcast_ref::<DeleteObjectInput>() {
        return Some(vec![of(&delete.key, &delete.version_id, DELETE)]);
    }
    if let Some(tag) = input.downcast_ref::<PutObjectTaggingInput>() {
        let tags = tag.tagging.iter().flat_map(Tagging::tag_set);
        let tags: Vec<_> = tags.map(|tag| (tag.key(), tag.value())).collect();
        return Some(vec![of(&tag.key, &tag.version_id, TAG).tagged(&tags)]);
    }
    if let Some(put) = input.downcast_ref::<PutObjectInput>() {
        let tags = put.tagging.iter().flat_map(|tags| tags.split('&'));
        let tags: Vec<_> = tags.filter_map(|tag| tag.split_once('=')).collect();
        let put_it = of(&put.key, &None, PUT).tagged(&tags);
        let tag_it = (!tags.is_empty()).then(|| of(&put.key, &None, TAG).tagged(&tags));
        return Some(std::iter::once(put_it).chain(tag_it).collect());
    }
    let list = input.downcast_ref::<ListObjectVersionsInput>()?;
    let mut access = Access::new("s3:ListBucketVersions", Target::Bucket);
    access
        .context
        .push(("s3:prefix".into(), list.prefix.clone().unwrap_or_default()));
    Some(vec![access])
}

impl Access {
    fn new(action: &'static str, target: Target) -> Self {
        Self {
            action,
            target,
            context: Vec::new(),
        }
    }

    fn tagged(mut self, tags: &[(&str, &str)]) -> Self {
        let tags = tags.iter();
        self.context.extend(
            tags.map(|(key, value)| (format!("s3:RequestObjectTag/{key}"), (*value).to_owned())),
        );
        self
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on ", self.action)?;
        match &self.target {
            Target::Table => f.write_str("the table"),
            Target::Index(index) => write!(f, "the index {index}"),
            Target::Bucket => f.write_str("the bucket"),
            // A key has a tenant's name in it, and this text comes into the log.
            Target::Object(_) => f.write_str("an object"),
        }
    }
}
