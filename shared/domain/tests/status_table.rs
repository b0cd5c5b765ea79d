//! The status machine seen from outside, cell by cell: what becomes of every status in every role's hands, what a
//! reply does by itself, and who owes a resolution. Contract §2 and §3.
//!
//! Every ticket here was brought to where it stands by commands, and every answer is asserted whole.

#[path = "status_table/closed.rs"]
mod closed;

use domain::{
    Actor, Category, Change, Command, Configuration, Edits, EntryId, Message, Opening, Principal,
    Refusal, Resolution, Role, Stamp, Status, Tags, Tenant, Ticket, Title, open,
};
use jiff::Timestamp;
use uuid::Uuid;

/// A cell is what an update of the status answers on a ticket that has a resolution:
/// `✓` it moves, `↺` it reopens, `=` it stays and nothing is written, `403` not this role's to make,
/// `409` the machine has no such move, `over` the ticket is closed.
const UPDATES: &str = "
    | role     | from \\ to   | open | in_progress | pending | resolved | closed |
    | customer | open        | =    | 403         | 403     | ✓        | ✓      |
    | customer | in_progress | 403  | =           | 403     | ✓        | ✓      |
    | customer | pending     | 403  | 403         | =       | ✓        | ✓      |
    | customer | resolved    | ↺    | 403         | 403     | =        | ✓      |
    | customer | closed      | over | over        | over    | over     | over   |
    | agent    | open        | =    | ✓           | ✓       | ✓        | ✓      |
    | agent    | in_progress | ✓    | =           | ✓       | ✓        | ✓      |
    | agent    | pending     | ✓    | ✓           | =       | ✓        | ✓      |
    | agent    | resolved    | ↺    | ↺           | 409     | =        | ✓      |
    | agent    | closed      | over | over        | over    | over     | over   |
    | admin    | open        | =    | ✓           | ✓       | ✓        | ✓      |
    | admin    | in_progress | ✓    | =           | ✓       | ✓        | ✓      |
    | admin    | pending     | ✓    | ✓           | =       | ✓        | ✓      |
    | admin    | resolved    | ↺    | ↺           | 409     | =        | ✓      |
    | admin    | closed      | over | over        | over    | over     | over   |
";

/// A cell is the status after a reply that names none.
const REPLIES: &str = "
    | voice    | open        | in_progress | pending | resolved | closed |
    | customer | open        | in_progress | open    | open     | over   |
    | agent    | in_progress | in_progress | pending | resolved | over   |
";

/// A cell is what moving an open ticket there answers, by when the resolution is given: `400` it is required.
const RESOLUTIONS: &str = "
    | role     | to       | never | before | now |
    | customer | resolved | 400   | ✓      | ✓   |
    | customer | closed   | ✓     | ✓      | ✓   |
    | agent    | resolved | 400   | ✓      | ✓   |
    | agent    | closed   | 400   | ✓      | ✓   |
    | admin    | resolved | 400   | ✓      | ✓   |
    | admin    | closed   | 400   | ✓      | ✓   |
";

#[test]
fn a_status_update_answers_what_the_table_says() {
    let mut cells = 0;
    for (row, column, cell) in read::<2>(UPDATES) {
        let [role, from, to] = [row[0], row[1], column];
        let before = ticket_in(status(from));
        let edits = Edits {
            status: Some(status(to)),
            ..Edits::default()
        };
        let (answer, after) = carry_out(&before, Command::Update(edits), &actor(role));

        let moved = Ok(vec![Change::Status {
            from: status(from),
            to: status(to),
        }]);
        let (expected, reopened) = match cell {
            "✓" => (moved, 0),
            "↺" => (moved, 1),
            "=" => (Ok(Vec::new()), 0),
            "403" => (Err(not_theirs()), 0),
            "409" => (Err(no_move(role, from, to)), 0),
            "over" => (Err(over(role)), 0),
            other => panic!("no such cell: {other}"),
        };
        let stands = if expected == Ok(Vec::new()) || expected.is_err() {
            from
        } else {
            to
        };
        assert_eq!(answer, expected, "{role}: {from} → {to}");
        assert_eq!(after.status.name(), stands, "{role}: {from} → {to}");
        assert_eq!(after.reopen_count, reopened, "{role}: {from} → {to}");
        assert_eq!(
            after.resolved_at.is_some(),
            resolved(&after, from),
            "{role}: {from} → {to}"
        );
        assert_eq!(
            after.closed_at.is_some(),
            stands == "closed",
            "{role}: {from} → {to}"
        );
        cells += 1;
    }
    assert_eq!(cells, 3 * 5 * 5);
}

