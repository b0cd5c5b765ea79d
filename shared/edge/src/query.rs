//! The query of a request.

mod encoding;

use std::collections::{HashMap, HashSet};

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
        let query = parts.uri.query().unwrap_or_default();
        let (mut fields, mut lists) = (Map::new(), HashMap::<String, Vec<String>>::new());
        let (mut repeated, mut with_plus) = (Vec::new(), HashSet::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = encoding::text(name);
            if value.contains('+') {
                with_plus.insert(name.clone());
            }
            // A comma that is written as one separates, and one that is written `%2C` is a part of a value.
            let values = value.split(',').map(encoding::text);
            lists.entry(name.clone()).or_default().extend(values);
            if fields.contains_key(&name) {
                repeated.push(name);
            } else {
                fields.insert(name, Value::String(encoding::text(value)));
            }
        }
        let mut form = Form::of_query(fields, lists);
        let value = T::from_query(&mut form);
        repeated.retain(|name| form.is_given_again(name));
        for name in &repeated {
            form.repeated(name);
        }
        for name in encoding::undecodable(query) {
            form.undecodable(&name);
        }
        let mut errors = form.errors();
        if errors.is_empty() {
            return Ok(Self(value));
        }
        for error in &mut errors {
            if with_plus.contains(&error.field) {
                error.detail = error.detail.clone().and(
                    "A `+` in a query means a space; write `%2B` for a plus sign.",
                    "Un `+` en una consulta significa un espacio; escriba `%2B` para el signo más.",
                );
            }
        }
        Err(Problem::invalid_parameters(errors))
    }
}
