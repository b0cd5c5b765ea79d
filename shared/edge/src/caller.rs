//! Who asks.
//!
//! API Gateway's JWT authorizer has verified the token; its claims are in the request's context, every one a string,
//! a list as `[agent admin]`. (The one-machine gateway puts them there in the same form.) Tenant and role come from
//! there and from nowhere else. Contract §2.

use axum::extract::FromRequestParts;
use axum::http::Extensions;
use axum::http::request::Parts;
use domain::{Actor, Principal, Role, Tenant};
use lambda_http::request::RequestContext;

use crate::problem::{Problem, Text};

/// A verified caller in any role.
#[derive(Clone, Debug)]
pub struct Caller(pub Actor);

/// A verified caller that is an agent or an admin. A handler that takes it cannot be called by a customer.
#[derive(Clone, Debug)]
pub struct Agent(pub Actor);

/// A verified caller that is an admin.
#[derive(Clone, Debug)]
pub struct Admin(pub Actor);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let claims = Claims::of(&parts.extensions).ok_or_else(Problem::unauthorized)?;
        claims.actor().map(Self).ok_or_else(|| {
            Problem::forbidden(Text::new(
                "The token names no tenant, no subject or none of the roles customer, agent, admin.",
                "El token no indica tenant, sujeto o ninguno de los roles customer, agent, admin.",
            ))
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Agent {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Caller(actor) = Caller::from_request_parts(parts, state).await?;
        if actor.is_staff() {
            Ok(Self(actor))
        } else {
            Err(Problem::forbidden(Text::new(
                "This is for agents and admins; your token has neither role.",
                "Esto es para agentes y administradores; su token no tiene ninguno de esos roles.",
            )))
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Caller(actor) = Caller::from_request_parts(parts, state).await?;
        if actor.role == Role::Admin {
            Ok(Self(actor))
        } else {
            Err(Problem::forbidden(Text::new(
                "This is for admins; your token has another role.",
                "Esto es para administradores; su token tiene otro rol.",
            )))
        }
    }
}

/// The tenant of a request, for the log.
pub(crate) fn tenant(extensions: &Extensions) -> Option<Tenant> {
    Claims::of(extensions)?.tenant()
}

/// The claims as API Gateway delivers them.
struct Claims<'a>(&'a std::collections::HashMap<String, String>);

impl<'a> Claims<'a> {
    fn of(extensions: &'a Extensions) -> Option<Self> {
        #[allow(
            irrefutable_let_patterns,
            reason = "with the features of this crate there is one kind of context"
        )]
        let RequestContext::ApiGatewayV2(context) = extensions.get::<RequestContext>()? else {
            return None;
        };
        Some(Self(&context.authorizer.as_ref()?.jwt.as_ref()?.claims))
    }

    /// The first of these claims there is: our own name, then Cognito's.
    fn first(&self, names: [&str; 2]) -> Option<&'a str> {
        names
            .iter()
            .find_map(|name| self.0.get(*name))
            .map(String::as_str)
    }

    fn tenant(&self) -> Option<Tenant> {
        Tenant::parse(self.first(["tenant", "custom:tenant"])?).ok()
    }

    /// `None` unless the claims make an actor: a tenant, a subject and at least one role.
    fn actor(&self) -> Option<Actor> {
        let roles = self.first(["roles", "cognito:groups"])?;
        // The gateway prints a list without quotes, so a role with a space in its name reads as several. Cognito's
        // groups have none; another provider must not put any in.
        let role = roles
            .trim_matches(['[', ']'])
            .split([' ', ','])
            .filter_map(Role::named)
            .max()?;
        let principal = Principal::parse(self.0.get("sub")?.as_str()).ok()?;
        Some(Actor {
            tenant: self.tenant()?,
            principal,
            role,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn role(claims: &[(&str, &str)]) -> Option<Role> {
        let claims: HashMap<_, _> = claims
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        Claims(&claims).actor().map(|actor| actor.role)
    }

    #[test]
    fn claims_are_read_as_the_gateway_writes_them() {
        let who = [("sub", "ana"), ("tenant", "acme")];
        let with = |roles| role(&[who[0], who[1], ("roles", roles)]);
        assert_eq!(with("[customer]"), Some(Role::Customer));
        assert_eq!(with("[agent admin]"), Some(Role::Admin));
        assert_eq!(with("[customer agent billing-team]"), Some(Role::Agent));
        assert_eq!(with("agent"), Some(Role::Agent));
        assert_eq!(with("customer,agent"), Some(Role::Agent));
        for none in ["", "[]", "[superadmin]", "Agent", "[agents]"] {
            assert_eq!(with(none), None, "{none}");
        }
    }

    #[test]
    fn cognito_s_names_serve_too() {
        let cognito = [
            ("sub", "ana"),
            ("custom:tenant", "acme"),
            ("cognito:groups", "[agent]"),
        ];
        assert_eq!(role(&cognito), Some(Role::Agent));
    }

    #[test]
    fn without_tenant_subject_or_role_nobody_acts() {
        let whole = [("sub", "ana"), ("tenant", "acme"), ("roles", "[agent]")];
        for missing in 0..3 {
            let rest: Vec<_> = whole
                .iter()
                .enumerate()
                .filter(|(i, _)| *i != missing)
                .map(|(_, c)| *c)
                .collect();
            assert_eq!(role(&rest), None);
        }
        assert_eq!(role(&[("sub", "a#b"), whole[1], whole[2]]), None);
        assert_eq!(role(&[whole[0], ("tenant", "a#b"), whole[2]]), None);
    }
}
