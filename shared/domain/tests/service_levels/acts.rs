//! Random lives: who opens, and what everybody then wants.

use domain::{
    Actor, Category, Command, Edits, Message, Opening, Principal, Priority, Reason, Resolution,
    Role, Status, Tags, Title,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::levels::{Breaches, any_sets, principal};
use super::life::{Act, Life, tenant};

/// Any life under any service levels.
pub fn any_life(breaches: Breaches) -> impl Strategy<Value = Life> {
    let opener =
        prop_oneof![3 => Just(actor("ana", Role::Customer)), 1 => Just(actor("eva", Role::Agent))];
    let opening = (
        option::of(select(Priority::ALL)),
        select(Category::ALL),
        any_tags(),
    );
    (
        any_sets(breaches),
        0..45 * 1_440_i64,
        opener,
        opening,
        vec(any_act(), 0..=40),
        any_gap(),
    )
        .prop_map(
            |(sets, birth, opener, (priority, category, tags), acts, rest)| {
                let title = Title::parse("No entra").expect("a title");
                let opening = Opening {
                    title,
                    description: said(),
                    priority,
                    category,
                    tags,
                    client: Some(principal("ana")),
                };
                Life {
                    sets,
                    birth,
                    opener,
                    opening,
                    acts,
                    rest,
                }
            },
        )
}

fn any_gap() -> impl Strategy<Value = i64> {
    prop_oneof![1 => Just(0_i64), 3 => 0..=30_i64, 4 => 0..=300_i64, 2 => 0..=1_440_i64, 1 => 0..=4_320_i64]
}

fn any_act() -> impl Strategy<Value = Act> {
    let admin = || Just(actor("gil", Role::Admin));
    let wanted = prop_oneof![
        30 => (anybody(), any_command()),
        1 => (Just(actor("ana", Role::Customer)), Just(closed())),
        1 => (Just(actor("eva", Role::Agent)), Just(closed_and_solved())),
        1 => (admin(), Just(Command::Delete)),
        8 => (admin(), Just(Command::Restore)),
    ];
    let is_last_minute = prop::bool::weighted(0.1);
    let swept = prop::bool::weighted(0.4);
    let reset = prop::bool::weighted(0.1);
    (any_gap(), is_last_minute, swept, reset, wanted).prop_map(
        |(gap, is_last_minute, swept, reset, (actor, command))| Act {
            gap,
            is_last_minute,
            swept,
            reset,
            actor,
            command,
        },
    )
}

fn actor(name: &str, role: Role) -> Actor {
    Actor {
        tenant: tenant(),
        principal: principal(name),
        role,
    }
}

fn anybody() -> impl Strategy<Value = Actor> {
    select(vec![
        actor("ana", Role::Customer),
        actor("eva", Role::Agent),
        actor("gil", Role::Admin),
    ])
}

fn said() -> Message {
    Message::parse("said").expect("a message")
}

fn restarted() -> Resolution {
    Resolution::parse("Restarted").expect("a resolution")
}

/// What only a customer may do without a resolution.
fn closed() -> Command {
    Command::Update(Edits {
        status: Some(Status::Closed),
        ..Edits::default()
    })
}

fn closed_and_solved() -> Command {
    Command::Update(Edits {
        status: Some(Status::Closed),
        resolution: Some(restarted()),
        ..Edits::default()
    })
}

fn any_command() -> impl Strategy<Value = Command> {
    let resolution = || option::weighted(0.8, Just(restarted()));
    let reply =
        (option::weighted(0.4, any_status()), resolution()).prop_map(|(status, resolution)| {
            Command::Reply {
                message: said(),
                status,
                resolution: resolution.filter(|_| status.is_some_and(Status::is_done)),
                attachments: Vec::new(),
            }
        });
    let reason = Reason::parse("It hurts").expect("a reason");
    let moved = (any_status(), resolution()).prop_map(|(status, resolution)| Edits {
        status: Some(status),
        resolution,
        ..Edits::default()
    });
    prop_oneof![
        8 => reply,
        1 => Just(Command::Note { message: said(), attachments: Vec::new() }),
        1 => Just(Command::Claim),
        1 => Just(Command::Escalate { reason }),
        4 => any_edits().prop_map(Command::Update),
        1 => any_tags().prop_map(|tags| Command::Update(Edits { tags: Some(tags), ..Edits::default() })),
        3 => moved.prop_map(Command::Update),
    ]
}

fn any_edits() -> impl Strategy<Value = Edits> {
    let people = select(&["eva", "gil"][..]).prop_map(principal);
    (
        option::weighted(0.3, select(Category::ALL)),
        option::weighted(0.4, select(Priority::ALL)),
        option::weighted(0.3, any_tags()),
        option::weighted(0.2, option::of(people)),
        option::weighted(0.3, any_status()),
    )
        .prop_map(|(category, priority, tags, assigned_to, status)| {
            let assigned_to: Option<Option<Principal>> = assigned_to;
            let resolution = status
                .filter(|status| status.is_done())
                .map(|_| restarted());
            Edits {
                category,
                priority,
                tags,
                assigned_to,
                status,
                resolution,
                ..Edits::default()
            }
        })
}

fn any_status() -> impl Strategy<Value = Status> {
    let often = [
        Status::Open,
        Status::InProgress,
        Status::Pending,
        Status::Pending,
        Status::Resolved,
    ];
    prop_oneof![20 => select(often.to_vec()), 1 => Just(Status::Closed)]
}

fn any_tags() -> impl Strategy<Value = Tags> {
    let tags = vec(select(&["vip", "api", "API"][..]), 0..=2);
    tags.prop_map(|tags| Tags::parse(tags.into_iter().map(str::to_owned)).expect("tags"))
}
