//! The story of one ticket: who does what when.

use std::collections::BTreeMap;

use domain::{
    Actor, Calendar, CalendarId, Category, Command, Configuration, Due, Edits, Entry, Opening,
    Policy, PolicyId, Priority, Resolution, Rules, ServiceLevels, Stamp, Status, Terms, Ticket,
    Title, Versioned, Zone,
};
use jiff::Timestamp;
use uuid::Uuid;

use super::people::{admin, agent, customer, id, reply, resolution, tags_of, tenant, words};
use super::telling;

/// A ticket, what its tenant has set, and every set of terms it was ever given.
pub struct Story {
    pub zone: Zone,
    pub policies: BTreeMap<PolicyId, Versioned<Policy>>,
    pub calendars: BTreeMap<CalendarId, Versioned<Calendar>>,
    pub configuration: Configuration,
    /// What was set when the ticket was opened.
    pub first_levels: ServiceLevels,
    pub terms: Vec<Terms>,
    head: Option<Ticket>,
    pub thread: Vec<Entry>,
}

/// A story whose times are this zone's.
pub fn story(zone: &str) -> Story {
    Story {
        zone: Zone::parse(zone).expect(zone),
        policies: BTreeMap::new(),
        calendars: BTreeMap::new(),
        configuration: Configuration::default(),
        first_levels: ServiceLevels::default(),
        terms: Vec::new(),
        head: None,
        thread: Vec::new(),
    }
}

/// What people do.
impl Story {
    /// The customer opens a ticket, of medium priority.
    pub fn opens(self, when: &str) -> Self {
        self.opens_with(when, Priority::Medium, Category::General, &[])
    }

    pub fn opens_as(self, when: &str, priority: Priority) -> Self {
        self.opens_with(when, priority, Category::General, &[])
    }

    pub fn opens_with(self, when: &str, priority: Priority, of: Category, tags: &[&str]) -> Self {
        self.opened_by(&customer(), when, priority, of, tags)
    }

    pub fn agent_opens(self, when: &str) -> Self {
        self.opened_by(&agent(), when, Priority::Medium, Category::General, &[])
    }

    fn opened_by(
        mut self,
        actor: &Actor,
        when: &str,
        priority: Priority,
        category: Category,
        tags: &[&str],
    ) -> Self {
        let opening = Opening {
            title: Title::parse("No entra").expect("a title"),
            description: words(),
            priority: Some(priority),
            category,
            tags: tags_of(tags),
            client: Some(customer().principal),
        };
        let accepted = domain::open(opening, actor, &domain::Settings::default()).expect("allowed");
        let (rules, stamp) = (self.configuration.rules(None), self.stamp(when));
        let entry = accepted.entry(id(), 1001, Vec::new(), rules, stamp);
        let ticket = Ticket::opened(tenant(), id(), &entry).expect("an opening entry");
        self.first_levels = self.configuration.levels.clone();
        self.head = Some(ticket);
        self.thread.push(entry);
        self.keep_terms();
        self
    }

    pub fn customer_says(self, when: &str) -> Self {
        self.act(&customer(), when, reply(None))
    }

    pub fn customer_says_and(self, when: &str, status: Status) -> Self {
        self.act(&customer(), when, reply(Some(status)))
    }

    pub fn agent_says(self, when: &str) -> Self {
        self.act(&agent(), when, reply(None))
    }

    pub fn agent_says_and(self, when: &str, status: Status) -> Self {
        self.act(&agent(), when, reply(Some(status)))
    }

    pub fn note(self, when: &str) -> Self {
        let (message, attachments) = (words(), Vec::new());
        let note = Command::Note {
            message,
            attachments,
        };
        self.act(&agent(), when, note)
    }

    /// An agent sets the status, with a resolution if one is owed.
    pub fn status(self, when: &str, status: Status) -> Self {
        let resolution = resolution(status);
        let status = Some(status);
        self.update(
            when,
            Edits {
                status,
                resolution,
                ..Edits::default()
            },
        )
    }

    /// The customer sets the status.
    pub fn customer_sets(self, when: &str, status: Status, resolution: Option<&str>) -> Self {
        let resolution = resolution.map(|text| Resolution::parse(text).expect(text));
        let status = Some(status);
        let edits = Edits {
            status,
            resolution,
            ..Edits::default()
        };
        self.act(&customer(), when, Command::Update(edits))
    }

    pub fn priority(self, when: &str, priority: Priority) -> Self {
        let priority = Some(priority);
        self.update(
            when,
            Edits {
                priority,
                ..Edits::default()
            },
        )
    }

    pub fn category(self, when: &str, category: Category) -> Self {
        let category = Some(category);
        self.update(
            when,
            Edits {
                category,
                ..Edits::default()
            },
        )
    }

    pub fn tags(self, when: &str, tags: &[&str]) -> Self {
        let tags = Some(tags_of(tags));
        self.update(
            when,
            Edits {
                tags,
                ..Edits::default()
            },
        )
    }

    /// An agent changes several things at once.
    pub fn update(self, when: &str, edits: Edits) -> Self {
        self.act(&agent(), when, Command::Update(edits))
    }

    pub fn deleted(self, when: &str) -> Self {
        self.act(&admin(), when, Command::Delete)
    }

    pub fn restored(self, when: &str) -> Self {
        self.act(&admin(), when, Command::Restore)
    }

    fn act(self, actor: &Actor, when: &str, command: Command) -> Self {
        let stamp = self.stamp(when);
        let decide = |ticket: &Ticket, rules: Rules<'_>| {
            ticket
                .decide(command, actor, rules, stamp)
                .expect("allowed")
        };
        let entry = self.with_rules(decide).expect("something to change");
        self.append(entry)
    }
}

/// What time does.
impl Story {
    /// The scheduled check looks, and adds all that is due.
    pub fn sweep(mut self, now: &str) -> Self {
        loop {
            let stamp = self.stamp(now);
            match self.with_rules(|ticket, rules| ticket.due(stamp, rules)) {
                Due::Entry(entry) => self = self.append(*entry),
                Due::Nothing => return self,
                Due::Purge => panic!("a story does not end like this"),
            }
        }
    }

    /// What a write goes by: the terms the ticket was given, whatever the tenant has set since.
    fn with_rules<T>(&self, decide: impl FnOnce(&Ticket, Rules<'_>) -> T) -> T {
        let ticket = self.ticket();
        let is_given = |terms: &&Terms| Some(&terms.given) == ticket.given.as_ref();
        let terms = self.terms.iter().find(is_given);
        decide(ticket, self.configuration.rules(terms))
    }

    fn append(mut self, entry: Entry) -> Self {
        let head = self.head.as_mut().expect("an opened ticket");
        head.apply(&entry).expect("an entry made for this head");
        self.thread.push(entry);
        self.keep_terms();
        self
    }

    fn keep_terms(&mut self) {
        let Some(given) = self.ticket().given.clone() else {
            return;
        };
        if self.terms.iter().all(|terms| terms.given != given) {
            let terms = self.configuration.levels.terms_given(&given);
            self.terms.push(terms.expect("what is given is set"));
        }
    }

    pub fn ticket(&self) -> &Ticket {
        self.head.as_ref().expect("an opened ticket")
    }

    fn stamp(&self, when: &str) -> Stamp {
        let now: Timestamp = telling::read(&self.zone, when);
        let id = Uuid::from_u128(self.thread.len() as u128).into();
        Stamp { id, now }
    }
}
