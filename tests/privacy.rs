//! Who can see what.

use serde_json::{Value, json};

use crate::harness::{Actor, Play, Proxy, Reply};

/// The answer without what differs between any two requests.
fn anonymous(reply: Reply) -> Value {
    let mut body = reply.refuses(404, "SUPPORT_TICKET_NOT_FOUND").body;
    body["instance"] = Value::Null;
    body
}

async fn every_way_to_touch(who: &Actor, ticket: &str) -> Vec<Reply> {
    vec![
        who.reads(ticket).await,
        who.reads_thread(ticket).await,
        who.says(ticket, json!({ "message": "m" })).await,
    ]
}

#[tokio::test]
async fn another_s_ticket_looks_like_a_missing_one() {
    let play = Play::begin().await;
    let ticket = play.customer("carla").opens("Secret").await.id();
    let number = "1";
    let missing = "tkt_01935a7b0000700080000000deadbeef";
    let strangers = [
        play.customer("david"),
        play.actor("other", "carla", "customer"),
        play.actor("other", "ana", "agent"),
        play.actor("other", "root", "admin"),
    ];
    for stranger in &strangers {
        let truly_missing = every_way_to_touch(stranger, missing).await;
        let truly_missing: Vec<Value> = truly_missing.into_iter().map(anonymous).collect();
        for name in [ticket.as_str(), number] {
            let answers = every_way_to_touch(stranger, name).await;
            assert_eq!(
                answers.into_iter().map(anonymous).collect::<Vec<_>>(),
                truly_missing
            );
        }
    }
    let agents_elsewhere = play.actor("other", "ana", "agent");
    assert_eq!(
        anonymous(agents_elsewhere.notes(&ticket, "n").await),
        anonymous(agents_elsewhere.notes(missing, "n").await)
    );
    assert_eq!(
        play.agent("ana").reads(&ticket).await.data()["version"],
        1,
        "nothing was added"
    );
    play.end().await;
}

#[tokio::test]
async fn a_name_that_is_no_ticket_s_is_a_missing_ticket() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let odd = [
        "0",
        "999",
        "01",
        "99999999999999999999999",
        "tkt_",
        "thr_01935a7b0000700080000000deadbeef",
        "%2F",
        "a%2Fb",
        "%23",
        "x",
        "%FF",
        "-1",
        "1.0",
    ];
    for name in odd {
        ana.reads(name)
            .await
            .refuses(404, "SUPPORT_TICKET_NOT_FOUND");
    }
    play.end().await;
}

#[tokio::test]
async fn a_note_is_in_no_answer_to_a_customer() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    ana.notes(&ticket, "S3CRET").await.expect(201);
    ana.says(&ticket, json!({ "message": "Hello." }))
        .await
        .expect(201);
    let answers = [
        carla.reads(&ticket).await,
        carla.reads_thread(&ticket).await,
        carla.get("/v2/support-tickets").await,
        carla.says(&ticket, json!({ "message": "m" })).await,
    ];
    for answer in answers {
        assert!(answer.status.is_success());
        let text = answer.body.to_string();
        assert!(
            !text.contains("S3CRET") && !text.contains("internal") && !text.contains("\"note\""),
            "{text}"
        );
    }
    let seqs = |reply: Reply| -> Vec<u64> {
        reply
            .data()
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|entry| entry["seq"].as_u64())
            .collect()
    };
    assert_eq!(seqs(carla.reads_thread(&ticket).await), [1, 3, 4]);
    assert_eq!(seqs(ana.reads_thread(&ticket).await), [1, 2, 3, 4]);
    play.end().await;
}

#[tokio::test]
async fn another_s_ticket_costs_what_a_missing_one_costs() {
    let engine = Play::begin().await;
    let proxy = Proxy::before(&engine.open_dynamodb().await).await;
    let play = Play::behind(&proxy).await;
    let (carla, david, root) = (
        play.customer("carla"),
        play.customer("david"),
        play.admin("root"),
    );
    let hers = carla.opens("Hers").await.id();
    for n in 0..120 {
        let words = json!({ "message": format!("{n}") });
        carla.says(&hers, words).await.expect(201);
    }
    let deleted = david.opens("Deleted").await.id();
    root.deletes(&deleted).await.expect(200);
    let missing = "tkt_01935a7b0000700080000000deadbeef";
    let cost = async |who: &Actor, method: reqwest::Method, path: &str| {
        let _ = proxy.seen();
        let refused = who
            .request(method, path)
            .json(&json!({ "message": "m", "reason": "r" }));
        refused.await.refuses(404, "SUPPORT_TICKET_NOT_FOUND");
        let mut seen = proxy.seen();
        seen.sort_unstable();
        seen
    };
    let get = reqwest::Method::GET;
    let (patch, post, put) = (
        reqwest::Method::PATCH,
        reqwest::Method::POST,
        reqwest::Method::PUT,
    );
    for (method, rest) in [
        (get.clone(), ""),
        (patch, ""),
        (get.clone(), "/threads"),
        (post.clone(), "/threads"),
        (put, "/threads/seen"),
        (get, "/attachments/att_01935a7b0000700080000000deadbeef"),
    ] {
        let at = |ticket: &str| format!("/v2/support-tickets/{ticket}{rest}");
        let of_id = cost(&david, method.clone(), &at(missing)).await;
        for ticket in [&hers, &deleted] {
            let found = cost(&david, method.clone(), &at(ticket)).await;
            assert_eq!(found, of_id, "{method} {rest} by id");
        }
        let of_number = cost(&david, method.clone(), &at("999")).await;
        for number in ["1", "2"] {
            let found = cost(&david, method.clone(), &at(number)).await;
            assert_eq!(found, of_number, "{method} {rest} by number");
        }
        let agent = play.agent("ana");
        let of_number = cost(&agent, method.clone(), &at("999")).await;
        assert_eq!(cost(&agent, method.clone(), &at("2")).await, of_number);
    }
    play.end().await;
    engine.end().await;
}
