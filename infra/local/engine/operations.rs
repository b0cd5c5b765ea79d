//! The operations of DynamoDB that the system, and the tests that look at all of its table, make use of.

use dynoxide::actions::transact_write_items::TransactWriteItemsRequest;
use dynoxide::{Database, DynoxideError, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::connector::Answer;

/// Answers a request as DynamoDB's HTTP API would.
pub(super) fn answer(database: &Database, operation: &str, body: &[u8]) -> Answer {
    match run(database, operation, body) {
        Ok(body) => Answer { status: 200, body },
        Err(error) => Answer {
            status: error.status_code(),
            body: error.to_json(),
        },
    }
}

fn run(database: &Database, operation: &str, body: &[u8]) -> Result<String> {
    match operation {
        "GetItem" => write(&database.get_item(read(body)?)?),
        "Query" => write(&database.query(read(body)?)?),
        "TransactGetItems" => write(&database.transact_get_items(read(body)?)?),
        "TransactWriteItems" => {
            let request = TransactWriteItemsRequest {
                // It is for those who may have lost an answer. Between two threads none is lost; and the engine keeps each for
                // ten minutes, and looks through all of them at every transaction.
                client_request_token: None,
                ..read(body)?
            };
            write(&database.transact_write_items(request)?)
        }
        "PutItem" => write(&database.put_item(read(body)?)?),
        "UpdateItem" => write(&database.update_item(read(body)?)?),
        "DeleteItem" => write(&database.delete_item(read(body)?)?),
        "BatchGetItem" => write(&database.batch_get_item(read(body)?)?),
        "BatchWriteItem" => write(&database.batch_write_item(read(body)?)?),
        "CreateTable" => write(&database.create_table(read(body)?)?),
        "DescribeTable" => write(&database.describe_table(read(body)?)?),
        "DeleteTable" => write(&database.delete_table(read(body)?)?),
        "UpdateTimeToLive" => write(&database.update_time_to_live(read(body)?)?),
        "Scan" => write(&database.scan(read(body)?)?),
        other => Err(DynoxideError::ValidationException(format!(
            "the local engine is not asked for {other}"
        ))),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    serde_json::from_slice(body)
        .map_err(|error| DynoxideError::ValidationException(error.to_string()))
}

fn write<T: Serialize>(answer: &T) -> Result<String> {
    serde_json::to_string(answer)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}
