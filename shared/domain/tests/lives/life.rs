//! Random lives of tickets: who opens, what everybody then wants, and what their clocks say.
//!
//! The pools of values are small, so that people often want what already is; closing is rare, so that lives are long.

use domain::{
    Actor, Attachment, Category, Command, Configuration, Edits, Entry, EntryId, Filename,
    MediaType, Message, Opening, Period, Principal, Priority, Reason, Refusal, Resolution, Role,
    Settings, Sha256, Stamp, Status, Tags, Tenant, Ticket, TicketId, Title,
};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

/// Every note's first word, and nobody else's.
pub const WHISPER: &str = "whispered";
/// Every tag's first word, and nobody else's.
pub const TAG: &str = "tagged";
/// The number every ticket gets.
pub const NUMBER: u64 = 1001;

const BIRTH_MS: i64 = 1_795_402_800_000;
const HOUR_MS: i64 = 3_600_000;

/// An opening, and all that is then wanted of the ticket.
#[derive(Clone, Debug)]
pub struct Life {
    /// Who opens.
    pub opener: Actor,
    /// What is opened.
    pub opening: Opening,
    /// What is wanted, in order.
    pub acts: Vec<Act>,
}

/// What one actor wants at one time.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who wants it.
    pub actor: Actor,
    /// What is wanted.
    pub command: Command,
    /// What the tenant has set by then.
    pub settings: Settings,
    /// By how much the clock has moved since the act before, in milliseconds: back, if another machine's is behind.
    pub moved: i64,
}

/// An act, what the domain answered, and the head on both sides of it.
#[derive(Clone, Debug)]
pub struct Step {
    /// The act.
    pub act: Act,
    /// Its id and time.
    pub stamp: Stamp,
    /// The head it was decided on.
    pub before: Ticket,
    /// The domain's answer.
    pub answer: Result<Option<Entry>, Refusal>,
    /// The head with the answer applied.
    pub after: Ticket,
    /// The thread with the answer appended.
    pub thread: Vec<Entry>,
}

impl Life {
    /// The domain's answer to the opening.
    pub fn open(&self) -> Result<Entry, Refusal> {
        let accepted = domain::open(
            self.opening.clone(),
            &self.opener,
            &domain::Settings::default(),
        )?;
        let configuration = Configuration::default();
        let rules = configuration.rules(None);
        Ok(accepted.entry(id(), NUMBER, Vec::new(), rules, stamp(0, BIRTH_MS)))
    }

    /// Every step after the opening; none if it was refused.
    pub fn steps(&self) -> Vec<Step> {
        let Ok(opened) = self.open() else {
            return Vec::new();
        };
        let mut head =
            Ticket::opened(self.opener.tenant.clone(), id(), &opened).expect("an opening entry");
        let mut thread = vec![opened];
        let mut clock = BIRTH_MS;
        let mut steps = Vec::new();
        for (n, act) in (1..).zip(&self.acts) {
            clock += act.moved;
            let stamp = stamp(n, clock);
            let before = head.clone();
            let configuration = Configuration {
                settings: act.settings.clone(),
                ..Configuration::default()
            };
            let terms = configuration.levels.terms_of(&head);
            let rules = configuration.rules(terms.as_ref());
            let answer = head.decide(act.command.clone(), &act.actor, rules, stamp);
            if let Ok(Some(entry)) = &answer {
                head.apply(entry).expect("an entry decided on this head");
                thread.push(entry.clone());
            }
            let (after, thread) = (head.clone(), thread.clone());
            steps.push(Step {
                act: act.clone(),
                stamp,
                before,
                answer,
                after,
                thread,
            });
        }
        steps
    }
}

/// The ticket's id.
pub fn id() -> TicketId {
    Uuid::from_u128(7).into()
}

/// The id and the time of an opening.
pub fn birth() -> Stamp {
    stamp(0, BIRTH_MS)
}

/// Any life.
pub fn any_life() -> impl Strategy<Value = Life> {
    (anybody(), any_opening(), vec(any_act(), 0..=60)).prop_map(|(opener, opening, acts)| Life {
        opener,
        opening,
        acts,
    })
}

fn stamp(n: u128, ms: i64) -> Stamp {
    let now = Timestamp::from_millisecond(ms).expect("a time within this millennium");
    Stamp {
        id: EntryId::from(Uuid::from_u128(n)),
        now,
    }
}

fn any_opening() -> impl Strategy<Value = Opening> {
    let client = prop_oneof![1 => Just(None), 3 => Just(Some("ana")), 1 => Just(Some("ben"))];
    let priority = option::of(any_priority());
    (
        any_title(),
        any_words("asked"),
        priority,
        any_category(),
        any_tags(),
        client,
    )
        .prop_map(|(title, description, priority, category, tags, client)| {
            let client = client.map(principal);
            Opening {
                title,
                description,
                priority,
                category,
                tags,
                client,
            }
        })
}

fn any_attachments() -> impl Strategy<Value = Vec<Attachment>> {
    let attachment = any::<u128>().prop_map(|id| Attachment {
        id: Uuid::from_u128(id).into(),
        filename: Filename::parse("log.txt").expect("a name"),
        media_type: MediaType::Text,
        size: 1,
        sha256: Sha256::parse(&"0".repeat(64)).expect("a digest"),
    });
    option::weighted(0.2, attachment).prop_map(Vec::from_iter)
}

fn any_act() -> impl Strategy<Value = Act> {
    let month = 31 * 24 * HOUR_MS;
    let moved = prop_oneof![60 => 0..=3 * HOUR_MS, 20 => -2 * HOUR_MS..=0, 1 => Just(month)];
    let wanted = prop_oneof![
        30 => (anybody(), any_command()),
        // Whoever deletes most often thinks better of it: else most of most lives would be spent deleted.
        1 => (Just(admin()), Just(Command::Delete)),
        8 => (Just(admin()), Just(Command::Restore)),
    ];
    let act = (wanted, any_settings(), moved);
    act.prop_map(|((actor, command), settings, moved)| Act {
        actor,
        command,
        settings,
        moved,
    })
}

