//! The rules a second time, told the way the contract tells them (§2, §3) and taken from its text alone.
//!
//! Where `decide.rs` makes an entry from which `ticket.rs` makes a head, the model makes the next head and reads the
//! entry off the difference. It shares the value types with the crate, and no rule.

use domain::{
    Actor, Author, Change, Clocks, Command, Content, Due, Entry, Opened, Opening, Priority,
    Reckoned, Refusal, Resolution, Role, Settings, Stamp, Status, Ticket, TicketId, Voice,
};
use jiff::{SignedDuration, Timestamp};

use crate::fields::{fields_only_for_agents, is_for_closed_tickets_too, set_fields, set_tags};
use crate::machine::{has_move, reopens};

/// "own: → `resolved`, → `closed`, reopen `resolved` → `open`"; the first column is empty for "from anywhere".
const CUSTOMER_MOVES: [(&str, &str); 3] = [("", "resolved"), ("", "closed"), ("resolved", "open")];

/// "Customer reply: `pending`/`resolved` → `open`. Agent's public reply: `open` → `in_progress`."
const REPLY_MOVES: [(Voice, Status, Status); 3] = [
    (Voice::User, Status::Pending, Status::Open),
    (Voice::User, Status::Resolved, Status::Open),
    (Voice::Agent, Status::Open, Status::InProgress),
];

/// "Restorable for 30 days, then purged".
const RESTORABLE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The head a ticket opens with, or why it does not open.
pub fn open(
    opening: &Opening,
    number: u64,
    id: TicketId,
    actor: &Actor,
    now: Timestamp,
) -> Result<Ticket, Refusal> {
    let client = match (&opening.client, works_here(actor)) {
        (None, true) => return Err(Refusal::ClientRequired),
        (Some(client), false) if *client != actor.principal => {
            let fields = vec!["client"];
            return Err(Refusal::FieldsForbidden { fields });
        }
        (None, false) => actor.principal.clone(),
        (Some(client), _) => client.clone(),
    };
    Ok(Ticket {
        tenant: actor.tenant.clone(),
        id,
        number,
        client,
        title: opening.title.clone(),
        status: Status::Open,
        priority: opening.priority.unwrap_or(Priority::Medium),
        category: opening.category,
        assigned_to: None,
        tags: opening.tags.clone(),
        resolution: None,
        version: 1,
        created_at: now,
        updated_at: now,
        public_version: 1,
        public_at: now,
        public_facts_changed: false,
        first_responded_at: None,
        resolved_at: None,
        closed_at: None,
        closes_at: None,
        deleted_at: None,
        reopen_count: 0,
        given: None,
        clocks: Clocks::default(),
    })
}

/// The first entry of a ticket that opens with this head.
pub fn first_entry(head: &Ticket, opening: &Opening, actor: &Actor, stamp: Stamp) -> Entry {
    Entry {
        id: stamp.id,
        seq: 1,
        author: Author::Principal(actor.principal.clone()),
        at: head.created_at,
        content: Content::Opened(Opened {
            voice: voice(actor),
            number: head.number,
            client: head.client.clone(),
            title: opening.title.clone(),
            description: opening.description.clone(),
            priority: head.priority,
            category: opening.category,
            tags: opening.tags.clone(),
        }),
        changes: Vec::new(),
        attachments: Vec::new(),
        closes_at: None,
        reckoned: Reckoned::default(),
    }
}

