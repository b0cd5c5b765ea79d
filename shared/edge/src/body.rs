//! The body of a request, read once: its fields, and what makes it the same request again.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use store::Idempotency;

use crate::caller::Caller;
use crate::content;
use crate::form::Form;
use crate::idempotency;
use crate::json::{self, Read};
use crate::problem::{Problem, Text};

/// The largest body (contract §1, "limits").
pub(crate) const MAX_BODY: usize = 1 << 20;

/// A value that is read from the fields of a body.
pub trait FromForm: Sized {
    /// Whether there may be no body at all, which is then read as one without fields.
    const MAY_BE_EMPTY: bool = false;

    /// Reads every field, then gives the value; `None` only when the form has noted why.
    fn from_form(form: &mut Form) -> Option<Self>;
}

/// No fields at all: every one is refused.
impl FromForm for () {
    const MAY_BE_EMPTY: bool = true;

    fn from_form(_: &mut Form) -> Option<Self> {
        Some(())
    }
}

/// What a write submits: its body, and its `Idempotency-Key` bound to caller, method, path and body.
#[derive(Debug)]
pub struct Submitted<T> {
    /// The body.
    pub body: T,
    /// The key, if the caller sent one.
    pub key: Option<Idempotency>,
}

impl<T: FromForm, S: Send + Sync> FromRequest<S> for Submitted<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Caller(actor) = Caller::from_request_parts(&mut parts, state).await?;
        let key = idempotency::key(&parts.headers)?;
        let bytes = content::plain(&parts.headers, read(body).await?)?;
        let Read {
            value: fields,
            repeated,
        } = if bytes.is_empty() && T::MAY_BE_EMPTY {
            Read::default()
        } else {
            parse(&bytes)?
        };
        let key = key.map(|key| idempotency::bind(&key, &actor, &parts, &fields));
        let mut form = Form::new(fields);
        for field in &repeated {
            form.repeated(field);
        }
        let value = T::from_form(&mut form);
        match (value, form.errors()) {
            (Some(body), errors) if errors.is_empty() => Ok(Self { body, key }),
            (_, errors) => Err(Problem::invalid_body(errors)),
        }
    }
}

async fn read(body: axum::body::Body) -> Result<Bytes, Problem> {
    // The limit and a broken connection fail alike; only the first has somebody left to read the answer.
    axum::body::to_bytes(body, MAX_BODY)
        .await
        .map_err(|_| Problem::payload_too_large(MAX_BODY))
}

fn parse(bytes: &[u8]) -> Result<Read, Problem> {
    if bytes.is_empty() {
        return Err(Problem::malformed_json(Text::new(
            "There is no body; a JSON object is required.",
            "No hay cuerpo; se requiere un objeto JSON.",
        )));
    }
    Ok(json::object(bytes)?)
}
