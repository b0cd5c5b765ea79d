//! The query of a request.

mod encoding;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::{Map, Value};

use crate::form::Form;
use crate::problem::Problem;

/// A value that is read from the parameters of a query.
pub trait FromQuery: Sized {
    /// Reads every parameter; what is wrong, the form notes.
    fn from_query(form: &mut Form) -> Self;
}

/// A request's query. Unknown, repeated and wrong parameters are a `400 INVALID_PARAMETERS` naming each.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// No parameters at all: `Query<()>` refuses every one.
impl FromQuery for () {
    fn from_query(_: &mut Form) -> Self {}
}

/// How much of a list, and from where.
#[derive(Debug)]
pub struct Limit {
    /// 1–100, 10 unless said otherwise.
    pub limit: usize,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

impl FromQuery for Limit {
    fn from_query(form: &mut Form) -> Self {
        Self {
            limit: form.number("limit", 1..=100).unwrap_or(10),
            cursor: form.optional("cursor", Ok),
        }
    }
}

impl<T: FromQuery, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut fields = Map::new();
        let mut repeated = Vec::new();
        for (name, value) in
            form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
        {
            if fields.contains_key(name.as_ref()) {
                repeated.push(name);
            } else {
                fields.insert(name.into_owned(), Value::String(value.into_owned()));
            }
        }
        let mut form = Form::new(fields);
        for name in &repeated {
            form.repeated(name);
        }
        for name in encoding::undecodable(parts.uri.query().unwrap_or_default()) {
            form.undecodable(&name);
        }
        let query = T::from_query(&mut form);
        let errors = form.errors();
        if errors.is_empty() {
            Ok(Self(query))
        } else {
            Err(Problem::invalid_parameters(errors))
        }
    }
}
