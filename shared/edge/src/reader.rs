//! Who reads an answer, and what of a ticket that reader is shown.
//!
//! An agent is shown all of it. A customer is shown what is public: of its ticket's version and time, those of the newest
//! entry it may read, so that a note shows in nothing; and tags and assignee only where its tenant's settings say so.

use domain::{Actor, CustomersSee, Settings, Ticket};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use store::Table;

use crate::condition::etag;
use crate::problem::Problem;

/// An actor as the reader of tickets.
#[derive(Clone, Debug)]
pub struct Reader {
    actor: Actor,
    sees_tags: bool,
    sees_assignee: bool,
}

impl Reader {
    /// What these settings show to an actor.
    pub fn new(actor: &Actor, settings: &Settings) -> Self {
        let sees = |what| actor.is_staff() || settings.customers_see.contains(&what);
        Self {
            sees_tags: sees(CustomersSee::Tags),
            sees_assignee: sees(CustomersSee::AssignedTo),
            actor: actor.clone(),
        }
    }

    /// What its tenant's settings show to an actor. For agents there is nothing to look up.
    pub async fn of(table: &Table, actor: &Actor) -> Result<Self, Problem> {
        if actor.is_staff() {
            return Ok(Self::new(actor, &Settings::default()));
        }
        let configuration = table.configuration(&actor.tenant).await?;
        Ok(Self::new(actor, &configuration.settings))
    }

    /// Who it is.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Whether it is shown a ticket's tags.
    pub fn sees_tags(&self) -> bool {
        self.sees_tags
    }

    /// Whether it is shown who works on a ticket.
    pub fn sees_assignee(&self) -> bool {
        self.sees_assignee
    }

    /// A ticket's version.
    pub fn version(&self, ticket: &Ticket) -> u32 {
        ticket.version_for(self.actor.reach())
    }

    /// When a ticket was last changed.
    pub fn updated_at(&self, ticket: &Ticket) -> Timestamp {
        ticket.updated_for(self.actor.reach())
    }

    /// A ticket's entity tag: its version, and where a customer is shown what internal entries change, a digest of that as
    /// well; else an answer that has changed would have the tag of the one before.
    pub fn tag(&self, ticket: &Ticket) -> String {
        let version = self.version(ticket);
        let shows_more = self.sees_tags || self.sees_assignee;
        if self.actor.is_staff() || !(ticket.public_facts_changed || shows_more) {
            return etag(version);
        }
        let (priority, sla, due) = ticket.public_facts();
        let tags = self.sees_tags.then(|| ticket.tags.as_slice());
        let assignee = self.sees_assignee.then_some(&ticket.assigned_to);
        let shown = format!("{priority} {sla} {due:?} {tags:?} {assignee:?}");
        let digest = Sha256::digest(shown.as_bytes());
        let digest = u32::from_be_bytes(std::array::from_fn(|i| digest[i]));
        format!("\"{version}-{digest:08x}\"")
    }
}