#[test]
fn a_role_is_offered_the_moves_of_its_row() {
    for role in ["customer", "agent", "admin"] {
        for from in Status::NAMES {
            assert_eq!(
                status(from).next(actor(role).role),
                moves(role, from),
                "{role}: {from}"
            );
        }
    }
}

#[test]
fn a_reply_moves_the_ticket_by_itself_as_the_table_says() {
    let mut cells = 0;
    for (row, from, cell) in read::<1>(REPLIES) {
        let before = ticket_in(status(from));
        let (answer, after) = carry_out(&before, reply(None), &actor(row[0]));
        let (expected, stands) = match cell {
            "over" => (Err(over(row[0])), from),
            same if same == from => (Ok(Vec::new()), from),
            to => (
                Ok(vec![Change::Status {
                    from: status(from),
                    to: status(to),
                }]),
                to,
            ),
        };
        assert_eq!(answer, expected, "{}: {from}", row[0]);
        assert_eq!(after.status.name(), stands, "{}: {from}", row[0]);
        let said = u32::from(cell != "over");
        assert_eq!(after.version, before.version + said, "{}: {from}", row[0]);
        assert_eq!(
            after.reopen_count,
            u32::from(from == "resolved" && cell == "open"),
            "{}: {from}",
            row[0]
        );
        cells += 1;
    }
    assert_eq!(cells, 2 * 5);
}

#[test]
fn naming_the_status_a_reply_implies_or_the_one_it_has_needs_no_permission() {
    for (row, from, cell) in read::<1>(REPLIES)
        .into_iter()
        .filter(|(_, from, _)| *from != "closed")
    {
        for to in [cell, from] {
            let (answer, after) = carry_out(
                &ticket_in(status(from)),
                reply(Some(status(to))),
                &actor(row[0]),
            );
            assert!(answer.is_ok(), "{}: {from} → {to}", row[0]);
            assert_eq!(after.status.name(), to, "{}: {from} → {to}", row[0]);
        }
    }
}

#[test]
fn a_reply_that_names_another_status_answers_as_an_update_does() {
    for (row, to, cell) in read::<2>(UPDATES) {
        let [role, from] = row;
        let implied = read::<1>(REPLIES)
            .into_iter()
            .any(|(r, f, c)| r == [role] && f == from && c == to);
        if implied || from == to || role == "admin" {
            continue;
        }
        let (answer, after) = carry_out(
            &ticket_in(status(from)),
            reply(Some(status(to))),
            &actor(role),
        );
        let (expected, stands) = match cell {
            "✓" | "↺" => (
                Ok(vec![Change::Status {
                    from: status(from),
                    to: status(to),
                }]),
                to,
            ),
            "403" => (Err(not_theirs()), from),
            "409" => (Err(no_move(role, from, to)), from),
            "over" => (Err(over(role)), from),
            other => panic!("no such cell off the diagonal: {other}"),
        };
        assert_eq!(answer, expected, "{role}: {from} → {to}");
        assert_eq!(after.status.name(), stands, "{role}: {from} → {to}");
    }
}

#[test]
fn resolving_and_closing_owe_a_resolution_as_the_table_says() {
    for (row, when, cell) in read::<2>(RESOLUTIONS) {
        let [role, to] = row;
        let mut before = new_ticket();
        if when == "before" {
            before = carry_out(&before, Command::Update(solved()), &actor("agent")).1;
        }
        let given = if when == "now" {
            solved().resolution
        } else {
            None
        };
        let edits = Edits {
            status: Some(status(to)),
            resolution: given.clone(),
            ..Edits::default()
        };
        let (answer, after) = carry_out(&before, Command::Update(edits), &actor(role));

        let moved = Change::Status {
            from: Status::Open,
            to: status(to),
        };
        let solved = given.map(|given| Change::Resolution {
            from: None,
            to: Some(given),
        });
        let (expected, stands) = match cell {
            "✓" => (Ok([moved].into_iter().chain(solved).collect()), to),
            "400" => (Err(owed(role, to)), "open"),
            other => panic!("no such cell: {other}"),
        };
        assert_eq!(answer, expected, "{role}: {to}, resolution {when}");
        assert_eq!(
            after.status.name(),
            stands,
            "{role}: {to}, resolution {when}"
        );
    }
}

