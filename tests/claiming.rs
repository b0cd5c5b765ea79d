//! Taking a ticket, and raising its priority.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::Play;

#[tokio::test]
async fn of_sixteen_agents_at_once_one_gets_the_ticket_and_the_others_learn_who() {
    let play = Play::begin().await;
    let ticket = play.customer("carla").opens("Help").await.id();
    let agents: Vec<_> = (0..16).map(|n| play.agent(&format!("agent-{n}"))).collect();
    let answers = join_all(agents.iter().map(|agent| agent.claims(&ticket))).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers
        .into_iter()
        .partition(|answer| answer.status.is_success());
    let [winner] = won.as_slice() else {
        panic!("{} winners", won.len());
    };
    let holder = winner.data()["assignedTo"].clone();
    assert_eq!(lost.len(), 15);
    for loser in lost {
        let loser = loser.refuses(409, "ALREADY_ASSIGNED");
        assert_eq!(loser.body["assignedTo"], holder);
    }
    assert_eq!(play.agent("ana").reads(&ticket).await.data()["version"], 2);
    play.end().await;
}

#[tokio::test]
async fn a_claim_is_the_holder_s_again_and_needs_an_agent_and_an_open_ticket() {
    let play = Play::begin().await;
    let (carla, ana, bob) = (play.customer("carla"), play.agent("ana"), play.agent("bob"));
    let ticket = carla.opens("Help").await.id();
    carla.claims(&ticket).await.refuses(403, "FORBIDDEN");
    let first = ana.claims(&ticket).await.expect(200);
    let again = ana.claims(&ticket).await.expect(200);
    assert_eq!((&again.body, again.header("etag")), (&first.body, "\"2\""));
    bob.claims(&ticket).await.refuses(409, "ALREADY_ASSIGNED");
    let path = format!("/v2/support-tickets/{ticket}/claim");
    let unknown = ana.post(&path, &json!({ "force": true })).await;
    assert_eq!(
        unknown.refuses(400, "UNKNOWN_FIELD").errors(),
        [("force", "UNKNOWN_FIELD")]
    );

    let closed = carla.opens("Over").await.id();
    carla
        .changes(&closed, json!({ "status": "closed" }))
        .await
        .expect(200);
    ana.claims(&closed).await.refuses(409, "TICKET_CLOSED");
    ana.escalates(&closed, "r")
        .await
        .refuses(409, "TICKET_CLOSED");
    play.end().await;
}

#[tokio::test]
async fn a_claim_repeated_under_its_key_is_the_same_claim_whatever_came_after() {
    let play = Play::begin().await;
    let (ana, bob) = (play.agent("ana"), play.agent("bob"));
    let ticket = ana.opens_for("carla", json!({})).await.id();
    let path = format!("/v2/support-tickets/{ticket}/claim");
    let claim = || ana.post(&path, &json!({})).key("k");
    let first = claim().await.expect(200);
    bob.changes(&ticket, json!({ "assignedTo": "me" }))
        .await
        .expect(200);
    let again = claim().await.expect(200);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body, first.body);
    assert_eq!(ana.reads(&ticket).await.data()["assignedTo"], "bob");
    play.end().await;
}

#[tokio::test]
async fn an_escalation_goes_up_step_by_step_and_keeps_its_reason_among_agents() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    carla
        .escalates(&ticket, "Hurry.")
        .await
        .refuses(403, "FORBIDDEN");
    ana.escalates(&ticket, " ")
        .await
        .refuses(400, "REASON_REQUIRED");
    let long = ana.escalates(&ticket, &"x".repeat(2_001)).await;
    long.refuses(400, "INVALID_REASON");
    for priority in ["high", "urgent"] {
        let escalated = ana.escalates(&ticket, "Their production is down.").await;
        assert_eq!(escalated.expect(200).data()["priority"], priority);
    }
    ana.escalates(&ticket, "More.")
        .await
        .refuses(409, "ALREADY_URGENT");
    let read = ana.reads(&ticket).await;
    let entry = &read.data()["threads"][2];
    assert_eq!(
        (
            &entry["type"],
            &entry["visibility"],
            &entry["message"],
            &entry["changes"]
        ),
        (
            &json!("system"),
            &json!("internal"),
            &json!("Their production is down."),
            &json!([{ "field": "priority", "from": "high", "to": "urgent" }]),
        )
    );
    let seen = carla.reads(&ticket).await;
    assert_eq!(seen.data()["threads"].as_array().map(Vec::len), Some(1));
    assert!(!seen.body.to_string().contains("production"));
    play.end().await;
}

#[tokio::test]
async fn an_escalation_sent_twice_under_a_key_is_one_step() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let ticket = ana
        .opens_for("carla", json!({ "priority": "low" }))
        .await
        .id();
    let path = format!("/v2/support-tickets/{ticket}/escalate");
    let steps = (0..8).map(|_| async {
        let reason = json!({ "reason": "r" });
        ana.post(&path, &reason).key("k").await.expect(200)
    });
    let answers = join_all(steps).await;
    let rows: std::collections::BTreeSet<String> = answers
        .iter()
        .map(|answer| answer.body.to_string())
        .collect();
    assert_eq!(rows.len(), 1, "{rows:?}");
    let read = ana.reads(&ticket).await;
    let facts: [&Value; 2] = [&read.data()["priority"], &read.data()["version"]];
    assert_eq!(facts, [&json!("medium"), &json!(2)]);
    play.end().await;
}
