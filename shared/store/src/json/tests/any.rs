//! Any of the items that are stored.

mod head;

use domain::{
    Attachment, AttachmentId, Author, Calendar, CalendarId, Category, Change, Content, Entry,
    Filename, Given, MediaType, Message, Metric, Name, Opened, Passed, Period, Policy, PolicyId,
    Principal, Priority, Reason, Reckoned, Resolution, Schedule, Sha256, Status, Tags, Title,
    Voice,
};
use jiff::{SignedDuration, Timestamp};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

pub use head::ticket;

/// Any JSON that is an item: numbers of each kind, nothing, lists and maps in each other.
pub fn map() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
        words().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 32, 6, |value| {
        prop_oneof![
            vec(value.clone(), 0..6).prop_map(Value::from),
            fields(value),
        ]
    });
    fields(value)
}

fn fields(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    btree_map(words(), value, 0..6).prop_map(|map| Value::Object(map.into_iter().collect()))
}

/// Any text: with quotes, backslashes, line breaks, and letters of every alphabet.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{1,12}",
        r#"[a-z"\\/\n\t\u{e9}\u{20ac}\u{1f600}]{1,12}"#
    ]
}

fn at() -> impl Strategy<Value = Timestamp> {
    (0..4_102_444_800_000_i64)
        .prop_map(|ms| Timestamp::from_millisecond(ms).expect("a time of this century"))
}

fn principal() -> impl Strategy<Value = Principal> {
    "[a-z]{1,9}".prop_map(|name| Principal::parse(name).expect("a name"))
}

fn period() -> impl Strategy<Value = Period> {
    (1..3_650_u32).prop_map(Period::days)
}

fn one_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    select(all)
}

fn title() -> impl Strategy<Value = Title> {
    words().prop_filter_map("no title", |text| Title::parse(text).ok())
}

fn message() -> impl Strategy<Value = Message> {
    words().prop_filter_map("no message", |text| Message::parse(text).ok())
}

fn resolution() -> impl Strategy<Value = Resolution> {
    words().prop_filter_map("no resolution", |text| Resolution::parse(text).ok())
}

fn tags() -> impl Strategy<Value = Tags> {
    vec("[a-z]{1,9}".prop_map(String::from), 0..3).prop_map(|tags| Tags::parse(tags).expect("tags"))
}

fn given() -> impl Strategy<Value = Given> {
    let calendar = option::of(("[a-z]{1,9}", any::<u32>()));
    ("[a-z]{1,9}", any::<u32>(), calendar).prop_map(|(policy, version, calendar)| Given {
        policy: PolicyId::parse(format!("pol_{policy}")).expect("an id"),
        version,
        calendar: calendar.map(|(id, version)| {
            let id = CalendarId::parse(format!("cal_{id}"));
            (id.expect("an id"), version)
        }),
    })
}

fn voice() -> impl Strategy<Value = Voice> {
    select(&[Voice::User, Voice::Agent][..])
}

fn opened() -> impl Strategy<Value = Opened> {
    let said = (voice(), title(), message(), tags());
    let rest = (
        any::<u64>(),
        principal(),
        one_of(Priority::ALL),
        one_of(Category::ALL),
    );
    (said, rest).prop_map(
        |((voice, title, description, tags), (number, client, priority, category))| Opened {
            voice,
            number,
            client,
            title,
            description,
            priority,
            category,
            tags,
        },
    )
}

