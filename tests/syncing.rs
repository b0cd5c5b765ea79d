//! Readers that come back for what has changed, and miss nothing of it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::harness::{Actor, Fault, Play, Proxy, time};

const WRITERS: usize = 8;
const POLLS: usize = 100;

/// A reader, what it has seen, and from when on it asks next time.
struct Reader<'a> {
    who: &'a Actor,
    seen: BTreeSet<String>,
    from: Option<String>,
}

impl<'a> Reader<'a> {
    fn new(who: &'a Actor) -> Self {
        Self {
            who,
            seen: BTreeSet::new(),
            from: None,
        }
    }

    /// Walks over what has changed since `from`; gives the first page's rows and pagination.
    async fn reads(&mut self) -> (Vec<Value>, Value) {
        let from = self.from.iter().map(|from| format!("&updatedFrom={from}"));
        let path = format!("/v2/support-tickets?limit=100{}", from.collect::<String>());
        let first = self.who.get(&path).await.expect(200);
        let pagination = first.body["pagination"].clone();
        let mut page = first;
        let newest = page.data().as_array().expect("a list").clone();
        loop {
            let rows = page.data().as_array().expect("a list").clone();
            self.seen.extend(rows.iter().map(named));
            let told = &page.body["pagination"];
            assert_eq!(told["completeUntil"], pagination["completeUntil"]);
            let Some(cursor) = told["nextCursor"].as_str() else {
                return (newest, pagination);
            };
            page = self.who.get(&format!("{path}&cursor={cursor}")).await;
            assert_eq!(page.status.as_u16(), 200);
        }
    }

    /// The way it is documented.
    async fn syncs(&mut self) {
        let (_, pagination) = self.reads().await;
        let until = pagination["completeUntil"].as_str().expect("a time");
        self.from = Some(until.to_owned());
    }

    /// The way it would be without: from the newest change that was seen.
    async fn hopes(&mut self) {
        let (rows, _) = self.reads().await;
        if let Some(newest) = rows.first() {
            self.from = newest["updatedAt"].as_str().map(str::to_owned);
        }
    }
}

fn named(row: &Value) -> String {
    row["_id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_reader_that_comes_back_from_where_the_list_was_complete_misses_nothing() {
    let engine = Play::begin().await;
    let proxy = Proxy::before(engine.stand.dynamodb_url()).await;
    let play = Play::behind(&proxy).await;
    // Every fourth transaction is late: what is written after it can be read before it.
    for _ in 0..100 {
        proxy.next("TransactWriteItems", Fault::Late, 1);
        proxy.next("TransactWriteItems", Fault::Spared, 3);
    }
    let (ana, polled) = (play.agent("ana"), AtomicUsize::new(0));
    let writer = async |writer: usize| {
        let customer = play.customer(&format!("client-{writer}"));
        let mut opened = Vec::new();
        while polled.load(Ordering::SeqCst) < POLLS && opened.len() < 40 {
            opened.push(customer.opens("Help").await.id());
        }
        opened
    };
    let (mut syncing, mut hoping) = (Reader::new(&ana), Reader::new(&ana));
    let polls = async {
        for _ in 0..POLLS {
            syncing.syncs().await;
            hoping.hopes().await;
            polled.fetch_add(1, Ordering::SeqCst);
        }
    };
    let (opened, ()) = tokio::join!(join_all((0..WRITERS).map(writer)), polls);
    let opened: BTreeSet<String> = opened.into_iter().flatten().collect();
    assert!(opened.len() > WRITERS * 2, "{} tickets", opened.len());
    for reader in [&mut syncing, &mut hoping] {
        reader.reads().await;
    }
    let missed = |reader: &Reader<'_>| opened.difference(&reader.seen).count();
    assert_eq!(missed(&syncing), 0, "of {}", opened.len());
    assert!(missed(&hoping) > 0, "else this play shows nothing");
    let from = json!(syncing.from);
    assert!(Timestamp::now().duration_since(time(&from)) < SignedDuration::from_secs(20));
    play.end().await;
    engine.end().await;
}

#[tokio::test]
async fn a_write_under_way_while_the_clock_is_moved_is_not_behind_what_is_complete() {
    let engine = Play::begin().await;
    let proxy = Proxy::before(engine.stand.dynamodb_url()).await;
    let play = Play::behind(&proxy).await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    proxy.next("TransactWriteItems", Fault::Late, 1);
    let late = carla.opens("Help");
    let meanwhile = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        play.sleep("PT4H").await;
        let mut reader = Reader::new(&ana);
        reader.syncs().await;
        assert_eq!(reader.seen.len(), 0, "it is not there yet");
        reader
    };
    let (opened, mut reader) = tokio::join!(late, meanwhile);
    reader.syncs().await;
    assert_eq!(reader.seen, BTreeSet::from([opened.id()]));
    play.end().await;
    engine.end().await;
}

#[tokio::test]
async fn every_page_of_a_walk_says_what_its_first_one_said() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    for _ in 0..3 {
        ana.opens_for("carla", json!({})).await;
    }
    for list in [
        "",
        "&sort=createdAt",
        "&sort=nextDueAt",
        "&status=open,closed",
    ] {
        let path = format!("/v2/support-tickets?limit=1{list}");
        let first = ana.get(&path).await.expect(200);
        let until = first.body["pagination"]["completeUntil"].clone();
        let ago = Timestamp::now().duration_since(time(&until));
        assert!((15..20).contains(&ago.as_secs()), "{until}");
        tokio::time::sleep(Duration::from_millis(5)).await;
        let cursor = first.body["pagination"]["nextCursor"].as_str();
        let next = format!("{path}&cursor={}", cursor.expect("a cursor"));
        let second = ana.get(&next).await.expect(200);
        assert_eq!(second.body["pagination"]["completeUntil"], until, "{list}");
    }
    play.end().await;
}
