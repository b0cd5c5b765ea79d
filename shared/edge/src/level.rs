//! Which policy or calendar a request is about.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use domain::{CalendarId, PolicyId};

use crate::problem::Problem;
use crate::ticket::named;

/// The policy the path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRef(pub PolicyId);

/// The calendar the path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarRef(pub CalendarId);

macro_rules! from_the_path {
    ($name:ident: $id:ident, $missing:ident) => {
        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = Problem;

            /// What cannot be a name names nothing; but whoever wants to set something of that name is told why.
            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                let id = named(parts, state, "id").await.unwrap_or_default();
                match $id::parse(id) {
                    Ok(id) => Ok(Self(id)),
                    Err(invalid) if parts.method == Method::PUT => {
                        Err(Problem::invalid_id(invalid, $id::PREFIX))
                    }
                    Err(_) => Err(Problem::$missing()),
                }
            }
        }
    };
}

from_the_path!(PolicyRef: PolicyId, policy_not_found);
from_the_path!(CalendarRef: CalendarId, calendar_not_found);