/// The head after a command, `None` if it changes nothing, or why it is refused.
pub fn act(
    before: &Ticket,
    command: &Command,
    actor: &Actor,
    settings: &Settings,
    now: Timestamp,
) -> Result<Option<Ticket>, Refusal> {
    if matches!(command, Command::Delete | Command::Restore) {
        return take_away_or_bring_back(before, command, actor, now);
    }
    if !sees(actor, before) {
        return Err(Refusal::NotFound);
    }
    if !works_here(actor) {
        let fields = fields_only_for_agents(command);
        if !fields.is_empty() {
            return Err(Refusal::FieldsForbidden { fields });
        }
        if is_only_for_agents(command) {
            return Err(Refusal::Forbidden);
        }
    }
    if before.status == Status::Closed && !is_for_closed_tickets_too(command) {
        let role = actor.role;
        return Err(Refusal::TicketClosed { role });
    }
    let at = if now < before.updated_at {
        before.updated_at
    } else {
        now
    };
    let mut after = before.clone();
    let closes_at = at + settings.auto_close_after.duration();
    match command {
        Command::Reply {
            status, resolution, ..
        } => {
            let by_itself = after_reply(voice(actor), before.status);
            let to = status.unwrap_or(by_itself);
            if to != by_itself {
                let solved = before.resolution.is_some() || resolution.is_some();
                check_status(before, to, solved, actor)?;
            }
            set_status(&mut after, to, at, closes_at);
            check_resolution(before, &after, resolution.as_ref(), actor)?;
            if let Some(resolution) = resolution {
                after.resolution = Some(resolution.clone());
            }
            if works_here(actor) && before.first_responded_at.is_none() {
                after.first_responded_at = Some(at);
            }
        }
        Command::Note { .. } => {}
        Command::Update(edits) => {
            if let Some(to) = edits.status {
                let solved = before.resolution.is_some() || edits.resolution.is_some();
                check_status(before, to, solved, actor)?;
                set_status(&mut after, to, at, closes_at);
            }
            check_resolution(before, &after, edits.resolution.as_ref(), actor)?;
            set_fields(&mut after, edits.clone());
            set_tags(&mut after, edits)?;
        }
        // "One winner; others `ALREADY_ASSIGNED` with `assignedTo`."
        Command::Claim => match &before.assigned_to {
            Some(to) if *to != actor.principal => {
                return Err(Refusal::AlreadyAssigned { to: to.clone() });
            }
            Some(_) | None => after.assigned_to = Some(actor.principal.clone()),
        },
        // "Priority one step up, `ALREADY_URGENT` at the top."
        Command::Escalate { .. } => {
            let above = Priority::ALL
                .iter()
                .find(|priority| **priority > before.priority);
            after.priority = *above.ok_or(Refusal::AlreadyUrgent)?;
        }
        Command::Delete | Command::Restore => unreachable!("told above"),
    }
    let says_nothing = matches!(command, Command::Update(_) | Command::Claim);
    if says_nothing && after == *before {
        return Ok(None);
    }
    after.version = before.version + 1;
    after.updated_at = at;
    // "Customers get the public version and time: those of the newest public entry."
    let what_customers_read = |ticket: &Ticket| {
        let (title, resolution) = (ticket.title.clone(), ticket.resolution.clone());
        (title, ticket.category, ticket.status, resolution)
    };
    if matches!(command, Command::Reply { .. })
        || what_customers_read(before) != what_customers_read(&after)
    {
        after.public_version = after.version;
        after.public_at = at;
    }
    Ok(Some(after))
}

