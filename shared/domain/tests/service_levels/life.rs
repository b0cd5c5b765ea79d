//! The life of a ticket under service levels that change, and what becomes of it.

use domain::{
    Actor, Command, Due, Entry, EntryId, Opening, Stamp, Tenant, Terms, Ticket, TicketId,
};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::levels::{self, Set};
use super::minutes::{self, minute};

/// An opening, all that is then wanted of the ticket, and what the tenant sets in the meantime.
#[derive(Clone, Debug)]
pub struct Life {
    /// What the tenant sets, in order.
    pub sets: Vec<Set>,
    /// The minute of the opening.
    pub birth: i64,
    /// Who opens.
    pub opener: Actor,
    /// What is opened.
    pub opening: Opening,
    /// What is wanted, in order.
    pub acts: Vec<Act>,
    /// How many minutes after the last act it is looked at.
    pub rest: i64,
}

/// What one actor wants at one time.
#[derive(Clone, Debug)]
pub struct Act {
    /// How many minutes after the act before.
    pub gap: i64,
    /// Whether it waits for the minute in which the next target is due, if one is.
    pub is_last_minute: bool,
    /// Whether the sweep comes by just before.
    pub swept: bool,
    /// Whether the tenant changes its service levels before.
    pub reset: bool,
    /// Who wants it.
    pub actor: Actor,
    /// What is wanted.
    pub command: Command,
}

/// How often the sweep comes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sweep {
    /// As drawn: before some acts, and at the end.
    Sometimes,
    /// Every minute in which something is due.
    Always,
}

/// An entry, and the heads on both sides of it.
#[derive(Clone, Debug)]
pub struct Step {
    /// The entry.
    pub entry: Entry,
    /// The head it was made for; none for the opening.
    pub before: Option<Ticket>,
    /// The head with it.
    pub after: Ticket,
    /// What the tenant had set.
    pub set: usize,
    /// Whether nothing more was due after it.
    pub is_swept: bool,
}

/// What has become of a life.
#[derive(Debug)]
pub struct Lived {
    /// Its thread.
    pub steps: Vec<Step>,
    /// When it was last looked at.
    pub now: Timestamp,
}

impl Lived {
    /// The head.
    pub fn ticket(&self) -> &Ticket {
        &self.steps.last().expect("an opening").after
    }

    /// The thread.
    pub fn thread(&self) -> impl Iterator<Item = &Entry> + Clone {
        self.steps.iter().map(|step| &step.entry)
    }
}

impl Life {
    /// Lives it.
    pub fn live(&self, sweep: Sweep) -> Lived {
        let mut set = 0;
        let mut now = minute(self.birth);
        let accepted = domain::open(
            self.opening.clone(),
            &self.opener,
            &domain::Settings::default(),
        )
        .expect("an opening");
        let stamp = Stamp {
            id: entry_id(1),
            now,
        };
        let entry = accepted.entry(
            id(),
            1,
            Vec::new(),
            self.sets[0].configuration.rules(None),
            stamp,
        );
        let after = Ticket::opened(tenant(), id(), &entry).expect("an opening entry");
        let opened = Step {
            entry,
            before: None,
            after,
            set,
            is_swept: false,
        };
        let mut lived = Lived {
            steps: vec![opened],
            now,
        };
        for act in &self.acts {
            let due_at = lived.next_due_after(now).filter(|_| act.is_last_minute);
            let next = due_at.unwrap_or(now + SignedDuration::from_mins(act.gap));
            if sweep == Sweep::Always {
                self.sweep_until(&mut lived, set, next);
            }
            now = next;
            if act.reset && set + 1 < self.sets.len() {
                set += 1;
            }
            if act.swept {
                self.sweep(&mut lived, set, now);
            }
            let ticket = lived.ticket().clone();
            let terms = self.terms(&ticket);
            let rules = self.sets[set].configuration.rules(terms.as_ref());
            let stamp = Stamp {
                id: entry_id(ticket.version + 1),
                now,
            };
            if let Ok(Some(entry)) = ticket.decide(act.command.clone(), &act.actor, rules, stamp) {
                lived.add(entry, set);
            }
        }
        let end = now + SignedDuration::from_mins(self.rest);
        if sweep == Sweep::Always {
            self.sweep_until(&mut lived, set, end);
        }
        self.sweep(&mut lived, set, end);
        lived.now = end;
        lived
    }

    fn terms(&self, ticket: &Ticket) -> Option<Terms> {
        let terms = levels::terms(&self.sets, ticket.given.as_ref()?);
        Some(terms.expect("a version there was"))
    }

    /// Every minute until then, but for those in which nothing is due.
    fn sweep_until(&self, lived: &mut Lived, set: usize, until: Timestamp) {
        loop {
            let Some(deadline) = lived.ticket().deadline().filter(|at| *at <= until) else {
                return;
            };
            let late = i64::from(deadline > minute(minutes::number(deadline)));
            let now = minute(minutes::number(deadline) + late);
            if now > until || lived.ticket().deleted_at.is_some() {
                return;
            }
            self.sweep(lived, set, now);
        }
    }

    /// Once, until nothing is due.
    fn sweep(&self, lived: &mut Lived, set: usize, now: Timestamp) {
        // More marks than there can be: it would never come to rest.
        for entries in 0.. {
            assert!(entries < 1_000, "something is due for ever");
            let ticket = lived.ticket();
            let terms = self.terms(ticket);
            let rules = self.sets[set].configuration.rules(terms.as_ref());
            let stamp = Stamp {
                id: entry_id(ticket.version + 1),
                now,
            };
            let due = ticket.due(stamp, rules);
            // The index of deadlines and the decision agree.
            assert_eq!(
                due != Due::Nothing,
                ticket.deadline().is_some_and(|at| at <= now),
                "{ticket:?}"
            );
            match due {
                Due::Entry(entry) => lived.add(*entry, set),
                Due::Nothing | Due::Purge => break,
            }
        }
        lived.steps.last_mut().expect("an opening").is_swept = true;
    }
}

impl Lived {
    /// It does not depend on what was published.
    fn next_due_after(&self, now: Timestamp) -> Option<Timestamp> {
        let clocks = self.ticket().clocks.promised();
        let running = clocks.filter(|clock| clock.end.is_none());
        running
            .filter_map(|clock| clock.due_at)
            .filter(|at| *at > now)
            .min()
    }

    fn add(&mut self, entry: Entry, set: usize) {
        let before = self.ticket().clone();
        let mut after = before.clone();
        after.apply(&entry).expect("an entry made for this head");
        self.steps.push(Step {
            entry,
            before: Some(before),
            after,
            set,
            is_swept: false,
        });
    }
}

/// The ticket's id.
pub fn id() -> TicketId {
    Uuid::from_u128(7).into()
}

/// Whose it is.
pub fn tenant() -> Tenant {
    Tenant::parse("acme").expect("a tenant")
}

/// The id of an entry.
pub fn entry_id(n: u32) -> EntryId {
    Uuid::from_u128(n.into()).into()
}
