//! Any head.

use domain::{
    Author, Category, Clock, Clocks, Content, Credit, End, Ending, Entry, Mark, Metric, Pause,
    Priority, Progress, Reckoned, Status, Ticket,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::{at, given, milliseconds, one_of, opened, period, principal, resolution};

fn credit() -> impl Strategy<Value = Credit> {
    let somebody = option::of(principal());
    (one_of(Priority::ALL), one_of(Category::ALL), somebody).prop_map(
        |(priority, category, assigned_to)| Credit {
            priority,
            category,
            assigned_to,
        },
    )
}

fn clock() -> impl Strategy<Value = Clock> {
    let end = (at(), any::<bool>(), milliseconds(), option::of(credit()));
    let end = end.prop_map(|(at, met, elapsed, credit)| End {
        at,
        ending: if met { Ending::Met } else { Ending::Cancelled },
        elapsed,
        credit,
    });
    let progress = [Progress::Ahead, Progress::Passed, Progress::Published];
    let mark = (any::<u8>(), at(), select(progress.to_vec()));
    let mark = mark.prop_map(|(percent, at, progress)| Mark {
        percent,
        at,
        progress,
    });
    let pauses = (vec((at(), at()), 0..3), option::of(at())).prop_map(|(over, lasting)| {
        let over = over.into_iter().map(|(from, to)| (from, Some(to)));
        let all = over.chain(lasting.map(|from| (from, None)));
        all.map(|(from, to)| Pause { from, to }).collect()
    });
    let which = (one_of(Metric::ALL), 1..9_u32, at());
    let promised = (option::of(period()), option::of(at()), vec(mark, 0..3));
    (which, pauses, option::of(end), promised).prop_map(
        |((metric, instance, started_at), pauses, end, (target, due_at, marks))| Clock {
            metric,
            instance,
            started_at,
            pauses,
            end,
            target,
            due_at,
            marks,
        },
    )
}

/// Any head.
pub fn ticket() -> impl Strategy<Value = Ticket> {
    let times = vec(option::of(at()), 5);
    let said = (option::of(resolution()), option::of(principal()));
    let sla = (option::of(given()), vec(clock(), 0..4), any::<bool>());
    let numbers = (any::<u32>(), any::<u32>(), one_of(Status::ALL));
    (opened(), at(), times, said, sla, numbers).prop_map(
        |(
            opened,
            opened_at,
            times,
            (resolution, assigned_to),
            (given, clocks, missed),
            numbers,
        )| {
            let (tenant, id) = super::super::ticket();
            let entry = Entry {
                id: "thr_01935a7b0000700080000000deadbeef"
                    .parse()
                    .expect("an id"),
                seq: 1,
                author: Author::System,
                at: opened_at,
                content: Content::Opened(opened),
                changes: Vec::new(),
                attachments: Vec::new(),
                closes_at: None,
                reckoned: Reckoned::default(),
            };
            Ticket {
                status: numbers.2,
                version: numbers.0,
                public_version: numbers.1,
                public_at: opened_at,
                public_facts_changed: missed,
                reopen_count: numbers.1,
                first_responded_at: times[0],
                resolved_at: times[1],
                closed_at: times[2],
                closes_at: times[3],
                deleted_at: times[4],
                resolution,
                assigned_to,
                given,
                clocks: Clocks {
                    // Without a clock nothing is stored of them.
                    missed_before: missed && !clocks.is_empty(),
                    all: clocks,
                },
                ..Ticket::opened(tenant, id, &entry).expect("an opening entry")
            }
        },
    )
}
