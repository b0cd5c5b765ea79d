//! Which ticket a request is about.

use std::collections::HashMap;

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::request::Parts;
use domain::{Actor, AttachmentId, Tenant, Ticket, TicketId};
use store::Table;

use crate::caller::{Admin, Caller};
use crate::problem::Problem;

/// What the path says about the ticket: its id, or the number people use. Anything else names no ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketRef {
    /// `tkt_…`
    Id(TicketId),
    /// `1001`
    Number(u64),
}

/// Which attachment of the ticket the path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttachmentRef(pub AttachmentId);

/// A ticket the caller may see, loaded just now, and the caller. A handler that takes it cannot touch another's.
#[derive(Clone, Debug)]
pub struct OwnTicket {
    /// The head.
    pub ticket: Ticket,
    /// Who asks.
    pub actor: Actor,
}

/// A ticket of the tenant, deleted or not, loaded just now, and the admin who asks.
#[derive(Clone, Debug)]
pub struct AdminTicket {
    /// The head.
    pub ticket: Ticket,
    /// Who asks.
    pub actor: Actor,
}

impl TicketRef {
    fn parse(text: &str) -> Option<Self> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            // A number has one spelling too.
            text.parse()
                .ok()
                .filter(|_| !text.starts_with('0'))
                .map(Self::Number)
        } else {
            text.parse().ok().map(Self::Id)
        }
    }

    /// The ticket's id; a number is looked up, and one that no ticket has gives an id that no ticket has.
    pub async fn resolve(self, table: &Table, tenant: &Tenant) -> Result<TicketId, Problem> {
        match self {
            Self::Id(id) => Ok(id),
            Self::Number(number) => Ok(table.numbered(tenant, number).await?),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for TicketRef {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let id = named(parts, state, "id").await;
        id.and_then(|id| Self::parse(&id))
            .ok_or_else(Problem::ticket_not_found)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for AttachmentRef {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let id = named(parts, state, "attachmentId").await;
        id.and_then(|id| id.parse().ok())
            .map(Self)
            .ok_or_else(Problem::attachment_not_found)
    }
}

/// What stands in the path under a name.
pub(crate) async fn named<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
    name: &str,
) -> Option<String> {
    let path = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
    path.ok()?.0.remove(name)
}

impl<S> FromRequestParts<S> for OwnTicket
where
    S: Send + Sync,
    Table: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Caller(actor) = Caller::from_request_parts(parts, state).await?;
        let ticket = load(parts, state, &actor.tenant).await?;
        if actor.sees(&ticket) {
            Ok(Self { ticket, actor })
        } else {
            Err(Problem::ticket_not_found())
        }
    }
}

impl<S> FromRequestParts<S> for AdminTicket
where
    S: Send + Sync,
    Table: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Admin(actor) = Admin::from_request_parts(parts, state).await?;
        let ticket = load(parts, state, &actor.tenant).await?;
        Ok(Self { ticket, actor })
    }
}

/// The tenant's ticket that the path names.
async fn load<S>(parts: &mut Parts, state: &S, tenant: &Tenant) -> Result<Ticket, Problem>
where
    S: Send + Sync,
    Table: FromRef<S>,
{
    let named = TicketRef::from_request_parts(parts, state).await?;
    let table = Table::from_ref(state);
    let id = named.resolve(&table, tenant).await?;
    let ticket = table.ticket(tenant, id).await?;
    ticket.ok_or_else(Problem::ticket_not_found)
}
