//! Opening a ticket: for whom it may be opened, and the entry its thread begins with.

use crate::decide::Stamp;
use crate::{
    Actor, Attachment, Category, Content, CustomersMaySet, Entry, Message, Opened, Principal,
    Priority, Reckoned, Refusal, Role, Rules, Settings, Tags, Tenant, Ticket, TicketId, Title,
    Voice,
};

/// A ticket somebody wants opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// What it is about.
    pub title: Title,
    /// The first message.
    pub description: Message,
    /// `medium` unless said otherwise.
    pub priority: Option<Priority>,
    /// What kind of question it is.
    pub category: Category,
    /// Its first tags.
    pub tags: Tags,
    /// For whom: an agent must say, a customer can only say itself.
    pub client: Option<Principal>,
}

/// A ticket that may be opened: all that is missing is its number, and its files. It is decided first and numbered then,
/// so that a refused one takes no number.
#[derive(Clone, Debug)]
pub struct Accepted {
    opening: Opening,
    client: Principal,
    voice: Voice,
    tenant: Tenant,
    author: Principal,
}

/// Whether this actor may open this ticket, and for whom. Customers set of it what their tenant's settings let them.
pub fn open(opening: Opening, actor: &Actor, settings: &Settings) -> Result<Accepted, Refusal> {
    let author = actor.principal.clone();
    if !actor.is_staff() {
        let may_not = |field| !settings.customers_may_set.contains(&field);
        let sets_priority = opening.priority.is_some() && may_not(CustomersMaySet::Priority);
        let sets_tags = !opening.tags.is_empty() && may_not(CustomersMaySet::Tags);
        let fields: Vec<&'static str> = [
            sets_priority.then_some(CustomersMaySet::Priority.name()),
            sets_tags.then_some(CustomersMaySet::Tags.name()),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !fields.is_empty() {
            return Err(Refusal::FieldsForbidden { fields });
        }
    }
    let (client, voice) = match (actor.role, opening.client.clone()) {
        (Role::Customer, None) => (author.clone(), Voice::User),
        (Role::Customer, Some(client)) if client == author => (client, Voice::User),
        (Role::Customer, Some(_)) => {
            let fields = vec!["client"];
            return Err(Refusal::FieldsForbidden { fields });
        }
        (Role::Agent | Role::Admin, None) => return Err(Refusal::ClientRequired),
        (Role::Agent | Role::Admin, Some(client)) => (client, Voice::Agent),
    };
    Ok(Accepted {
        opening,
        client,
        voice,
        tenant: actor.tenant.clone(),
        author,
    })
}

impl Accepted {
    /// The first entry of the ticket of this name. `number` is the tenant's next; `attachments` are the files that come
    /// with it.
    pub fn entry(
        self,
        id: TicketId,
        number: u64,
        attachments: Vec<Attachment>,
        rules: Rules<'_>,
        stamp: Stamp,
    ) -> Entry {
        let opened = Opened {
            voice: self.voice,
            number,
            client: self.client,
            title: self.opening.title,
            description: self.opening.description,
            priority: self.opening.priority.unwrap_or(Priority::Medium),
            category: self.opening.category,
            tags: self.opening.tags,
        };
        let mut entry = Entry {
            id: stamp.id,
            seq: 1,
            author: self.author.into(),
            at: stamp.now,
            content: Content::Opened(opened),
            changes: Vec::new(),
            attachments,
            closes_at: None,
            reckoned: Reckoned::default(),
        };
        // It opens one.
        if let Ok(ticket) = Ticket::opened(self.tenant, id, &entry) {
            entry.reckoned = Reckoned::between(None, &ticket, rules);
        }
        entry
    }
}
