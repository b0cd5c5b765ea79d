//! A customer's walk over its tickets among very many of others: it meets its own, all of them, and learns of no other.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::{Category, Configuration, Message, Opening, Principal, Role, Stamp, Tags, Title};
use domain::{EntryId, TicketId};
use edge::Now;
use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::harness::{Actor, Play, acting};

/// More than are sorted when they are read whole.
const HERS: i64 = 310;
/// More than a page looks at that has found something.
const HIS: i64 = 1_200;
/// When the first ticket is opened.
const BEGIN: i64 = 1_763_866_800_000;

/// Opens a ticket through the store; gives its id.
async fn open(play: &Play, client: &str, number: i64, at: i64, tag: Option<&str>) -> String {
    let agent = acting("ana", Role::Agent);
    let now = Timestamp::from_millisecond(BEGIN + at).expect("a time");
    let opening = Opening {
        title: Title::parse("A title").expect("a title"),
        description: Message::parse("Words.").expect("words"),
        priority: None,
        category: Category::General,
        tags: Tags::parse(tag.map(str::to_owned)).expect("a tag"),
        client: Some(Principal::parse(client).expect("a principal")),
    };
    let configuration = Configuration::default();
    let id = Now(now).mint::<TicketId>();
    let stamp = Stamp {
        id: Now(now).mint::<EntryId>(),
        now,
    };
    let accepted = domain::open(opening, &agent, &domain::Settings::default()).expect("accepted");
    let number = number.unsigned_abs() + 1;
    let entry = accepted.entry(id, number, Vec::new(), configuration.rules(None), stamp);
    let table = play.stand.table();
    let opened = table.open(&agent.tenant, id, entry, &[], None).await;
    opened.expect("opened").ticket.to_string()
}

/// Opens so many tickets, `every` milliseconds one after the other; gives their ids, last opened first.
async fn open_many(play: &Play, client: &str, first: i64, count: i64, every: i64) -> Vec<String> {
    let mut ids = Vec::new();
    let numbers: Vec<i64> = (first..first + count).collect();
    for batch in numbers.chunks(16) {
        let opened = batch.iter().map(|number| {
            let at = first * 1_000 + (number - first) * every;
            open(play, client, *number, at, None)
        });
        ids.extend(join_all(opened).await);
    }
    ids.reverse();
    ids
}

/// Walks a list to its end; every ticket that its cursors name must be among these.
async fn walk(who: &Actor, path: &str, own: &[String]) -> (Vec<String>, usize) {
    let (mut found, mut next, mut cursors) = (Vec::new(), path.to_owned(), 0);
    loop {
        let page = who.get(&next).await.expect(200);
        let rows = page.data().as_array().expect("a list").clone();
        found.extend(
            rows.iter()
                .filter_map(|row| Some(row["_id"].as_str()?.to_owned())),
        );
        let Some(cursor) = page.body["pagination"]["nextCursor"].as_str() else {
            return (found, cursors);
        };
        cursors += 1;
        assert!(cursors < 1_000, "a list has an end");
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).expect("base64");
        let text = String::from_utf8_lossy(&bytes);
        for (at, _) in text.match_indices("tkt_") {
            let named = &text[at..at + 36];
            assert!(own.iter().any(|id| id == named), "{text}");
        }
        next = format!("{path}&cursor={cursor}");
    }
}

fn ids(rows: &Value) -> Vec<&str> {
    let rows = rows.as_array().expect("a list").iter();
    rows.filter_map(|row| row["_id"].as_str()).collect()
}

#[tokio::test]
async fn a_customer_among_many_meets_its_own_tickets_and_no_cursor_names_another_s() {
    let play = Play::begin().await;
    // Last opened first: one of hers, many of his, all the others of hers, many of his at the same moment, one of hers.
    let mut hers = vec![open(&play, "carla", 0, 0, Some("rare")).await];
    open_many(&play, "david", 1, HIS, 0).await;
    let between = open_many(&play, "carla", HIS + 1, HERS, 1).await;
    hers.splice(0..0, between);
    open_many(&play, "david", HIS + HERS + 1, HIS, 100).await;
    let last = 2 * HIS + HERS + 1;
    hers.insert(0, open(&play, "carla", last, last * 1_000, None).await);

    let carla = play.customer("carla");
    for (sort, limit) in [("createdAt", 100), ("createdAt", 7), ("nextDueAt", 100)] {
        let path = format!("/v2/support-tickets?sort={sort}&limit={limit}");
        let (mut found, cursors) = walk(&carla, &path, &hers).await;
        if sort == "nextDueAt" {
            found.reverse();
        }
        assert_eq!(found, hers, "{sort}");
        // At his tickets, too, a page has ended.
        let full = hers.len().div_ceil(limit);
        assert!(cursors > full, "{sort}: {cursors} cursors");
    }

    // What is rare is on the first page, by whichever name that has, and whoever asks.
    let shown = json!({ "customersSee": ["tags"] });
    let set = play.admin("root").patch("/v2/settings", &shown).await;
    set.expect(200);
    for who in [&carla, &play.agent("ana")] {
        for list in ["", "&page=1", "&sort=createdAt", "&sort=createdAt&page=1"] {
            let path = format!("/v2/support-tickets?tag=rare{list}");
            let page = who.get(&path).await.expect(200);
            assert_eq!(ids(page.data()), [&hers[hers.len() - 1]], "{list}");
        }
    }
    play.end().await;
}
