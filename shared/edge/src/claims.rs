//! What the gateway says of a token it has verified, and how a claim is read that it has flattened.
//!
//! API Gateway's JWT authorizer hands every claim to a function as a text, and a list without quotes: `["agent","admin"]`
//! becomes `[agent admin]`. That loses where one name ends: `["not admin"]` and `["not","admin"]` both arrive as
//! `[not admin]`, and only the second names an admin. Three things give it back, tried in this order:
//!
//! 1. **The token itself.** The authorizer reads it from the `Authorization` header, and that same header comes along to
//!    the function. Its payload has the list as it was issued. It is believed only where flattening it gives, to the
//!    letter, what the gateway says: it then decides between readings of a verified claim, and can add nothing to one.
//! 2. **Cognito's word.** A group's name in a user pool cannot have a space, so a list of `cognito:groups` that a user
//!    pool has issued reads one way only.
//! 3. **The least of the readings.** Where every word is one of our roles, they are these roles: that is the list form.
//!    As soon as one word is another system's, any word may be a part of its name, and the reading that gives least, none
//!    of our roles at all, is taken.
//!
//! A role is a word: what has a space, a comma or a bracket in it is none, in a list or alone.

use std::collections::HashMap;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::{Extensions, request::Parts};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Actor, Principal, Role, Tenant};
use lambda_http::request::RequestContext;
use serde_json::{Map, Value};

/// How the issuers of Cognito's user pools begin.
const COGNITO: &str = "https://cognito-idp.";
/// Cognito's name of the claim with roles.
const GROUPS: &str = "cognito:groups";

/// The claims as API Gateway delivers them, and the payload of the token they are from where that is at hand.
pub(crate) struct Claims<'a> {
    verified: &'a HashMap<String, String>,
    payload: Option<Map<String, Value>>,
}

impl<'a> Claims<'a> {
    /// The verified claims of a request; none where no token was asked for.
    pub(crate) fn of(parts: &'a Parts) -> Option<Self> {
        Some(Self {
            verified: verified(&parts.extensions)?,
            payload: payload(&parts.headers),
        })
    }

    /// `None` unless the claims make an actor: a tenant, a subject and at least one role.
    pub(crate) fn actor(&self) -> Option<Actor> {
        let role = self.role()?;
        let (_, tenant) = self.text(["tenant", "custom:tenant"])?;
        let (_, principal) = self.text(["sub", "sub"])?;
        Some(Actor {
            tenant: Tenant::parse(tenant).ok()?,
            principal: Principal::parse(principal).ok()?,
            role,
        })
    }

    /// The highest of the caller's roles.
    fn role(&self) -> Option<Role> {
        let (name, text) = first(self.verified, ["roles", GROUPS])?;
        if let Some(issued) = self.issued(name, text) {
            return match issued {
                Value::String(role) => Role::named(role),
                Value::Array(roles) => roles
                    .iter()
                    .filter_map(|role| Role::named(role.as_str()?))
                    .max(),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
            };
        }
        let Some(list) = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        else {
            return Role::named(text);
        };
        let roles: Vec<Option<Role>> = list.split(' ').map(Role::named).collect();
        let issuer = self.verified.get("iss");
        let has_no_spaces =
            name == GROUPS && issuer.is_some_and(|issuer| issuer.starts_with(COGNITO));
        if has_no_spaces || roles.iter().all(Option::is_some) {
            roles.into_iter().flatten().max()
        } else {
            None
        }
    }

    /// The first of these claims there is, if it was issued as a text and not as something that is printed like one.
    fn text(&self, names: [&str; 2]) -> Option<(&'a str, &'a str)> {
        let (name, text) = first(self.verified, names)?;
        let issued = self.payload.as_ref().and_then(|payload| payload.get(name));
        issued.is_none_or(Value::is_string).then_some((name, text))
    }

    /// A claim as the token has it, if that is what the gateway has printed.
    fn issued(&self, name: &str, printed: &str) -> Option<&Value> {
        let value = self.payload.as_ref()?.get(name)?;
        let flat = match value {
            Value::String(text) => text.clone(),
            Value::Array(values) => {
                let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
                format!("[{}]", texts?.join(" "))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
        };
        (flat == printed).then_some(value)
    }
}

/// The tenant of a request, for the log.
pub(crate) fn tenant(extensions: &Extensions) -> Option<Tenant> {
    let (_, tenant) = first(verified(extensions)?, ["tenant", "custom:tenant"])?;
    Tenant::parse(tenant).ok()
}

fn verified(extensions: &Extensions) -> Option<&HashMap<String, String>> {
    #[allow(
        irrefutable_let_patterns,
        reason = "with the features of this crate there is one kind of context"
    )]
    let RequestContext::ApiGatewayV2(context) = extensions.get::<RequestContext>()? else {
        return None;
    };
    Some(&context.authorizer.as_ref()?.jwt.as_ref()?.claims)
}

/// The first of these claims there is: our own name, then Cognito's.
fn first<'a>(claims: &'a HashMap<String, String>, names: [&str; 2]) -> Option<(&'a str, &'a str)> {
    let found = names.iter().find_map(|name| claims.get_key_value(*name))?;
    Some((found.0, found.1))
}

/// The payload of the one bearer token of a request. Two headers, joined or not, are none: which of them the gateway has
/// verified is not known here.
fn payload(headers: &HeaderMap) -> Option<Map<String, Value>> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let mut parts = token.trim_start_matches(' ').split('.');
    let (Some(_), Some(payload), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests;
