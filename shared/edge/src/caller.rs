//! Who asks.
//!
//! API Gateway's JWT authorizer has verified the token; its claims are in the request's context (`claims.rs` reads them).
//! (The local gateway puts them there in the same form.) Tenant and role come from there and from nowhere else.
//! Contract §2.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::{Actor, Role};

use crate::claims::Claims;
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
        let claims = Claims::of(parts).ok_or_else(Problem::unauthorized)?;
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