fn content() -> impl Strategy<Value = Content> {
    let passed = (
        one_of(Metric::ALL),
        any::<u32>(),
        option::of(period()),
        any::<u8>(),
        at(),
        option::of("[a-z]{1,9}"),
    );
    prop_oneof![
        opened().prop_map(Content::Opened),
        (voice(), message()).prop_map(|(voice, message)| Content::Said { voice, message }),
        message().prop_map(|message| Content::Noted { message }),
        Just(Content::Changed),
        words()
            .prop_filter_map("no reason", |text| Reason::parse(text).ok())
            .prop_map(|reason| Content::Escalated { reason }),
        passed.prop_map(|(metric, instance, target, percent, at, left_out)| {
            Content::Passed(Passed {
                metric,
                instance,
                target,
                percent,
                at,
                left_out,
            })
        }),
        Just(Content::Deleted),
        Just(Content::Restored),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let somebody = || option::of(principal());
    let solved = || option::of(resolution());
    prop_oneof![
        (title(), title()).prop_map(|(from, to)| Change::Title { from, to }),
        (one_of(Category::ALL), one_of(Category::ALL))
            .prop_map(|(from, to)| Change::Category { from, to }),
        (one_of(Priority::ALL), one_of(Priority::ALL))
            .prop_map(|(from, to)| Change::Priority { from, to }),
        (tags(), tags()).prop_map(|(from, to)| Change::Tags { from, to }),
        (somebody(), somebody()).prop_map(|(from, to)| Change::AssignedTo { from, to }),
        (one_of(Status::ALL), one_of(Status::ALL))
            .prop_map(|(from, to)| Change::Status { from, to }),
        (solved(), solved()).prop_map(|(from, to)| Change::Resolution { from, to }),
    ]
}

fn attachment() -> impl Strategy<Value = Attachment> {
    let id = any::<u128>().prop_map(|id| format!("att_{id:032x}").parse::<AttachmentId>());
    let digest = any::<[u8; 32]>().prop_map(Sha256::from);
    (
        id,
        "[a-z]{1,9}",
        one_of(MediaType::ALL),
        any::<u64>(),
        digest,
    )
        .prop_map(|(id, name, media_type, size, sha256)| Attachment {
            id: id.expect("an id"),
            filename: Filename::parse(format!("{name}.txt")).expect("a name"),
            media_type,
            size,
            sha256,
        })
}

fn milliseconds() -> impl Strategy<Value = SignedDuration> {
    (0..i64::from(u32::MAX)).prop_map(SignedDuration::from_millis)
}

fn reckoned() -> impl Strategy<Value = Reckoned> {
    let marks = vec((any::<u8>(), at()), 0..3);
    let schedule = (
        one_of(Metric::ALL),
        option::of(period()),
        option::of(at()),
        marks,
    );
    let schedule = schedule.prop_map(|(metric, target, due_at, marks)| Schedule {
        metric,
        target,
        due_at,
        marks,
    });
    let elapsed = vec((one_of(Metric::ALL), milliseconds()), 0..3);
    (
        option::of(option::of(given())),
        vec(schedule, 0..3),
        elapsed,
    )
        .prop_map(|(given, schedules, elapsed)| Reckoned {
            given,
            schedules,
            elapsed,
        })
}

/// Any entry.
pub fn entry() -> impl Strategy<Value = Entry> {
    let author = option::of(principal())
        .prop_map(|somebody| somebody.map_or(Author::System, Author::Principal));
    let head = (any::<u128>(), 1..1_000_000_000_u32, author, at(), content());
    let rest = (
        vec(change(), 0..4),
        vec(attachment(), 0..3),
        option::of(at()),
        reckoned(),
    );
    (head, rest).prop_map(
        |((id, seq, author, at, content), (changes, attachments, closes_at, reckoned))| Entry {
            id: format!("thr_{id:032x}").parse().expect("an id"),
            seq,
            author,
            at,
            content,
            changes,
            attachments,
            closes_at,
            reckoned,
        },
    )
}

/// A policy.
pub fn policy() -> impl Strategy<Value = Policy> {
    (any::<u32>(), any::<bool>(), words()).prop_filter_map(
        "no name",
        |(position, enabled, name)| {
            Some(Policy {
                name: Name::parse(name).ok()?,
                position,
                enabled,
                ..Policy::built_in()
            })
        },
    )
}

/// A calendar.
pub fn calendar() -> impl Strategy<Value = Calendar> {
    any::<bool>().prop_map(|yearly| {
        let holiday = json!({ "from": "2026-12-25", "to": "2026-12-26", "name": "Christmas", "yearly": yearly });
        let calendar = json!({
            "name": "Madrid",
            "timeZone": "Europe/Madrid",
            "weekly": { "mon": [["09:00", "14:00"], ["15:00", "18:00"]], "fri": [["09:00", "14:00"]] },
            "holidays": [holiday],
        });
        serde_json::from_value(calendar).expect("a calendar")
    })
}
