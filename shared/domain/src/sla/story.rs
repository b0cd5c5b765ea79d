//! A thread that never was: told entry by entry, and made by the same rules as any.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::{
    Actor, Category, Command, Configuration, Edits, Entry, EntryKind, Message, Opening, Principal,
    Priority, Refusal, Resolution, Role, Stamp, Status, Tags, Tenant, Ticket, Title, open,
};

/// The longest a story may last: five years.
const LONGEST: SignedDuration = SignedDuration::from_hours(5 * 366 * 24);

/// Something that happened to a ticket: the first opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What kind of thing.
    pub kind: EntryKind,
    /// When.
    pub at: Timestamp,
    /// The status after it, if it sets one.
    pub status: Option<Status>,
    /// With the first, or a change.
    pub priority: Option<Priority>,
    /// With the first, or a change.
    pub category: Option<Category>,
    /// With the first, or a change.
    pub tags: Option<Tags>,
    /// With the first: whose ticket it is.
    pub client: Option<Principal>,
}

/// Why something cannot have happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Impossible {
    /// It is before the thing before it, or years away from the first or from now.
    Time,
    /// Something of this name does not go with such a thing.
    Field(&'static str),
    /// The rules refuse it.
    Refused(Refusal),
}

/// The thread of a ticket to which these things happened, one after the other; or which of them cannot be, and why.
pub fn retell(
    tenant: &Tenant,
    story: Vec<Told>,
    now: Timestamp,
) -> Result<Vec<Entry>, (usize, Impossible)> {
    let mut ticket: Option<Ticket> = None;
    let mut thread: Vec<Entry> = Vec::new();
    for (i, mut told) in story.into_iter().enumerate() {
        // To the millisecond, as everything is.
        told.at = Timestamp::from_millisecond(told.at.as_millisecond()).unwrap_or(told.at);
        let is_near = |other: Timestamp| told.at.duration_since(other).abs() <= LONGEST;
        let is_after = thread.last().is_none_or(|last| last.at <= told.at);
        let begins_near = thread.first().is_none_or(|first| is_near(first.at));
        if !is_after || !begins_near || !is_near(now) {
            return Err((i, Impossible::Time));
        }
        let entry = match &ticket {
            None => first(tenant, told).map(Some),
            Some(ticket) => next(ticket, told),
        };
        // One that changes nothing is none.
        let Some(entry) = entry.map_err(|impossible| (i, impossible))? else {
            continue;
        };
        let broken = |_| (i, Impossible::Field("type"));
        match &mut ticket {
            None => {
                let opened = Ticket::opened(tenant.clone(), Uuid::nil().into(), &entry);
                ticket = Some(opened.map_err(broken)?);
            }
            Some(ticket) => ticket.apply(&entry).map_err(broken)?,
        }
        thread.push(entry);
    }
    Ok(thread)
}

fn first(tenant: &Tenant, told: Told) -> Result<Entry, Impossible> {
    let client = told.client.unwrap_or_else(|| principal("client"));
    let actor = match told.kind {
        EntryKind::User => person(tenant, client.clone(), Role::Customer),
        EntryKind::Agent => agent(tenant),
        EntryKind::Note | EntryKind::System => return Err(Impossible::Field("type")),
    };
    if told.status.is_some_and(|status| status != Status::Open) {
        return Err(Impossible::Field("status"));
    }
    let opening = Opening {
        title: Title::parse("A story").expect("a title"),
        description: words(),
        priority: told.priority,
        category: told.category.unwrap_or(Category::General),
        tags: told.tags.unwrap_or_default(),
        client: Some(client),
    };
    let configuration = Configuration::default();
    let accepted = open(opening, &actor, &configuration.settings).map_err(Impossible::Refused)?;
    let rules = configuration.rules(None);
    let id = Uuid::nil().into();
    Ok(accepted.entry(id, 1, Vec::new(), rules, stamp(told.at)))
}

fn next(ticket: &Ticket, told: Told) -> Result<Option<Entry>, Impossible> {
    let speaks = told.kind != EntryKind::System;
    let fields = [
        ("client", told.client.is_some()),
        ("priority", speaks && told.priority.is_some()),
        ("category", speaks && told.category.is_some()),
        ("tags", speaks && told.tags.is_some()),
        (
            "status",
            told.kind == EntryKind::Note && told.status.is_some(),
        ),
    ];
    if let Some((field, _)) = fields.into_iter().find(|(_, given)| *given) {
        return Err(Impossible::Field(field));
    }
    let actor = match told.kind {
        EntryKind::User => person(&ticket.tenant, ticket.client.clone(), Role::Customer),
        EntryKind::Agent | EntryKind::Note | EntryKind::System => agent(&ticket.tenant),
    };
    let resolution = told
        .status
        .filter(|to| to.is_done() && ticket.resolution.is_none())
        .and_then(|_| Resolution::parse("Done.").ok());
    let command = match told.kind {
        EntryKind::User | EntryKind::Agent => Command::Reply {
            message: words(),
            status: told.status,
            resolution,
            attachments: Vec::new(),
        },
        EntryKind::Note => Command::Note {
            message: words(),
            attachments: Vec::new(),
        },
        EntryKind::System => Command::Update(Edits {
            category: told.category,
            priority: told.priority,
            tags: told.tags,
            status: told.status,
            resolution,
            ..Edits::default()
        }),
    };
    let configuration = Configuration::default();
    let terms = configuration.levels.terms_of(ticket);
    let rules = configuration.rules(terms.as_ref());
    ticket
        .decide(command, &actor, rules, stamp(told.at))
        .map_err(Impossible::Refused)
}

fn agent(tenant: &Tenant) -> Actor {
    person(tenant, principal("agent"), Role::Agent)
}

fn person(tenant: &Tenant, principal: Principal, role: Role) -> Actor {
    Actor {
        tenant: tenant.clone(),
        principal,
        role,
    }
}

fn principal(name: &str) -> Principal {
    Principal::parse(name).expect("a principal")
}

fn words() -> Message {
    Message::parse("…").expect("words")
}

fn stamp(now: Timestamp) -> Stamp {
    Stamp {
        id: Uuid::nil().into(),
        now,
    }
}