fn admin() -> Actor {
    Actor {
        tenant: Tenant::parse("acme").expect("a tenant"),
        principal: principal("gil"),
        role: Role::Admin,
    }
}

/// Mostly those who have to do with the ticket; now and then a stranger, who may even bear the customer's name.
fn anybody() -> impl Strategy<Value = Actor> {
    prop_oneof![
        8 => Just(("acme", "ana", Role::Customer)),
        1 => Just(("acme", "ben", Role::Customer)),
        8 => Just(("acme", "eva", Role::Agent)),
        2 => Just(("acme", "gil", Role::Admin)),
        1 => select(vec![("apex", "ana", Role::Customer), ("apex", "zoe", Role::Agent), ("apex", "zoe", Role::Admin)]),
    ]
    .prop_map(|(tenant, name, role)| Actor {
        tenant: Tenant::parse(tenant).expect("a tenant"),
        principal: principal(name),
        role,
    })
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => (any_words("said"), option::of(any_status()), option::weighted(0.3, any_resolution()), any_attachments())
            .prop_map(|(message, status, resolution, attachments)| Command::Reply { message, status, resolution, attachments }),
        1 => (any_words(WHISPER), any_attachments())
            .prop_map(|(message, attachments)| Command::Note { message, attachments }),
        3 => Just(Command::Claim),
        2 => any_reason().prop_map(|reason| Command::Escalate { reason }),
        1 => Just(Command::Delete),
        1 => Just(Command::Restore),
        4 => any_edits().prop_map(Command::Update),
        3 => any_edits_of_tags().prop_map(Command::Update),
        2 => (any_status(), option::of(any_resolution()))
            .prop_map(|(status, resolution)| Edits { status: Some(status), resolution, ..Edits::default() })
            .prop_map(Command::Update),
    ]
}

/// Any subset of the edits.
fn any_edits() -> impl Strategy<Value = Edits> {
    (
        option::weighted(0.3, any_title()),
        option::weighted(0.3, any_category()),
        option::weighted(0.3, any_priority()),
        option::weighted(0.3, any_tags()),
        option::weighted(0.3, option::of(select(vec!["eva", "gil"]))),
        option::weighted(0.3, any_status()),
        option::weighted(0.3, any_resolution()),
        (
            option::weighted(0.2, any_tags()),
            option::weighted(0.2, any_tags()),
        ),
    )
        .prop_map(
            |(
                title,
                category,
                priority,
                tags,
                assigned_to,
                status,
                resolution,
                (add_tags, remove_tags),
            )| {
                let assigned_to = assigned_to.map(|who| who.map(principal));
                Edits {
                    title,
                    category,
                    priority,
                    tags,
                    add_tags,
                    remove_tags,
                    assigned_to,
                    status,
                    resolution,
                }
            },
        )
}

/// What agents may do to a closed ticket, too.
fn any_edits_of_tags() -> impl Strategy<Value = Edits> {
    // As many as a ticket may have, and others than it has now and then.
    let many = Tags::parse((3..23).map(|n| format!("{TAG} {n}"))).expect("20 tags");
    let more = prop_oneof![2 => any_tags(), 1 => Just(many)];
    (
        option::weighted(0.2, any_tags()),
        option::weighted(0.7, more),
        option::weighted(0.4, any_tags()),
    )
        .prop_map(|(tags, add_tags, remove_tags)| Edits {
            tags,
            add_tags,
            remove_tags,
            ..Edits::default()
        })
}

fn any_status() -> impl Strategy<Value = Status> {
    prop_oneof![
        4 => Just(Status::Open),
        4 => Just(Status::InProgress),
        4 => Just(Status::Pending),
        6 => Just(Status::Resolved),
        1 => Just(Status::Closed),
    ]
}

fn any_title() -> impl Strategy<Value = Title> {
    select(vec!["No entra", "Cannot sign in"]).prop_map(|text| Title::parse(text).expect("a title"))
}

fn any_resolution() -> impl Strategy<Value = Resolution> {
    select(vec!["Restarted", "Refunded"])
        .prop_map(|text| Resolution::parse(text).expect("a resolution"))
}

fn any_reason() -> impl Strategy<Value = Reason> {
    (1..=2).prop_map(|n| Reason::parse(format!("{WHISPER} {n}")).expect("a reason"))
}

fn any_settings() -> impl Strategy<Value = Settings> {
    (1..=9_u32).prop_map(|days| Settings {
        auto_close_after: Period::days(days),
        ..Settings::default()
    })
}

fn any_words(how: &'static str) -> impl Strategy<Value = Message> {
    (1..=3).prop_map(move |n| Message::parse(format!("{how} {n}")).expect("a message"))
}

fn any_tags() -> impl Strategy<Value = Tags> {
    let spelled = |tag: String| prop_oneof![3 => Just(tag.clone()), 1 => Just(tag.to_uppercase())];
    let tag = (1..=2).prop_flat_map(move |n| spelled(format!("{TAG} {n}")));
    let tags = vec(tag, 0..=2);
    tags.prop_map(|tags| Tags::parse(tags).expect("tags"))
}

fn any_priority() -> impl Strategy<Value = Priority> {
    select(Priority::ALL)
}

fn any_category() -> impl Strategy<Value = Category> {
    select(Category::ALL)
}

fn principal(name: &str) -> Principal {
    Principal::parse(name).expect("a principal")
}
