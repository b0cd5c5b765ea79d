//! Who may move a ticket where: every role, from every status to every other, with the code each cell answers.
//! Contract §2 and §3.

use serde_json::{Value, json};

use crate::harness::{Play, Reply};

/// `✓` it moves, `=` it stays and nothing is written, `403` not this role's to make, `409` the machine has no such move,
/// `over` the ticket is closed, `404` it does not exist for them.
const MATRIX: &str = "
    role     | from        | open | in_progress | pending | resolved | closed
    customer | open        | =    | 403         | 403     | ✓        | ✓
    customer | in_progress | 403  | =           | 403     | ✓        | ✓
    customer | pending     | 403  | 403         | =       | ✓        | ✓
    customer | resolved    | ✓    | 403         | 403     | =        | ✓
    customer | closed      | over | over        | over    | over     | over
    agent    | open        | =    | ✓           | ✓       | ✓        | ✓
    agent    | in_progress | ✓    | =           | ✓       | ✓        | ✓
    agent    | pending     | ✓    | ✓           | =       | ✓        | ✓
    agent    | resolved    | ✓    | ✓           | 409     | =        | ✓
    agent    | closed      | over | over        | over    | over     | over
    admin    | open        | =    | ✓           | ✓       | ✓        | ✓
    admin    | in_progress | ✓    | =           | ✓       | ✓        | ✓
    admin    | pending     | ✓    | ✓           | =       | ✓        | ✓
    admin    | resolved    | ✓    | ✓           | 409     | =        | ✓
    admin    | closed      | over | over        | over    | over     | over
    stranger | open        | 404  | 404         | 404     | 404      | 404
    stranger | in_progress | 404  | 404         | 404     | 404      | 404
    stranger | pending     | 404  | 404         | 404     | 404      | 404
    stranger | resolved    | 404  | 404         | 404     | 404      | 404
    stranger | closed      | 404  | 404         | 404     | 404      | 404
    foreign  | open        | 404  | 404         | 404     | 404      | 404
    foreign  | in_progress | 404  | 404         | 404     | 404      | 404
    foreign  | pending     | 404  | 404         | 404     | 404      | 404
    foreign  | resolved    | 404  | 404         | 404     | 404      | 404
    foreign  | closed      | 404  | 404         | 404     | 404      | 404
";

fn words(line: &str) -> Vec<&str> {
    line.split('|').map(str::trim).collect()
}

#[tokio::test]
async fn every_move_answers_what_its_cell_says() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let carla = play.customer("carla");
    let who = |role: &str| match role {
        "customer" => carla.clone(),
        "stranger" => play.customer("david"),
        "foreign" => play.actor("other", "ana", "admin"),
        role => play.actor("acme", "gil", role),
    };
    let mut lines = MATRIX.trim().lines().map(words);
    let columns = lines.next().expect("a row of heads");
    let mut cells = 0;
    for row in lines {
        let (role, from) = (row[0], row[1]);
        for (to, cell) in columns[2..].iter().zip(&row[2..]) {
            let ticket = carla.opens("Help").await.id();
            let ready = json!({ "status": from, "resolution": "Restarted." });
            let before = ana.changes(&ticket, ready).await.expect(200);
            let version = before.data()["version"].as_u64().expect("a version");
            let moved = who(role).changes(&ticket, json!({ "status": to })).await;
            let place = format!("{role}: {from} → {to}");
            assert_eq!(answer(moved, &place), *cell, "{place}");

            let after = ana.reads(&ticket).await;
            let (stands, written) = if *cell == "✓" { (*to, 1) } else { (from, 0) };
            assert_eq!(after.data()["status"], stands, "{place}");
            assert_eq!(after.data()["version"], version + written, "{place}");
            cells += 1;
        }
    }
    assert_eq!(cells, 5 * 5 * 5);
    play.end().await;
}

/// The cell an answer belongs into; every part of it must fit.
fn answer(reply: Reply, place: &str) -> &'static str {
    let Value::String(code) = reply.body["code"].clone() else {
        let row = reply.expect(200);
        let changed = row.data()["version"] != 2 && row.data()["version"] != 1;
        return if changed { "✓" } else { "=" };
    };
    match (reply.status.as_u16(), code.as_str()) {
        (403, "FORBIDDEN") => {
            assert_eq!(reply.errors(), [("status", "FORBIDDEN")], "{place}");
            "403"
        }
        (404, "SUPPORT_TICKET_NOT_FOUND") => "404",
        (409, "TICKET_CLOSED") => "over",
        (409, "INVALID_TRANSITION") => {
            assert_eq!(
                reply.errors(),
                [("status", "INVALID_TRANSITION")],
                "{place}"
            );
            assert_eq!(
                reply.body["allowed"],
                json!(["open", "in_progress", "closed"]),
                "{place}"
            );
            "409"
        }
        other => panic!("{place}: {other:?}"),
    }
}

#[tokio::test]
async fn resolving_and_closing_owe_a_resolution() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    for (who, to, owes) in [
        (&ana, "resolved", true),
        (&ana, "closed", true),
        (&carla, "resolved", true),
        (&carla, "closed", false),
    ] {
        let ticket = carla.opens("Help").await.id();
        let bare = who.changes(&ticket, json!({ "status": to })).await;
        if owes {
            let refused = bare.refuses(400, "RESOLUTION_REQUIRED");
            assert_eq!(refused.errors(), [("resolution", "RESOLUTION_REQUIRED")]);
            let solved = json!({ "status": to, "resolution": "Restarted." });
            let solved = who.changes(&ticket, solved).await.expect(200);
            assert_eq!(solved.data()["resolution"], "Restarted.");
        } else {
            assert_eq!(bare.expect(200).data()["status"], to);
        }
    }
    play.end().await;
}
