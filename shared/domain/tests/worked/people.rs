//! Who acts on which ticket, and what they say.

use domain::{
    Actor, Command, Message, Principal, Resolution, Role, Status, Tags, Tenant, TicketId,
};
use uuid::Uuid;

pub fn id() -> TicketId {
    Uuid::from_u128(7).into()
}

pub fn tenant() -> Tenant {
    Tenant::parse("acme").expect("a tenant")
}

pub fn customer() -> Actor {
    actor("ana", Role::Customer)
}

pub fn agent() -> Actor {
    actor("eva", Role::Agent)
}

pub fn admin() -> Actor {
    actor("gil", Role::Admin)
}

fn actor(name: &str, role: Role) -> Actor {
    let (tenant, principal) = (tenant(), Principal::parse(name).expect(name));
    Actor {
        tenant,
        principal,
        role,
    }
}

pub fn reply(status: Option<Status>) -> Command {
    Command::Reply {
        message: words(),
        status,
        resolution: status.and_then(resolution),
        attachments: Vec::new(),
    }
}

pub fn resolution(status: Status) -> Option<Resolution> {
    let resolution = || Resolution::parse("Restarted").expect("a resolution");
    status.is_done().then(resolution)
}

pub fn words() -> Message {
    Message::parse("Hola").expect("a message")
}

pub fn tags_of(tags: &[&str]) -> Tags {
    Tags::parse(tags.iter().map(|tag| (*tag).to_owned())).expect("tags")
}
