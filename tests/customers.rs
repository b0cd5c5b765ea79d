//! What a customer learns of what agents do among themselves: nothing, beyond what its tenant reveals.

use serde_json::{Value, json};

use crate::harness::{Actor, Play, Reply};

const TICKETS: &str = "/v2/support-tickets";
const SETTINGS: &str = "/v2/settings";

/// Everything a customer can ask about its tickets without changing anything: the bodies and entity tags.
async fn all_it_sees(who: &Actor, ticket: &str) -> Vec<(String, Value)> {
    let mut seen = Vec::new();
    for path in [
        format!("{TICKETS}/{ticket}"),
        format!("{TICKETS}/{ticket}/threads"),
        format!("{TICKETS}/{ticket}/threads?limit=1"),
        TICKETS.to_owned(),
        format!("{TICKETS}?sort=createdAt"),
        format!("{TICKETS}?sort=nextDueAt"),
        format!("{TICKETS}?limit=1&countByStatus=true"),
    ] {
        let mut reply = who.get(&path).await.expect(200);
        // A list says how far it is complete, which is a matter of time.
        if let Some(pagination) = reply.body["pagination"].as_object_mut() {
            pagination.remove("completeUntil");
            let cursor = pagination["nextCursor"].take();
            pagination["nextCursor"] = cursor.is_string().into();
        }
        seen.push((reply.header("etag").to_owned(), reply.body));
    }
    seen
}

fn seqs(reply: &Reply) -> Vec<u64> {
    let threads = reply.data()["threads"].as_array().expect("a list").iter();
    threads.filter_map(|entry| entry["seq"].as_u64()).collect()
}

#[tokio::test]
async fn what_agents_do_among_themselves_moves_nothing_a_customer_sees() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Older").await.id();
    play.sleep("PT1M").await;
    carla.opens("Newer").await;
    let path = format!("{TICKETS}/{ticket}");
    let hers = carla.put(&format!("{path}/threads/seen"), &json!({})).await;
    assert_eq!(hers.expect(200).data()["seq"], 1);
    let before = all_it_sees(&carla, &ticket).await;
    let moment = before[0].1["data"]["updatedAt"].clone();

    play.sleep("PT1M").await;
    ana.notes(&ticket, "Hm.").await.expect(201);
    ana.claims(&ticket).await.expect(200);
    ana.changes(&ticket, json!({ "tags": ["vip"] }))
        .await
        .expect(200);
    assert_eq!(all_it_sees(&carla, &ticket).await, before);
    assert_eq!(
        ana.reads(&ticket).await.data()["version"],
        4,
        "agents see it"
    );
    let unchanged = carla.get(&path).header("if-none-match", "\"1\"").await;
    assert_eq!(unchanged.expect(304).header("etag"), "\"1\"");
    let again = carla.put(&format!("{path}/threads/seen"), &json!({})).await;
    let again = again.expect(200);
    assert_eq!(
        (&again.data()["seq"], again.header("etag")),
        (&json!(1), "\"1\"")
    );
    assert_eq!(carla.reads(&ticket).await.data()["updatedAt"], moment);

    // Hers is the version she knows; an agent's is another.
    let message = json!({ "message": "Any news?" });
    let threads = format!("{path}/threads");
    let late = ana
        .post(&threads, &message)
        .header("if-match", "\"1\"")
        .await;
    assert_eq!(
        late.refuses(412, "VERSION_MISMATCH").header("etag"),
        "\"4\""
    );
    let said = carla
        .post(&threads, &message)
        .header("if-match", "\"1\"")
        .await;
    assert_eq!(said.expect(201).header("etag"), "\"5\"");
    let read = carla.reads(&ticket).await;
    assert_eq!(
        (read.header("etag"), &read.data()["version"]),
        ("\"5\"", &json!(5))
    );
    let late = carla
        .post(&threads, &message)
        .header("if-match", "\"1\"")
        .await;
    assert_eq!(
        late.refuses(412, "VERSION_MISMATCH").header("etag"),
        "\"5\""
    );
    let first = carla.get(TICKETS).await;
    assert_eq!(
        first.data()[0]["_id"],
        ticket.as_str(),
        "what she sees moves it"
    );
    play.end().await;
}

#[tokio::test]
async fn a_customer_s_times_of_change_are_those_of_public_entries() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    play.sleep("PT1H").await;
    let noted = ana.notes(&ticket, "Hm.").await.expect(201);
    let noted = noted.data()["timestamp"]
        .as_str()
        .expect("a time")
        .to_owned();
    let since = async |who: &Actor, sort: &str, bound: &str| {
        let query = format!("{TICKETS}?sort={sort}&{bound}={noted}");
        let found = who.get(&query).await.expect(200);
        found.data().as_array().expect("a list").len()
    };
    for sort in ["updatedAt", "createdAt", "nextDueAt"] {
        assert_eq!(since(&carla, sort, "updatedFrom").await, 0, "{sort}");
        assert_eq!(since(&carla, sort, "updatedTo").await, 1, "{sort}");
        assert_eq!(since(&ana, sort, "updatedFrom").await, 1, "{sort}");
        assert_eq!(since(&ana, sort, "client=carla&updatedFrom").await, 1);
        assert_eq!(since(&ana, sort, "client=carla&updatedTo").await, 0);
    }
    play.end().await;
}

