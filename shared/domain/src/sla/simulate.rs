//! A thread again, under other terms: what would have been due, and missed.

use jiff::Timestamp;

use super::explain::Explanation;
use super::terms::Reckoned;
use crate::{BrokenThread, Configuration, Entry, Stamp, Tenant, Ticket, TicketId};

/// A thread as it would have gone on under another configuration: with the same words and the same changes, at the same
/// times, but for what was done about missed targets, which is done anew, by a check that is never late.
#[derive(Clone, Debug)]
pub struct Simulation<'a> {
    tenant: Tenant,
    id: TicketId,
    configuration: &'a Configuration,
    explanation: Explanation,
}

impl<'a> Simulation<'a> {
    /// Of a ticket, before its first entry.
    pub fn new(tenant: Tenant, id: TicketId, configuration: &'a Configuration) -> Self {
        Self {
            explanation: Explanation::new(tenant.clone(), id),
            tenant,
            id,
            configuration,
        }
    }

    /// Reads the next entry of the thread as it was.
    pub fn add(&mut self, entry: &Entry) -> Result<(), BrokenThread> {
        if entry.passed().is_some() {
            return Ok(());
        }
        self.publish(entry.at)?;
        let mut entry = Entry {
            reckoned: Reckoned::default(),
            ..entry.clone()
        };
        match self.explanation.ticket() {
            None => {
                let opened = Ticket::opened(self.tenant.clone(), self.id, &entry)?;
                let rules = self.configuration.rules(None);
                entry.reckoned = Reckoned::between(None, &opened, rules);
            }
            Some(ticket) => {
                entry.seq = ticket.version + 1;
                let terms = self.configuration.levels.terms_of(ticket);
                entry = entry.reckoned(ticket, self.configuration.rules(terms.as_ref()));
            }
        }
        self.explanation.add(&entry)
    }

    /// What would have come of it by then.
    pub fn until(mut self, then: Timestamp) -> Result<Explanation, BrokenThread> {
        self.publish(then)?;
        Ok(self.explanation)
    }

    /// Does what a check would have done by then.
    fn publish(&mut self, until: Timestamp) -> Result<(), BrokenThread> {
        while let Some(ticket) = self.explanation.ticket() {
            let next = ticket.clocks.next_mark().map(|(_, mark)| mark.at);
            let is_deleted = ticket.deleted_at.is_some();
            let Some(now) = next.filter(|at| *at <= until && !is_deleted) else {
                break;
            };
            let terms = self.configuration.levels.terms_of(ticket);
            let rules = self.configuration.rules(terms.as_ref());
            let id = uuid::Uuid::nil().into();
            match ticket.publication(Stamp { id, now }, rules) {
                Some(entry) => self.explanation.add(&entry)?,
                None => break,
            }
        }
        Ok(())
    }
}

/// A whole thread as it would have gone on, until then.
pub fn simulate<'a>(
    tenant: Tenant,
    id: TicketId,
    thread: impl IntoIterator<Item = &'a Entry>,
    configuration: &Configuration,
    until: Timestamp,
) -> Result<Explanation, BrokenThread> {
    let mut simulation = Simulation::new(tenant, id, configuration);
    for entry in thread {
        simulation.add(entry)?;
    }
    simulation.until(until)
}