/// The cells of a table, each with the first `N` words of its row and the word above its column.
fn read<const N: usize>(
    table: &'static str,
) -> Vec<([&'static str; N], &'static str, &'static str)> {
    let words = |line: &'static str| {
        line.trim()
            .trim_matches('|')
            .split('|')
            .map(str::trim)
            .collect::<Vec<_>>()
    };
    let mut lines = table.trim().lines().map(words);
    let above = lines.next().expect("a row of heads");
    let mut cells = Vec::new();
    for row in lines {
        assert_eq!(row.len(), above.len(), "{row:?}");
        let name: [&str; N] = row[..N].try_into().expect("N words");
        cells.extend((N..row.len()).map(|n| (name, above[n], row[n])));
    }
    cells
}

/// Where the row lets this role go, in the order of the statuses.
fn moves(role: &str, from: &str) -> Vec<Status> {
    let row = read::<2>(UPDATES)
        .into_iter()
        .filter(|(row, _, cell)| *row == [role, from] && ["✓", "↺"].contains(cell));
    let mut moves: Vec<_> = row.map(|(_, to, _)| status(to)).collect();
    moves.sort();
    moves
}

fn not_theirs() -> Refusal {
    let fields = vec!["status"];
    Refusal::FieldsForbidden { fields }
}

fn over(role: &str) -> Refusal {
    let role = actor(role).role;
    Refusal::TicketClosed { role }
}

fn owed(role: &str, to: &str) -> Refusal {
    let (to, role) = (status(to), actor(role).role);
    Refusal::ResolutionRequired { to, role }
}

fn no_move(role: &str, from: &str, to: &str) -> Refusal {
    Refusal::InvalidTransition {
        from: status(from),
        to: status(to),
        allowed: moves(role, from),
    }
}

/// A ticket that is or was resolved when it came from there, and has not been reopened since.
fn resolved(ticket: &Ticket, from: &str) -> bool {
    ticket.status == Status::Resolved || (ticket.status == Status::Closed && from == "resolved")
}

/// The changes the command made, or why it was refused; and the ticket after it.
fn carry_out(
    ticket: &Ticket,
    command: Command,
    actor: &Actor,
) -> (Result<Vec<Change>, Refusal>, Ticket) {
    let mut after = ticket.clone();
    let configuration = Configuration::default();
    let terms = configuration.levels.terms_of(ticket);
    let rules = configuration.rules(terms.as_ref());
    let answer = ticket.decide(command, actor, rules, stamp()).map(|entry| {
        entry.map_or_else(Vec::new, |entry| {
            after.apply(&entry).expect("an entry decided on this head");
            entry.changes
        })
    });
    (answer, after)
}

/// Ana's ticket, with a resolution, brought to this status by an agent.
fn ticket_in(status: Status) -> Ticket {
    let edits = Edits {
        status: Some(status),
        ..solved()
    };
    let (answer, ticket) = carry_out(&new_ticket(), Command::Update(edits), &actor("agent"));
    assert!(answer.is_ok(), "open → {status}");
    assert_eq!(ticket.status, status);
    ticket
}

fn new_ticket() -> Ticket {
    let opening = Opening {
        title: Title::parse("No entra").expect("a title"),
        description: Message::parse("No puedo entrar").expect("a message"),
        priority: None,
        category: Category::Account,
        tags: Tags::default(),
        client: None,
    };
    let ana = actor("customer");
    let entry = open(opening, &ana, &domain::Settings::default())
        .expect("customers open tickets")
        .entry(
            Uuid::nil().into(),
            1,
            Vec::new(),
            Configuration::default().rules(None),
            stamp(),
        );
    Ticket::opened(ana.tenant, Uuid::nil().into(), &entry).expect("an opening entry")
}

fn solved() -> Edits {
    let resolution = Resolution::parse("Restarted").expect("a resolution");
    Edits {
        resolution: Some(resolution),
        ..Edits::default()
    }
}

fn reply(status: Option<Status>) -> Command {
    Command::Reply {
        message: Message::parse("Hola").expect("a message"),
        status,
        resolution: None,
        attachments: Vec::new(),
    }
}

fn actor(role: &str) -> Actor {
    let principal = match role {
        "customer" => "ana",
        "agent" => "eva",
        other => other,
    };
    Actor {
        tenant: Tenant::parse("acme").expect("a tenant"),
        principal: Principal::parse(principal).expect("a principal"),
        role: Role::named(role).expect("a role"),
    }
}

fn status(name: &str) -> Status {
    Status::parse(name).expect("a status")
}

fn stamp() -> Stamp {
    Stamp {
        id: EntryId::from(Uuid::nil()),
        now: Timestamp::UNIX_EPOCH,
    }
}