#[tokio::test]
async fn an_agent_s_list_of_a_client_is_sorted_by_what_agents_see() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let mut tickets = Vec::new();
    for title in ["1", "2", "3"] {
        play.sleep("PT1M").await;
        tickets.insert(0, carla.opens(title).await.id());
    }
    play.sleep("PT1M").await;
    ana.notes(&tickets[2], "Hm.").await.expect(201);
    let ids = async |who: &Actor, path: &str| {
        let rows = who.walks(&format!("{TICKETS}?{path}")).await.concat();
        let ids = rows.iter().filter_map(|row| row["_id"].as_str());
        ids.map(str::to_owned).collect::<Vec<_>>()
    };
    let noted_first = [2, 0, 1].map(|at: usize| tickets[at].clone());
    assert_eq!(ids(&ana, "client=carla&limit=1").await, noted_first);
    assert_eq!(ids(&ana, "limit=1").await, noted_first);
    assert_eq!(ids(&carla, "limit=1").await, tickets);
    play.end().await;
}

#[tokio::test]
async fn a_customer_s_page_is_full_whatever_was_noted_between() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    for n in 2..=120 {
        carla
            .says(&ticket, json!({ "message": format!("{n}") }))
            .await
            .expect(201);
    }
    let before = carla.reads(&ticket).await.expect(200);
    assert_eq!(seqs(&before), (21..=120).collect::<Vec<_>>());
    for _ in 0..101 {
        ana.notes(&ticket, "note").await.expect(201);
    }
    let after = carla.reads(&ticket).await.expect(200);
    assert_eq!(
        (after.header("etag"), &after.body),
        (before.header("etag"), &before.body)
    );
    let cursor = after.data()["threadsNextCursor"]
        .as_str()
        .expect("a cursor");
    let path = format!("{TICKETS}/{ticket}/threads?limit=100&cursor={cursor}");
    let older = carla.get(&path).await.expect(200);
    let older: Vec<&Value> = older.data().as_array().expect("a list").iter().collect();
    assert_eq!((older.len(), &older[0]["seq"]), (20, &json!(1)));
    play.end().await;
}

#[tokio::test]
async fn no_cursor_of_a_customer_s_names_an_entry_it_may_not_see() {
    use base64::Engine;
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    // More notes at a stretch than a page may read.
    for _ in 0..1_150 {
        ana.notes(&ticket, "note").await.expect(201);
    }
    for n in 1..=3 {
        carla
            .says(&ticket, json!({ "message": format!("{n}") }))
            .await
            .expect(201);
        ana.notes(&ticket, "note").await.expect(201);
    }
    let mut next = None;
    let mut found = Vec::new();
    loop {
        let cursor = next.map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
        let path = format!("{TICKETS}/{ticket}/threads?limit=1{cursor}");
        let page = carla.get(&path).await.expect(200);
        let entries = page.data().as_array().expect("a list").clone();
        assert_eq!(entries.len(), 1, "each page is full");
        found.push(entries[0]["seq"].as_u64().expect("a seq"));
        let cursor = page.body["pagination"]["nextCursor"].as_str();
        let Some(cursor) = cursor else { break };
        let bytes = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(cursor);
        let bytes = bytes.expect("base64");
        let position: Value = serde_json::from_slice(&bytes[12..]).expect("a position");
        assert_eq!(position["After"], *found.last().expect("an entry"));
        next = Some(cursor.to_owned());
    }
    assert_eq!(found, [1, 1152, 1154, 1156]);
    play.end().await;
}

#[tokio::test]
async fn an_entity_tag_names_one_body() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    let path = format!("{TICKETS}/{ticket}");
    let mut bodies: Vec<(String, Value)> = Vec::new();
    let mut look = async |what: &str| {
        let read = carla.reads(&ticket).await.expect(200);
        let tag = read.header("etag").to_owned();
        let fresh = carla.get(&path).header("if-none-match", &tag).await;
        assert_eq!(fresh.expect(304).header("etag"), tag);
        for (before, body) in &bodies {
            assert_eq!(*before == tag, *body == read.body, "{what}: {tag}");
        }
        bodies.push((tag.clone(), read.body));
        tag
    };
    assert_eq!(look("opened").await, "\"1\"");
    ana.notes(&ticket, "note").await.expect(201);
    assert_eq!(look("a note").await, "\"1\"");
    ana.changes(&ticket, json!({ "priority": "high" }))
        .await
        .expect(200);
    let marked = look("another priority").await;
    assert!(marked.starts_with("\"1-"), "{marked}");
    ana.notes(&ticket, "note").await.expect(201);
    assert_eq!(look("a note").await, marked);
    play.wait("P1D").await;
    let breached = look("a breach").await;
    assert!(
        breached.starts_with("\"1-") && breached != marked,
        "{breached}"
    );
    // With the tag she has, or the version alone, she writes; and that is her new version.
    let words = json!({ "message": "m" });
    for (tag, is_hers) in [
        (marked.as_str(), true),
        ("\"2\"", false),
        ("\"1-x\"", false),
    ] {
        let seen = carla.put(&format!("{path}/threads/seen"), &json!({}));
        let seen = seen.header("if-match", tag).await;
        assert_eq!(seen.status.is_success(), is_hers, "{tag}");
    }
    let said = carla.post(&format!("{path}/threads"), &words);
    let said = said.header("if-match", "\"1\"").await.expect(201);
    assert_eq!(look("a message").await, said.header("etag"));
    let root = play.admin("root");
    for seen in [json!(["tags"]), json!(["tags", "assignedTo"])] {
        root.patch(SETTINGS, &json!({ "customersSee": seen }))
            .await
            .expect(200);
        let read = carla.reads(&ticket).await.expect(200);
        ana.changes(&ticket, json!({ "tags": [seen.to_string()] }))
            .await
            .expect(200);
        let after = carla.reads(&ticket).await.expect(200);
        assert_ne!(after.header("etag"), read.header("etag"));
        assert_eq!(after.data()["version"], read.data()["version"]);
    }
    play.end().await;
}
