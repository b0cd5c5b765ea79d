//! What can go wrong below a handler.
//!
//! [`Error`] is the table's own, or the bucket's: nobody's fault but ours or the network's. [`WriteError`] and [`ListError`] add what a
//! caller can get wrong in a write or a list. None of them is a status code: the edge maps them.

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use domain::{BrokenThread, Refusal, UploadRefusal};
use serde_json::error::Category;
use thiserror::Error;

use crate::cursor::BadCursor;

/// The table, or the bucket, did not do what it should. The texts are for the log, never for a client.
#[derive(Debug, Error)]
pub enum Error {
    /// The table could not be reached, is throttling, or too many writers wanted the same ticket. Nothing was
    /// half-written; the same request may succeed in a moment.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// The table refused a request that was ours to get right (a permission, an expression, a missing table).
    #[error("refused: {0}")]
    Refused(String),
    /// An item is not what this system writes.
    #[error("corrupt: {0}")]
    Corrupt(String),
}

/// Why a write did not happen.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The domain says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The idempotency key was used before, for a request with another body.
    #[error("the idempotency key belongs to another request")]
    KeyReused,
    /// The table failed, or the bucket.
    #[error(transparent)]
    Table(#[from] Error),
}

/// Why a page could not be read.
#[derive(Debug, Error)]
pub enum ListError {
    /// The cursor is not one of this list's.
    #[error(transparent)]
    Cursor(#[from] BadCursor),
    /// Too many tickets would have to be looked at to find the page of this number.
    #[error("the page is too deep in the list")]
    TooDeep,
    /// The table failed.
    #[error(transparent)]
    Table(#[from] Error),
}

impl From<serde_dynamo::Error> for Error {
    fn from(cause: serde_dynamo::Error) -> Self {
        Self::Corrupt(cause.to_string())
    }
}

/// JSON that is none, or only the beginning of it, is half an answer; JSON that is no item is one.
impl From<serde_json::Error> for Error {
    fn from(cause: serde_json::Error) -> Self {
        match cause.classify() {
            Category::Data => Self::Corrupt(cause.to_string()),
            Category::Io | Category::Syntax | Category::Eof => {
                Self::Unavailable(format!("half an answer: {cause}"))
            }
        }
    }
}

impl From<BrokenThread> for Error {
    fn from(cause: BrokenThread) -> Self {
        Self::Corrupt(cause.to_string())
    }
}

impl From<UploadRefusal> for WriteError {
    fn from(refusal: UploadRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<BrokenThread> for WriteError {
    fn from(cause: BrokenThread) -> Self {
        Self::Table(cause.into())
    }
}

/// The codes that say nothing against the request: DynamoDB's and S3's for "later", which the SDK has retried already when they
/// come here, and those of credentials that have just run out.
const LATER: [&str; 15] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "InternalServerError",
    "LimitExceededException",
    "OperationAborted",
    "ProvisionedThroughputExceededException",
    "ReplicatedWriteConflictException",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
    "UnrecognizedClientException",
];

impl<E> From<SdkError<E, HttpResponse>> for Error
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    fn from(cause: SdkError<E, HttpResponse>) -> Self {
        // A 4xx with a code is DynamoDB's word on the request. Anything else (no answer, half an answer, a time-out, a
        // 5xx) is the way there, and says nothing against the request.
        let answered = cause
            .raw_response()
            .is_some_and(|response| response.status().is_client_error());
        let refused = answered && cause.code().is_some_and(|code| !LATER.contains(&code));
        // Not even sent: a guard's no, or a request that cannot be built.
        let refused = refused || matches!(cause, SdkError::ConstructionFailure(_));
        let text = describe(&cause);
        if refused {
            Self::Refused(text)
        } else {
            Self::Unavailable(text)
        }
    }
}

/// The answer to a conditional write; none when its condition did not hold.
pub(crate) fn if_it_held<T, E>(
    answer: Result<T, SdkError<E, HttpResponse>>,
) -> Result<Option<T>, Error>
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(cause) if cause.code() == Some("ConditionalCheckFailedException") => Ok(None),
        Err(cause) => Err(cause.into()),
    }
}

/// The cause in its own words, down to its root. Never its `Debug` form: that has the raw answer in it, and with it
/// what people wrote.
fn describe<E>(cause: &SdkError<E, HttpResponse>) -> String
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    let mut text = cause.to_string();
    let mut source = std::error::Error::source(cause);
    while let Some(deeper) = source {
        text = format!("{text}: {deeper}");
        source = deeper.source();
    }
    if let Some(code) = cause.code() {
        text = format!("{text}: {code}: {}", cause.message().unwrap_or_default());
    }
    text
}
