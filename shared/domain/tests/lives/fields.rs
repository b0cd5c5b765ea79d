//! The fields of a ticket: who may change them, when, and to what; as the contract tells it.

use domain::{Command, Edits, Refusal, Tags, Ticket};

/// "Agents may note and tag a closed ticket; everything else stays `TICKET_CLOSED`."
pub fn is_for_closed_tickets_too(command: &Command) -> bool {
    match command {
        Command::Note { .. } => true,
        Command::Update(edits) => {
            let names = fields_only_for_agents(command);
            let tags = ["tags", "addTags", "removeTags"];
            !names.is_empty()
                && names.iter().all(|name| tags.contains(name))
                && edits.status.is_none()
                && edits.resolution.is_none()
        }
        Command::Reply { .. }
        | Command::Claim
        | Command::Escalate { .. }
        | Command::Delete
        | Command::Restore => false,
    }
}

/// Every field but the status and its resolution.
pub fn fields_only_for_agents(command: &Command) -> Vec<&'static str> {
    let Command::Update(edits) = command else {
        return Vec::new();
    };
    let mut fields = Vec::new();
    if edits.title.is_some() {
        fields.push("title");
    }
    if edits.category.is_some() {
        fields.push("category");
    }
    if edits.priority.is_some() {
        fields.push("priority");
    }
    if edits.tags.is_some() {
        fields.push("tags");
    }
    if edits.add_tags.is_some() {
        fields.push("addTags");
    }
    if edits.remove_tags.is_some() {
        fields.push("removeTags");
    }
    if edits.assigned_to.is_some() {
        fields.push("assignedTo");
    }
    fields
}

/// Sets every field but the status, and the tags that are given as they are to be.
pub fn set_fields(ticket: &mut Ticket, edits: Edits) {
    let Edits {
        title,
        category,
        priority,
        tags,
        add_tags: _,
        remove_tags: _,
        assigned_to,
        status: _,
        resolution,
    } = edits;
    ticket.title = title.unwrap_or(ticket.title.clone());
    ticket.category = category.unwrap_or(ticket.category);
    ticket.priority = priority.unwrap_or(ticket.priority);
    if let Some(all) = tags {
        // "Shown as first written."
        let had = ticket.tags.as_slice();
        let as_first_written = |tag: &String| {
            let mut had = had.iter();
            let had = had.find(|had| had.eq_ignore_ascii_case(tag));
            had.unwrap_or(tag).clone()
        };
        let all: Vec<String> = all.as_slice().iter().map(as_first_written).collect();
        ticket.tags = Tags::parse(all).expect("tags");
    }
    ticket.assigned_to = assigned_to.unwrap_or(ticket.assigned_to.clone());
    ticket.resolution = resolution.or(ticket.resolution.clone());
}

/// "`API`, `api` and ` api ` are the same tag, shown as first written." The tags of these tests are ASCII.
pub fn set_tags(ticket: &mut Ticket, edits: &Edits) -> Result<(), Refusal> {
    let names = |tags: &Option<Tags>| {
        tags.iter()
            .flat_map(|tags| tags.as_slice().to_vec())
            .collect()
    };
    let (unwanted, more): (Vec<String>, Vec<String>) =
        (names(&edits.remove_tags), names(&edits.add_tags));
    let is_in = |tag: &String, tags: &[String]| tags.iter().any(|it| it.eq_ignore_ascii_case(tag));
    let mut tags = ticket.tags.as_slice().to_vec();
    tags.retain(|tag| !is_in(tag, &unwanted));
    for tag in more {
        if !is_in(&tag, &tags) {
            tags.push(tag);
        }
    }
    let max = 20;
    if tags.len() > max {
        return Err(Refusal::TooManyTags { max });
    }
    ticket.tags = Tags::parse(tags).expect("tags");
    Ok(())
}
