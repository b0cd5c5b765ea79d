//! Lambda, as far as a function's process can tell, for the examples that measure one.

mod callgrind;
mod instance;
mod runtime_api;

pub use callgrind::{callgrind, collected};
pub use instance::Instance;

/// What an example tells a person who has run it.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// What Lambda puts into every function's environment, besides where the Runtime API is.
pub fn environment(function: &str) -> [(&'static str, String); 8] {
    [
        ("AWS_LAMBDA_FUNCTION_NAME", function.to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "log".to_owned()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "log".to_owned()),
        ("AWS_REGION", "eu-west-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "none".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "none".to_owned()),
    ]
}
