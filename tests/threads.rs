//! Reading threads.

use domain::{Command, Configuration, Role, Rules, Ticket};
use edge::Now;
use serde_json::{Value, json};

use crate::harness::{Actor, Play, acting};

fn seqs(entries: &Value) -> Vec<u64> {
    entries
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|entry| entry["seq"].as_u64())
        .collect()
}

/// A customer's message that was stored before texts were looked at as they are now.
async fn says_as_of_old(play: &Play, ticket: &str, words: &str) {
    let (table, actor) = (play.stand.table(), acting("carla", Role::Customer));
    let head = table.ticket(&actor.tenant, ticket.parse().expect("an id"));
    let head = head.await.expect("read").expect("there");
    let stored = serde_json::to_string(words).expect("JSON");
    let command = Command::Reply {
        message: serde_json::from_str(&stored).expect("what is stored is read as it is"),
        status: None,
        resolution: None,
        attachments: Vec::new(),
    };
    let (configuration, now) = (Configuration::default(), Now(jiff::Timestamp::now()));
    let decide = |ticket: &Ticket, rules: Rules<'_>| {
        ticket.decide(command.clone(), &actor, rules, now.stamp())
    };
    let change = table.change(head, &[], None, now.0, &configuration, decide);
    change.await.expect("changed");
}

async fn with_entries(play: &Play, entries: u64) -> (String, Actor, Actor) {
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    for seq in 2..=entries {
        // Every third entry is a note.
        if seq % 3 == 0 {
            ana.notes(&ticket, "note").await.expect(201);
        } else {
            ana.says(&ticket, json!({ "message": format!("{seq}") }))
                .await
                .expect(201);
        }
    }
    (ticket, carla, ana)
}

#[tokio::test]
async fn a_long_thread_is_paged_oldest_first_from_the_beginning() {
    let play = Play::begin().await;
    let (ticket, carla, ana) = with_entries(&play, 25).await;
    let path = format!("/v2/support-tickets/{ticket}/threads?limit=7");
    let pages = ana.walks(&path).await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [7, 7, 7, 4]);
    assert_eq!(
        pages
            .concat()
            .iter()
            .filter_map(|e| e["seq"].as_u64())
            .collect::<Vec<_>>(),
        (1..=25).collect::<Vec<_>>()
    );
    let public: Vec<u64> = (1..=25).filter(|seq| seq % 3 != 0).collect();
    let pages = carla.walks(&path).await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [7, 7, 3]);
    assert_eq!(
        pages
            .concat()
            .iter()
            .filter_map(|e| e["seq"].as_u64())
            .collect::<Vec<_>>(),
        public
    );
    let first = ana.get(&path).await;
    let link = first.header("link").to_owned();
    let next = link
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix(">; rel=\"next\""))
        .expect("a link");
    assert_eq!(
        seqs(ana.get(next).await.expect(200).data()),
        (8..=14).collect::<Vec<_>>()
    );
    play.end().await;
}

#[tokio::test]
async fn a_ticket_comes_with_its_newest_hundred_entries_and_leads_to_the_older_ones() {
    let play = Play::begin().await;
    let (ticket, carla, ana) = with_entries(&play, 130).await;
    let read = ana.reads(&ticket).await.expect(200);
    assert_eq!(read.data()["description"], "It does not work.");
    assert_eq!(
        seqs(&read.data()["threads"]),
        (31..=130).collect::<Vec<_>>()
    );
    let cursor = read.data()["threadsNextCursor"].as_str().expect("a cursor");
    let path = format!("/v2/support-tickets/{ticket}/threads?limit=20&cursor=");
    let page = ana.get(&format!("{path}{cursor}")).await.expect(200);
    assert_eq!(seqs(page.data()), (11..=30).collect::<Vec<_>>());
    let cursor = page.body["pagination"]["nextCursor"]
        .as_str()
        .expect("a cursor");
    let page = ana.get(&format!("{path}{cursor}")).await.expect(200);
    assert_eq!(seqs(page.data()), (1..=10).collect::<Vec<_>>());
    assert_eq!(page.body["pagination"]["nextCursor"], Value::Null);

    let read = carla.reads(&ticket).await.expect(200);
    // There are fewer than a hundred that she may read.
    let public: Vec<u64> = (1..=130).filter(|seq| seq % 3 != 0).collect();
    assert_eq!(seqs(&read.data()["threads"]), public);
    assert_eq!(read.data()["threadsNextCursor"], Value::Null);
    play.end().await;
}

#[tokio::test]
async fn an_answer_stays_below_what_a_function_may_answer() {
    // A function's answer may have 6 MB, escaped twice; the worst character weighs seven times its byte then.
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    // Such a character cannot be written any more; but what is stored is shown.
    for _ in 0..15 {
        says_as_of_old(&play, &ticket, &format!("x{}", "\u{1}".repeat(65_535))).await;
    }
    let limit = 6 << 20;
    let escaped = |body: &Value| {
        serde_json::to_string(&body.to_string())
            .expect("a string")
            .len()
    };
    let read = ana.reads(&ticket).await.expect(200);
    assert!(escaped(&read.body) < limit);
    let newest = seqs(&read.data()["threads"]);
    assert_eq!((newest.len(), newest.last()), (9, Some(&16)));
    let cursor = read.data()["threadsNextCursor"].as_str().expect("a cursor");
    let path = format!("/v2/support-tickets/{ticket}/threads?limit=100");
    let older = ana
        .get(&format!("{path}&cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(seqs(older.data()), (1..=7).collect::<Vec<_>>());

    let pages = ana.walks(&path).await;
    assert!(pages.iter().all(|page| escaped(&json!(page)) < limit));
    assert_eq!(pages.len(), 2);
    assert_eq!(seqs(&json!(pages.concat())), (1..=16).collect::<Vec<_>>());
    play.end().await;
}

#[tokio::test]
async fn a_customer_passes_by_notes_in_few_steps() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    for _ in 0..250 {
        ana.notes(&ticket, "note").await.expect(201);
    }
    ana.says(&ticket, json!({ "message": "m" }))
        .await
        .expect(201);
    let customer = acting("carla", Role::Customer);
    let table = play.stand.table();
    let id = ticket.parse().expect("an id");
    let head = table
        .ticket(&customer.tenant, id)
        .await
        .expect("read")
        .expect("there");
    let (page, consumed) = store::metered(table.thread(&customer, &head, 10, None)).await;
    let page = page.expect("a page");
    let seqs: Vec<u32> = page.entries.iter().map(|entry| entry.seq).collect();
    assert_eq!((seqs, page.next), (vec![1, 252], None));
    assert_eq!(consumed.round_trips, 3);
    play.end().await;
}

#[tokio::test]
async fn a_cursor_of_another_thread_or_reader_is_refused() {
    let play = Play::begin().await;
    let (ticket, carla, ana) = with_entries(&play, 5).await;
    let other = carla.opens("Other").await.id();
    let page = ana
        .get(&format!("/v2/support-tickets/{ticket}/threads?limit=2"))
        .await
        .expect(200);
    let cursor = page.body["pagination"]["nextCursor"]
        .as_str()
        .expect("a cursor");
    for (who, ticket) in [
        (&ana, &other),
        (&carla, &ticket),
        (&play.agent("bob"), &ticket),
    ] {
        let refused = who
            .get(&format!(
                "/v2/support-tickets/{ticket}/threads?cursor={cursor}"
            ))
            .await;
        assert_eq!(
            refused.refuses(400, "INVALID_PARAMETERS").errors(),
            [("cursor", "INVALID_CURSOR")]
        );
    }
    play.end().await;
}