/// "`DELETE`: admin; gone for everybody at once, restorable for 30 days." What is so already changes nothing.
fn take_away_or_bring_back(
    before: &Ticket,
    command: &Command,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<Ticket>, Refusal> {
    let is_over = before.deleted_at.is_some_and(|at| at + RESTORABLE <= now);
    if actor.tenant != before.tenant || actor.role != Role::Admin || is_over {
        let refusal = if sees(actor, before) {
            Refusal::Forbidden
        } else {
            Refusal::NotFound
        };
        return Err(refusal);
    }
    let at = now.max(before.updated_at);
    let deleted_at = match command {
        Command::Delete => before.deleted_at.or(Some(at)),
        Command::Restore => None,
        Command::Reply { .. }
        | Command::Note { .. }
        | Command::Update(_)
        | Command::Claim
        | Command::Escalate { .. } => unreachable!("told elsewhere"),
    };
    if deleted_at == before.deleted_at {
        return Ok(None);
    }
    Ok(Some(Ticket {
        deleted_at,
        version: before.version + 1,
        updated_at: at,
        ..before.clone()
    }))
}

/// What time alone does: "`resolved` closes by itself" when its time has come; what was deleted 30 days ago is purged.
pub fn due(head: &Ticket, stamp: Stamp) -> Due {
    if let Some(deleted_at) = head.deleted_at {
        if deleted_at + RESTORABLE <= stamp.now {
            return Due::Purge;
        }
    } else if head.closes_at.is_some_and(|at| at <= stamp.now) {
        return Due::Entry(Box::new(Entry {
            id: stamp.id,
            seq: head.version + 1,
            author: Author::System,
            at: stamp.now.max(head.updated_at),
            content: Content::Changed,
            changes: vec![Change::Status {
                from: Status::Resolved,
                to: Status::Closed,
            }],
            attachments: Vec::new(),
            closes_at: None,
            reckoned: Reckoned::default(),
        }));
    }
    Due::Nothing
}

/// A customer's resolution comes with its resolving or closing only; the one there is changes nothing.
fn check_resolution(
    before: &Ticket,
    after: &Ticket,
    given: Option<&Resolution>,
    actor: &Actor,
) -> Result<(), Refusal> {
    let finished =
        after.status != before.status && matches!(after.status, Status::Resolved | Status::Closed);
    let another = given.is_some() && given != before.resolution.as_ref();
    if another && !finished && !works_here(actor) {
        let fields = vec!["resolution"];
        return Err(Refusal::FieldsForbidden { fields });
    }
    Ok(())
}

/// Whether the ticket exists for the actor: agents see the tenant's, customers their own, nobody a deleted one.
pub fn sees(actor: &Actor, ticket: &Ticket) -> bool {
    actor.tenant == ticket.tenant
        && ticket.deleted_at.is_none()
        && (works_here(actor) || actor.principal == ticket.client)
}

/// "Messages, status changes and resolutions are `public`; notes, assignment, tags, priority … are `internal`."
/// Title and category are on the customer's own ticket.
pub fn is_public(change: &Change) -> bool {
    match change {
        Change::Status { .. }
        | Change::Resolution { .. }
        | Change::Title { .. }
        | Change::Category { .. } => true,
        Change::AssignedTo { .. } | Change::Tags { .. } | Change::Priority { .. } => false,
    }
}

fn works_here(actor: &Actor) -> bool {
    match actor.role {
        Role::Agent | Role::Admin => true,
        Role::Customer => false,
    }
}

/// Which side of the counter an actor speaks from.
pub fn voice(actor: &Actor) -> Voice {
    if works_here(actor) {
        Voice::Agent
    } else {
        Voice::User
    }
}

/// Notes, taking a ticket and escalating it.
fn is_only_for_agents(command: &Command) -> bool {
    match command {
        Command::Reply { .. } | Command::Update(_) | Command::Delete | Command::Restore => false,
        Command::Note { .. } | Command::Claim | Command::Escalate { .. } => true,
    }
}

fn after_reply(voice: Voice, from: Status) -> Status {
    let row = REPLY_MOVES
        .iter()
        .find(|row| (row.0, row.1) == (voice, from));
    row.map_or(from, |row| row.2)
}

fn check_status(before: &Ticket, to: Status, solved: bool, actor: &Actor) -> Result<(), Refusal> {
    let from = before.status;
    if from == to {
        return Ok(());
    }
    let is_theirs = |to: Status| {
        works_here(actor)
            || CUSTOMER_MOVES
                .iter()
                .any(|row| ["", from.name()].contains(&row.0) && row.1 == to.name())
    };
    if !is_theirs(to) {
        let fields = vec!["status"];
        return Err(Refusal::FieldsForbidden { fields });
    }
    if !has_move(from, to) {
        let allowed = Status::ALL
            .iter()
            .copied()
            .filter(|to| has_move(from, *to) && is_theirs(*to))
            .collect();
        return Err(Refusal::InvalidTransition { from, to, allowed });
    }
    let needs_one = to == Status::Resolved || (to == Status::Closed && works_here(actor));
    if needs_one && !solved {
        let role = actor.role;
        Err(Refusal::ResolutionRequired { to, role })
    } else {
        Ok(())
    }
}

fn set_status(ticket: &mut Ticket, to: Status, at: Timestamp, closes_at: Timestamp) {
    if ticket.status == to {
        return;
    }
    if reopens(ticket.status, to) {
        ticket.reopen_count += 1;
        ticket.resolved_at = None;
    }
    if to == Status::Resolved {
        ticket.resolved_at = Some(at);
    }
    if to == Status::Closed {
        ticket.closed_at = Some(at);
    }
    ticket.closes_at = (to == Status::Resolved).then_some(closes_at);
    ticket.status = to;
}
